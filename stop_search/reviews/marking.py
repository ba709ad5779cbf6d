"""Marks, themes and flags: what the reviewer answers while a review is open."""

import uuid
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Operation
from stop_search.codes.themes import themes
from stop_search.errors import Invalid, NotFound
from stop_search.reviews.own import record_on_review, started_review
from stop_search.reviews.queries import playable_seconds, record_facts
from stop_search.reviews.records import Mark, MarkItem, Review, ReviewFlag, ReviewTheme
from stop_search.reviews.rules import Criterion, MarkGiven, MarkKind, mark_problems
from stop_search.reviews.versions import rubric_of

NOTE_LIMIT = 4000


def save_mark(session: Session, *, review_id: uuid.UUID, criterion: str, mark: MarkGiven, viewer: Viewer, now: datetime) -> None:
    """Store one criterion's answer in place of any earlier one.

    Raises:
        NotFound: it is not the viewer's, or the rubric has no such criterion.
        NotAllowed: the review has not been started, or there is a conflict of interest.
        NoLongerOpen: it was handed in or given back.
        Invalid: the mark is not complete; `fields` says what is missing.

    """
    review = started_review(session, review_id, viewer)
    wanted = _criterion(session, review, criterion)
    facts = record_facts(session, encounter_id=review.encounter_id)
    seconds = playable_seconds(session, encounter_id=review.encounter_id)
    problems = mark_problems(wanted, mark, record_facts=facts, footage_seconds=seconds)
    if mark.evidence and len(mark.evidence) > NOTE_LIMIT:
        problems["evidence"] = f"Write at most {NOTE_LIMIT} characters."
    if problems:
        message = "This answer is not complete."
        raise Invalid(message, problems)
    row = session.get(Mark, (review.id, wanted.id)) or Mark(review_id=review.id, criterion=wanted.id)
    row.kind, row.marked_at = mark.kind, now
    row.level = mark.level if mark.kind is MarkKind.SCORED else None
    row.reason = None if mark.kind is MarkKind.SCORED else mark.reason
    row.evidence = mark.evidence or None
    row.evidence_from_seconds, row.evidence_to_seconds = mark.evidence_from_seconds, mark.evidence_to_seconds
    session.add(row)
    session.flush()
    _store_items(session, review, wanted, mark)
    record_on_review(session, review, "mark_saved", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now, fields=(wanted.id,))


def _store_items(session: Session, review: Review, criterion: Criterion, mark: MarkGiven) -> None:
    session.execute(delete(MarkItem).where(MarkItem.review_id == review.id, MarkItem.criterion == criterion.id))
    if mark.kind is MarkKind.SCORED:
        session.add_all(
            MarkItem(review_id=review.id, criterion=criterion.id, item=item.id, answer=mark.items[item.id]) for item in criterion.items
        )
    session.flush()


def save_themes(
    session: Session, *, review_id: uuid.UUID, theme_keys: frozenset[str], flags: frozenset[str], viewer: Viewer, now: datetime
) -> None:
    """Store the themes and flags picked, in place of earlier ones. Raises as `save_mark`."""
    review = started_review(session, review_id, viewer)
    rubric = rubric_of(session, review)
    known_flags = {flag.id for flag in (*rubric.injustice_flags, *rubric.commendation_flags)}
    if unknown := sorted((theme_keys - {theme.key for theme in themes()}) | (flags - known_flags)):
        message = f"There is no such theme or flag: {', '.join(unknown)}."
        raise Invalid(message, {"themes": message})
    session.execute(delete(ReviewTheme).where(ReviewTheme.review_id == review.id))
    session.execute(delete(ReviewFlag).where(ReviewFlag.review_id == review.id))
    session.add_all(ReviewTheme(review_id=review.id, theme=key) for key in sorted(theme_keys))
    session.add_all(ReviewFlag(review_id=review.id, flag=flag) for flag in sorted(flags))
    session.flush()
    record_on_review(
        session, review, "themes_saved", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now, fields=("themes", "flags")
    )


def _criterion(session: Session, review: Review, criterion_id: str) -> Criterion:
    found = rubric_of(session, review).criterion(criterion_id)
    if found is None:
        message = "There is no such criterion."
        raise NotFound(message)
    return found
