"""The frame of a draw: every encounter of the period, with its risk class and what is fixed of its evidence. Only reads."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import RecordFacts, RiskClass, Stream, risk_class
from stop_search.encounters.records import Encounter, PersonSearched
from stop_search.encounters.rules import EncounterSource
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.wording import LONDON


@dataclass(frozen=True)
class FramedEncounter:
    """One encounter of a frame: its class, its officer, when it was recorded, the SHA-256 of each recording that is tied to it."""

    encounter_id: uuid.UUID
    officer_id: uuid.UUID | None
    risk_class: RiskClass
    recorded_at: datetime
    recordings: tuple[str, ...]


def framed_encounters(session: Session, *, period_start: date, period_end: date, also_framed: bool = False) -> list[FramedEncounter]:
    """Return the frame, sorted by id: the period's encounters, and earlier ones that are in no frame and ought to be in one.

    An encounter is in one frame only, also when its date was amended since; a plan looks at those as well (`also_framed`).
    Rows that were imported from published files are no encounters of ours to review: they name no officer and have no footage.
    """
    start, end = first_moment(period_start), first_moment(period_end + timedelta(days=1))
    left_out = _left_out(session, period_start, period_end)
    wanted = or_(and_(Encounter.started_at >= start, Encounter.started_at < end), Encounter.id.in_(list(left_out)))
    chosen = and_(wanted, Encounter.source != EncounterSource.POLICE_UK, true() if also_framed else ~_is_framed())
    columns = (Encounter.id, Encounter.officer_id, Encounter.started_at, Encounter.recorded_at)
    people, filmed = _people(session, chosen), _recordings(session, chosen)
    found: list[FramedEncounter] = []
    for row in session.execute(select(*columns).where(chosen).order_by(Encounter.id)):
        facts = _facts(row.started_at, row.recorded_at, people.get(row.id, []), has_footage=row.id in filmed, missed=left_out.get(row.id))
        found.append(FramedEncounter(row.id, row.officer_id, risk_class(facts), row.recorded_at, tuple(sorted(filmed.get(row.id, ())))))
    return found


def first_moment(day: date) -> datetime:
    """Return when a day begins, in local time."""
    return datetime.combine(day, time(), tzinfo=LONDON)


def _left_out(session: Session, period_start: date, period_end: date) -> dict[uuid.UUID, bool]:
    """Return earlier encounters that are in no frame and ought to be in one, with whether their own day is drawn.

    Those are all between whose start and record, either way, a day lies that is drawn, this period's among them: whose record came after
    the frame, or whose date was amended out of a period or was never in one. Where there is no such day, its days are not drawn yet.
    """
    spans = [(first_moment(start), first_moment(end + timedelta(days=1))) for start, end in [*_drawn(session), (period_start, period_end)]]
    since = min(start for start, _ in spans)
    columns = (Encounter.id, Encounter.started_at, Encounter.recorded_at)
    unframed = select(*columns).where(
        Encounter.started_at < first_moment(period_start),
        or_(Encounter.started_at >= since, Encounter.recorded_at >= since),
        Encounter.source != EncounterSource.POLICE_UK,
        ~_is_framed(),
    )
    found: dict[uuid.UUID, bool] = {}
    for row in session.execute(unframed):
        first, last = sorted((row.started_at, row.recorded_at))
        if any(start <= last and first < end for start, end in spans):
            found[row.id] = any(start <= row.started_at < end for start, end in spans)
    return found


def _drawn(session: Session) -> list[tuple[date, date]]:
    rows = session.execute(select(Draw.period_start, Draw.period_end).where(Draw.stream == Stream.MAIN))
    return [(row.period_start, row.period_end) for row in rows]


def _is_framed() -> ColumnElement[bool]:
    return exists().where(FrameEntry.encounter_id == Encounter.id, FrameEntry.cause.is_(None))


def _people(session: Session, chosen: ColumnElement[bool]) -> dict[uuid.UUID, list[PersonSearched]]:
    found: dict[uuid.UUID, list[PersonSearched]] = {}
    for person in session.scalars(select(PersonSearched).join(Encounter).where(chosen)):
        found.setdefault(person.encounter_id, []).append(person)
    return found


def _recordings(session: Session, chosen: ColumnElement[bool]) -> dict[uuid.UUID, set[str]]:
    """Return the encounters that have a recording, with the hashes of those whose bytes were handed in."""
    tied = (
        select(FootageOfEncounter.encounter_id, Footage.sha256)
        .join(Footage, Footage.id == FootageOfEncounter.footage_id)
        .join(Encounter, Encounter.id == FootageOfEncounter.encounter_id)
        .where(chosen)
    )
    found: dict[uuid.UUID, set[str]] = {}
    for encounter_id, sha256 in session.execute(tied):
        found.setdefault(encounter_id, set()).update([sha256] if sha256 else [])
    return found


def _facts(
    started_at: datetime, recorded_at: datetime, people: list[PersonSearched], *, has_footage: bool, missed: bool | None
) -> RecordFacts:
    """`missed`: whether its own day is drawn; None for what is in the frame of its own period."""
    return RecordFacts(
        clothing_levels=frozenset(p.clothing_level for p in people if p.clothing_level),
        age_bands=frozenset(p.age_band for p in people if p.age_band),
        force_used=frozenset(kind for p in people for kind in p.force_used),
        has_footage=has_footage,
        started_at=started_at,
        recorded_at=recorded_at,
        missed_its_frame=missed is True,
        missed_every_frame=missed is False,
    )
