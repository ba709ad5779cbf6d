"""A serious concern: one step takes it out of the line, to professional standards, and holds the footage.

The review stays with its reader to be finished: what would drop the worst cases from the sample would make every figure kinder than
the truth. Until the concern is closed, nobody in the line hears of the review.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from stop_search.accounts.queries import accounts_with_role
from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.encounters.interest import encounters_of_interest
from stop_search.encounters.records import Encounter
from stop_search.errors import Invalid, NoLongerOpen, NotFound
from stop_search.footage.actions import place_hold
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.mail.actions import write_mail
from stop_search.reviews.own import own_review, record_on_review
from stop_search.reviews.records import Concern
from stop_search.reviews.rules import ReviewState

LONGEST = 4000
_TAKER = aliased(Account)


@dataclass(frozen=True)
class ConcernLine:
    """A serious concern as professional standards see it. It names no reader: what was seen counts, not who saw it."""

    concern_id: uuid.UUID
    reference: str
    started_at: datetime
    officer_number: str | None
    what: str
    at_seconds: float | None
    raised_at: datetime
    taken_by: str | None
    decision: str | None
    closed_at: datetime | None


def raise_concern(
    session: Session, *, review_id: uuid.UUID, what: str, at_seconds: float | None, public_url: str, viewer: Viewer, now: datetime
) -> uuid.UUID:
    """Raise a serious concern on a review of the viewer's own, and tell professional standards that there is one; return its id.

    The footage is held in the same transaction. Raised again, it stays as it was.

    Raises:
        NotFound: it is not the viewer's review.
        NoLongerOpen: the review was given back.
        Invalid: nothing was written, or too much.

    """
    review = own_review(session, review_id, viewer, for_update=True)
    if review.state == ReviewState.RECUSED:
        message = "This review was given back. Tell whoever leads the reviews of your concern."
        raise NoLongerOpen(message)
    known = session.scalar(select(Concern.id).where(Concern.review_id == review.id))
    if known is not None:
        return known
    written = what.strip()
    if not written or len(written) > LONGEST:
        message = f"Say in 1 to {LONGEST} characters what you saw."
        raise Invalid(message, {"what": message})
    concern = Concern(
        id=uuid.uuid4(), review_id=review.id, encounter_id=review.encounter_id, what=written, at_seconds=at_seconds, raised_at=now
    )
    session.add(concern)
    session.flush()
    actor = viewer.acting_as(Role.SUPERVISOR)
    record_on_review(session, review, "concern_raised", Operation.COLLECTION, actor, now)
    place_hold(session, encounter_id=review.encounter_id, reason=HoldReason.CONCERN, cause_id=str(concern.id), actor=actor, now=now)
    text = f"A serious concern was raised about a search. See it here: {public_url}/complaints/concerns\n"
    for account_id in accounts_with_role(session, role=Role.COMPLAINTS_HANDLER, now=now):
        write_mail(session, account_id=account_id, subject="A serious concern was raised", text=text, actor=actor, now=now)
    return concern.id


def has_concern(session: Session, *, review_id: uuid.UUID, viewer: Viewer) -> bool:
    """Return whether the viewer raised a concern on this review of their own."""
    review = own_review(session, review_id, viewer)
    return session.scalar(select(Concern.id).where(Concern.review_id == review.id)) is not None


def under_concern(session: Session, *, encounter_id: uuid.UUID) -> bool:
    """Return whether a concern on this stop is open: until it is closed, nothing of its reviews goes to the officer or the line."""
    return bool(session.scalar(select(func.count()).where(Concern.encounter_id == encounter_id, Concern.closed_at.is_(None))))


def concerns(session: Session, *, viewer: Viewer, closed: bool = False) -> list[ConcernLine]:
    """Return the concerns that are open (or closed), the oldest first; none of stops in which the viewer has an interest."""
    return [
        _line(*row)
        for row in session.execute(_wanted(viewer).where(Concern.closed_at.is_not(None) if closed else Concern.closed_at.is_(None)))
    ]


def consult_concern(session: Session, *, concern_id: uuid.UUID, viewer: Viewer, now: datetime) -> ConcernLine:
    """Return one concern, and note that it was read. Raises NotFound."""
    row = session.execute(_wanted(viewer).where(Concern.id == concern_id)).one_or_none()
    if row is None:
        message = "There is no such concern."
        raise NotFound(message)
    _log(session, concern_id, "concern_read", Operation.CONSULTATION, viewer, now)
    return _line(*row)


def take_concern(session: Session, *, concern_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Say that the viewer deals with it from now on. Raises NotFound and NoLongerOpen."""
    concern = _open(session, concern_id, viewer)
    concern.taken_by = viewer.id
    _log(session, concern_id, "concern_taken", Operation.ALTERATION, viewer, now)


