"""Coming back with the four words: adding, correcting, deleting, and staying nobody."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from stop_search.audit.records import AuditEntry
from stop_search.database.session import Database
from stop_search.errors import Invalid, NoLongerOpen, NotFound
from stop_search.feedback.actions import LeftFeedback
from stop_search.feedback.coming_back import add_further_text, correct_answers, erase_texts
from stop_search.feedback.queries import OwnFeedback, Written, answer_counts, own_feedback
from stop_search.feedback.records import FeedbackAnswer, FeedbackText, TriageItem
from stop_search.feedback.reply_codes import make_reply_code
from stop_search.feedback.rules import MOST_TEXTS, last_day_to_correct
from stop_search.footage.records import FootageHold
from tests.support.builders import NOON
from tests.support.leaving import KEY, TEXT_KEY, how_many, left, receipt_of, somewhere

LATER = NOON + timedelta(days=10)


def own(session: Session, found: LeftFeedback) -> OwnFeedback:
    """Return what the person sees."""
    return own_feedback(session, typed=found.reply_code, reply_key=KEY, text_key=TEXT_KEY)


def add(session: Session, found: LeftFeedback, text: str, now: datetime = LATER) -> None:
    """Add a text."""
    add_further_text(session, typed=found.reply_code, text=text, reply_key=KEY, text_key=TEXT_KEY, now=now)


def correct(session: Session, found: LeftFeedback, now: datetime = LATER, **answers: str) -> int:
    """Put other answers in force."""
    return correct_answers(session, typed=found.reply_code, answers=answers, reply_key=KEY, now=now)


def test_a_further_text_stands_below_the_first_with_its_own_week(session: Session) -> None:
    found = left(session, receipt_of(session))
    add(session, found, "  One more thing.\r\nAnd another.\x00 ")
    shown = own(session, found)
    assert shown.comment == "They were kind."
    assert shown.further == (Written("2026-W48", "One more thing.\nAnd another."),)


def test_a_text_that_is_added_later_is_never_taken_for_the_first(session: Session) -> None:
    found = left(session, receipt_of(session), comment=None)
    add(session, found, "Now I know what to say.")
    assert (own(session, found).comment, len(own(session, found).further)) == (None, 1)


def test_a_text_that_is_sent_twice_is_kept_once(session: Session) -> None:
    found = left(session, receipt_of(session))
    for words in ("One more thing.", " One more thing.\n", "They were kind."):
        add(session, found, words)
    assert [written.text for written in own(session, found).further] == ["One more thing."]


def test_an_empty_text_a_long_one_and_one_too_many_are_refused(session: Session) -> None:
    found = left(session, receipt_of(session))
    for wrong in ("", " \x00\n", "a" * 2001):
        with pytest.raises(Invalid):
            add(session, found, wrong)
    for n in range(2, MOST_TEXTS + 1):
        add(session, found, f"Number {n}.")
    with pytest.raises(Invalid, match="added 20 texts"):
        add(session, found, "One too many.")
    assert how_many(session, FeedbackText) == MOST_TEXTS


def test_a_further_text_puts_a_released_hold_in_force_again(session: Session) -> None:
    found = left(session, receipt_of(session))
    hold = session.scalars(select(FootageHold)).one()
    hold.released_at, hold.released_by, hold.release_reason = NOON, "somebody", "kept long enough"
    session.flush()
    add(session, found, "I remember more now.")
    assert session.scalars(select(FootageHold)).one().released_at is None


def test_a_correction_is_a_new_version_and_the_one_before_is_kept(session: Session) -> None:
    found = left(session, receipt_of(session))
    assert correct(session, found, listened="mostly", respect="fully") == 2
    shown = own(session, found)
    assert (dict(shown.given), shown.version) == ({"listened": "mostly", "respect": "fully"}, 2)
    rows = session.scalars(select(FeedbackAnswer).where(FeedbackAnswer.version == 1).order_by(FeedbackAnswer.question))
    assert [(row.question, row.answer) for row in rows] == [("force", "not_used"), ("listened", "fully")]
    counts = answer_counts(session, first_week="2026-W47", last_week="2026-W47")
    assert sorted((c.question, c.answer, c.count) for c in counts) == [("listened", "mostly", 1), ("respect", "fully", 1)]


def test_the_same_answers_again_make_no_new_version(session: Session) -> None:
    found = left(session, receipt_of(session))
    assert correct(session, found, force="not_used", listened="fully") == 1
    assert correct(session, found, listened="mostly") == 2
    assert correct(session, found, listened="mostly") == 2
    assert how_many(session, FeedbackAnswer) == 3


def test_what_the_form_does_not_offer_and_nothing_at_all_are_refused(session: Session) -> None:
    found = left(session, receipt_of(session))
    for wrong in ({"listened": "loudly"}, {"unknown": "x"}, {}):
        with pytest.raises(Invalid):
            correct(session, found, **wrong)
    assert own(session, found).version == 1


@pytest.mark.parametrize("sent", [datetime(2026, 11, 16, 0, 0, tzinfo=UTC), datetime(2026, 11, 22, 23, 59, tzinfo=UTC)])
def test_answers_may_be_corrected_for_28_days_from_the_monday_after_whatever_the_day_of_sending(session: Session, sent: datetime) -> None:
    found = somewhere(session, now=sent)
    assert last_day_to_correct("2026-W47").isoformat() == "2026-12-20"
    assert own(session, found).correct_until == last_day_to_correct("2026-W47")
    correct(session, found, now=datetime(2026, 12, 20, 23, 59, tzinfo=UTC), listened="mostly")
    with pytest.raises(NoLongerOpen, match="until 20 December 2026"):
        correct(session, found, now=datetime(2026, 12, 21, 0, 0, tzinfo=UTC), listened="fully")
    add(session, found, "A text can still be added.", now=datetime(2027, 6, 1, tzinfo=UTC))


def test_other_words_open_nothing_and_change_nothing(session: Session) -> None:
    left(session, receipt_of(session))
    strange = make_reply_code(KEY, "f" * 32)
    with pytest.raises(NotFound):
        add_further_text(session, typed=strange, text="Hello.", reply_key=KEY, text_key=TEXT_KEY, now=LATER)
    with pytest.raises(NotFound):
        correct_answers(session, typed=strange, answers={"listened": "fully"}, reply_key=KEY, now=LATER)
    with pytest.raises(Invalid):
        erase_texts(session, typed="amber", reply_key=KEY, now=LATER)


def test_erasing_texts_takes_rows_and_keys_and_leaves_the_answers(session: Session) -> None:
    found, other = left(session, receipt_of(session)), somewhere(session, comment="Somebody else.")
    add(session, found, "One more thing.")
    erase_texts(session, typed=found.reply_code, reply_key=KEY, now=LATER)
    assert [row.feedback_id for row in session.scalars(select(FeedbackText))] == [other.feedback_id]
    shown = own(session, found)
    assert (shown.comment, shown.further, dict(shown.given)) == (None, (), {"listened": "fully", "force": "not_used"})
    add(session, found, "I changed my mind.")
    assert own(session, found).further[0].text == "I changed my mind."


@pytest.mark.parametrize("kind", ["sqlite"])  # PostgreSQL's files are the server's own; the rows are checked above
def test_no_word_of_a_text_and_after_erasing_no_byte_of_its_envelope_is_left_in_the_file(database: Database, kind: str) -> None:
    with database.writing() as session:
        found = left(session, receipt_of(session), comment="A canary sings in the third cage.")
        row = session.scalars(select(FeedbackText)).one()
        traces = [row.sealed, row.wrapped_key]
        session.commit()
    assert [trace in _bytes_of(database) for trace in (b"canary", b"third cage", *traces)] == [False, False, True, True]
    with database.writing() as session:
        erase_texts(session, typed=found.reply_code, reply_key=KEY, now=LATER)
        session.commit()
    assert [trace in _bytes_of(database) for trace in traces] == [False, False]


def _bytes_of(database: Database) -> bytes:
    """Return the database file and its log, after what is in the log was written to the file."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    file = Path(database.engine.url.database or "")
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def test_nobody_who_comes_back_leaves_more_in_the_log_than_the_week(session: Session) -> None:
    found = left(session, receipt_of(session))
    moment = datetime(2026, 11, 26, 22, 41, 17, tzinfo=UTC)
    add(session, found, "A secret word.", now=moment)
    correct(session, found, now=moment, listened="mostly")
    erase_texts(session, typed=found.reply_code, reply_key=KEY, now=moment)
    session.execute(delete(TriageItem))
    acts = ("add_further_text", "correct_answers", "erase_texts")
    entries = [e for e in session.scalars(select(AuditEntry)) if e.action in acts]
    assert [(e.action, e.object_type, e.object_id) for e in entries] == [(act, "feedback_week", "2026-W48") for act in acts]
    log = json.dumps([e.text for e in entries])
    for trace in ("22:41", "2026-11-26", str(found.feedback_id), "secret", "mostly", *found.reply_code.split()):
        assert trace not in log, trace
