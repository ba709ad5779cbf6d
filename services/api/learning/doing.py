"""Pages of actions: what is done about what was learned, by whom and until when, what changed, and what the public is told."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.learning.routes import note_look
from services.api.middleware import BODY_LIMIT_BYTES
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.codes.themes import themes
from stop_search.errors import Conflict, Invalid, NotAllowed
from stop_search.learning.action_rules import ActionKind, NewAction
from stop_search.learning.doing import (
    NO_OWNER,
    drop_action,
    finish_action,
    hand_on_action,
    open_action,
    publish_action,
    start_action,
    word_action,
)
from stop_search.learning.doing_queries import action_shown, actions_listed, before_and_after, months_of, possible_owners
from stop_search.learning.draw_sums import sums_by_draw
from stop_search.reviews.versions import newest_published
from stop_search.wording import london

router = APIRouter(prefix="/learning/actions", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)
ALL_THAT_FITS = BODY_LIMIT_BYTES  # what is too long is said on the page, where it still stands
KINDS = {
    ActionKind.TRAINING: "Training",
    ActionKind.POLICY: "A rule or policy",
    ActionKind.SUPERVISION: "Supervision",
    ActionKind.EQUIPMENT: "Equipment",
    ActionKind.OTHER: "Something else",
}


class TypedAction(BaseModel):
    """What was typed for a new action."""

    title: str = Field("", max_length=ALL_THAT_FITS)
    kind: str = Field("", max_length=40)
    means: str = Field("", max_length=ALL_THAT_FITS)
    owner: str = Field("", max_length=60)
    about: str = Field("", max_length=60)
    measure: str = Field("", max_length=60)
    due_on: str = Field("", max_length=ALL_THAT_FITS)


class Words(BaseModel):
    """What was typed for the public, or as a reason."""

    you_said: str = Field("", max_length=ALL_THAT_FITS)
    we_did: str = Field("", max_length=ALL_THAT_FITS)
    because: str = Field("", max_length=ALL_THAT_FITS)


@router.get("")
def listed(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """List the actions, the open ones first."""
    return page(request, "learning/actions.html", viewer=viewer, lines=actions_listed(session), kinds=KINDS, today=london(now).date())


@router.get("/new")
def ask_new(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """Ask for a new action."""
    return _asked(
        request, viewer, session, now, TypedAction(title="", kind="", means="", owner=str(viewer.id), about="", measure="", due_on="")
    )


@router.post("/new", response_model=None)
def post_new(
    request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, typed: Annotated[TypedAction, Form()]
) -> HTMLResponse | RedirectResponse:
    """Open it; what is wrong is said beside it, and nothing typed is lost."""
    try:
        kind, due_on, owner_id = _kind(typed.kind), _day(typed.due_on), _owner(typed.owner) if typed.owner else viewer.id
        new = NewAction(typed.title, kind, typed.means, typed.about, typed.measure, due_on)
        action_id = open_action(session, new=new, viewer=viewer, now=now, owner_id=owner_id)
    except Invalid as error:
        return _asked(request, viewer, session, now, typed, error.fields)
    return _see(action_id)


@router.get("/{action_id}")
def action(request: Request, action_id: UUID, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """Show one, with its measure month by month."""
    return _shown(request, action_id, viewer, session, now)


@router.post("/{action_id}/hand-on", response_model=None)
def hand_on(
    request: Request,
    action_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    owner: Annotated[str, Form(max_length=60)] = "",
) -> HTMLResponse | RedirectResponse:
    """Give it to another owner."""
    try:
        hand_on_action(session, action_id=action_id, owner_id=_owner(owner), viewer=viewer, now=now)
    except Invalid as error:
        return _shown(request, action_id, viewer, session, now, faults=error.fields)
    return _see(action_id)


@router.post("/{action_id}/start")
def start(action_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now) -> RedirectResponse:
    """Say that it is under way."""
    start_action(session, action_id=action_id, viewer=viewer, now=now)
    return _see(action_id)


@router.post("/{action_id}/finish")
def finish(action_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now) -> RedirectResponse:
    """Say that it was done."""
    finish_action(session, action_id=action_id, viewer=viewer, now=now)
    return _see(action_id)


@router.post("/{action_id}/drop", response_model=None)
def drop(
    request: Request, action_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now, typed: Annotated[Words, Form()]
) -> HTMLResponse | RedirectResponse:
    """Drop it with a reason."""
    try:
        drop_action(session, action_id=action_id, because=typed.because, viewer=viewer, now=now)
    except Invalid as error:
        return _shown(request, action_id, viewer, session, now, typed=typed, faults=error.fields)
    return _see(action_id)


@router.post("/{action_id}/words", response_model=None)
def words(
    request: Request, action_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now, typed: Annotated[Words, Form()]
) -> HTMLResponse | RedirectResponse:
    """Write what the public is to be told."""
    try:
        word_action(session, action_id=action_id, you_said=typed.you_said, we_did=typed.we_did, viewer=viewer, now=now)
    except Invalid as error:
        return _shown(request, action_id, viewer, session, now, typed=typed, faults=error.fields)
    return _see(action_id)


@router.post("/{action_id}/publish", response_model=None)
def publish(
    request: Request,
    action_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    seen: Annotated[str, Form(max_length=64)] = "",
) -> HTMLResponse | RedirectResponse:
    """Let the words out: by somebody else than who wrote them, and just those that this person read."""
    try:
        publish_action(session, action_id=action_id, seen=seen, viewer=viewer, now=now)
    except (NotAllowed, Conflict) as error:
        return _shown(request, action_id, viewer, session, now, faults={"publish": str(error)})
    return _see(action_id)


def _shown(
    request: Request,
    action_id: UUID,
    viewer: CurrentViewer,
    session: ReadSession,
    now: Now,
    *,
    typed: Words | None = None,
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    line = action_shown(session, action_id=action_id)
    draws = sums_by_draw(session, now=now)
    return page(
        request,
        "learning/action.html",
        status=422 if faults else 200,
        viewer=viewer,
        line=line,
        kinds=KINDS,
        owners=possible_owners(session, now=now),
        months=months_of(session, criterion=line.measure_id, draws=draws),
        found=before_and_after(session, line=line, draws=draws),
        typed=typed or Words(you_said=line.you_said or "", we_did=line.we_did or "", because=""),
        faults=faults or {},
    )


def _asked(
    request: Request, viewer: CurrentViewer, session: ReadSession, now: Now, typed: TypedAction, faults: dict[str, str] | None = None
) -> HTMLResponse:
    """Return the page that asks for a new action, with what was typed."""
    criteria = [(criterion.id, f"{criterion.id} {criterion.name}") for criterion in newest_published(session).criteria]
    return page(
        request,
        "learning/new_action.html",
        status=422 if faults else 200,
        viewer=viewer,
        typed=typed,
        faults=faults or {},
        kinds=KINDS,
        owners=possible_owners(session, now=now),
        criteria=criteria,
        subjects=[*criteria, *((theme.key, theme.label) for theme in themes())],
    )


def _owner(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise Invalid(NO_OWNER, {"owner": NO_OWNER}) from error


def _kind(typed: str) -> ActionKind:
    try:
        return ActionKind(typed)
    except ValueError as error:
        message = "Choose what sort of thing it is."
        raise Invalid(message, {"kind": message}) from error


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        message = "Give the day by which it is to be done, like 2027-03-31."
        raise Invalid(message, {"due_on": message}) from error


def _see(action_id: UUID) -> RedirectResponse:
    return RedirectResponse(f"/learning/actions/{action_id}", status_code=303)
