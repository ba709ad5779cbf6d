"""Alerts of missing, late and cut film: raised and ended every night, mailed once, shown on the front page of what was learned."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import accounts_with_role
from stop_search.accounts.rules import Role
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.learning.disparity.film import FilmAlert, film_alerts, film_tables
from stop_search.learning.disparity.film_queries import own_people
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.periods import periods_within
from stop_search.learning.disparity.queries import months_with_searches
from stop_search.learning.records import FilmAlertRaised
from stop_search.mail.actions import write_mail

SAME_FOR = timedelta(days=91)  # an alert that ended and comes back within a quarter is the same one, and is not mailed again


def watch_film(session: Session, *, public_url: str, writes_mail: bool, actor: Actor, now: datetime) -> int:
    """Raise what is beyond chance in the newest twelve months, end what is not any more, tell the learning team; return how many are new.

    Told again by mail is only what was not raised within SAME_FOR. A second run in the same night changes nothing.
    """
    found = {_key(alert): alert for alert in alerts_now(session, now=now)}
    kept = select(FilmAlertRaised).where(or_(FilmAlertRaised.ended_at.is_(None), FilmAlertRaised.ended_at > now - SAME_FOR))
    rows = {(row.measure, row.basis, row.people, row.is_more): row for row in session.scalars(kept.order_by(FilmAlertRaised.raised_at))}
    for key, row in rows.items():
        row.ended_at = None if key in found else row.ended_at or now
    new = [_raised(session, alert, actor, now) for key, alert in found.items() if key not in rows]
    session.flush()
    if new and writes_mail:
        _tell(session, len(new), public_url, actor, now)
    return len(new)


def alerts_now(session: Session, *, now: datetime) -> tuple[FilmAlert, ...]:
    """Return what is beyond chance in the newest twelve months; none before anybody was searched."""
    whole = months_with_searches(session)
    if whole is None:
        return ()
    return film_alerts(film_tables(own_people(session, months=periods_within(whole)[0].months, now=now)))


def standing_film_alerts(session: Session) -> tuple[FilmAlert, ...]:
    """Return the alerts that stand since the last run, in the order in which they were raised."""
    row = FilmAlertRaised
    in_order = (row.raised_at, row.measure, row.basis, row.people, row.is_more)
    standing = select(row).where(row.ended_at.is_(None)).order_by(*in_order)
    return tuple(FilmAlert(one.measure, Basis(one.basis), one.people, one.is_more, one.words) for one in session.scalars(standing))


def _key(alert: FilmAlert) -> tuple[str, str, str, bool]:
    return (alert.measure, alert.basis.value, alert.people, alert.is_more)


def _raised(session: Session, alert: FilmAlert, actor: Actor, now: datetime) -> FilmAlertRaised:
    measure, basis, people, is_more = _key(alert)
    row = FilmAlertRaised(
        id=uuid.uuid4(), measure=measure, basis=basis, people=people, is_more=is_more, words=alert.words, raised_at=now, ended_at=None
    )
    session.add(row)
    act = Act(Operation.COLLECTION, "film_alert_raised", "film_alert", str(row.id), Purpose.LEARNING_ANALYSIS)
    record_act(session, actor=actor, act=act, now=now)
    return row


def _tell(session: Session, new: int, public_url: str, actor: Actor, now: datetime) -> None:
    alerts = f"{new} new alert{'' if new == 1 else 's'} about film"
    text = f"Film of stops differs between groups of people by more than chance: {alerts}.\n\nSee which: {public_url}/learning/film\n"
    for account_id in accounts_with_role(session, role=Role.LEARNING_TEAM, now=now):
        write_mail(session, account_id=account_id, subject=alerts, text=text, actor=actor, now=now)
