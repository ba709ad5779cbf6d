"""The frame of a draw: every encounter of the period, with the risk class that its record gives it. Only reads."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import RecordFacts, RiskClass, risk_class
from stop_search.encounters.records import Encounter, PersonSearched
from stop_search.encounters.rules import EncounterSource
from stop_search.footage.records import FootageOfEncounter
from stop_search.wording import LONDON, london


@dataclass(frozen=True)
class FramedEncounter:
    """One encounter of a frame and its class."""

    encounter_id: uuid.UUID
    risk_class: RiskClass


def framed_encounters(session: Session, *, period_start: date, period_end: date) -> list[FramedEncounter]:
    """Return the frame, sorted by id: the period's encounters, and earlier ones whose records came after their own period's draw.

    Rows that were imported from published files are no encounters of ours to review: they name no officer and have no footage.
    """
    start, end = _first_moment(period_start), _first_moment(period_end + timedelta(days=1))
    missed = _missed(session, start)
    wanted = or_(and_(Encounter.started_at >= start, Encounter.started_at < end), Encounter.id.in_(missed))
    chosen = and_(wanted, Encounter.source != EncounterSource.POLICE_UK)
    rows = session.execute(select(Encounter.id, Encounter.started_at, Encounter.recorded_at).where(chosen).order_by(Encounter.id)).all()
    people = _people(session, chosen)
    filmed = set(session.scalars(select(FootageOfEncounter.encounter_id).join(Encounter).where(chosen)))
    return [
        FramedEncounter(
            row.id, risk_class(_facts(row.started_at, row.recorded_at, people.get(row.id, []), row.id in filmed, row.id in missed))
        )
        for row in rows
    ]


def _first_moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def _missed(session: Session, before: datetime) -> set[uuid.UUID]:
    """Return the encounters that started on a day that was drawn without them."""
    periods = [(row.period_start, row.period_end) for row in session.execute(select(Draw.period_start, Draw.period_end))]
    if not periods:
        return set()
    since = _first_moment(min(start for start, _ in periods))
    unframed = session.execute(
        select(Encounter.id, Encounter.started_at).where(
            Encounter.started_at >= since,
            Encounter.started_at < before,
            Encounter.source != EncounterSource.POLICE_UK,
            Encounter.id.not_in(select(FrameEntry.encounter_id)),
        )
    )
    return {row.id for row in unframed if any(start <= london(row.started_at).date() <= end for start, end in periods)}


def _people(session: Session, chosen: ColumnElement[bool]) -> dict[uuid.UUID, list[PersonSearched]]:
    found: dict[uuid.UUID, list[PersonSearched]] = {}
    for person in session.scalars(select(PersonSearched).join(Encounter).where(chosen)):
        found.setdefault(person.encounter_id, []).append(person)
    return found


def _facts(started_at: datetime, recorded_at: datetime, people: list[PersonSearched], has_footage: bool, missed: bool) -> RecordFacts:  # noqa: FBT001 -- private, one call
    return RecordFacts(
        clothing_levels=frozenset(p.clothing_level for p in people if p.clothing_level),
        age_bands=frozenset(p.age_band for p in people if p.age_band),
        force_used=frozenset(kind for p in people for kind in p.force_used),
        has_footage=has_footage,
        started_at=started_at,
        recorded_at=recorded_at,
        missed_its_draw=missed,
    )
