"""Telling reviewers what waits for them, once each, and telling the learning team what is long late. Mail says how much, never what."""

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import absent_accounts, accounts_with_role
from stop_search.accounts.rules import Role
from stop_search.audit.rules import Actor
from stop_search.mail.actions import write_mail
from stop_search.reviews.records import Review, ReviewReminder
from stop_search.reviews.rules import OPEN_STATES, ReminderKind
from stop_search.wording import london

SOON = timedelta(days=3)
LONG_LATE = timedelta(days=7)
LINKS = 10


def reminder_due(due_on: date, told: frozenset[str], today: date) -> ReminderKind | None:
    """Return what is to be told of a review that is not handed in, None where nothing new is: the most pressing that was not told yet."""
    if today > due_on:
        return None if ReminderKind.LATE in told else ReminderKind.LATE
    if today >= due_on - SOON:
        return None if ReminderKind.SOON in told else ReminderKind.SOON
    return None if told else ReminderKind.NEW


def remind_reviewers(session: Session, *, public_url: str, actor: Actor, now: datetime) -> int:
    """Write one message to each reviewer of whose reviews something is new, due soon or late; return how many were written.

    Who is away today is told on the first day back.
    """
    today = london(now).date()
    away = absent_accounts(session, first=today, last=today)
    waiting: dict[uuid.UUID, list[tuple[Review, ReminderKind]]] = {}
    for review, told in _open_reviews(session):
        kind = reminder_due(review.due_on, told, today)
        if kind is not None and review.reviewer_id not in away:
            waiting.setdefault(review.reviewer_id, []).append((review, kind))
    for account_id, lines in sorted(waiting.items()):
        _note(session, lines, today)
        write_mail(
            session,
            account_id=account_id,
            subject=subject_of([kind for _, kind in lines]),
            text=_text(lines, public_url),
            actor=actor,
            now=now,
        )
    return len(waiting)


def escalate_late_reviews(session: Session, *, public_url: str, actor: Actor, now: datetime) -> int:
    """Tell the learning team how many reviews are LONG_LATE or more and were not told of before; return how many."""
    today = london(now).date()
    late = [
        (review, ReminderKind.ESCALATED)
        for review, told in _open_reviews(session)
        if review.due_on + LONG_LATE < today and ReminderKind.ESCALATED not in told
    ]
    if not late:
        return 0
    _note(session, late, today)
    text = (
        f"{_reviews(len(late))} should have been handed in more than {LONG_LATE.days} days ago.\n\n"
        f"See which, and give them to somebody else: {public_url}/learning/late-reviews\n"
    )
    for account_id in accounts_with_role(session, role=Role.LEARNING_TEAM, now=now):
        write_mail(session, account_id=account_id, subject=f"{_reviews(len(late))} long late", text=text, actor=actor, now=now)
    return len(late)


def subject_of(kinds: Iterable[ReminderKind]) -> str:
    """Return a message's subject: what is late before what is due soon, and that before what is new."""
    counted = Counter(kinds)
    told = [(counted[kind], words) for kind, words in _WORDS.items()]
    return "Searches to review: " + ", ".join(f"{number} {words}" for number, words in told if number)


_WORDS = {ReminderKind.LATE: "late", ReminderKind.SOON: "due soon", ReminderKind.NEW: "new"}


def _text(lines: list[tuple[Review, ReminderKind]], public_url: str) -> str:
    ordered = sorted(lines, key=lambda one: (one[0].due_on, str(one[0].id)))
    listed = [f"- due on {review.due_on:%-d %B %Y}: {public_url}/reviews/{review.id}" for review, _ in ordered[:LINKS]]
    more = [f"- and {len(ordered) - LINKS} more"] if len(ordered) > LINKS else []
    asked = f"{_reviews(len(ordered))} {'waits' if len(ordered) == 1 else 'wait'} for you."
    rest = f"All that waits for you: {public_url}/reviews\nAre you away? Say so there, and somebody else is asked."
    return "\n".join([asked, "", *listed, *more, "", rest, ""])


def _reviews(number: int) -> str:
    return f"{number} review{'' if number == 1 else 's'}"


def _open_reviews(session: Session) -> list[tuple[Review, frozenset[str]]]:
    reviews = session.scalars(select(Review).where(Review.state.in_(OPEN_STATES)).order_by(Review.due_on, Review.id)).all()
    told: dict[uuid.UUID, set[str]] = {}
    wanted = select(Review.id).where(Review.state.in_(OPEN_STATES))
    for row in session.scalars(select(ReviewReminder).where(ReviewReminder.review_id.in_(wanted))):
        told.setdefault(row.review_id, set()).add(row.kind)
    return [(review, frozenset(told.get(review.id, ()))) for review in reviews]


def _note(session: Session, lines: list[tuple[Review, ReminderKind]], today: date) -> None:
    session.add_all(ReviewReminder(review_id=review.id, kind=kind, told_on=today) for review, kind in lines)
    session.flush()
