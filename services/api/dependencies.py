"""What routes ask for: the installation, a session, the viewer, and the declaration of who may open them."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, cast

from anyio import to_thread
from fastapi import Depends, Header, Request
from fastapi.concurrency import contextmanager_in_threadpool
from fastapi.params import Depends as DependsMarker
from sqlalchemy.orm import Session

from services.api.axis_tokens import is_axis, machine_of_axis_token
from services.api.security import (
    SAFE_METHODS,
    bearer_token,
    is_api,
    is_unattended,
    refuse_foreign_form,
    refuse_without_token,
    session_token,
)
from stop_search.accounts.queries import OpenSession, session_by_token, viewer_by_machine_id, viewer_by_machine_token
from stop_search.accounts.rules import Role, Viewer
from stop_search.accounts.sessions import note_seen
from stop_search.errors import NotAllowed
from stop_search.installation import Installation


class SignInNeeded(NotAllowed):
    """Nobody is signed in: a page leads to sign-in, the API answers 401."""


async def get_installation(request: Request) -> Installation:
    """Return the installation that this app was made with. What only looks things up is async: it needs no thread of its own."""
    return cast("Installation", request.app.state.installation)


async def writing_session(request: Request, installation: "InstallationDep") -> AsyncIterator[Session]:
    """Yield the request's one transaction; it commits before the answer leaves (scope="function").

    It waits for its turn without holding a thread. Whoever has the turn needs threads to go on: if those who wait held them all, nobody
    would ever go on.
    """
    async with request.app.state.write_turns, contextmanager_in_threadpool(installation.writing()) as session:
        yield session


def reading_session(installation: "InstallationDep") -> Iterator[Session]:
    """Yield a session that only reads."""
    with installation.reading() as session:
        yield session


async def now() -> datetime:
    """Return this moment; routes pass it on, so that nothing below has a clock."""
    return datetime.now(UTC)


async def current_viewer(request: Request, installation: "InstallationDep", at: "Now") -> Viewer | None:
    """Return who is asking: under /api by bearer token alone, elsewhere by session cookie; None for the public.

    SQLite reads a row faster than a thread is found for it, and its readers wait for nobody; a server's answer is waited for in a thread.
    """
    if is_axis(request) and (token := request.headers.get("x-auth-token")):
        return await to_thread.run_sync(partial(_axis_system, installation, token, at))
    by_token = is_api(request)
    token = bearer_token(request) if by_token else session_token(request)
    if not token:
        return None
    if not by_token:
        return await _person(request, installation, token, at)
    find = partial(_machine, installation, token, at)
    return find() if installation.database.is_sqlite else await to_thread.run_sync(find)


def _machine(installation: Installation, token: str, at: datetime) -> Viewer | None:
    with installation.database.glancing() as session:
        return viewer_by_machine_token(session, token=token, now=at)


def _axis_system(installation: Installation, token: str, at: datetime) -> Viewer | None:
    machine_id = machine_of_axis_token(installation, token, now=at)
    if machine_id is None:
        return None
    with installation.reading() as session:
        return viewer_by_machine_id(session, machine_id=machine_id)


async def _person(request: Request, installation: Installation, token: str, at: datetime) -> Viewer | None:
    found = await to_thread.run_sync(partial(_session_of, installation, token, at))
    if found is None:
        return None
    if found.is_to_be_noted and not is_unattended(request):
        await to_thread.run_sync(partial(_note_seen, installation, token, at), limiter=request.app.state.write_turns)
    return found.viewer


def _session_of(installation: Installation, token: str, at: datetime) -> OpenSession | None:
    with installation.reading() as session:
        return session_by_token(session, token=token, now=at)


def _note_seen(installation: Installation, token: str, at: datetime) -> None:
    with installation.writing() as session:
        note_seen(session, token=token, now=at)


async def signed_in(viewer: Annotated[Viewer | None, Depends(current_viewer)]) -> Viewer:
    """Return the viewer, who must be signed in."""
    if viewer is None:
        message = "Sign in to open this page."
        raise SignInNeeded(message)
    return viewer


class OpensTo:
    """The declaration of who may open a route; a house test finds one on every route. It also refuses forged forms."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, request: Request, viewer: Annotated[Viewer | None, Depends(current_viewer)]) -> None:
        """Let the viewer pass or refuse.

        Raises:
            SignInNeeded: nobody is signed in.
            NotAllowed: the viewer has none of the roles.
            Forged: a form that changes something did not come from our own page.

        """
        if self.roles and not (await signed_in(viewer)).has(*self.roles):
            message = "Your role does not open this page."
            raise NotAllowed(message)
        if request.method in SAFE_METHODS or is_api(request):
            return
        refuse_foreign_form(request)
        if self.roles:
            await refuse_without_token(request)


def opens_to(*roles: Role) -> DependsMarker:
    """Return the dependency that lets only these roles pass: `APIRouter(dependencies=[opens_to(Role.SUPERVISOR)])`."""
    return cast("DependsMarker", Depends(OpensTo(*roles)))


def opens_to_all() -> DependsMarker:
    """Return the dependency that says: anyone, without an account."""
    return cast("DependsMarker", Depends(OpensTo()))


InstallationDep = Annotated[Installation, Depends(get_installation)]
WriteSession = Annotated[Session, Depends(writing_session, scope="function")]
ReadSession = Annotated[Session, Depends(reading_session, scope="function")]
CurrentViewer = Annotated[Viewer, Depends(signed_in)]
Now = Annotated[datetime, Depends(now)]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="A value of your own making, new for each new request: the same request sent again with it is answered the same.",
    ),
]
