"""Signing in and out. A link is spent by a button and not by opening it, so that a mail program's preview does not use it up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from services.api.dependencies import (
    CurrentViewer,
    InstallationDep,
    Now,
    ReadSession,
    WriteSession,
    current_viewer,
    opens_to,
    opens_to_all,
)
from services.api.navigation import places
from services.api.pages import page
from services.api.security import drop_session, keep_session, keep_wanted, kept_wanted, own_path, session_token
from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.queries import all_accounts, viewer_by_session
from stop_search.accounts.rules import MACHINE_ROLES, Role, Viewer
from stop_search.accounts.sessions import sign_in_by_link, sign_out
from stop_search.audit.rules import Actor
from stop_search.errors import NotFound
from stop_search.installation import Installation

router = APIRouter(include_in_schema=False)
PEOPLE = tuple(role for role in Role if role not in MACHINE_ROLES)
DEMO = Actor(id="demo", role="demo")

MaybeViewer = Annotated[Viewer | None, Depends(current_viewer)]
Wanted = Annotated[str, Query(alias="next", max_length=2000)]
WantedInForm = Annotated[str, Form(alias="next", max_length=2000)]


def only_in_the_demo(installation: InstallationDep) -> None:
    """Refuse as if there were no such page. Raises NotFound."""
    if not installation.settings.demo:
        message = "There is no such page."
        raise NotFound(message)


@router.get("/sign-in", dependencies=[opens_to_all()])
def sign_in_page(request: Request, viewer: MaybeViewer, installation: InstallationDep, wanted: Wanted = "") -> Response:
    """Say how to sign in, or who is signed in."""
    wanted = own_path(wanted, otherwise="")
    answer = page(request, "accounts/sign_in.html", viewer=viewer, wanted=wanted, demo=installation.settings.demo)
    if wanted:
        keep_wanted(answer, installation, wanted)  # the link that is opened next knows nothing of it
    return answer


@router.get("/sign-in/link/{token}", dependencies=[opens_to_all()])
def link_page(request: Request, token: str, wanted: Wanted = "") -> Response:
    """Show the button that spends the link. Whether the link is good is said only when it is used."""
    return page(request, "accounts/link.html", token=token, wanted=own_path(wanted, otherwise="") or kept_wanted(request))


@router.post("/sign-in/link", dependencies=[opens_to_all()])
def spend_link(
    request: Request,
    installation: InstallationDep,
    session: WriteSession,
    at: Now,
    token: Annotated[str, Form(max_length=400)],
    wanted: WantedInForm = "",
) -> Response:
    """Spend the link, end whatever session the browser had, and lead to where the person wanted to go.

    A whole address that was pasted is read as well as its token. Whoever confirms a sign-in so has a new session, and whoever may
    have copied the old one's cookie has nothing (ASVS 5.0 V7.2.4).
    """
    token = token.strip().rsplit("/", 1)[-1].partition("?")[0]
    if earlier := session_token(request):
        sign_out(session, token=earlier, now=at)
    fresh = sign_in_by_link(session, token=token, now=at)
    viewer = viewer_by_session(session, token=fresh, now=at)
    return _led_on(installation, fresh, own_path(wanted, otherwise=_home(viewer)))


@router.get("/sign-in/confirm", dependencies=[opens_to(*PEOPLE)])
def confirm_page(request: Request, viewer: CurrentViewer, installation: InstallationDep, wanted: Wanted = "") -> Response:
    """Ask for a new link before something is opened that others wrote; in the demo a button is enough."""
    wanted = own_path(wanted, otherwise="")
    return page(request, "accounts/confirm.html", viewer=viewer, wanted=wanted, demo=installation.settings.demo)


@router.get("/sign-in/demo", dependencies=[opens_to_all(), Depends(only_in_the_demo)])
def demo_page(request: Request, session: ReadSession, at: Now, role: Role | None = None, wanted: Wanted = "") -> Response:
    """List the demo's invented people with a button each, if asked for those of one role."""
    people = [line for line in all_accounts(session, now=at) if line.is_open and line.roles and (role is None or role in line.roles)]
    return page(request, "accounts/demo.html", people=people, role=role, roles=PEOPLE, wanted=own_path(wanted, otherwise=""))


@router.post("/sign-in/demo", dependencies=[opens_to_all(), Depends(only_in_the_demo)])
def sign_in_in_demo(
    request: Request,
    installation: InstallationDep,
    session: WriteSession,
    at: Now,
    account_id: Annotated[UUID, Form()],
    wanted: WantedInForm = "",
) -> Response:
    """Make a link for one of the demo's people and spend it at once."""
    link = make_sign_in_link(session, account_id=account_id, actor=DEMO, now=at)
    session.flush()
    return spend_link(request, installation, session, at, link, wanted)


@router.post("/sign-out", dependencies=[opens_to_all()])
def leave(request: Request, installation: InstallationDep, session: WriteSession, at: Now) -> Response:
    """End the session here and on the server; also where it has ended by itself or has no role left."""
    if token := session_token(request):
        sign_out(session, token=token, now=at)
    response = RedirectResponse("/sign-in", status_code=303)
    drop_session(response, installation)
    return response


def _home(viewer: Viewer | None) -> str:
    opened = places(viewer)
    return opened[0].path if opened else "/sign-in"


def _led_on(installation: Installation, token: str, path: str) -> Response:
    response = RedirectResponse(path, status_code=303)
    keep_session(response, installation, token)
    return response
