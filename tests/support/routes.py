"""Every route of the app with who may open it, and how a test knocks at its door."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from services.api.dependencies import OpensTo
from stop_search.accounts.rules import Role

BY_THE_FRAMEWORK = {"/api/v1/openapi.json", "/static"}
EVERYBODY = frozenset[Role]()
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Door:
    """One method of one route. `roles` empty means everybody; `path` has its parameters filled with what does not exist."""

    method: str
    pattern: str
    roles: frozenset[Role]

    @property
    def path(self) -> str:
        """The path with an id that nobody has in every place."""
        return re.sub(r"\{[^}]+\}", UNKNOWN_ID, self.pattern)

    @property
    def is_api(self) -> bool:
        """True for machines' doors."""
        return self.pattern.startswith("/api/")

    @property
    def changes(self) -> bool:
        """True where opening it may change something."""
        return self.method not in {"GET", "HEAD", "OPTIONS"}

    def __str__(self) -> str:
        return f"{self.method} {self.pattern}"


def doors(app: FastAPI) -> Iterator[Door]:
    """Yield every door, sorted by pattern and method."""
    found: set[Door] = set()
    for route in iter_route_contexts(app.routes):
        if route.path in BY_THE_FRAMEWORK:
            continue
        dependant = getattr(route, "dependant", None)
        declared = [one.call.roles for one in dependant.dependencies if isinstance(one.call, OpensTo)] if dependant else []
        narrowed = [roles for roles in declared if roles]
        roles = frozenset.intersection(*narrowed) if narrowed else EVERYBODY
        found |= {Door(method, str(route.path), roles) for method in route.methods or ()}
    yield from sorted(found, key=lambda door: (door.pattern, door.method))
