"""Answers are gone when the two years that the privacy page promises are over, with all that hangs on them; the rest stays."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.encounters.records import Receipt
from stop_search.feedback.answering import answer_feedback
from stop_search.feedback.coming_back import add_further_text, correct_answers
from stop_search.feedback.comment_reading import release_read_comment, waiting_comments
from stop_search.feedback.equality import EqualityGiven
from stop_search.feedback.erasing import erase_old_answers
from stop_search.feedback.personal_details.masking import masked
from stop_search.feedback.rules import newest_week_to_erase
from stop_search.letters.actions import open_complaint_from_feedback
from stop_search.letters.erasing import untie_old_feedback
from stop_search.letters.records import Letter
from tests.support.builders import NOON
from tests.support.leaving import KEY, TEXT_KEY, a_viewer, left, receipt_of

TABLES = (
    "feedback", "feedback_answer", "feedback_text", "equality_answer", "triage_item", "force_answer", "comment_decision",
)  # fmt: skip
SHORTLY_BEFORE, IN_TIME = datetime(2028, 11, 15, 12, tzinfo=UTC), datetime(2028, 11, 16, 12, tzinfo=UTC)


def everything(session: Session) -> None:
    """Leave feedback that has a row in every table: corrected, added to, released, answered, and taken for a complaint."""
    handler = a_viewer(session, Role.COMPLAINTS_HANDLER)
    about_me = EqualityGiven(1, consented=True, answers={"age": "18_24"})
    found = left(session, receipt_of(session), answers={"respect": "not_at_all"}, equality=about_me)
    correct_answers(session, typed=found.reply_code, answers={"respect": "fully"}, reply_key=KEY, now=NOON)
    add_further_text(session, typed=found.reply_code, text="And one more thing.", reply_key=KEY, text_key=TEXT_KEY, now=NOON)
    (first, *_) = waiting_comments(session, viewer=handler)
    release_read_comment(session, text_id=first.text_id, mask=masked, viewer=handler, text_key=TEXT_KEY, now=NOON)
    answer_feedback(session, feedback_id=found.feedback_id, text="Thank you.", viewer=handler, text_key=TEXT_KEY, now=NOON)
    open_complaint_from_feedback(session, feedback_id=found.feedback_id, actor=handler.acting_as(Role.COMPLAINTS_HANDLER), now=NOON)


def counts(session: Session) -> dict[str, int]:
    """Count the rows of each table."""
    return {name: session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in TABLES}  # noqa: S608 -- names of tables


def erase(session: Session, now: datetime) -> int:
    """Erase as the nightly job does."""
    untie_old_feedback(session, now=now)
    return erase_old_answers(session, now=now)


def test_everything_of_old_feedback_goes_and_the_receipt_and_the_letter_stay(session: Session) -> None:
    everything(session)
    left(session, receipt_of(session), "2" * 32, now=IN_TIME)
    before = counts(session)
    assert all(before.values()), before
    assert [erase(session, SHORTLY_BEFORE), erase(session, IN_TIME), erase(session, IN_TIME)] == [0, 1, 0]
    assert counts(session) == dict.fromkeys(TABLES, 0) | {"feedback": 1, "feedback_answer": 2, "feedback_text": 1}
    assert session.scalar(select(func.count()).select_from(Receipt)) == 2
    assert session.scalars(select(Letter.feedback_id)).all() == [None]


def test_the_log_has_one_entry_for_each_week_with_a_count(session: Session) -> None:
    for number, day in enumerate((18, 18, 9)):
        left(session, receipt_of(session), f"{number}" * 32, now=NOON.replace(day=day))
    erase(session, IN_TIME)
    found = session.scalars(select(AuditEntry).where(AuditEntry.action == "erase_old_answers").order_by(AuditEntry.n))
    assert [(entry.object_id, json.loads(entry.text)["reason"]) for entry in found] == [
        ("2026-W46", "1 answers"),
        ("2026-W47", "2 answers"),
    ]


@pytest.mark.parametrize(
    ("today", "week"),
    [
        (date(2028, 11, 15), "2026-W46"),
        (date(2028, 11, 16), "2026-W47"),
        (date(2028, 2, 29), "2026-W09"),
        (date(2029, 1, 1), "2026-W53"),
    ],
)
def test_a_week_is_old_when_its_monday_is_two_years_ago(today: date, week: str) -> None:
    assert newest_week_to_erase(today) == week
