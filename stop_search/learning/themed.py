"""What was coded, for the themes page: each coded comment and each sampled review with its themes, month and unit, never its id.

The newest reading counts (a first reading by the newest codebook that it was coded with); second readings measure, and count nowhere.
"""

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Team
from stop_search.encounters.records import Encounter, Receipt
from stop_search.feedback.records import CommentDecision, Feedback, FeedbackText
from stop_search.learning.records import CodedTheme, CommentCoding
from stop_search.learning.sample import submitted as sampled_reviews
from stop_search.learning.theme_rules import CommentReading, Source, Themed, month_of_week
from stop_search.reviews.records import Review, ReviewTheme
from stop_search.wording import london

NO_UNIT = "Unit not known"


def themed(session: Session, source: Source) -> tuple[Themed, ...]:
    """Return all that was coded of a source."""
    return tuple(_comments(session) if source is Source.COMMENTS else _reviews(session))


def coded_comments(session: Session) -> dict[uuid.UUID, frozenset[str]]:
    """Return what counts of each coded comment: its first reading, by the newest codebook that it was read with."""
    rows = session.execute(
        select(CommentCoding.comment_id, CommentCoding.id)
        .where(CommentCoding.reading == CommentReading.FIRST)
        .order_by(CommentCoding.comment_id, CommentCoding.codebook)
    )
    newest = {comment_id: coding_id for comment_id, coding_id in rows}  # noqa: C416 -- a row is no pair to the type checker
    ticked = _grouped((coding_id, theme) for coding_id, theme in session.execute(select(CodedTheme.coding_id, CodedTheme.theme)))
    return {comment_id: frozenset(ticked.get(coding_id, ())) for comment_id, coding_id in newest.items()}


def _comments(session: Session) -> Iterable[Themed]:
    newest = coded_comments(session)
    rows = session.execute(
        select(CommentDecision.id, FeedbackText.week, Team.unit)
        .join(FeedbackText, FeedbackText.id == CommentDecision.text_id)
        .join(Feedback, Feedback.id == FeedbackText.feedback_id)
        .join(Receipt, Receipt.id == Feedback.receipt_id)
        .join(Encounter, Encounter.id == Receipt.encounter_id)
        .outerjoin(Team, Team.id == Encounter.team_id)
        .order_by(CommentDecision.id)
    )
    for comment_id, week, unit in rows:
        if comment_id in newest:
            yield Themed(newest[comment_id], month_of_week(week), unit or NO_UNIT)


def _reviews(session: Session) -> Iterable[Themed]:
    rows = session.execute(
        sampled_reviews(select(Review.id, Encounter.started_at, Team.unit))
        .join(Encounter, Encounter.id == Review.encounter_id)
        .outerjoin(Team, Team.id == Encounter.team_id)
        .order_by(Review.id)
    )
    picked = session.execute(select(ReviewTheme.review_id, ReviewTheme.theme))
    ticked = _grouped((review_id, theme) for review_id, theme in picked)
    for review_id, started_at, unit in rows:
        yield Themed(frozenset(ticked.get(review_id, ())), f"{london(started_at):%Y-%m}", unit or NO_UNIT)


def _grouped(rows: Iterable[tuple[uuid.UUID, str]]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = {}
    for key, theme in rows:
        found.setdefault(key, []).append(theme)
    return found
