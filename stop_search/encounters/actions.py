"""Recording encounters with their receipts, withdrawing a receipt, and reading a record for a purpose (which is itself an act)."""

import secrets
import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.audit.actions import record_act, record_acts
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters import receipt_codes
from stop_search.encounters.completeness import gaps
from stop_search.encounters.queries import EncounterRecord, recorded_encounter
from stop_search.encounters.rows import ADD_ENCOUNTER, add_people, encounter_values, keep_officers_present, named_officers, receipt_issued
from stop_search.encounters.rules import NewEncounter, RecordedEncounter
from stop_search.encounters.soundness import check_encounter
from stop_search.wording import london

REFERENCE_SYMBOLS = 8


def record_encounter(
    session: Session,
    *,
    encounter: NewEncounter,
    receipt_key: bytes,
    reference_prefix: str,
    actor: Actor,
    now: datetime,
    encounter_id: uuid.UUID | None = None,
    holder_id: uuid.UUID | None = None,
) -> RecordedEncounter:
    """Store a stop, its people and a receipt for each of them, in one transaction.

    `encounter_id`: the id that the record is to have, where the caller needs to know it before. `holder_id`: the device or handset
    whose codes, set aside before, may be named in `receipt_code`.

    Raises:
        Invalid: something is missing or cannot be right; each field's path has a sentence.

    """
    check_encounter(encounter, now=now)
    officer, present = named_officers(session, encounter)
    open_gaps = gaps(encounter)
    encounter_id, reference = encounter_id or uuid.uuid4(), _reference(reference_prefix, encounter.started_at)
    row = encounter_values(encounter, officer, open_gaps, now) | {
        "id": encounter_id,
        "reference": reference,
        "recorded_at": now,
        "version": 1,
    }
    session.execute(ADD_ENCOUNTER, [row])
    keep_officers_present(session, encounter_id, present)
    people = add_people(session, encounter_id, encounter, first=1, receipt_key=receipt_key, holder_id=holder_id, now=now)
    recorded = Act(Operation.COLLECTION, "encounter_recorded", "encounter", str(encounter_id), Purpose.RECORDING)
    record_acts(session, actor=actor, acts=(recorded, *(receipt_issued(person) for person in people)), now=now)
    return RecordedEncounter(encounter_id=encounter_id, reference=reference, people=people, gaps=open_gaps)


def consult_encounter(
    session: Session, *, reference: str, viewer: Viewer, actor: Actor, purpose: Purpose, now: datetime
) -> EncounterRecord:
    """Return the record as the viewer may see it, and note that it was read (Data Protection Act 2018 s.62).

    Raises:
        NotFound: there is no such record, or it is not for this viewer.

    """
    record = recorded_encounter(session, reference=reference, viewer=viewer)
    act = Act(Operation.CONSULTATION, "encounter_read", "encounter", str(record.encounter_id), purpose)
    record_act(session, actor=actor, act=act, now=now)
    return record


def _reference(prefix: str, started_at: datetime) -> str:
    """Return a new reference: prefix, year in London, eight random symbols (`WX-26-7K3M9Q2T`).

    Two with one reference (once in 10^7 at 100,000 stops a year) are the database's to refuse: whoever is refused sends again.
    """
    symbols = "".join(secrets.choice(receipt_codes.ALPHABET) for _ in range(REFERENCE_SYMBOLS))
    return f"{prefix}-{london(started_at):%y}-{symbols}"
