"""What was coded, for the themes page: coded comments and sampled reviews with their themes, month and unit, never their ids.

The newest reading counts (a first reading by the newest codebook that it was coded with); second readings measure, and count nowhere.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Team
from stop_search.encounters.records import Encounter, Receipt
from stop_search.feedback.records import CommentDecision, Feedback, FeedbackText
from stop_search.learning.records import CodedTheme, CommentCoding
from stop_search.learning.sample import submitted as sampled_reviews
from stop_search.learning.theme_rules import CommentReading, Source, Themed, month_of_week
from stop_search.reviews.kept_figures import EVERY_DAY, Figures, believed_figures
from stop_search.reviews.records import Review, ReviewTheme
from stop_search.wording import london

NO_UNIT, NO_MONTH = "Unit not known", ""
THEMED_REVIEWS = Figures("themed_reviews", *EVERY_DAY)
MANY_REVIEWS = 3_000  # below, they are counted in a fifth of a second


def themed(session: Session, source: Source) -> tuple[Themed, ...]:
    """Return all that was coded of a source, counted now."""
    return tuple(_comments(session) if source is Source.COMMENTS else _reviews(session))


@dataclass(frozen=True)
class Coded:
    """What was coded of a source, with the month of each text and with its unit; of kept ones never with both, which is all that is shown.

    `counted_at`: None where it was counted just now.
    """

    by_month: Sequence[Themed]
    by_unit: Sequence[Themed]
    counted_at: datetime | None = None


def coded_shown(session: Session, source: Source, *, now: datetime | None = None) -> Coded:
    """Return what was coded of a source, in a force with many reviews as it was counted last. `now`: None counts anew."""
    kept = believed_figures(session, THEMED_REVIEWS, now=now) if source is Source.REVIEWS else None
    if kept is None:
        coded = themed(session, source)
        return Coded(coded, coded)
    return Coded(
        [Themed(frozenset(keys), month, NO_UNIT, number) for keys, month, number in kept.content["months"]],
        [Themed(frozenset(keys), NO_MONTH, unit, number) for keys, unit, number in kept.content["units"]],
        kept.counted_at,
    )


def themed_reviews_to_keep(session: Session, *, many: int = MANY_REVIEWS) -> dict[str, Any] | None:
    """Return the groups of reviews, by month and by unit, to be kept; None where there are fewer than `many`."""
    if (session.scalar(sampled_reviews(select(func.count()))) or 0) < many:
        return None
    months, units = Counter[tuple[tuple[str, ...], str]](), Counter[tuple[tuple[str, ...], str]]()
    for one in _reviews(session):
        keys = tuple(sorted(one.themes))
        months[keys, one.month] += one.texts
        units[keys, one.unit] += one.texts
    return {
        "months": [[list(keys), month, number] for (keys, month), number in sorted(months.items())],
        "units": [[list(keys), unit, number] for (keys, unit), number in sorted(units.items())],
    }


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


def _reviews(session: Session) -> list[Themed]:
    """Count the reviews of the random sample in groups of one month, one unit and the same themes."""
    rows = session.execute(
        sampled_reviews(select(Review.id, Encounter.started_at, Team.unit))
        .join(Encounter, Encounter.id == Review.encounter_id)
        .outerjoin(Team, Team.id == Encounter.team_id)
    )
    picked = session.execute(select(ReviewTheme.review_id, ReviewTheme.theme))
    ticked = _grouped((review_id, theme) for review_id, theme in picked)
    groups = Counter(
        (f"{london(started_at):%Y-%m}", unit or NO_UNIT, tuple(sorted(ticked.get(review_id, ())))) for review_id, started_at, unit in rows
    )
    return [Themed(frozenset(keys), month, unit, number) for (month, unit, keys), number in sorted(groups.items())]


def _grouped(rows: Iterable[tuple[uuid.UUID, str]]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = {}
    for key, theme in rows:
        found.setdefault(key, []).append(theme)
    return found
