"""Figures over all reviews or all answers that a job works out in a large force: which are due, which are believed, and keeping them.

Where none are believed a page works them out as it is asked for: a small force always, a large one while no job runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.reviews.records import KeptFigures


@dataclass(frozen=True)
class Figures:
    """What is kept under a name: how often it is worked out, and how long it is believed."""

    name: str
    every: timedelta
    good_for: timedelta


@dataclass(frozen=True)
class Believed:
    """What was kept, and when it was worked out."""

    content: Any
    counted_at: datetime


EVERY_HOUR = (timedelta(minutes=30), timedelta(hours=3))  # the job runs once an hour
EVERY_DAY = (timedelta(hours=20), timedelta(hours=48))


def believed_figures(session: Session, figures: Figures, *, now: datetime | None) -> Believed | None:
    """Return what is kept and may still be shown. `now`: None believes nothing."""
    if now is None:
        return None
    kept = select(KeptFigures.content, KeptFigures.counted_at).where(KeptFigures.name == figures.name)
    row = session.execute(kept.where(KeptFigures.counted_at > now - figures.good_for)).one_or_none()
    return Believed(*row) if row else None


def figures_due(session: Session, asked: Sequence[Figures], *, now: datetime) -> list[Figures]:
    """Return which of these want working out."""
    counted = dict(session.execute(select(KeptFigures.name, KeptFigures.counted_at)).all())
    return [one for one in asked if one.name not in counted or counted[one.name] <= now - one.every]


def keep_figures(session: Session, figures: Figures, content: dict[str, Any], *, counted_at: datetime) -> None:
    """Keep what was worked out in place of what was kept before."""
    session.merge(KeptFigures(name=figures.name, content=content, counted_at=counted_at))
    session.flush()
