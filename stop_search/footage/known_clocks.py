"""What the camera's other recordings say of its clock, so that a wrong clock is not taken for a camera that was switched on late."""

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter
from stop_search.footage.camera_clocks import FEW, READ_WITHIN, Clock, clock_at, reading_of
from stop_search.footage.records import Footage, FootageOfEncounter


def clock_by_others(session: Session, *, footage_id: uuid.UUID) -> Clock | None:
    """Return how far ahead the camera's clock was, as its other recordings of the days around tell it; None where fewer than FEW do.

    The recording itself is left out: it would explain away its own late start. So is every other that shows the same encounter, or more
    than one.
    """
    footage = session.get_one(Footage, footage_id)
    if footage.device_serial is None or footage.started_at is None:
        return None
    tied = FootageOfEncounter.footage_id
    same = select(FootageOfEncounter.encounter_id).where(tied == footage_id)
    of_one = select(tied).group_by(tied).having(func.count() == 1)
    others = (
        select(Footage.started_at, Footage.ended_at, Encounter.started_at, Encounter.ended_at)
        .join(FootageOfEncounter, tied == Footage.id)
        .join(Encounter, Encounter.id == FootageOfEncounter.encounter_id)
        .where(Footage.device_serial == footage.device_serial, Footage.id != footage_id, Footage.ended_at.is_not(None))
        .where(Footage.started_at.between(footage.started_at - READ_WITHIN, footage.started_at + READ_WITHIN))
        .where(Footage.id.in_(of_one), Encounter.id.not_in(same))
        .order_by(Footage.started_at, Footage.id)
    )
    readings = [
        reading_of(filmed=(begun, ended), recorded=(contact, over))
        for begun, ended, contact, over in session.execute(others)
        if begun is not None and ended is not None
    ]
    clock = clock_at(readings, footage.started_at)
    return clock if clock.readings >= FEW else None
