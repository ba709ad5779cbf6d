"""Telling the learning team which recommendations wait for an answer: once when it is due soon, once when it is late."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import accounts_with_role
from stop_search.accounts.rules import Role
from stop_search.audit.rules import Actor
from stop_search.mail.actions import write_mail
from stop_search.panels.records import Recommendation, RecommendationReminder
from stop_search.panels.rules import ReminderKind, reminder_due
from stop_search.wording import london


def remind_of_recommendations(session: Session, *, public_url: str, actor: Actor, now: datetime) -> int:
    """Write one message to each of the learning team if an answer is due soon or late and was not told of; return how many are."""
    today = london(now).date()
    due: list[tuple[Recommendation, ReminderKind]] = []
    waiting = select(Recommendation).where(Recommendation.answered_at.is_(None)).order_by(Recommendation.due_on, Recommendation.id)
    for row in session.scalars(waiting).all():
        told = session.scalars(select(RecommendationReminder.kind).where(RecommendationReminder.recommendation_id == row.id)).all()
        if kind := reminder_due(row.due_on, told, today):
            due.append((row, kind))
    if not due:
        return 0
    session.add_all(RecommendationReminder(recommendation_id=row.id, kind=kind, told_on=today) for row, kind in due)
    session.flush()
    late = sum(kind is ReminderKind.LATE for _, kind in due)
    subject = f"Panels wait for an answer: {late} late, {len(due) - late} due soon"
    text = (
        f"Community panels asked something of the force. {late} answers are late; {len(due) - late} are due within a week.\n\n"
        f"Answer them: {public_url}/learning/panels\n"
    )
    for account_id in accounts_with_role(session, role=Role.LEARNING_TEAM, now=now):
        write_mail(session, account_id=account_id, subject=subject, text=text, actor=actor, now=now)
    return len(due)
