"""The complaints handlers' list: what comes on it, in which order, and that only a person takes it off."""

import dataclasses
import json
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.codes.lists import code_list
from stop_search.errors import Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.feedback.coming_back import add_further_text, correct_answers
from stop_search.feedback.personal_details.masking import masked
from stop_search.feedback.records import TriageItem
from stop_search.feedback.rules import TriageState
from stop_search.feedback.triaging import close_item, item_of_feedback, look_at_item, read_item_as_written, triage_queue
from tests.support.builders import NOON
from tests.support.leaving import KEY, TEXT_KEY, a_viewer, how_many, left, receipt_of, somewhere

BAD: dict[str, Any] = {"answers": {"respect": "not_at_all"}}


@pytest.fixture
def reader(session: Session) -> Viewer:
    """Return a complaints handler."""
    return a_viewer(session, Role.COMPLAINTS_HANDLER)


def only_item(session: Session) -> TriageItem:
    """Return the one item there is."""
    return session.scalars(select(TriageItem)).one()


def close(session: Session, item_id: uuid.UUID, reader: Viewer, **changes: Any) -> None:
    """Close an item."""
    given = {"disposition": "advice_given", "reason": "Told how to complain.", "now": NOON + timedelta(days=1)} | changes
    close_item(session, item_id=item_id, viewer=reader, **given)


def test_a_complaint_comes_on_the_list_until_the_end_of_the_next_working_day_and_praise_does_not(session: Session, reader: Viewer) -> None:
    somewhere(session)
    assert triage_queue(session, viewer=reader, now=NOON) == ()
    somewhere(session, **BAD)
    (line,) = triage_queue(session, viewer=reader, now=NOON)
    assert (line.signs, line.due_on, line.is_overdue) == (("answer:respect",), date(2026, 11, 19), False)
    assert not triage_queue(session, viewer=reader, now=NOON + timedelta(days=1))[0].is_overdue
    assert triage_queue(session, viewer=reader, now=NOON + timedelta(days=2))[0].is_overdue


def test_the_same_form_again_makes_no_second_item(session: Session) -> None:
    receipt = receipt_of(session)
    for _ in range(3):
        left(session, receipt, **BAD)
    assert how_many(session, TriageItem) == 1


def test_overdue_items_stand_first_and_then_by_day(session: Session, reader: Viewer) -> None:
    for days in (0, -9, 2, -5):
        somewhere(session, now=NOON + timedelta(days=days), **BAD)
    lines = triage_queue(session, viewer=reader, now=NOON + timedelta(days=2))
    assert [line.is_overdue for line in lines] == [True, True, True, False]
    assert [line.due_on for line in lines] == sorted(line.due_on for line in lines)


def test_the_list_says_nothing_of_what_was_said_and_nothing_of_the_stop(session: Session, reader: Viewer) -> None:
    somewhere(session, comment="He was rude.", **BAD)
    (line,) = triage_queue(session, viewer=reader, now=NOON)
    assert {field.name for field in dataclasses.fields(line)} == {"item_id", "week", "signs", "due_on", "is_overdue"}
    shown = look_at_item(session, item_id=line.item_id, mask=masked, viewer=reader, text_key=TEXT_KEY, now=NOON)
    assert [written.text for written in shown.texts] == ["He was rude."]
    assert ("Were you treated with respect?", "Not at all") in shown.answers
    receipt_id, encounter_id = session.execute(text("SELECT id, encounter_id FROM receipt")).one()
    assert not {str(receipt_id), str(encounter_id)} & {str(value) for value in dataclasses.asdict(shown).values()}


def test_who_looked_and_who_decided_is_in_the_log_and_what_was_said_is_not(session: Session, reader: Viewer) -> None:
    somewhere(session, comment="He was rude.", **BAD)
    item = only_item(session)
    look_at_item(session, item_id=item.id, mask=masked, viewer=reader, text_key=TEXT_KEY, now=NOON)
    close(session, item.id, reader)
    entries = [e for e in session.scalars(select(AuditEntry).order_by(AuditEntry.n)) if e.object_type == "triage_item"]
    assert [(e.actor, e.operation, e.action) for e in entries] == [
        (str(reader.id), "consultation", "look_at_triage_item"),
        (str(reader.id), "alteration", "close_triage_item"),
    ]
    assert [json.loads(e.text)["reason"] for e in entries] == ["", "advice_given"]
    assert "rude" not in "".join(session.scalars(select(AuditEntry.text)))


@pytest.mark.parametrize("disposition", code_list("triage_disposition").keys)
def test_each_decision_closes_with_who_when_and_why_and_forgets_the_day(session: Session, reader: Viewer, disposition: str) -> None:
    somewhere(session, **BAD)
    item = only_item(session)
    close(session, item.id, reader, disposition=disposition)
    assert (item.state, item.disposition, item.reason, item.closed_by) == (
        TriageState.CLOSED,
        disposition,
        "Told how to complain.",
        reader.id,
    )
    assert (item.due_on, item.closed_late) == (None, False)
    assert triage_queue(session, viewer=reader, now=NOON) == ()


