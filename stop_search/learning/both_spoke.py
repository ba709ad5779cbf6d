"""What the public and the reviewers said of the same stops, criterion by criterion, over all draws: from sums of months."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.learning.month_sums import sums_of
from stop_search.learning.series import Asked
from stop_search.learning.together import Gaps
from stop_search.learning.together_sums import TOGETHER, gaps_in, months_of_draws


def gaps_by_criterion(session: Session, *, asked: Mapping[str, Asked], now: datetime) -> tuple[dict[str, Gaps], datetime | None]:
    """Return the gaps of each criterion of which both spoke, and when the oldest were counted; None where all were just now."""
    months = months_of_draws(session)
    if months is None:
        return {}, None
    counted = sums_of(session, months=months, parts=(TOGETHER,), now=now)
    return gaps_in(counted.parts[TOGETHER], asked), counted.counted_at
