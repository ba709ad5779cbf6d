"""Every route says who may open it, and the header leads nobody to a page that refuses them."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from services.api.app import create_app
from services.api.dependencies import OpensTo
from services.api.navigation import LEARNING, PLACES
from stop_search.installation import Installation

DECLARED_BY_THE_FRAMEWORK = {"/api/v1/openapi.json", "/static"}


def routes(app: FastAPI) -> Iterator[RouteContext]:
    """Yield every route of the app, those of its routers' routers too."""
    yield from (route for route in iter_route_contexts(app.routes) if route.path not in DECLARED_BY_THE_FRAMEWORK)


def declarations(route: RouteContext) -> list[OpensTo]:
    """Return who may open a route, each as it was declared on the route or on its router."""
    dependant = getattr(route, "dependant", None)
    return [one.call for one in dependant.dependencies if isinstance(one.call, OpensTo)] if dependant else []


def test_every_route_declares_who_may_open_it(installation: Installation) -> None:
    found = list(routes(create_app(installation)))
    assert len(found) > len(PLACES), "the routes were not found, so this test would prove nothing"
    open_doors = [f"{sorted(route.methods or ())} {route.path}" for route in found if not declarations(route)]
    assert not open_doors, f"add opens_to(…) or opens_to_all(): {open_doors}"


def test_every_place_in_the_navigation_opens_to_exactly_the_roles_that_see_it(installation: Installation) -> None:
    by_path = {route.path: declarations(route) for route in routes(create_app(installation)) if "GET" in (route.methods or ())}
    for place in (*PLACES, *(page for group in LEARNING for page in group.pages)):
        assert place.path in by_path, f"the navigation links to {place.path}, which does not exist"
        roles = frozenset.intersection(*(declared.roles for declared in by_path[place.path] if declared.roles))
        assert roles == place.roles, f"{place.path} opens to {sorted(roles)}, and is shown to {sorted(place.roles)}"
