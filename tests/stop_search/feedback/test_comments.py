"""Comments reach the learning team only after a person released them, and only masked."""

import re
import uuid
from dataclasses import dataclass

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.feedback.coming_back import erase_texts
from stop_search.feedback.comment_reading import look_at_comment, waiting_comments
from stop_search.feedback.comments import release_comment, released_comments, withhold_comment
from stop_search.feedback.records import CommentDecision, FeedbackText
from tests.support.builders import NOON
from tests.support.leaving import KEY, TEXT_KEY, a_viewer, how_many, somewhere


@dataclass(frozen=True)
class Covered:
    """A masked text."""

    text: str


def mask(written: str) -> Covered:
    """Cover numbers of five digits and more."""
    return Covered(re.sub(r"\d{5,}", "[number]", written))


@pytest.fixture
def reader(session: Session) -> Viewer:
    """Return a complaints handler."""
    return a_viewer(session, Role.COMPLAINTS_HANDLER)


def release(session: Session, text_id: uuid.UUID, words: str, reader: Viewer) -> str:
    """Release a text."""
    return release_comment(session, text_id=text_id, as_released=words, mask=mask, viewer=reader, text_key=TEXT_KEY, now=NOON)


def read_by_learning(session: Session) -> tuple[str, ...]:
    """Return what the learning team reads."""
    found = released_comments(session, viewer=a_viewer(session, Role.LEARNING_TEAM), text_key=TEXT_KEY)
    return tuple(each for texts in found.values() for each in texts)


def test_a_comment_waits_with_its_mask_and_the_learning_team_sees_nothing_of_it(session: Session, reader: Viewer) -> None:
    somewhere(session, comment="Call me: 07700900123.")
    somewhere(session, comment=None)
    (waiting,) = waiting_comments(session, viewer=reader)
    shown = look_at_comment(session, text_id=waiting.text_id, mask=mask, viewer=reader, text_key=TEXT_KEY, now=NOON)
    assert (shown.masked, shown.told) == ("Call me: [number].", "Call me: [number].")
    assert read_by_learning(session) == ()


def test_a_released_comment_is_read_as_released_and_masked_once_more(session: Session, reader: Viewer) -> None:
    somewhere(session, comment="Sam was rude. Call me: 07700900123.")
    text_id = session.scalars(select(FeedbackText.id)).one()
    assert release(session, text_id, "[name] was rude. Call me: 07700900123.", reader) == "[name] was rude. Call me: [number]."
    assert read_by_learning(session) == ("[name] was rude. Call me: [number].",)
    assert waiting_comments(session, viewer=reader) == ()
    row = session.scalars(select(CommentDecision)).one()
    assert (row.decision, row.decided_by, row.decided_at) == ("released", reader.id, NOON)
    assert b"rude" not in bytes(session.execute(text("SELECT sealed FROM comment_decision")).scalar_one())


def test_a_withheld_comment_is_never_read_and_says_why(session: Session, reader: Viewer) -> None:
    somewhere(session)
    text_id = session.scalars(select(FeedbackText.id)).one()
    with pytest.raises(Invalid):
        withhold_comment(session, text_id=text_id, reason=" ", viewer=reader, now=NOON)
    withhold_comment(session, text_id=text_id, reason="It tells who wrote it.", viewer=reader, now=NOON)
    assert read_by_learning(session) == ()
    assert session.scalars(select(CommentDecision.reason)).one() == "It tells who wrote it."


def test_a_text_is_decided_on_once(session: Session, reader: Viewer) -> None:
    somewhere(session)
    text_id = session.scalars(select(FeedbackText.id)).one()
    release(session, text_id, "They were kind.", reader)
    with pytest.raises(Conflict):
        withhold_comment(session, text_id=text_id, reason="No.", viewer=reader, now=NOON)
    with pytest.raises(NotFound):
        release(session, uuid.uuid4(), "They were kind.", reader)
    somewhere(session, comment="More.")
    other = session.scalars(select(FeedbackText.id).where(FeedbackText.id != text_id)).one()
    with pytest.raises(Invalid):
        release(session, other, " ", reader)


def test_what_the_person_deletes_is_gone_from_what_was_released(session: Session, reader: Viewer) -> None:
    found = somewhere(session)
    release(session, session.scalars(select(FeedbackText.id)).one(), "They were kind.", reader)
    erase_texts(session, typed=found.reply_code, reply_key=KEY, now=NOON)
    assert read_by_learning(session) == ()
    assert how_many(session, CommentDecision) == 0


def test_reading_and_releasing_are_in_the_log_without_a_word_of_the_text(session: Session, reader: Viewer) -> None:
    somewhere(session, comment="Zebra.")
    (waiting,) = waiting_comments(session, viewer=reader)
    look_at_comment(session, text_id=waiting.text_id, mask=mask, viewer=reader, text_key=TEXT_KEY, now=NOON)
    release(session, waiting.text_id, "Zebra.", reader)
    entries = [e for e in session.scalars(select(AuditEntry).order_by(AuditEntry.n)) if e.object_type == "feedback_text"]
    assert [(e.operation, e.action, e.actor) for e in entries] == [
        ("consultation", "read_comment", str(reader.id)),
        ("disclosure", "release_comment", str(reader.id)),
    ]
    assert "Zebra" not in "".join(session.scalars(select(AuditEntry.text)))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COMPLAINTS_HANDLER])
def test_nobody_else_reads_what_waits_or_decides(session: Session, role: Role) -> None:
    somewhere(session)
    text_id, stranger = session.scalars(select(FeedbackText.id)).one(), a_viewer(session, role)
    with pytest.raises(NotAllowed):
        waiting_comments(session, viewer=stranger)
    with pytest.raises(NotAllowed):
        look_at_comment(session, text_id=text_id, mask=mask, viewer=stranger, text_key=TEXT_KEY, now=NOON)
    with pytest.raises(NotAllowed):
        release(session, text_id, "They were kind.", stranger)
    with pytest.raises(NotAllowed):
        withhold_comment(session, text_id=text_id, reason="No.", viewer=stranger, now=NOON)


def test_only_the_learning_team_reads_what_was_released(session: Session, reader: Viewer) -> None:
    with pytest.raises(NotAllowed):
        released_comments(session, viewer=reader, text_key=TEXT_KEY)


def test_the_database_itself_refuses_a_release_without_a_text_and_a_refusal_without_a_reason(session: Session, reader: Viewer) -> None:
    somewhere(session)
    release(session, session.scalars(select(FeedbackText.id)).one(), "They were kind.", reader)
    for values in ({"sealed": None}, {"decision": "withheld"}, {"decision": "withheld", "reason": "x"}):
        with pytest.raises(IntegrityError, match="told_or_said_why"), session.begin_nested():
            session.execute(update(CommentDecision).values(values))
