"""How many receipts there are and what people answered to them: counted at once, or in a large force as it was counted last."""

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Receipt
from stop_search.feedback.offered import OfferedCompared, offered_compared
from stop_search.feedback.queries import AnswerCount, answer_counts, standing_counts
from stop_search.feedback.rules import Standing
from stop_search.reviews.kept_figures import EVERY_DAY, EVERY_HOUR, Figures, believed_figures

PUBLIC_ANSWERS = Figures("public_answers", *EVERY_HOUR)
OFFERED = Figures("offered", *EVERY_DAY)
MANY_RECEIPTS = 200_000  # below, all of it is counted in a quarter of a second
FIRST_WEEK, LAST_WEEK = "0000-W00", "9999-W99"  # the whole time


@dataclass(frozen=True)
class PublicCounts:
    """Receipts, feedback by its standing, and primary answers; `counted_at` is None where they were counted just now."""

    receipts: int
    standings: Mapping[Standing, int]
    answers: tuple[AnswerCount, ...]
    counted_at: datetime | None = None


def public_counts(session: Session, *, now: datetime | None = None) -> PublicCounts:
    """Return the counts of the whole time. `now`: None believes none that were kept."""
    kept = believed_figures(session, PUBLIC_ANSWERS, now=now)
    if kept is None:
        answers = answer_counts(session, first_week=FIRST_WEEK, last_week=LAST_WEEK)
        return PublicCounts(receipts_given(session), standing_counts(session), answers)
    content = kept.content
    standings = {standing: content["standings"][standing] for standing in Standing}
    return PublicCounts(content["receipts"], standings, tuple(AnswerCount(*each) for each in content["answers"]), kept.counted_at)


def receipts_and_answered(session: Session, *, now: datetime | None = None) -> tuple[int, int]:
    """Return how many receipts there are and how many were answered by the person who was stopped, without counting the answers."""
    kept = believed_figures(session, PUBLIC_ANSWERS, now=now)
    if kept is not None:
        return kept.content["receipts"], kept.content["standings"][Standing.PRIMARY]
    return receipts_given(session), standing_counts(session)[Standing.PRIMARY]


def offered_shown(session: Session, *, now: datetime | None = None) -> tuple[OfferedCompared, datetime | None]:
    """Return the comparison of what both sides say of receipts, over the whole time, and when it was counted if not just now."""
    kept = believed_figures(session, OFFERED, now=now)
    if kept is not None:
        return OfferedCompared(**kept.content), kept.counted_at
    return offered_compared(session, first_week=FIRST_WEEK, last_week=LAST_WEEK), None


def public_counts_to_keep(session: Session, *, many: int = MANY_RECEIPTS) -> dict[str, Any] | None:
    """Return the counts, to be kept; None where there are fewer receipts than `many`."""
    if receipts_given(session) < many:
        return None
    counts = public_counts(session)
    answers = [list(astuple(each)) for each in counts.answers]
    return {"receipts": counts.receipts, "standings": dict(counts.standings), "answers": answers}


def offered_to_keep(session: Session, *, many: int = MANY_RECEIPTS) -> dict[str, Any] | None:
    """Return the comparison, to be kept; None where there are fewer receipts than `many`."""
    return asdict(offered_shown(session)[0]) if receipts_given(session) >= many else None


def receipts_given(session: Session) -> int:
    """Return how many receipts there are."""
    return session.scalar(select(func.count()).select_from(Receipt)) or 0