def close_concern(session: Session, *, concern_id: uuid.UUID, decision: str, viewer: Viewer, now: datetime) -> None:
    """Close it with a decision that is kept; the hold ends as that of a complaint does.

    Raises:
        NotFound: there is none for this viewer.
        NoLongerOpen: it is closed.
        Invalid: nothing was written, or too much.

    """
    concern = _open(session, concern_id, viewer)
    written = decision.strip()
    if not written or len(written) > LONGEST:
        message = f"Say in 1 to {LONGEST} characters what was decided."
        raise Invalid(message, {"decision": message})
    concern.decision, concern.closed_by, concern.closed_at = written, viewer.id, now
    _log(session, concern_id, "concern_closed", Operation.ALTERATION, viewer, now)


def concern_holds_closed(session: Session, *, hold_id: uuid.UUID | None = None) -> dict[uuid.UUID, date]:
    """Return, for each concern's hold in force whose concern is closed, the day of closing; of one hold only, if it is named."""
    wanted = select(FootageHold.id, FootageHold.cause_id).where(FootageHold.reason == HoldReason.CONCERN, FootageHold.released_at.is_(None))
    held = session.execute(wanted if hold_id is None else wanted.where(FootageHold.id == hold_id)).all()
    causes = {uuid.UUID(cause_id): found for found, cause_id in held}
    closed = session.execute(select(Concern.id, Concern.closed_at).where(Concern.id.in_(causes), Concern.closed_at.is_not(None)))
    return {causes[concern_id]: at.astimezone(UTC).date() for concern_id, at in closed if at is not None}


def _wanted(viewer: Viewer):  # noqa: ANN202 -- a statement that is part of others
    return (
        select(Concern, Encounter.reference, Encounter.started_at, Account.officer_number, _TAKER.name)
        .join(Encounter, Encounter.id == Concern.encounter_id)
        .outerjoin(Account, Account.id == Encounter.officer_id)
        .outerjoin(_TAKER, _TAKER.id == Concern.taken_by)
        .where(Encounter.id.not_in(encounters_of_interest(viewer.id)))
        .order_by(Concern.raised_at, Concern.id)
    )


def _line(concern: Concern, reference: str, started_at: datetime, officer_number: str | None, taken_by: str | None) -> ConcernLine:
    return ConcernLine(
        concern.id,
        reference,
        started_at,
        officer_number,
        concern.what,
        concern.at_seconds,
        concern.raised_at,
        taken_by,
        concern.decision,
        concern.closed_at,
    )


def _open(session: Session, concern_id: uuid.UUID, viewer: Viewer) -> Concern:
    concern = session.scalar(
        select(Concern).where(Concern.id == concern_id, Concern.encounter_id.not_in(encounters_of_interest(viewer.id))).with_for_update()
    )
    if concern is None:
        message = "There is no such concern."
        raise NotFound(message)
    if concern.closed_at is not None:
        message = "This concern is closed."
        raise NoLongerOpen(message)
    return concern


def _log(session: Session, concern_id: uuid.UUID, action: str, operation: Operation, viewer: Viewer, now: datetime) -> None:
    act = Act(operation, action, "concern", str(concern_id), Purpose.COMPLAINT)
    record_act(session, actor=viewer.acting_as(Role.COMPLAINTS_HANDLER), act=act, now=now)
