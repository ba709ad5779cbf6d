"""Reading encounters and receipts. What a viewer may see is part of each query."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.database.base import table_of
from stop_search.encounters import receipt_codes
from stop_search.encounters.completeness import gaps
from stop_search.encounters.entitlement import code_is_answered_to
from stop_search.encounters.records import AllocatedCode, Encounter, EncounterVersion, OfficerPresent, PersonSearched, Receipt
from stop_search.encounters.rules import (
    AllocationState,
    EncounterKind,
    EncounterSource,
    Gap,
    HeldReceipt,
    NewEncounter,
    PersonPart,
    ReceiptFacts,
    ReceiptState,
    RecordedEncounter,
    RecordedPerson,
)
from stop_search.encounters.told import people_with_receipts, recorded_in_error, told_encounter
from stop_search.errors import Invalid, NotFound

# Plain columns, put together once: a receipt is drawn while somebody waits for it.
_RECEIPTS, _PEOPLE, _STOPS, _ACCOUNTS = (table_of(entity).c for entity in (Receipt, PersonSearched, Encounter, Account))
_PRINTED = (
    select(
        _STOPS.reference, _STOPS.kind, _STOPS.started_at, _STOPS.place, _STOPS.power, _STOPS.object_of_search,
        _STOPS.officer_name_withheld_reason, _STOPS.traffic_stop_reason,
        _ACCOUNTS.name, _ACCOUNTS.officer_number, _ACCOUNTS.station,
        _PEOPLE.part, _PEOPLE.record_in_custody, _PEOPLE.search_not_carried_out_reason,
        _RECEIPTS.entitlement_ends_on, _RECEIPTS.check_words, _RECEIPTS.language, _RECEIPTS.layout_version,
    )
    .join_from(table_of(Receipt), table_of(PersonSearched), _PEOPLE.id == _RECEIPTS.person_id)
    .join(table_of(Encounter), _STOPS.id == _RECEIPTS.encounter_id)
    .outerjoin(table_of(Account), _ACCOUNTS.id == _STOPS.officer_id)
)  # fmt: skip
FACTS_PRINTED = _PRINTED.where(_RECEIPTS.id == bindparam("receipt_id"))
HELD = _PRINTED.add_columns(_RECEIPTS.id, _RECEIPTS.encounter_id, _RECEIPTS.person_id, _RECEIPTS.issued_at, _RECEIPTS.state).where(
    _RECEIPTS.code_digest == bindparam("digest")
)


class ReceiptNotFound(NotFound):
    """No receipt is to be had for this code: wrong, withdrawn and too old are told alike.

    `is_try`: the code is well formed, so this may be somebody guessing; a typing slip fails at the check symbol and is none.
    """

    def __init__(self, message: str, *, is_try: bool = False) -> None:
        super().__init__(message)
        self.is_try = is_try


class RecordAwaited(NotFound):
    """The code is genuine and was handed over, but the officer's record has not arrived yet. The check words are for its page."""

    def __init__(self, check_words: str) -> None:
        super().__init__("This receipt is genuine, but the officer's record has not reached us yet. Try again tomorrow.")
        self.check_words = check_words


@dataclass(frozen=True)
class ReceiptLine:
    """One person's receipt in a record. Its code is made from its id and the key. `in_error`: the person was recorded in error."""

    ordinal: int
    receipt_id: uuid.UUID
    state: ReceiptState
    check_words: str
    in_error: bool = False


@dataclass(frozen=True)
class VersionLine:
    """An amendment: it ended version `number`; who made it (an actor of the audit log), when and why."""

    number: int
    amended_at: datetime
    amended_by: str
    reason: str


