"""Dealing with letters: opened for a reason and logged, taken in hand, noted under seal, tied to a stop, closed by a person."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import PostKind, Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotFound
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.letters.claims import possible_encounters, shared_words
from stop_search.letters.dealing import add_note, close_letter, consult_letter, link_encounter, take_in_hand, unseal_letter
from stop_search.letters.queries import inbox, letter_counts, letter_shown
from stop_search.letters.records import Letter
from stop_search.letters.rules import LetterKind, LetterState, ReviewTold
from stop_search.letters.sealing import open_file
from tests.support import builders as a
from tests.support.letters import CANARY, COMPLAINT, a_letter, a_reader, key_pair

TODAY = a.NOON.date()


def entries(session: Session) -> list[dict[str, Any]]:
    """Return the audit log, oldest first."""
    return [json.loads(entry.text) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.n))]


def test_opening_and_unsealing_each_need_a_reason_that_the_log_keeps(session: Session) -> None:
    letter, reader = a_letter(session), a_reader(session)
    with pytest.raises(Invalid):
        consult_letter(session, reference=letter.reference, reason="because", viewer=reader, now=a.NOON)
    assert entries(session) == []
    consult_letter(session, reference=letter.reference, reason="answering", viewer=reader, now=a.NOON)
    unseal_letter(session, reference=letter.reference, reason="deciding", viewer=reader, now=a.NOON)
    assert [(e["action"], e["operation"], e["reason"], e["object_id"], e["actor"]) for e in entries(session)] == [
        ("letter_opened", "consultation", "answering", str(letter.id), str(reader.id)),
        ("letter_unsealed", "consultation", "deciding", str(letter.id), str(reader.id)),
    ]


def test_what_is_handed_out_is_sealed_and_opens_with_the_key_alone_notes_too(session: Session) -> None:
    letter, reader = a_letter(session), a_reader(session)
    add_note(session, reference=letter.reference, text=f" Rang {CANARY}.\r\nNobody there. ", viewer=reader, now=a.NOON)
    add_note(session, reference=letter.reference, text="Rang again.", viewer=reader, now=a.NOON + timedelta(days=1))
    file = json.dumps(unseal_letter(session, reference=letter.reference, reason="answering", viewer=reader, now=a.NOON))
    assert CANARY not in file + json.dumps(entries(session))
    assert open_file(key_pair().key_file, file) == [
        ("body", "2026-11-16", COMPLAINT),
        ("note", "2026-11-18", {"note": f"Rang {CANARY}.\nNobody there.", "by": "Gil Invented"}),
        ("note", "2026-11-19", {"note": "Rang again.", "by": "Gil Invented"}),
    ]


def test_a_reader_sees_of_the_stop_what_is_needed_and_the_officers_number_for_a_complaint_only(session: Session) -> None:
    officer = a.an_officer(session, number="2044")
    encounter = a.an_encounter(session, officer=officer)
    reader = a_reader(session)
    shown = {
        kind: letter_shown(session, reference=a_letter(session, kind=kind, encounter=encounter).reference, viewer=reader).encounter
        for kind in (LetterKind.COMPLAINT, LetterKind.COPY_OF_RECORD)
    }
    complaint, copy = shown[LetterKind.COMPLAINT], shown[LetterKind.COPY_OF_RECORD]
    assert complaint is not None
    assert copy is not None
    assert (complaint.reference, complaint.power, complaint.officer_number) == (encounter.reference, "mda_s23", "2044")
    assert copy.officer_number is None
    assert officer.name not in repr(shown) + repr(encounter.grounds)


def test_nobody_else_and_nobody_with_an_interest_sees_a_letter(session: Session) -> None:
    team = a.a_team(session)
    officer, other, lead = a.an_officer(session, team=team), a.an_officer(session), a.an_account(session)
    a.a_post(session, account=lead, team=team, kind=PostKind.LEAD)
    letter = a_letter(session, encounter=a.an_encounter(session, officer=officer, team=team, others_present=(other,)))
    both = frozenset({Role.OFFICER, Role.COMPLAINTS_HANDLER})
    nobody = [Viewer(id=each.id, name=each.name, roles=both) for each in (officer, other, lead)]
    nobody.append(Viewer(id=a.an_account(session).id, name="Pat", roles=frozenset(Role) - {Role.COMPLAINTS_HANDLER}))
    for viewer in nobody:
        assert inbox(session, viewer=viewer, today=TODAY) == ()
        assert sum(count.open for count in letter_counts(session, viewer=viewer, today=TODAY)) == 0
        for act in (consult_letter, unseal_letter):
            with pytest.raises(NotFound):
                act(session, reference=letter.reference, reason="answering", viewer=viewer, now=a.NOON)
        with pytest.raises(NotFound):
            take_in_hand(session, reference=letter.reference, viewer=viewer, now=a.NOON)
    assert len(inbox(session, viewer=a_reader(session), today=TODAY)) == 1
    assert entries(session) == []


def test_the_inbox_has_the_late_ones_first_and_counts_by_kind(session: Session) -> None:
    reader = a_reader(session)
    due = {"X-LATER000": 9, "X-LATE0000": -2, "X-TODAY000": 0}
    for reference, days in due.items():
        a_letter(session, reference=reference, answer_due_on=TODAY + timedelta(days=days))
    a_letter(session, kind=LetterKind.PANEL_INTEREST, reference="X-PANEL000", answer_due_on=TODAY + timedelta(days=3))
    assert [(line.reference, line.is_overdue) for line in inbox(session, viewer=reader, today=TODAY)] == [
        ("X-LATE0000", True),
        ("X-TODAY000", False),
        ("X-PANEL000", False),
        ("X-LATER000", False),
    ]
    assert [(c.kind, c.open, c.overdue) for c in letter_counts(session, viewer=reader, today=TODAY) if c.open] == [
        ("complaint", 3, 1),
        ("panel_interest", 1, 0),
    ]
    assert [line.reference for line in inbox(session, viewer=reader, today=TODAY, kind=LetterKind.PANEL_INTEREST)] == ["X-PANEL000"]


def test_a_letter_is_taken_in_hand_by_one_and_can_be_taken_over(session: Session) -> None:
    letter, first, second = a_letter(session), a_reader(session), a_reader(session)
    for viewer in (first, first, second):
        take_in_hand(session, reference=letter.reference, viewer=viewer, now=a.NOON)
    assert (letter.state, letter.taken_by) == (LetterState.IN_HAND, second.id)
    assert [e["action"] for e in entries(session)] == ["letter_taken_in_hand"] * 2
    assert letter_shown(session, reference=letter.reference, viewer=second).is_mine


def test_a_complaint_is_closed_by_a_person_with_a_word_on_the_review_and_then_stays_so(session: Session) -> None:
    letter, reader = a_letter(session), a_reader(session)
    closing: dict[str, Any] = {"reference": letter.reference, "viewer": reader, "now": a.NOON}
    with pytest.raises(Invalid):
        close_letter(session, disposition="resolved", review_told=None, **closing)
    close_letter(session, disposition="resolved", review_told=ReviewTold.TOLD, **closing)
    close_letter(session, disposition="resolved", review_told=ReviewTold.TOLD, **closing)
    assert (letter.state, letter.closed_by, letter.closed_on) == (LetterState.CLOSED, reader.id, date(2026, 11, 18))
    assert [e["action"] for e in entries(session)] == ["letter_closed"]
    with pytest.raises(NoLongerOpen):
        close_letter(session, disposition="withdrawn", review_told=ReviewTold.TOLD, **closing)
    with pytest.raises(NoLongerOpen):
        add_note(session, text="Late.", **closing)
    assert [line.reference for line in inbox(session, viewer=reader, today=TODAY, closed=True)] == [letter.reference]
    assert inbox(session, viewer=reader, today=TODAY) == ()


@pytest.mark.parametrize("missing", ["disposition", "closed_by", "closed_on", "review_told"])
def test_the_database_itself_refuses_a_complaint_that_nobody_closed(session: Session, missing: str) -> None:
    letter, reader = a_letter(session), a_reader(session)
    values = {"disposition": "'resolved'", "closed_by": f"'{_as_kept(session, reader.id)}'", "closed_on": "'2026-11-18'"}
    values["review_told"] = "'told'"
    values.pop(missing)
    assignments = ", ".join(f"{column} = {value}" for column, value in values.items())
    session.flush()
    statement = text(f"UPDATE letter SET state = 'closed', {assignments} WHERE reference = :reference")  # noqa: S608 -- our own words
    with pytest.raises(IntegrityError, match="ck_letter_"):
        session.execute(statement, {"reference": letter.reference})


def _as_kept(session: Session, account_id: Any) -> str:
    return account_id.hex if session.get_bind().dialect.name == "sqlite" else str(account_id)


def test_a_claim_is_matched_by_time_and_place_and_tying_it_holds_the_footage(session: Session) -> None:
    reader = a_reader(session)
    claim = a_letter(session, kind=LetterKind.STOP_WITHOUT_RECEIPT)
    meant = a.an_encounter(session, started_at=a.NOON - timedelta(hours=3))
    elsewhere = a.an_encounter(session, started_at=a.NOON - timedelta(hours=4), place="Harbour Road")
    a.an_encounter(session, started_at=a.NOON - timedelta(days=3))
    a.an_encounter(session, started_at=a.NOON - timedelta(hours=3), source="police_uk")
    window = {"since": a.NOON - timedelta(days=1), "until": a.NOON}
    asked: dict[str, Any] = {"reference": claim.reference, "place": f"Castle Park, near {CANARY}", "viewer": reader, "now": a.NOON}
    found = possible_encounters(session, **asked, **window)
    assert [(one.reference, one.shared_words) for one in found] == [(meant.reference, 2), (elsewhere.reference, 0)]
    link_encounter(session, reference=claim.reference, encounter_reference=f" {meant.reference.lower()} ", viewer=reader, now=a.NOON)
    hold = session.scalars(select(FootageHold)).one()
    assert (claim.encounter_id, hold.encounter_id, hold.reason) == (meant.id, meant.id, HoldReason.RECORD_REQUEST)
    assert [e["action"] for e in entries(session)] == ["encounters_searched_for_letter", "place_hold", "letter_tied_to_encounter"]
    assert CANARY not in json.dumps(entries(session))
    for since, until in ((a.NOON, a.NOON - timedelta(minutes=1)), (a.NOON - timedelta(days=15), a.NOON)):
        with pytest.raises(Invalid):
            possible_encounters(session, **asked, since=since, until=until)


def test_a_claim_cannot_be_tied_to_the_readers_own_stop_nor_to_none_nor_a_letter_that_names_its_stop(session: Session) -> None:
    officer = a.an_officer(session)
    reader = Viewer(id=officer.id, name=officer.name, roles=frozenset({Role.OFFICER, Role.COMPLAINTS_HANDLER}))
    own = a.an_encounter(session, officer=officer)
    claim = a_letter(session, kind=LetterKind.STOP_WITHOUT_RECEIPT)
    for reference in (own.reference, "IT-NONE"):
        with pytest.raises(NotFound):
            link_encounter(session, reference=claim.reference, encounter_reference=reference, viewer=reader, now=a.NOON)
    other = a.an_encounter(session, people=0)
    receipt = a.a_receipt(session, person=a.a_person(session, encounter=other))
    for letter in (a_letter(session, receipt=receipt), a_letter(session, kind=LetterKind.PANEL_INTEREST)):
        with pytest.raises(Conflict):
            link_encounter(session, reference=letter.reference, encounter_reference=other.reference, viewer=reader, now=a.NOON)


def test_words_that_tell_nothing_do_not_count() -> None:
    assert shared_words("near the road", "next to the road") == 0
    assert shared_words("CASTLE park", "Castle Park Road") == 2


def test_an_empty_note_and_one_too_long_are_refused(session: Session) -> None:
    letter, reader = a_letter(session), a_reader(session)
    for written in ("", " \n ", "x" * 10_001):
        with pytest.raises(Invalid):
            add_note(session, reference=letter.reference, text=written, viewer=reader, now=a.NOON)
    assert session.scalars(select(Letter)).one().state == LetterState.RECEIVED
