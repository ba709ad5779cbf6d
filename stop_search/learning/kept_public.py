"""What both sides say of receipts: compared at once, or in a large force as it was compared last."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Receipt
from stop_search.feedback.offered import OfferedCompared, offered_compared
from stop_search.reviews.kept_figures import EVERY_DAY, Figures, believed_figures

OFFERED = Figures("offered", *EVERY_DAY)
MANY_RECEIPTS = 200_000  # below, all of it is counted in a quarter of a second
FIRST_WEEK, LAST_WEEK = "0000-W00", "9999-W99"  # the whole time


def offered_shown(session: Session, *, now: datetime | None = None) -> tuple[OfferedCompared, datetime | None]:
    """Return the comparison over all answers that are kept, and when it was counted if not just now. `now`: None believes nothing kept."""
    kept = believed_figures(session, OFFERED, now=now)
    if kept is not None:
        return OfferedCompared(**kept.content), kept.counted_at
    return offered_compared(session, first_week=FIRST_WEEK, last_week=LAST_WEEK), None


def offered_to_keep(session: Session, *, many: int = MANY_RECEIPTS) -> dict[str, Any] | None:
    """Return the comparison, to be kept; None where there are fewer receipts than `many`, withdrawn ones among them."""
    receipts = session.scalar(select(func.count()).select_from(Receipt)) or 0
    return asdict(offered_shown(session)[0]) if receipts >= many else None
