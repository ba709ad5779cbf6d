"""Amending a record: a new version with who, when and why. What it said before is kept whole; nothing is overwritten unseen."""

import dataclasses
import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.audit.actions import record_acts
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters.completeness import gaps
from stop_search.encounters.entitlement import entitlement_ends_on
from stop_search.encounters.queries import encounter_shown_to, receipts_of
from stop_search.encounters.records import Encounter, EncounterVersion, OfficerPresent, PersonSearched, Receipt
from stop_search.encounters.rows import (
    add_people,
    encounter_values,
    keep_officers_present,
    named_officers,
    person_values,
    receipt_issued,
)
from stop_search.encounters.rules import NewEncounter, RecordedEncounter, RecordedPerson
from stop_search.encounters.soundness import check_encounter
from stop_search.encounters.told import recorded_in_error, told_encounter
from stop_search.encounters.versions import as_json, changed_fields, told_in_json
from stop_search.errors import Conflict, Invalid, NotFound

LONGEST_REASON = 500


class AmendedMeanwhile(Conflict):
    """Somebody else amended the record since it was read; nothing was changed."""


def amend_encounter(
    session: Session,
    *,
    reference: str,
    version: int,
    reason: str,
    encounter: NewEncounter,
    viewer: Viewer,
    actor: Actor,
    receipt_key: bytes,
    now: datetime,
) -> RecordedEncounter:
    """Make `encounter` what the record says, as a new version; people may be added (each gets a receipt) and none taken out.

    Raises:
        NotFound: there is no such record, or it is not for this viewer.
        AmendedMeanwhile: `version` is not the newest any more.
        Invalid: no reason is given, somebody is taken out, or the record cannot be right. Nothing was written.

    """
    row = encounter_shown_to(session, reference=reference, viewer=viewer)
    if row is None:
        raise _no_such_record()
    if row.version != version:
        session.expire_all()
        message = "This record was amended since you opened it. Open it again and make your change there."
        raise AmendedMeanwhile(message)
    before = told_encounter(session, row)
    encounter = dataclasses.replace(encounter, source=before.source, clock_corrected_by_seconds=before.clock_corrected_by_seconds)
    in_error = recorded_in_error(session, row.id)
    _check(before, encounter, reason, now, in_error)
    present = _replace_record(session, row, encounter, in_error, now)
    session.add(
        EncounterVersion(
            encounter_id=row.id, number=version, told=as_json(before), amended_at=now, amended_by=actor.id, reason=reason.strip()
        )
    )
    session.flush()
    added = _replace_people(session, row, before, encounter, present, receipt_key, now)
    amended = Act(Operation.ALTERATION, "encounter_amended", "encounter", str(row.id), Purpose.RECORDING, changed_fields(before, encounter))
    record_acts(session, actor=actor, acts=(amended, *(receipt_issued(person) for person in added)), now=now)
    session.expire_all()
    return receipts_of(session, encounter_id=row.id, receipt_key=receipt_key)


def told_before(session: Session, *, reference: str, version: int, viewer: Viewer) -> NewEncounter:
    """Return what a record said in an earlier version. Raises NotFound: there is none, or it is not for this viewer."""
    row = encounter_shown_to(session, reference=reference, viewer=viewer)
    kept = (
        session.scalar(select(EncounterVersion.told).where(EncounterVersion.encounter_id == row.id, EncounterVersion.number == version))
        if row
        else None
    )
    if kept is None:
        raise _no_such_record()
    return told_in_json(kept)


def _check(before: NewEncounter, after: NewEncounter, reason: str, now: datetime, in_error: Collection[int]) -> None:
    faults: dict[str, str] = {}
    try:
        check_encounter(after, now=now, in_error=in_error)
    except Invalid as error:
        faults |= error.fields
    if not reason.strip():
        faults["reason"] = "Say why the record is amended."
    elif len(reason) > LONGEST_REASON or "\0" in reason:
        faults["reason"] = f"Say why in {LONGEST_REASON} characters or fewer."
    if len(after.people) < len(before.people):
        faults["people"] = "Nobody can be taken out of a record. Withdraw the receipt of somebody who was recorded in error."
    if faults:
        message = "Something needs to be put right."
        raise Invalid(message, faults)


def _replace_record(session: Session, row: Encounter, after: NewEncounter, in_error: Collection[int], now: datetime) -> list[uuid.UUID]:
    """Change the encounter's row from the version that was read to the next; return who else was there.

    Raises:
        Invalid: an officer is not known.
        AmendedMeanwhile: another transaction amended it first.

    """
    officer, present = named_officers(session, after)
    values = encounter_values(after, officer, gaps(after, in_error=in_error), now) | {
        "version": row.version + 1,
    }
    if values["finished_at"] and row.finished_at:
        values["finished_at"] = row.finished_at
    next_version = update(Encounter).where(Encounter.id == row.id, Encounter.version == row.version).values(**values)
    done = cast("CursorResult[Any]", session.execute(next_version.execution_options(synchronize_session=False)))
    if not done.rowcount:
        message = "This record was amended at the same moment. Open it again and make your change there."
        raise AmendedMeanwhile(message)
    return present


def _replace_people(
    session: Session,
    row: Encounter,
    before: NewEncounter,
    after: NewEncounter,
    present: list[uuid.UUID],
    receipt_key: bytes,
    now: datetime,
) -> tuple[RecordedPerson, ...]:
    session.execute(delete(OfficerPresent).where(OfficerPresent.encounter_id == row.id))
    keep_officers_present(session, row.id, present)
    for ordinal, person in enumerate(after.people[: len(before.people)], start=1):
        whose = (PersonSearched.encounter_id == row.id) & (PersonSearched.ordinal == ordinal)
        session.execute(update(PersonSearched).where(whose).values(**person_values(person)))
    _keep_entitlement(session, row, entitlement_ends_on(after.started_at, after.power))
    return add_people(session, row.id, after, first=len(before.people) + 1, receipt_key=receipt_key, holder_id=None, now=now)


def _keep_entitlement(session: Session, row: Encounter, ends_on: date) -> None:
    """Never take a last day back that was printed; let a later one hold."""
    session.execute(
        update(Receipt).where(Receipt.encounter_id == row.id, Receipt.entitlement_ends_on < ends_on).values(entitlement_ends_on=ends_on)
    )


def _no_such_record() -> NotFound:
    return NotFound("There is no record with this reference among those that you may see.")