@dataclass(frozen=True)
class EncounterRecord:
    """A whole record in its newest version, as the officer's device or page shows it. Moments are aware.

    `told`: what it says; `gaps`: what it does not say yet; `versions`: how it was amended, oldest first.
    """

    encounter_id: uuid.UUID
    reference: str
    version: int
    told: NewEncounter
    officer_line: str
    recorded_at: datetime
    receipts: tuple[ReceiptLine, ...]
    gaps: tuple[Gap, ...]
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True)
class StopLine:
    """One of an officer's own stops, in a list."""

    reference: str
    kind: EncounterKind
    started_at: datetime
    place: str | None
    power: str | None
    object_of_search: str | None
    people: int
    gaps: int


def receipt_by_code(session: Session, *, code: str, key: bytes, now: datetime) -> HeldReceipt:
    """Return the receipt in force that has this code, however it is typed.

    Wrong, withdrawn and too old take the same statements and so the same time.

    Raises:
        ReceiptNotFound: mistyped, unknown, withdrawn or issued more than a year ago: the same answer for each.
        RecordAwaited: the code was set aside for an officer's device, and the record has not arrived yet.

    """
    try:
        wanted = receipt_codes.normalised(code)
    except Invalid:
        wanted = ""
    digest = receipt_codes.code_digest(key, wanted)
    row = session.execute(HELD, {"digest": digest}).one_or_none()
    if row is None or row.state != ReceiptState.ISSUED or not code_is_answered_to(row.started_at, row.issued_at, now):
        _refuse_code(session, digest, is_try=bool(wanted))
    return HeldReceipt(row.id, row.encounter_id, row.person_id, wanted, row.issued_at, _facts(row))


def _refuse_code(session: Session, digest: str, *, is_try: bool) -> NoReturn:
    awaited = select(AllocatedCode.check_words).where(AllocatedCode.code_digest == digest, AllocatedCode.state == AllocationState.ALLOCATED)
    if words := session.scalar(awaited):
        raise RecordAwaited(words)
    message = "We cannot find a receipt with this code. Look at your receipt and type the code again."
    raise ReceiptNotFound(message, is_try=is_try).worded("errors.receipt_not_found")


def receipt_facts(session: Session, *, receipt_id: uuid.UUID) -> ReceiptFacts:
    """Return everything that a receipt prints. Raises NotFound."""
    row = session.execute(FACTS_PRINTED, {"receipt_id": receipt_id}).one_or_none()
    if row is None:
        message = "There is no such receipt."
        raise NotFound(message)
    return _facts(row)


def _facts(row: Any) -> ReceiptFacts:  # noqa: ANN401 -- a row with the columns of FACTS_PRINTED
    return ReceiptFacts(
        reference=row.reference,
        kind=EncounterKind(row.kind),
        part=PersonPart(row.part),
        started_at=row.started_at,
        place=row.place,
        power=row.power,
        object_of_search=row.object_of_search,
        officer_name=None if row.officer_name_withheld_reason else row.name,
        officer_number=row.officer_number,
        officer_station=row.station,
        entitlement_ends_on=row.entitlement_ends_on,
        check_words=row.check_words,
        language=row.language,
        layout_version=row.layout_version,
        record_in_custody=row.record_in_custody,
        search_carried_out=not row.search_not_carried_out_reason,
        traffic_stop_reason=row.traffic_stop_reason,
    )


def receipts_of(session: Session, *, encounter_id: uuid.UUID, receipt_key: bytes) -> RecordedEncounter:
    """Return what recording this encounter gave back, with the same codes: for a request that is sent again. Raises NotFound."""
    encounter = session.get(Encounter, encounter_id)
    if encounter is None:
        message = "There is no such record."
        raise NotFound(message)
    people = tuple(
        RecordedPerson(person.ordinal, person.id, receipt.id, receipt_codes.make_code(receipt_key, receipt.id), receipt.check_words)
        for person, receipt in people_with_receipts(session, encounter_id)
    )
    return RecordedEncounter(encounter.id, encounter.reference, people, open_gaps(session, encounter))


def open_gaps(session: Session, encounter: Encounter) -> tuple[Gap, ...]:
    """Return what a record does not state yet; nothing is asked about people who were recorded in error."""
    return gaps(told_encounter(session, encounter), in_error=recorded_in_error(session, encounter.id))


