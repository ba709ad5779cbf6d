"""When something is told of a review, what a message says, and that nothing is told twice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.nearness import note_absence
from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.draws.records import Draw
from stop_search.mail.records import Mail
from stop_search.reviews.records import Review
from stop_search.reviews.reminding import escalate_late_reviews, remind_reviewers, reminder_due, subject_of
from stop_search.reviews.rules import ReminderKind, ReviewState
from tests.conftest import NOON
from tests.support import builders as a

SITE = "https://stops.example"
DUE = date(2026, 12, 2)
NEW, SOON, LATE = ReminderKind.NEW, ReminderKind.SOON, ReminderKind.LATE


@pytest.mark.parametrize(
    ("today", "told", "expected"),
    [
        (date(2026, 11, 18), frozenset(), NEW),
        (date(2026, 11, 19), frozenset({NEW}), None),
        (date(2026, 11, 28), frozenset({NEW}), None),
        (date(2026, 11, 29), frozenset({NEW}), SOON),
        (date(2026, 11, 29), frozenset(), SOON),
        (date(2026, 12, 2), frozenset({NEW, SOON}), None),
        (date(2026, 12, 3), frozenset({NEW, SOON}), LATE),
        (date(2026, 12, 3), frozenset(), LATE),
        (date(2026, 12, 20), frozenset({LATE}), None),
        (date(2026, 11, 30), frozenset({SOON}), None),
    ],
)
def test_a_review_is_told_of_when_it_is_new_soon_due_and_late(today: date, told: frozenset[str], expected: ReminderKind | None) -> None:
    assert reminder_due(DUE, told, today) is expected


def test_the_subject_names_the_most_pressing_first() -> None:
    assert subject_of([NEW, LATE, NEW, SOON]) == "Searches to review: 1 late, 1 due soon, 2 new"


def an_open_review(session: Session, reviewer: Account, *, due_on: date = DUE, state: ReviewState = ReviewState.ASSIGNED) -> Review:
    """Add a review that waits for its reviewer."""
    draw = session.scalar(select(Draw)) or a.a_draw(session)
    entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session))
    return a.a_review(session, frame_entry=entry, reviewer=reviewer, state=state, due_on=due_on)


def mails(session: Session) -> list[Mail]:
    """Return what was written, in order."""
    return list(session.scalars(select(Mail).order_by(Mail.written_at, Mail.subject)))


def test_each_reviewer_gets_one_message_with_a_link_to_each_review_and_none_of_what_it_is(session: Session) -> None:
    one, other = a.an_account(session, name="Ann Invented"), a.an_account(session)
    waiting = [an_open_review(session, one), an_open_review(session, one, due_on=date(2026, 11, 17))]
    an_open_review(session, other)
    an_open_review(session, other, state=ReviewState.SUBMITTED)
    assert remind_reviewers(session, public_url=SITE, actor=WORKER, now=NOON) == 2
    first = next(mail for mail in mails(session) if mail.account_id == one.id)
    assert first.subject == "Searches to review: 1 late, 1 new"
    assert first.text.splitlines()[0] == "2 reviews wait for you."
    assert [line for line in first.text.splitlines() if line.startswith("-")] == [
        f"- due on 17 November 2026: {SITE}/reviews/{waiting[1].id}",
        f"- due on 2 December 2026: {SITE}/reviews/{waiting[0].id}",
    ]
    assert not [word for word in ("Castle", "IT-", "drugs", "Invented") if word in first.text]
    assert remind_reviewers(session, public_url=SITE, actor=WORKER, now=NOON + timedelta(hours=20)) == 0


def test_who_is_away_is_told_on_the_first_day_back(session: Session) -> None:
    reviewer = a.an_account(session)
    an_open_review(session, reviewer)
    last = NOON.date() + timedelta(days=2)
    note_absence(session, account_id=reviewer.id, starts_on=NOON.date(), ends_on=last, actor=COMMAND_LINE, now=NOON)
    session.flush()
    told = [remind_reviewers(session, public_url=SITE, actor=WORKER, now=NOON + timedelta(days=n)) for n in range(5)]
    assert told == [0, 0, 0, 1, 0]


def test_what_is_long_late_is_told_to_the_learning_team_once(session: Session) -> None:
    team = a.an_account(session, role=Role.LEARNING_TEAM)
    reviewer = a.an_account(session)
    an_open_review(session, reviewer, due_on=NOON.date() - timedelta(days=8))
    an_open_review(session, reviewer, due_on=NOON.date() - timedelta(days=7))
    assert escalate_late_reviews(session, public_url=SITE, actor=WORKER, now=NOON) == 1
    assert escalate_late_reviews(session, public_url=SITE, actor=WORKER, now=NOON) == 0
    (mail,) = mails(session)
    assert (mail.account_id, mail.subject) == (team.id, "1 review long late")
    assert f"{SITE}/learning/late-reviews" in mail.text
    assert reviewer.name not in mail.text