def test_a_late_decision_stays_known_as_late(session: Session, reader: Viewer) -> None:
    somewhere(session, **BAD)
    close(session, only_item(session).id, reader, now=NOON + timedelta(days=5))
    assert only_item(session).closed_late is True


def test_an_item_is_closed_once_and_only_with_a_decision_and_a_reason(session: Session, reader: Viewer) -> None:
    somewhere(session, **BAD)
    item_id = only_item(session).id
    for wrong in ({"disposition": ""}, {"disposition": "ignored"}, {"reason": " "}, {"reason": "two\nlines"}):
        with pytest.raises(Invalid):
            close(session, item_id, reader, **wrong)
    close(session, item_id, reader)
    with pytest.raises(NoLongerOpen):
        close(session, item_id, reader)
    with pytest.raises(NotFound):
        close(session, uuid.uuid4(), reader)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COMPLAINTS_HANDLER])
def test_nobody_else_sees_opens_or_closes_anything(session: Session, role: Role) -> None:
    somewhere(session, **BAD)
    item_id, stranger = only_item(session).id, a_viewer(session, role)
    with pytest.raises(NotAllowed):
        triage_queue(session, viewer=stranger, now=NOON)
    with pytest.raises(NotAllowed):
        look_at_item(session, item_id=item_id, mask=masked, viewer=stranger, text_key=TEXT_KEY, now=NOON)
    with pytest.raises(NotAllowed):
        close(session, item_id, stranger)
    assert only_item(session).state == TriageState.OPEN


@pytest.mark.parametrize(
    "values",
    [
        {"state": "closed"},
        {"state": "closed", "due_on": None},
        {"state": "closed", "due_on": None, "disposition": "duplicate", "reason": "x", "closed_late": False},
        {"due_on": None},
        {"disposition": "duplicate"},
    ],
)
def test_the_database_itself_refuses_an_item_that_is_closed_without_a_person(session: Session, values: dict[str, Any]) -> None:
    somewhere(session, **BAD)
    with pytest.raises(IntegrityError, match="open_or_decided"), session.begin_nested():
        session.execute(update(TriageItem).values(values))


def test_what_is_said_later_comes_on_the_list_too_and_an_open_item_grows(session: Session, reader: Viewer) -> None:
    found = left(session, receipt_of(session))
    add_further_text(session, typed=found.reply_code, text="I was hurt.", reply_key=KEY, text_key=TEXT_KEY, now=NOON)
    assert only_item(session).signs == ["words:force"]
    correct_answers(session, typed=found.reply_code, answers={"respect": "not_at_all"}, reply_key=KEY, now=NOON + timedelta(days=1))
    assert only_item(session).signs == ["answer:respect", "words:force"]
    assert only_item(session).due_on == date(2026, 11, 19)
    close(session, only_item(session).id, reader)
    add_further_text(session, typed=found.reply_code, text="I want to complain.", reply_key=KEY, text_key=TEXT_KEY, now=NOON)
    assert sorted(session.scalars(select(TriageItem.state))) == ["closed", "open"]


def test_texts_are_masked_until_a_reason_is_given_and_then_the_reason_is_in_the_log(session: Session, reader: Viewer) -> None:
    somewhere(session, comment="Ring 07700 900123. He was rude.")
    item = only_item(session)
    shown = look_at_item(session, item_id=item.id, mask=masked, viewer=reader, text_key=TEXT_KEY, now=NOON)
    assert [written.text for written in shown.texts] == ["Ring [phone number]. He was rude."]
    with pytest.raises(Invalid) as refused:
        read_item_as_written(session, item_id=item.id, reason="curious", viewer=reader, text_key=TEXT_KEY, now=NOON)
    assert set(refused.value.fields) == {"why"}
    written = read_item_as_written(session, item_id=item.id, reason="deciding", viewer=reader, text_key=TEXT_KEY, now=NOON)
    assert [text.text for text in written.texts] == ["Ring 07700 900123. He was rude."]
    logged = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "triage_item").order_by(AuditEntry.n)).all()
    assert [(entry.action, json.loads(entry.text)["reason"]) for entry in logged] == [
        ("look_at_triage_item", ""),
        ("read_triage_item_as_written", "deciding"),
    ]
    assert not any("07700" in entry.text for entry in logged)


def test_the_item_of_some_feedback_is_found_also_when_it_is_closed(session: Session, reader: Viewer) -> None:
    somewhere(session, **BAD)
    item = only_item(session)
    close(session, item.id, reader)
    assert item_of_feedback(session, feedback_id=item.feedback_id, viewer=reader) == item.id
    assert item_of_feedback(session, feedback_id=uuid.uuid4(), viewer=reader) is None
