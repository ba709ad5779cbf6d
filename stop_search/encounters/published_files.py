"""Keeping published files: each whole, once, every row an encounter that remembers where it came from."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters.police_uk import PublishedStop
from stop_search.encounters.police_uk_reading import KeptRow, PublishedReading
from stop_search.encounters.published_gaps import published_gaps
from stop_search.encounters.records import Encounter, PersonSearched, PublishedFile, PublishedRow
from stop_search.encounters.rules import EncounterKind, EncounterSource, PersonPart
from stop_search.errors import Conflict, Invalid
from stop_search.wording import day_in_words

CHUNK = 1000


class AlreadyImported(Conflict):
    """The same file, byte for byte, was imported before."""


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
    still_open = [gap.path for gap in published_gaps(stop)]
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
        "gaps": still_open,
        "finished_at": None if still_open else now,
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
