"""The force answers one feedback; whoever has the words reads it."""

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.errors import Invalid, NotAllowed, NotFound
from stop_search.feedback.answering import LONGEST_ANSWER, answer_feedback
from stop_search.feedback.coming_back import erase_texts
from stop_search.feedback.queries import Written, own_feedback
from stop_search.feedback.records import ForceAnswer
from tests.support.builders import NOON
from tests.support.leaving import KEY, TEXT_KEY, a_viewer, how_many, somewhere


def answer(session: Session, feedback_id: uuid.UUID, words: str = "We are sorry.", role: Role = Role.COMPLAINTS_HANDLER) -> None:
    """Answer a feedback."""
    answer_feedback(session, feedback_id=feedback_id, text=words, viewer=a_viewer(session, role), text_key=TEXT_KEY, now=NOON)


def test_an_answer_is_read_with_the_words_and_with_no_others(session: Session) -> None:
    found, other = somewhere(session), somewhere(session)
    answer(session, found.feedback_id)
    shown, not_shown = (own_feedback(session, typed=one.reply_code, reply_key=KEY, text_key=TEXT_KEY) for one in (found, other))
    assert shown.force_answers == (Written("2026-W47", "We are sorry."),)
    assert not_shown.force_answers == ()


def test_the_same_answer_again_is_stored_once(session: Session) -> None:
    found = somewhere(session)
    for _ in range(2):
        answer(session, found.feedback_id)
    assert how_many(session, ForceAnswer) == 1


def test_an_answer_lies_sealed_and_its_writer_is_not_shown(session: Session) -> None:
    found = somewhere(session)
    answer(session, found.feedback_id)
    assert b"sorry" not in bytes(session.execute(text("SELECT sealed FROM force_answer")).scalar_one())
    writer = session.scalars(select(ForceAnswer.written_by)).one()
    assert str(writer) not in str(own_feedback(session, typed=found.reply_code, reply_key=KEY, text_key=TEXT_KEY))


def test_who_answered_is_in_the_log_and_what_was_written_is_not(session: Session) -> None:
    found = somewhere(session)
    answer(session, found.feedback_id)
    (entry,) = [e for e in session.scalars(select(AuditEntry)) if e.action == "answer_feedback"]
    assert (entry.operation, entry.object_id) == ("disclosure", str(found.feedback_id))
    assert "sorry" not in entry.text


def test_an_answer_goes_when_the_person_deletes_the_texts(session: Session) -> None:
    found = somewhere(session)
    answer(session, found.feedback_id)
    erase_texts(session, typed=found.reply_code, reply_key=KEY, now=NOON)
    assert how_many(session, ForceAnswer) == 0


@pytest.mark.parametrize("words", ["", " \x00 ", "a" * (LONGEST_ANSWER + 1)])
def test_an_empty_or_long_answer_is_refused(session: Session, words: str) -> None:
    found = somewhere(session)
    with pytest.raises(Invalid):
        answer(session, found.feedback_id, words)


def test_only_complaints_handlers_answer_and_only_what_is_there(session: Session) -> None:
    found = somewhere(session)
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.LEARNING_TEAM, Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            answer(session, found.feedback_id, role=role)
    with pytest.raises(NotFound):
        answer(session, uuid.uuid4())
