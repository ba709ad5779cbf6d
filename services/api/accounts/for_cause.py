"""Reviews for a cause: a person asks for one, because of a complaint, a child's safety or force; listed apart from every draw."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.draws.rules import Cause
from stop_search.errors import Conflict, NotFound
from stop_search.reviews.for_cause import ask_for_review, reviews_asked_for

router = APIRouter(prefix="/for-cause", dependencies=[opens_to(Role.LEARNING_TEAM, Role.COMPLAINTS_HANDLER)], include_in_schema=False)
Line = Annotated[str, Form(max_length=400)]
CAUSES = {
    Cause.COMPLAINT: "Somebody complained about it",
    Cause.SAFEGUARDING: "A child or a person at risk may have come to harm",
    Cause.FORCE: "Force was used, and it is to be looked at",
}
DONE = {
    "given": "The review was asked for, and a supervisor has it.",
    "waiting": "The review was asked for. Nobody may do it at present: it stands below with the reason, and is tried again.",
}


@router.get("")
def listed(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    done: Annotated[str, Query(max_length=20)] = "",
    reference: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """List what was asked for, and the form that asks for another."""
    return _list(request, session, viewer, done=DONE.get(done, ""), typed={"reference": reference})


@router.post("")
def ask(request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, reference: Line = "", cause: Line = "") -> Response:
    """Have a stop reviewed for a cause."""
    typed = {"reference": reference, "cause": cause}
    if cause not in set(Cause):
        return _list(request, session, viewer, typed=typed, faults={"cause": "Choose why it is to be reviewed."})
    actor = viewer.acting_as(Role.LEARNING_TEAM if viewer.has(Role.LEARNING_TEAM) else Role.COMPLAINTS_HANDLER)
    within = request.app.state.force.review_within
    try:
        _, found = ask_for_review(session, reference=reference, cause=Cause(cause), within=within, actor=actor, now=now)
    except (NotFound, Conflict) as error:
        return _list(request, session, viewer, typed=typed, faults={"reference": str(error)})
    return RedirectResponse(f"/for-cause?done={'given' if found.assigned else 'waiting'}", status_code=303)


def _list(request: Request, session: Session, viewer: Viewer, **also: object) -> Response:
    shown: dict[str, object] = {
        "lines": reviews_asked_for(session, viewer=viewer),
        "causes": CAUSES,
        "is_learning": viewer.has(Role.LEARNING_TEAM),
        "typed": {},
        "faults": {},
        "done": "",
    }
    return page(request, "accounts/for_cause.html", status=422 if also.get("faults") else 200, viewer=viewer, **(shown | also))
