"""All figures that a job works out in a large force and keeps, with how each is counted."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from stop_search.learning.kept_public import OFFERED, offered_to_keep
from stop_search.learning.themed import THEMED_REVIEWS, themed_reviews_to_keep
from stop_search.reviews.before_review import AT_RISK, before_review_to_keep
from stop_search.reviews.gold_shown import FAR_APART, far_apart_to_keep
from stop_search.reviews.kept_figures import Figures, figures_due
from stop_search.reviews.kept_trust import TRUST, trust_to_keep

COUNTED: Mapping[Figures, Callable[[Session], dict[str, Any] | None]] = {
    AT_RISK: before_review_to_keep,
    OFFERED: offered_to_keep,
    THEMED_REVIEWS: themed_reviews_to_keep,
    FAR_APART: far_apart_to_keep,
    TRUST: trust_to_keep,
}


def figures_to_keep(session: Session, *, now: datetime) -> dict[Figures, dict[str, Any]]:
    """Return what is due and came to something worth keeping; in a small force nothing does."""
    found = {figures: COUNTED[figures](session) for figures in figures_due(session, tuple(COUNTED), now=now)}
    return {figures: content for figures, content in found.items() if content is not None}
