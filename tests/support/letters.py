"""Letters for tests: one pair of keys, rows without an action, and what a person might write."""

import uuid
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter, Receipt
from stop_search.letters.records import Letter, LetterPart, SealingKey
from stop_search.letters.rules import LetterCame, LetterKind, LetterState, PartOfLetter
from stop_search.letters.sealing import KeyPair, make_key_pair, seal
from tests.support import builders as a

CANARY = "Zanzibar Quillfeather"
COMPLAINT = {"what_happened": f"{CANARY}: they shouted at my brother.", "name": CANARY, "email": "zanzibar@mail.example"}
COPY = {"email": "zanzibar@mail.example", "name": CANARY}
CLAIM = {"place": "Castle Park, by the bridge", "day": "2026-11-16", "time": "about 3 in the afternoon", "phone": "01632 960 001"}
INTEREST = {"name": CANARY, "phone": "01632 960 002"}
BODIES: dict[LetterKind, dict[str, object]] = {
    LetterKind.COMPLAINT: dict(COMPLAINT),
    LetterKind.COPY_OF_RECORD: dict(COPY),
    LetterKind.STOP_WITHOUT_RECEIPT: dict(CLAIM),
    LetterKind.PANEL_INTEREST: dict(INTEREST),
}


@cache
def key_pair() -> KeyPair:
    """Return the one pair of keys of this run."""
    return make_key_pair(date(2026, 11, 1))


def a_sealing_key(session: Session) -> SealingKey:
    """Return the row of the pair's public key, added if it is not there."""
    found = session.scalar(select(SealingKey).where(SealingKey.fingerprint == key_pair().fingerprint))
    if found is None:
        found = SealingKey(
            id=uuid.uuid4(), fingerprint=key_pair().fingerprint, public=key_pair().public, starts_at=datetime(2026, 11, 1, tzinfo=UTC)
        )
        session.add(found)
        session.flush()
    return found


def a_letter(
    session: Session,
    *,
    kind: LetterKind = LetterKind.COMPLAINT,
    encounter: Encounter | None = None,
    receipt: Receipt | None = None,
    body: dict[str, object] | None = None,
    **columns: Any,
) -> Letter:
    """Add a letter with its sealed body; with a receipt it is about the receipt's encounter."""
    values = {
        "reference": f"X-{uuid.uuid4().hex[:8].upper()}",
        "state": LetterState.RECEIVED,
        "came": LetterCame.ONLINE,
        "language": "en",
        "submission_id": uuid.uuid4().hex,
        "received_on": date(2026, 11, 16),
        "answer_due_on": date(2026, 12, 14),
        "encounter_id": encounter.id if encounter else receipt.encounter_id if receipt else None,
        "receipt_id": receipt.id if receipt else None,
    } | columns
    letter = Letter(id=uuid.uuid4(), kind=kind, **values)
    session.add(letter)
    session.flush()
    key, part_id = a_sealing_key(session), uuid.uuid4()
    sealed = seal(key.public, body or BODIES[kind], letter_id=letter.id, part_id=part_id)
    part = LetterPart(
        id=part_id,
        letter_id=letter.id,
        part=PartOfLetter.BODY,
        ordinal=0,
        written_on=letter.received_on,
        sealing_key_id=key.id,
        sealed=sealed,
    )
    session.add(part)
    session.flush()
    return letter


def a_reader(session: Session, *, account: Account | None = None) -> Viewer:
    """Return a complaints handler as a viewer."""
    account = account or a.an_account(session, name="Gil Invented", role=Role.COMPLAINTS_HANDLER)
    return Viewer(id=account.id, name=account.name, roles=frozenset({Role.COMPLAINTS_HANDLER}))