def recorded_encounter(session: Session, *, reference: str, viewer: Viewer) -> EncounterRecord:
    """Return a record that this viewer may see: a device what devices recorded, an officer where he or she was present.

    Raises:
        NotFound: there is no such record, or it is not for this viewer.

    """
    row = session.execute(
        select(Encounter, Account)
        .outerjoin(Account, Account.id == Encounter.officer_id)
        .where(Encounter.reference == reference.strip().upper(), shown_to(viewer))
    ).one_or_none()
    if row is None:
        message = "There is no record with this reference among those that you may see."
        raise NotFound(message)
    encounter, officer = row
    told, in_error = told_encounter(session, encounter), recorded_in_error(session, encounter.id)
    return EncounterRecord(
        encounter_id=encounter.id,
        reference=encounter.reference,
        version=encounter.version,
        told=told,
        officer_line=_officer_line(officer, encounter),
        recorded_at=encounter.recorded_at,
        receipts=tuple(
            ReceiptLine(person.ordinal, receipt.id, ReceiptState(receipt.state), receipt.check_words, person.ordinal - 1 in in_error)
            for person, receipt in people_with_receipts(session, encounter.id)
        ),
        gaps=gaps(told, in_error=in_error),
        versions=_versions(session, encounter.id),
    )


def encounter_shown_to(session: Session, *, reference: str, viewer: Viewer) -> Encounter | None:
    """Return the row of a record that this viewer may see, locked and read afresh; None where there is none.

    The lock leaves others free to write rows that only name this one, such as a hold: they may have what we wait for next.
    """
    shown = select(Encounter).where(Encounter.reference == reference.strip().upper(), shown_to(viewer))
    return session.scalar(shown.with_for_update(key_share=True).execution_options(populate_existing=True))


def _versions(session: Session, encounter_id: uuid.UUID) -> tuple[VersionLine, ...]:
    rows = session.scalars(select(EncounterVersion).where(EncounterVersion.encounter_id == encounter_id).order_by(EncounterVersion.number))
    return tuple(VersionLine(row.number, row.amended_at, row.amended_by, row.reason) for row in rows)


def stops_of_officer(session: Session, *, viewer: Viewer, limit: int = 20) -> list[StopLine]:
    """Return the officer's own newest stops, newest first."""
    counted = (
        select(Encounter, func.count(PersonSearched.id))
        .outerjoin(PersonSearched, PersonSearched.encounter_id == Encounter.id)
        .where(Encounter.officer_id == viewer.id)
        .group_by(Encounter.id)
        .order_by(Encounter.started_at.desc(), Encounter.id)
        .limit(limit)
    )
    return [
        StopLine(
            row.reference, EncounterKind(row.kind), row.started_at, row.place, row.power, row.object_of_search, people, len(row.gaps or ())
        )
        for row, people in session.execute(counted)
    ]


def shown_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return which records a viewer may see: a device what devices recorded, an officer those where he or she was present."""
    shown: list[ColumnElement[bool]] = []
    if viewer.has(Role.DEVICE):
        shown.append(Encounter.source == EncounterSource.DEVICE)
    if viewer.has(Role.OFFICER):
        was_there = select(OfficerPresent.encounter_id).where(OfficerPresent.account_id == viewer.id)
        shown.append(or_(Encounter.officer_id == viewer.id, Encounter.id.in_(was_there)))
    return or_(false(), *shown)


def _officer_line(officer: Account | None, encounter: Encounter) -> str:
    """Name, number and station; without the name where it is withheld (PACE Code A 3.8(a), 4.4)."""
    if officer is None:
        return ""
    number = f"officer number {officer.officer_number}" if officer.officer_number else ""
    name = "" if encounter.officer_name_withheld_reason else officer.name
    return ", ".join(part for part in (name, number, officer.station) if part)
