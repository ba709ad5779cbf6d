"""Sending letters: sealed, once, footage held, and nothing of who or when in the log."""

import json
import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.audit.queries import chain_report
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import Database
from stop_search.encounters.queries import ReceiptNotFound
from stop_search.encounters.records import Receipt
from stop_search.encounters.rules import ReceiptState
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.letters.actions import open_complaint_from_feedback, send_letter
from stop_search.letters.keys import NoSealingKey, register_key, sealing_keys, takes_letters
from stop_search.letters.records import Letter, LetterPart
from stop_search.letters.rules import LetterKind, SentLetter
from stop_search.letters.sealing import make_key_pair, open_sealed
from tests.support.builders import NOON, a_person, a_receipt, an_encounter, some_feedback
from tests.support.letters import BODIES, CANARY, a_sealing_key, key_pair

FIRST, SECOND = "1" * 32, "2" * 32


def receipt_of(session: Session, **columns: Any) -> Receipt:
    """Add an encounter with one person and its receipt."""
    encounter = an_encounter(session, people=0)
    return a_receipt(session, person=a_person(session, encounter=encounter), **columns)


def sent(session: Session, kind: LetterKind = LetterKind.COMPLAINT, receipt: Receipt | None = None, **changes: Any) -> SentLetter:
    """Send a letter sealed to this run's key."""
    a_sealing_key(session)
    given: dict[str, Any] = {
        "body": BODIES[kind],
        "receipt_id": receipt.id if receipt else None,
        "submission_id": FIRST,
        "language": "en",
        "assisted": False,
        "now": NOON,
    }
    return send_letter(session, kind=kind, **(given | changes))


