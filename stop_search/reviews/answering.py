"""What an officer answers to a review of an own stop: that it was read, in words, or that some of it be read again by somebody else."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Operation
from stop_search.draws.records import FrameEntry
from stop_search.errors import Invalid, NoLongerOpen
from stop_search.footage.actions import place_hold
from stop_search.footage.rules import HoldReason
from stop_search.reviews.assigning import ask_for_readers
from stop_search.reviews.disputes import may_still_dispute
from stop_search.reviews.drawn_holds import hold_cause
from stop_search.reviews.final_marks import final_marks
from stop_search.reviews.marking import NOTE_LIMIT
from stop_search.reviews.officers_reviews import shown_since, told_review
from stop_search.reviews.own import record_on_review
from stop_search.reviews.records import OfficerResponse, Review
from stop_search.reviews.rules import ResponseKind
from stop_search.reviews.versions import rubric_of


def read_own_review(session: Session, *, review_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Write that the officer reads the review (Data Protection Act 2018 s.62). Raises NotFound unless it is of an own stop."""
    review, _ = told_review(session, review_id=review_id, viewer=viewer)
    record_on_review(session, review, "own_review_read", Operation.CONSULTATION, viewer.acting_as(Role.OFFICER), now)


def acknowledge_review(session: Session, *, review_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Keep that the officer has read the review; said twice, it is kept once. Raises NotFound unless it is of an own stop."""
    review, _ = told_review(session, review_id=review_id, viewer=viewer)
    if _answered(session, review, ResponseKind.ACKNOWLEDGED) is None:
        _keep(session, review, ResponseKind.ACKNOWLEDGED, viewer, now)


def reply_to_review(session: Session, *, review_id: uuid.UUID, text: str, viewer: Viewer, now: datetime) -> None:
    """Keep what the officer says about the review, beside it. The same words sent again are kept once.

    Raises:
        NotFound: it is not of an own stop, or is kept back.
        Invalid: nothing was written, or too much (`reply`).

    """
    review, _ = told_review(session, review_id=review_id, viewer=viewer)
    said = _words(text, "reply", "Write what you want to say")
    if said not in _replies(session, review):
        _keep(session, review, ResponseKind.REPLIED, viewer, now, text=said)


def dispute_review(
    session: Session,
    *,
    review_id: uuid.UUID,
    criteria: Collection[str],
    reason: str,
    within: timedelta,
    viewer: Viewer,
    now: datetime,
) -> None:
    """Ask for some criteria to be read again by somebody who has not read this stop. It can be asked for once; the footage is held again.

    Raises:
        NotFound: it is not of an own stop, or is kept back.
        NoLongerOpen: it was disputed before, or the time for it is over.
        Invalid: no criterion was named, or one that was not marked (`criteria`); or no reason (`reason`).

    """
    review, _ = told_review(session, review_id=review_id, viewer=viewer)
    if _answered(session, review, ResponseKind.DISPUTED) is not None:
        message = "You have disputed this review already. It is read again once."
        raise NoLongerOpen(message)
    if not may_still_dispute(shown_since=shown_since(session, review), within=within, now=now):
        message = f"A review can be disputed for {within.days} days after it is shown. That time is over."
        raise NoLongerOpen(message)
    named, said = _named(session, review, criteria, reason)
    response = _keep(session, review, ResponseKind.DISPUTED, viewer, now, criteria=named, text=said)
    entry = session.get_one(FrameEntry, review.frame_entry_id)
    place_hold(session, encounter_id=review.encounter_id, reason=HoldReason.DRAWN, cause_id=hold_cause(entry), now=now)
    ask_for_readers(session, entry=entry, after=response.id)


def _named(session: Session, review: Review, criteria: Collection[str], reason: str) -> tuple[list[str], str]:
    """Return the disputed criteria in the rubric's order, and the reason. Raises Invalid with all that is wrong."""
    marked = final_marks(session, frame_entry_ids=[review.frame_entry_id])[review.frame_entry_id].marks
    named = [criterion.id for criterion in rubric_of(session, review).criteria if criterion.id in set(criteria) & set(marked)]
    problems: dict[str, str] = {}
    if not named or len(named) < len(set(criteria)):
        problems["criteria"] = "Choose at least one mark of this review that should be looked at again."
    try:
        said = _words(reason, "reason", "Say why")
    except Invalid as error:
        problems |= error.fields
        said = ""
    if problems:
        message = "The dispute was not sent."
        raise Invalid(message, problems)
    return named, said


def _words(typed: str, field: str, what: str) -> str:
    said = typed.strip()
    if not said or len(said) > NOTE_LIMIT:
        message = f"{what}, in 1 to {NOTE_LIMIT:,} characters."
        raise Invalid(message, {field: message})
    return said


def _answered(session: Session, review: Review, kind: ResponseKind) -> OfficerResponse | None:
    return session.scalar(select(OfficerResponse).where(OfficerResponse.review_id == review.id, OfficerResponse.kind == kind))


def _replies(session: Session, review: Review) -> list[str | None]:
    kept = select(OfficerResponse.text).where(OfficerResponse.review_id == review.id, OfficerResponse.kind == ResponseKind.REPLIED)
    return list(session.scalars(kept))


def _keep(
    session: Session,
    review: Review,
    kind: ResponseKind,
    viewer: Viewer,
    now: datetime,
    *,
    criteria: list[str] | None = None,
    text: str | None = None,
) -> OfficerResponse:
    response = OfficerResponse(id=uuid.uuid4(), review_id=review.id, account_id=viewer.id, kind=kind, criteria=criteria, text=text, at=now)
    session.add(response)
    session.flush()
    fields = ("text", "criteria") if criteria else ("text",) if text else ()
    record_on_review(session, review, f"review_{kind}", Operation.ALTERATION, viewer.acting_as(Role.OFFICER), now, fields=fields)
    return response
