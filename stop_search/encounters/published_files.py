"""Keeping published files and publishing months: the database's side of `police_uk.py`."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, insert, select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters.police_uk import COLUMNS, MONTH, Cells, KeptRow, PublishedReading, PublishedStop, cells_of, written
from stop_search.encounters.records import Encounter, PersonSearched, PublishedFile, PublishedRow
from stop_search.encounters.rules import SEARCHES, EncounterKind, EncounterSource, PersonPart
from stop_search.errors import Conflict, Invalid
from stop_search.wording import day_in_words

CHUNK = 1000
# Our own records know where a stop was to the metre; what is published is rounded to about a kilometre.
PUBLISHED_PLACES = Decimal("0.01")


class AlreadyImported(Conflict):
    """The same file, byte for byte, was imported before."""


@dataclass(frozen=True)
class PublishedMonth:
    """A month's file. `unfinished`: rows of our own that have no outcome (yet); `imported` and `own` count the rows."""

    text: str
    imported: int
    own: int
    unfinished: int


def keep_published(
    session: Session,
    *,
    reading: PublishedReading,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Store every row of a file, in its order; `progress` is told how many rows more are in.

    Raises:
        Invalid: rows were refused, so none is kept.
        AlreadyImported: the same file was imported before.

    """
    if reading.refused:
        message = f"{reading.name}: {len(reading.refused):,} rows cannot be understood, so none was kept."
        raise Invalid(message)
    if before := session.get(PublishedFile, reading.digest):
        message = f"{reading.name} was imported before, as {before.name} on {day_in_words(before.imported_at)}. Nothing was changed."
        raise AlreadyImported(message)
    session.add(
        PublishedFile(
            digest=reading.digest,
            name=reading.name,
            month=reading.month,
            rows=len(reading.kept),
            line_ending=reading.line_ending,
            imported_at=now,
        )
    )
    session.flush()
    for start in range(0, len(reading.kept), CHUNK):
        chunk = reading.kept[start : start + CHUNK]
        _insert(session, reading, chunk, now)
        if progress:
            progress(len(chunk))
    act = Act(Operation.COLLECTION, "published_file_imported", "published_file", reading.digest, Purpose.LEARNING_ANALYSIS)
    record_act(session, actor=actor, act=act, now=now)


def publish_month(session: Session, *, month: str, actor: Actor, now: datetime) -> PublishedMonth:
    """Return the month's file: imported rows as they were published, then our own searches by time; note the disclosure.

    Raises:
        Invalid: `month` is not written YYYY-MM.

    """
    if not MONTH.fullmatch(month):
        message = f"“{month}” is not a month. Write it as in 2026-11."
        raise Invalid(message, {"month": message})
    imported = [_as_published(row) for row in session.execute(_imported(month))]
    own = list(_own_rows(session, month))
    endings = set(session.scalars(select(PublishedFile.line_ending).where(PublishedFile.month == month)))
    act = Act(Operation.DISCLOSURE, "month_published", "month", month, Purpose.LEARNING_ANALYSIS)
    record_act(session, actor=actor, act=act, now=now)
    return PublishedMonth(
        text=written([*imported, *map(cells_of, own)], endings.pop() if len(endings) == 1 else "\n"),
        imported=len(imported),
        own=len(own),
        unfinished=sum(stop.outcome is None for stop in own),
    )


def _insert(session: Session, reading: PublishedReading, rows: tuple[KeptRow, ...], now: datetime) -> None:
    encounters: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    published: list[dict[str, Any]] = []
    for row in rows:
        encounter_id = uuid.uuid4()
        encounters.append(_encounter_values(encounter_id, row.stop, _reference(reading, row), now))
        if row.stop.has_person:
            people.append(_person_values(encounter_id, row.stop))
        published.append(
            {
                "id": uuid.uuid4(),
                "file_digest": reading.digest,
                "month": reading.month,
                "row_number": row.number,
                "encounter_id": encounter_id,
                "flags": list(row.flags),
                "as_published": row.as_published,
            }
        )
    for table, values in ((Encounter, encounters), (PersonSearched, people), (PublishedRow, published)):
        if values:
            session.execute(insert(table), values)


def _reference(reading: PublishedReading, row: KeptRow) -> str:
    """Tell the file and the row; a published row has no reference of its own."""
    return f"PU-{reading.month}-{reading.digest[:8].upper()}-{row.number:05}"


def _encounter_values(encounter_id: uuid.UUID, stop: PublishedStop, reference: str, now: datetime) -> dict[str, Any]:
    of_vehicle = stop.kind is EncounterKind.VEHICLE
    return {
        "id": encounter_id,
        "reference": reference,
        "kind": stop.kind,
        "source": EncounterSource.POLICE_UK,
        "started_at": stop.started_at,
        "latitude": stop.latitude,
        "longitude": stop.longitude,
        "power": stop.power,
        "object_of_search": stop.object_of_search,
        "is_operation": stop.is_operation,
        "operation_name": stop.operation_name,
        "vehicle_outcome": stop.outcome if of_vehicle else None,
        "vehicle_outcome_linked": stop.outcome_linked if of_vehicle else None,
        "recorded_at": now,
    }


def _person_values(encounter_id: uuid.UUID, stop: PublishedStop) -> dict[str, Any]:
    of_vehicle = stop.kind is EncounterKind.VEHICLE
    return {
        "id": uuid.uuid4(),
        "encounter_id": encounter_id,
        "ordinal": 1,
        "part": PersonPart.IN_CHARGE_OF_VEHICLE if of_vehicle else PersonPart.SEARCHED,
        "self_defined_ethnicity": stop.self_defined_ethnicity,
        "officer_perceived_ethnicity": stop.officer_perceived_ethnicity,
        "gender": stop.gender,
        "age_band": stop.age_band,
        "more_than_outer_clothing": stop.more_than_outer_clothing,
        "force_used": [],
        "outcome": None if of_vehicle else stop.outcome,
        "outcome_linked": None if of_vehicle else stop.outcome_linked,
        "record_in_custody": False,
    }


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        Encounter.kind,
        Encounter.started_at,
        Encounter.is_operation,
        Encounter.operation_name,
        Encounter.latitude,
        Encounter.longitude,
        Encounter.power,
        Encounter.object_of_search,
        Encounter.vehicle_outcome,
        Encounter.vehicle_outcome_linked,
        PersonSearched.ordinal,
        PersonSearched.gender,
        PersonSearched.age_band,
        PersonSearched.self_defined_ethnicity,
        PersonSearched.officer_perceived_ethnicity,
        PersonSearched.outcome,
        PersonSearched.outcome_linked,
        PersonSearched.more_than_outer_clothing,
    ).outerjoin(PersonSearched, PersonSearched.encounter_id == Encounter.id)


def _imported(month: str) -> Select[*tuple[Any, ...]]:
    return (
        _columns()
        .add_columns(PublishedRow.as_published)
        .join(PublishedRow, PublishedRow.encounter_id == Encounter.id)
        .join(PublishedFile, PublishedFile.digest == PublishedRow.file_digest)
        .where(PublishedRow.month == month)
        .order_by(PublishedFile.name, PublishedFile.digest, PublishedRow.row_number)
    )


def _as_published(row: Row[*tuple[Any, ...]]) -> Cells:
    cells = cells_of(_stop(row))
    if not row.as_published:
        return cells
    return tuple(row.as_published.get(column, cell) for column, cell in zip(COLUMNS, cells, strict=True))


def _own_rows(session: Session, month: str) -> Iterator[PublishedStop]:
    """One row per person searched; of a vehicle one row without a person (PACE Code A 4.5). Months are by UTC, as published."""
    first = datetime.fromisoformat(f"{month}-01T00:00:00").replace(tzinfo=UTC)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    query = (
        _columns()
        .where(
            Encounter.source != EncounterSource.POLICE_UK,
            Encounter.kind.in_(SEARCHES),
            Encounter.started_at >= first,
            Encounter.started_at < after,
        )
        .order_by(Encounter.started_at, Encounter.reference, PersonSearched.ordinal)
    )
    for row in session.execute(query):
        stop = _safe(_stop(row))
        of_vehicle = stop.kind in {EncounterKind.VEHICLE, EncounterKind.UNATTENDED_VEHICLE}
        if of_vehicle and (row.ordinal or 1) == 1:
            yield replace(stop, gender=None, age_band=None, self_defined_ethnicity=None, officer_perceived_ethnicity=None)
        elif not of_vehicle:
            yield stop if row.ordinal == 1 else replace(stop, kind=EncounterKind.PERSON)


def _stop(row: Row[*tuple[Any, ...]]) -> PublishedStop:
    of_vehicle = row.kind in {EncounterKind.VEHICLE, EncounterKind.UNATTENDED_VEHICLE}
    return PublishedStop(
        kind=EncounterKind(row.kind),
        started_at=row.started_at,
        is_operation=row.is_operation,
        operation_name=row.operation_name,
        latitude=row.latitude,
        longitude=row.longitude,
        gender=row.gender,
        age_band=row.age_band,
        self_defined_ethnicity=row.self_defined_ethnicity,
        officer_perceived_ethnicity=row.officer_perceived_ethnicity,
        power=row.power,
        object_of_search=row.object_of_search,
        outcome=row.vehicle_outcome if of_vehicle else row.outcome,
        outcome_linked=row.vehicle_outcome_linked if of_vehicle else row.outcome_linked,
        more_than_outer_clothing=row.more_than_outer_clothing,
    )


def _safe(stop: PublishedStop) -> PublishedStop:
    """Return what may be published of a record of our own: no free text, and the place only roughly."""
    rough = {
        name: None if at is None else at.quantize(PUBLISHED_PLACES)
        for name, at in (("latitude", stop.latitude), ("longitude", stop.longitude))
    }
    return replace(stop, operation_name=None, **rough)