def how_many(session: Session, table: Any) -> int:
    """Count rows."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_letter_is_kept_sealed_and_only_its_reader_opens_it(session: Session) -> None:
    found = sent(session)
    letter = session.scalars(select(Letter)).one()
    part = session.scalars(select(LetterPart)).one()
    assert (found.reference, found.kind, found.answer_due_on) == (letter.reference, LetterKind.COMPLAINT, date(2026, 12, 16))
    assert open_sealed(key_pair().key_file, part.sealed, letter_id=letter.id, part_id=part.id) == BODIES[LetterKind.COMPLAINT]
    columns = {column.name: getattr(row, column.name) for row in (letter, part) for column in row.__table__.columns}
    assert CANARY not in repr(columns)
    assert "zanzibar" not in repr(columns)


@pytest.mark.parametrize("about", LetterKind)
def test_every_kind_has_a_reference_that_can_be_said(session: Session, about: LetterKind) -> None:
    prefix, symbols = sent(session, about).reference.split("-")
    assert (len(prefix), len(symbols)) == (1, 8)
    assert not set(symbols) & set("ILOU")


def test_the_same_form_again_changes_nothing_and_says_the_same(session: Session) -> None:
    receipt = receipt_of(session)
    first = sent(session, receipt=receipt)
    again = sent(session, receipt=receipt, body={"what_happened": "Something else."}, now=NOON + timedelta(days=3))
    assert again == first
    assert (how_many(session, Letter), how_many(session, LetterPart), how_many(session, FootageHold)) == (1, 1, 1)
    assert sent(session, receipt=receipt, submission_id=SECOND).reference != first.reference
    with pytest.raises(Conflict):
        sent(session, LetterKind.PANEL_INTEREST)


def test_one_form_that_is_sent_six_times_at_once_is_kept_once_and_answered_alike(database: Database) -> None:
    with database.writing() as session:
        receipt = receipt_of(session)
        a_sealing_key(session)
        session.commit()
    references: list[str] = []

    def answer() -> None:
        with database.write_lock, database.writing() as session:
            references.append(sent(session, receipt=receipt).reference)
            session.commit()

    threads = [threading.Thread(target=answer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(references), len(set(references))) == (6, 1)
    with database.reading() as session:
        assert (how_many(session, Letter), how_many(session, FootageHold)) == (1, 1)


@pytest.mark.parametrize(
    ("about", "reason"), [(LetterKind.COMPLAINT, HoldReason.COMPLAINT), (LetterKind.COPY_OF_RECORD, HoldReason.RECORD_REQUEST)]
)
def test_a_letter_about_a_stop_holds_its_footage_at_once(session: Session, about: LetterKind, reason: HoldReason) -> None:
    receipt = receipt_of(session)
    sent(session, about, receipt)
    hold = session.scalars(select(FootageHold)).one()
    assert (hold.encounter_id, hold.reason, hold.released_at) == (receipt.encounter_id, reason, None)


@pytest.mark.parametrize("about", [LetterKind.STOP_WITHOUT_RECEIPT, LetterKind.PANEL_INTEREST])
def test_other_letters_look_up_no_receipt_and_hold_nothing(session: Session, about: LetterKind) -> None:
    receipt = receipt_of(session)
    sent(session, about, receipt)
    sent(session, about, submission_id=SECOND, receipt_id=uuid.uuid4())
    assert how_many(session, FootageHold) == 0
    assert [(row.receipt_id, row.encounter_id) for row in session.scalars(select(Letter))] == [(None, None), (None, None)]


def test_a_withdrawn_receipt_takes_nobodys_right_to_complain_and_an_unknown_one_is_said_to_be_none(session: Session) -> None:
    receipt = receipt_of(session, state=ReceiptState.WITHDRAWN, withdrawn_at=NOON, withdrawn_reason="seen_by_others")
    assert sent(session, receipt=receipt).reference
    with pytest.raises(ReceiptNotFound):
        sent(session, submission_id=SECOND, receipt_id=uuid.uuid4())


def test_without_a_key_nothing_is_taken(session: Session) -> None:
    assert not takes_letters(session, now=NOON)
    with pytest.raises(NoSealingKey):
        send_letter(
            session,
            kind=LetterKind.COMPLAINT,
            body=BODIES[LetterKind.COMPLAINT],
            receipt_id=None,
            submission_id=FIRST,
            language="en",
            assisted=False,
            now=NOON,
        )
    assert how_many(session, Letter) == how_many(session, AuditEntry) == 0


def test_a_new_key_takes_over_and_the_old_one_still_opens_what_it_sealed(session: Session) -> None:
    sent(session)
    new = make_key_pair(date(2026, 11, 18))
    register_key(session, public=new.public, fingerprint=new.fingerprint, actor=COMMAND_LINE, now=NOON)
    sent(session, submission_id=SECOND)
    assert [(key.fingerprint, key.ends_at) for key in sealing_keys(session)] == [(new.fingerprint, None), (key_pair().fingerprint, NOON)]
    by_key = {part.sealing_key_id: part for part in session.scalars(select(LetterPart))}
    files = {key.key_id: pair for key, pair in zip(sealing_keys(session), (new, key_pair()), strict=True)}
    for key_id, part in by_key.items():
        assert open_sealed(files[key_id].key_file, part.sealed, letter_id=part.letter_id, part_id=part.id)


def test_a_faulty_letter_is_refused_before_anything_is_kept(session: Session) -> None:
    with pytest.raises(Invalid):
        sent(session, body={})
    assert how_many(session, Letter) == how_many(session, AuditEntry) == 0


def test_the_log_says_the_kind_and_the_week_and_neither_who_nor_when(session: Session) -> None:
    receipt = receipt_of(session)
    found = sent(session, receipt=receipt)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.n)).all()
    assert [entry.action for entry in entries] == ["place_hold", "letter_sent"]
    assert {entry.at for entry in entries} == {datetime(2026, 11, 16, tzinfo=UTC)}
    assert json.loads(entries[1].text)["object_id"] == "2026-W47"
    letter = session.scalars(select(Letter)).one()
    told = "".join(entry.text for entry in entries)
    for secret in (CANARY, "zanzibar", str(receipt.id), found.reference, str(letter.id), FIRST, "2026-11-18"):
        assert secret not in told
    assert chain_report(session).problems == []


def test_feedback_that_a_person_took_for_a_complaint_becomes_one_once(session: Session) -> None:
    receipt = receipt_of(session)
    feedback = some_feedback(session, receipt=receipt)
    found = open_complaint_from_feedback(session, feedback_id=feedback.id, actor=COMMAND_LINE, now=NOON)
    assert open_complaint_from_feedback(session, feedback_id=feedback.id, actor=COMMAND_LINE, now=NOON) == found
    letter = session.scalars(select(Letter)).one()
    assert (letter.kind, letter.came, letter.receipt_id) == ("complaint", "feedback", receipt.id)
    assert how_many(session, LetterPart) == 0
    assert session.scalars(select(FootageHold)).one().reason == HoldReason.COMPLAINT
    with pytest.raises(NotFound):
        open_complaint_from_feedback(session, feedback_id=uuid.uuid4(), actor=COMMAND_LINE, now=NOON)
