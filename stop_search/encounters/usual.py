"""Which powers and objects of search are recorded most here, so that a form can offer them first."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter


def usual_codes(session: Session, *, since: datetime) -> dict[str, tuple[str, ...]]:
    """Return the keys of "power" and "object_of_search" that were recorded since a moment, the most usual first."""
    found: dict[str, tuple[str, ...]] = {}
    for name, column in (("power", Encounter.power), ("object_of_search", Encounter.object_of_search)):
        counted = (
            select(column).where(Encounter.started_at >= since, column.is_not(None)).group_by(column).order_by(func.count().desc(), column)
        )
        found[name] = tuple(key for key in session.scalars(counted) if key)
    return found
