"""Publishing a month in the form of data.police.uk: imported rows to the letter, our own searches with nothing that points at anybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters.police_uk import COLUMNS, MONTH, Cells, PublishedStop, cells_of, written
from stop_search.encounters.published_coarsening import Coarsened, coarsened
from stop_search.encounters.records import Encounter, PersonSearched, PublishedFile, PublishedRow, Receipt
from stop_search.encounters.rules import SEARCHES, EncounterKind, EncounterSource, WithdrawalReason
from stop_search.errors import Invalid

LEAST = 10  # searches that share a place before it is told


@dataclass(frozen=True)
class PublishedMonth:
    """A month's file. `unfinished`: rows of our own that have no outcome (yet); `imported` and `own` count the rows.

    `checked`: what was made coarser in rows of our own.
    """

    text: str
    imported: int
    own: int
    unfinished: int
    checked: Coarsened


def publish_month(session: Session, *, month: str, actor: Actor, now: datetime, minimum: int = LEAST) -> PublishedMonth:
    """Return the month's file: imported rows as they were published, then our own searches by time; note the disclosure.

    Rows of our own are made so coarse that nobody is known by them; `minimum`: the force's own for what is published.

    Raises:
        Invalid: `month` is not written YYYY-MM.

    """
    if not MONTH.fullmatch(month):
        message = f"“{month}” is not a month. Write it as in 2026-11."
        raise Invalid(message, {"month": message})
    imported = [_as_published(row) for row in session.execute(_imported(month))]
    checked = coarsened(list(_own_rows(session, month)), minimum=minimum)
    own = checked.stops
    endings = set(session.scalars(select(PublishedFile.line_ending).where(PublishedFile.month == month)))
    act = Act(Operation.DISCLOSURE, "month_published", "month", month, Purpose.LEARNING_ANALYSIS)
    record_act(session, actor=actor, act=act, now=now)
    return PublishedMonth(
        text=written([*imported, *map(cells_of, own)], endings.pop() if len(endings) == 1 else "\n"),
        imported=len(imported),
        own=len(own),
        unfinished=sum(stop.outcome is None for stop in own),
        checked=checked,
    )


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
        PersonSearched.search_not_carried_out_reason,
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
    """One row per person searched; of a vehicle one row without a person (PACE Code A 4.5). Months are by UTC, as published.

    Whoever was kept for a search that was not carried out, or was recorded in error, was not searched and is left out.
    """
    first = datetime.fromisoformat(f"{month}-01T00:00:00").replace(tzinfo=UTC)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    query = (
        _columns()
        .add_columns(Encounter.id, Receipt.withdrawn_reason)
        .outerjoin(Receipt, Receipt.person_id == PersonSearched.id)
        .where(
            Encounter.source != EncounterSource.POLICE_UK,
            Encounter.kind.in_(SEARCHES),
            Encounter.started_at >= first,
            Encounter.started_at < after,
        )
        .order_by(Encounter.started_at, Encounter.reference, PersonSearched.ordinal)
    )
    for _, rows in groupby(session.execute(query), key=lambda row: row.id):
        yield from _of_record(list(rows))


def _of_record(rows: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[PublishedStop]:
    """Tell the rows of one record: nobody's, where only the vehicle was searched; none, where it was all a mistake."""
    right = [row for row in rows if row.withdrawn_reason != WithdrawalReason.RECORDED_IN_ERROR]
    searched = [_stop(row) for row in right if row.ordinal and not row.search_not_carried_out_reason]
    if not right:
        return
    kind = EncounterKind(right[0].kind)
    if kind is EncounterKind.UNATTENDED_VEHICLE or (kind is EncounterKind.VEHICLE and searched):
        yield _without_a_person(right[0], kind)
    elif kind is EncounterKind.PERSON_AND_VEHICLE and not searched:
        yield _without_a_person(right[0], EncounterKind.VEHICLE)
    elif kind is not EncounterKind.VEHICLE:
        yield from (stop if n == 0 else replace(stop, kind=EncounterKind.PERSON) for n, stop in enumerate(searched))


def _without_a_person(row: Row[*tuple[Any, ...]], kind: EncounterKind) -> PublishedStop:
    return replace(
        _stop(row),
        kind=kind,
        gender=None,
        age_band=None,
        self_defined_ethnicity=None,
        officer_perceived_ethnicity=None,
        outcome=row.vehicle_outcome,
        outcome_linked=row.vehicle_outcome_linked,
    )


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
