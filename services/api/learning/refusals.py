"""The pages on which somebody of rank decides about drawn stops of which a reader says that they must not be reviewed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.learning.looks import note_look
from services.api.pages import page
from services.api.refusal_words import REFUSED_BECAUSE, rank_words
from stop_search.accounts.ranks import rank_of
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Invalid
from stop_search.reviews.refusals import consult_request, decide_request, refusal_requests

router = APIRouter(prefix="/learning/refusals", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)
LONG = 20_000


@router.get("")
def listed(request: Request, viewer: CurrentViewer, session: ReadSession) -> Response:
    """List what waits for a decision, and what was decided."""
    shown = {
        "rank": rank_of(session, account_id=viewer.id),
        "lines": refusal_requests(session, viewer=viewer),
        "decided": refusal_requests(session, viewer=viewer, decided=True),
        "reasons": REFUSED_BECAUSE,
        "rank_words": rank_words,
    }
    return page(request, "learning/refusals.html", viewer=viewer, **shown)


@router.get("/{request_id}")
def one(request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, request_id: UUID) -> Response:
    """Show one; that it was read is noted."""
    return _one(request, session, viewer, request_id, now)


@router.post("/{request_id}")
def decide(
    request: Request,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    request_id: UUID,
    decision: Annotated[str, Form(max_length=40)] = "",
    answer: Annotated[str, Form(max_length=LONG)] = "",
) -> Response:
    """Refuse the stop, or have it reviewed and tell the reader why."""
    try:
        decide_request(session, request_id=request_id, decision=decision, answer=answer, viewer=viewer, now=now)
    except Invalid as error:
        typed = {"decision": decision, "answer": answer}
        return _one(request, session, viewer, request_id, now, typed=typed, faults=error.fields)
    return RedirectResponse("/learning/refusals", status_code=303)


def _one(request: Request, session: Session, viewer: Viewer, request_id: UUID, now: Now, **also: object) -> Response:
    shown: dict[str, object] = {
        "line": consult_request(session, request_id=request_id, viewer=viewer, now=now),
        "rank": rank_of(session, account_id=viewer.id),
        "reasons": REFUSED_BECAUSE,
        "rank_words": rank_words,
        "typed": {},
        "faults": {},
    }
    status = 422 if also.get("faults") else 200
    return page(request, "learning/refusal.html", status=status, viewer=viewer, **(shown | also))
