"""A reader says that a drawn stop must not be reviewed; somebody of rank, who has no interest in it, refuses it or has it reviewed.

Neither tells the other reader of the stop anything before it is decided. Nothing is drawn in the place of what is refused.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import accounts_with_role, held_posts
from stop_search.accounts.ranks import rank_of
from stop_search.accounts.rules import Rank, Role, Viewer
from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import FrameOutcome, RefusalReason
from stop_search.encounters.records import Encounter
from stop_search.errors import Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.mail.actions import write_mail
from stop_search.reviews.assignment import Candidate, conflict_of
from stop_search.reviews.circumstances import circumstances_of
from stop_search.reviews.own import open_review, own_review, record_on_review
from stop_search.reviews.records import RefusalRequest
from stop_search.reviews.refusing import refuse_entry
from stop_search.reviews.rules import OPEN_STATES, Reading, RefusalDecision

LONGEST = 2000


@dataclass(frozen=True)
class OwnRequest:
    """What the reader asked, and what came of it: `answer` is told where the stop is to be reviewed all the same.

    `is_open`: the review can still be worked at.
    """

    reason: RefusalReason
    because: str
    asked_at: datetime
    decision: RefusalDecision | None
    answer: str | None
    is_open: bool


@dataclass(frozen=True)
class RequestLine:
    """A request as somebody of rank sees it. It names no reader. `can_be_refused`: nothing was said yet of what became of the stop."""

    request_id: uuid.UUID
    reference: str
    started_at: datetime
    reason: RefusalReason
    because: str
    asked_at: datetime
    can_be_refused: bool
    decision: RefusalDecision | None
    rank: Rank | None
    decided_at: datetime | None


def ask_refusal(
    session: Session, *, review_id: uuid.UUID, reason: str, because: str, public_url: str, viewer: Viewer, now: datetime
) -> uuid.UUID:
    """Say of an open review of the viewer's own that the stop must not be reviewed, and tell those of rank; return the request's id.

    Asked again, it stays as it was.

    Raises:
        NotFound: it is not the viewer's review.
        NoLongerOpen: it was handed in or given back.
        Invalid: no reason is chosen, nothing is written, or too much.

    """
    review = open_review(session, review_id, viewer)
    known = session.scalar(select(RefusalRequest.id).where(RefusalRequest.review_id == review.id))
    if known is not None:
        return known
    chosen, written = _checked_reason(reason, because)
    request = RefusalRequest(
        id=uuid.uuid4(),
        review_id=review.id,
        frame_entry_id=review.frame_entry_id,
        encounter_id=review.encounter_id,
        asked_by=viewer.id,
        asked_at=now,
        reason=chosen,
        because=written,
    )
    session.add(request)
    session.flush()
    actor = viewer.acting_as(Role.SUPERVISOR)
    record_on_review(session, review, "refusal_asked_for", Operation.COLLECTION, actor, now, fields=("reason", "because"))
    text = f"A reader says that a drawn search must not be reviewed. See it here: {public_url}/learning/refusals\n"
    for account_id in accounts_with_role(session, role=Role.LEARNING_TEAM, now=now):
        if rank_of(session, account_id=account_id) is not None:
            write_mail(session, account_id=account_id, subject="A search to refuse or to keep", text=text, actor=actor, now=now)
    return request.id


def own_request(session: Session, *, review_id: uuid.UUID, viewer: Viewer) -> OwnRequest | None:
    """Return what the viewer asked of a review of their own, None for nothing. Raises NotFound."""
    review = own_review(session, review_id, viewer)
    row = session.scalar(select(RefusalRequest).where(RefusalRequest.review_id == review.id))
    if row is None:
        return None
    decision = RefusalDecision(row.decision) if row.decision else None
    return OwnRequest(RefusalReason(row.reason), row.because, row.asked_at, decision, row.answer, review.state in OPEN_STATES)


def refusal_requests(session: Session, *, viewer: Viewer, decided: bool = False, limit: int = 100) -> list[RequestLine]:
    """Return the requests that wait, the oldest first, or that were decided, the newest first; none of stops near the viewer or read."""
    state = RefusalRequest.decided_at.is_not(None) if decided else RefusalRequest.decided_at.is_(None)
    by_time = RefusalRequest.decided_at.desc() if decided else RefusalRequest.asked_at
    rows = session.execute(_wanted().where(state).order_by(by_time, RefusalRequest.id).limit(limit)).all()
    return [_line(*row) for row in rows if _may_decide(session, row[0], viewer)]


def consult_request(session: Session, *, request_id: uuid.UUID, viewer: Viewer, now: datetime) -> RequestLine:
    """Return one request, and note that it was read. Raises NotFound."""
    row = session.execute(_wanted().where(RefusalRequest.id == request_id)).one_or_none()
    if row is None or not _may_decide(session, row[0], viewer):
        message = "There is no such request."
        raise NotFound(message)
    _log(session, request_id, "refusal_request_read", Operation.CONSULTATION, viewer, now)
    return _line(*row)


def decide_request(session: Session, *, request_id: uuid.UUID, decision: str, answer: str, viewer: Viewer, now: datetime) -> None:
    """Refuse the stop with the viewer's rank, which is published with the reason, or have it reviewed and tell the reader why.

    What others asked of the same stop is decided with it.

    Raises:
        NotFound: there is no such request for this viewer.
        NotAllowed: no rank is noted of the viewer.
        NoLongerOpen: it was decided, or it was said before what became of the stop.
        Invalid: no decision is chosen, or the reader would not be told why.

    """
    wait_for_log(session)
    request = session.get(RefusalRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None or not _may_decide(session, request, viewer):
        message = "There is no such request."
        raise NotFound(message)
    rank = rank_of(session, account_id=viewer.id)
    if rank is None:
        message = "Only somebody of the rank of inspector or above decides this. An administrator notes ranks."
        raise NotAllowed(message)
    if request.decided_at is not None:
        message = "This was decided before."
        raise NoLongerOpen(message)
    chosen, written = _checked_decision(decision, answer)
    _decide(request, chosen, written, rank, viewer, now)
    if chosen is RefusalDecision.REFUSED:
        _refuse(session, request, rank, viewer, now)
    session.flush()
    _log(session, request_id, f"refusal_request_{chosen}", Operation.ALTERATION, viewer, now)


def _refuse(session: Session, request: RefusalRequest, rank: Rank, viewer: Viewer, now: datetime) -> None:
    entry = session.get_one(FrameEntry, request.frame_entry_id)
    actor = viewer.acting_as(Role.LEARNING_TEAM)
    refuse_entry(session, entry=entry, reason=RefusalReason(request.reason), rank=rank, actor=actor, now=now)
    others = select(RefusalRequest).where(RefusalRequest.frame_entry_id == entry.id, RefusalRequest.decided_at.is_(None))
    for other in session.scalars(others).all():
        _decide(other, RefusalDecision.REFUSED, None, rank, viewer, now)


def _decide(request: RefusalRequest, chosen: RefusalDecision, answer: str | None, rank: Rank, viewer: Viewer, now: datetime) -> None:
    request.decision, request.answer, request.rank = chosen, answer, rank
    request.decided_by, request.decided_at = viewer.id, now


def _may_decide(session: Session, request: RefusalRequest, viewer: Viewer) -> bool:
    """Return whether nothing stands between the viewer and the stop: as with reviews, and whoever read it or asked does not decide."""
    if request.asked_by == viewer.id:
        return False
    about = circumstances_of(
        session, encounter_id=request.encounter_id, frame_entry_id=request.frame_entry_id, reading=Reading.CALIBRATION
    )  # of a reading that nobody takes here, so that every reader of the stop counts
    return conflict_of(Candidate(viewer.id, held_posts(session, account_id=viewer.id)), about) is None


def _wanted() -> Select[RefusalRequest, FrameEntry, str, datetime]:
    return (
        select(RefusalRequest, FrameEntry, Encounter.reference, Encounter.started_at)
        .join(FrameEntry, FrameEntry.id == RefusalRequest.frame_entry_id)
        .join(Encounter, Encounter.id == RefusalRequest.encounter_id)
    )


def _line(request: RefusalRequest, entry: FrameEntry, reference: str, started_at: datetime) -> RequestLine:
    return RequestLine(
        request_id=request.id,
        reference=reference,
        started_at=started_at,
        reason=RefusalReason(request.reason),
        because=request.because,
        asked_at=request.asked_at,
        can_be_refused=entry.is_drawn and entry.outcome == FrameOutcome.DRAWN,
        decision=RefusalDecision(request.decision) if request.decision else None,
        rank=Rank(request.rank) if request.rank else None,
        decided_at=request.decided_at,
    )


def _checked_reason(reason: str, because: str) -> tuple[RefusalReason, str]:
    fields: dict[str, str] = {}
    if reason not in set(RefusalReason):
        fields["reason"] = "Choose why it must not be reviewed."
    written = because.strip()
    if not 0 < len(written) <= LONGEST:
        fields["because"] = f"Say in 1 to {LONGEST} characters how you know."
    if fields:
        raise Invalid(" ".join(fields.values()), fields)
    return RefusalReason(reason), written


def _checked_decision(decision: str, answer: str) -> tuple[RefusalDecision, str | None]:
    fields: dict[str, str] = {}
    if decision not in set(RefusalDecision):
        fields["decision"] = "Choose what is to become of it."
    written = answer.strip()
    if len(written) > LONGEST or (decision == RefusalDecision.KEPT and not written):
        fields["answer"] = f"Tell the reader in 1 to {LONGEST} characters why it is to be reviewed."
    if fields:
        raise Invalid(" ".join(fields.values()), fields)
    return RefusalDecision(decision), written or None


def _log(session: Session, request_id: uuid.UUID, action: str, operation: Operation, viewer: Viewer, now: datetime) -> None:
    act = Act(operation, action, "refusal_request", str(request_id), Purpose.SUPERVISOR_REVIEW)
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act, now=now)
