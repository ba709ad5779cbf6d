"""The administrator's page on how long recordings are kept: what goes next, what is held, the clock, changes of class, certificates."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.api.accounts.holds import REASONS
from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.retention import RetentionClass
from stop_search.database.session import database_now
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.footage.certificates import certificate_document, erasure_certificate, newest_erasures
from stop_search.footage.changing_class import agree_to_change, change_class
from stop_search.footage.clock_rules import IN_DOUBT, Change
from stop_search.footage.clock_watch import confirm_clock, erasing_moment, newest_look, this_machine
from stop_search.footage.plan import changes_waiting, retention_plan
from stop_search.footage.retention import newest_runs
from stop_search.reviews.before_review import before_review_shown

router = APIRouter(prefix="/admin", include_in_schema=False)
LINES_SHOWN = 200
CLOSELY = 20  # recordings: a comparison takes up to 30 ms
Line = Annotated[str, Form(max_length=400)]
DONE = {
    "clock": "You confirmed the clock. The next run goes by it.",
    "longer": "The class is changed. The recording is kept longer by that.",
    "same": "The class is changed. Its last day stays the same.",
    "sooner": "A second administrator has to agree before the recording goes sooner.",
    "agreed": "You agreed. The recording is kept for at least another week.",
}


@router.get("/retention", dependencies=[opens_to(Role.ADMINISTRATOR, Role.AUDITOR)])
def retention_page(
    request: Request, viewer: CurrentViewer, session: WriteSession, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Show what the next run would do and why each held recording stays."""
    return _page(request, session, viewer, done=DONE.get(done, ""))


@router.post("/retention/clock", dependencies=[opens_to(Role.ADMINISTRATOR)])
def confirm(request: Request, viewer: CurrentViewer, session: WriteSession, compared: Line = "") -> Response:
    """Take the administrator's word that the database's clock is right."""
    if compared != "yes":
        sentence = "Compare the clock with one elsewhere, and say that you did."
        return _page(request, session, viewer, faults={"compared": sentence})
    confirm_clock(session, shown=database_now(session), witness=this_machine(), actor=viewer.acting_as(Role.ADMINISTRATOR))
    return _back("clock")


@router.post("/retention/class", dependencies=[opens_to(Role.ADMINISTRATOR)])
def put_into_class(
    request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, footage: Line = "", to: Line = "", because: Line = ""
) -> Response:
    """Change the class of a recording, or propose it where the recording goes sooner by that."""
    typed = {"footage": footage, "to": to, "because": because}
    try:
        footage_id, wanted = _checked(footage, to)
        clocks = request.app.state.force.retention.on(now.date())
        change = change_class(session, footage_id=footage_id, to=wanted, because=because, viewer=viewer, clocks=clocks, now=now)
    except Invalid as error:
        return _page(request, session, viewer, faults=error.fields, typed=typed)
    except (Conflict, NotAllowed, NotFound) as error:
        return _page(request, session, viewer, faults={"footage": str(error)}, typed=typed)
    return _back({Change.LONGER: "longer", Change.SAME: "same", Change.SOONER: "sooner"}[change])


@router.post("/retention/changes/{change_id}", dependencies=[opens_to(Role.ADMINISTRATOR)])
def agree(request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, change_id: UUID) -> Response:
    """Agree, as the second administrator, that a recording goes sooner."""
    try:
        clocks = request.app.state.force.retention.on(now.date())
        agree_to_change(session, change_id=change_id, viewer=viewer, clocks=clocks, now=now)
    except (Conflict, NotAllowed) as error:
        return _page(request, session, viewer, faults={"changes": str(error)})
    return _back("agreed")


@router.get("/erasures/{footage_id}", dependencies=[opens_to(Role.ADMINISTRATOR, Role.AUDITOR)])
def certificate_page(request: Request, viewer: CurrentViewer, session: ReadSession, footage_id: UUID) -> Response:
    """Show the certificate of an erasure, to read or to print."""
    return page(request, "admin/certificate.html", viewer=viewer, one=erasure_certificate(session, footage_id=footage_id))


@router.get("/erasures/{footage_id}/certificate.json", dependencies=[opens_to(Role.ADMINISTRATOR, Role.AUDITOR)])
def certificate_file(session: ReadSession, footage_id: UUID) -> Response:
    """Give the certificate as JSON."""
    document = certificate_document(erasure_certificate(session, footage_id=footage_id))
    name = f'attachment; filename="erasure-{footage_id}.json"'
    return JSONResponse(document, headers={"content-disposition": name})


def _checked(footage: str, to: str) -> tuple[UUID, RetentionClass]:
    faults: dict[str, str] = {}
    footage_id: UUID | None = None
    try:
        footage_id = UUID(footage.strip())
    except ValueError:
        faults["footage"] = "Give the recording's id, as it stands on the stop's page or in the plan."
    if to not in set(RetentionClass):
        faults["to"] = "Choose the class."
    if footage_id is None or faults:
        raise Invalid(next(iter(faults.values())), faults)
    return footage_id, RetentionClass(to)


def _back(done: str) -> Response:
    return RedirectResponse(f"/admin/retention?done={done}", status_code=303)


def _page(request: Request, session: Session, viewer: Viewer, **also: object) -> Response:
    at, look = database_now(session), newest_look(session)
    role = Role.ADMINISTRATOR if viewer.has(Role.ADMINISTRATOR) else Role.AUDITOR
    read = Act(Operation.CONSULTATION, "retention_plan_read", "retention_plan", "next", Purpose.ADMINISTRATION)
    record_act(session, actor=viewer.acting_as(role), act=read, now=at)
    plan = retention_plan(session, at=erasing_moment(session, shown=at), closely=CLOSELY)
    doubt = _doubt(look.doubt.total_seconds() if look else 0)
    shown: dict[str, object] = {
        "plan": plan,
        "shown_lines": LINES_SHOWN,
        "reasons": REASONS,
        "clock": at,
        "doubt": doubt,
        "look": look,
        "runs": newest_runs(session),
        "waiting": changes_waiting(session),
        "erasures": newest_erasures(session),
        "before_review": before_review_shown(session, now=at),
        "clocks": request.app.state.force.retention.on(at.date()),
        "may_change": viewer.has(Role.ADMINISTRATOR),
        "faults": {},
        "typed": {},
        "done": "",
    }
    return page(request, "admin/retention.html", status=422 if also.get("faults") else 200, viewer=viewer, **(shown | also))


def _doubt(seconds: float) -> str:
    """Return in words by how much the clock may be ahead, or nothing where that is too little to matter."""
    if seconds < IN_DOUBT.total_seconds():
        return ""
    hours = round(seconds / 3600)
    return f"{hours} hours" if hours > 1 else "an hour"
