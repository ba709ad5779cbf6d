"""Who stands above whom, who declared a relation, who is away: what keeps reviews in the right hands."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.actions import record_act_on
from stop_search.accounts.records import Absence, Account, DeclaredRelation, StandsBelow, Team
from stop_search.audit.rules import Actor
from stop_search.errors import Invalid, NotFound
from stop_search.wording import london

FIRST_DAY = date(1900, 1, 1)  # of a line of which nothing earlier is known


def put_above(
    session: Session, *, team_id: uuid.UUID, above_id: uuid.UUID | None, actor: Actor, now: datetime, since: date | None = None
) -> None:
    """Say which team is the next one up the line of command, None for none, from a day on; before it, it stays as it was.

    `since`: that day, whatever was said of later ones. None: today, and where nothing was said of this team yet, always.

    Raises:
        NotFound: no such team.
        Invalid: the team above would stand below this one.

    """
    if session.get(Team, team_id) is None or (above_id is not None and session.get(Team, above_id) is None):
        message = "There is no such team."
        raise NotFound(message)
    known: Sequence[StandsBelow] = session.scalars(
        select(StandsBelow).where(StandsBelow.team_id == team_id).order_by(StandsBelow.starts_on)
    ).all()
    from_day = since or (london(now).date() if known else FIRST_DAY)
    if above_id is not None and team_id in _above_from(session, above_id, from_day):
        message = "That team stands below this one. A line of command cannot run in a ring."
        raise Invalid(message, {"above": message})
    for line in known:
        if line.starts_on >= from_day:
            session.delete(line)
        elif line.ends_on is None or line.ends_on >= from_day:
            line.ends_on = from_day - timedelta(days=1)
    session.flush()
    if above_id is not None:
        session.add(StandsBelow(id=uuid.uuid4(), team_id=team_id, above_id=above_id, starts_on=from_day, ends_on=None))
    record_act_on(session, actor, "team_put_below", "team", team_id, now, fields=("above_id", "starts_on"))


def _above_from(session: Session, team_id: uuid.UUID, from_day: date) -> set[uuid.UUID]:
    """Return this team and all that stand above it on that day or on any later one."""
    ahead = select(StandsBelow.team_id, StandsBelow.above_id).where(or_(StandsBelow.ends_on.is_(None), StandsBelow.ends_on >= from_day))
    above: dict[uuid.UUID, set[uuid.UUID]] = {}
    for below, next_up in session.execute(ahead):
        above.setdefault(below, set()).add(next_up)
    found, to_see = set[uuid.UUID](), [team_id]
    while to_see:
        here = to_see.pop()
        if here not in found:
            found.add(here)
            to_see += above.get(here, ())
    return found


def declare_relation(session: Session, *, account_id: uuid.UUID, other_id: uuid.UUID, actor: Actor, now: datetime) -> uuid.UUID:
    """Note that two people are too near to judge one another's work; declared again, it stays as it is. Why is not asked.

    Raises:
        NotFound: no such account.
        Invalid: both are the same person.

    """
    if account_id == other_id:
        message = "Name two different people."
        raise Invalid(message, {"other": message})
    if session.get(Account, account_id) is None or session.get(Account, other_id) is None:
        message = "There is no such account."
        raise NotFound(message)
    one_way = and_(DeclaredRelation.account_id == account_id, DeclaredRelation.other_id == other_id)
    other_way = and_(DeclaredRelation.account_id == other_id, DeclaredRelation.other_id == account_id)
    known = session.scalar(select(DeclaredRelation).where(or_(one_way, other_way), DeclaredRelation.ended_at.is_(None)).limit(1))
    if known is not None:
        return known.id
    relation = DeclaredRelation(id=uuid.uuid4(), account_id=account_id, other_id=other_id, declared_at=now, ended_at=None)
    session.add(relation)
    record_act_on(session, actor, "relation_declared", "account", account_id, now)
    return relation.id


def end_relation(session: Session, *, relation_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """End a declared relation. Raises NotFound where there is none in force."""
    relation = session.get(DeclaredRelation, relation_id)
    if relation is None or relation.ended_at is not None:
        message = "There is no such relation in force."
        raise NotFound(message)
    relation.ended_at = now
    record_act_on(session, actor, "relation_ended", "account", relation.account_id, now)


def end_own_relation(session: Session, *, relation_id: uuid.UUID, account_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """End a relation that this account is part of. Raises NotFound where there is none in force."""
    relation = session.get(DeclaredRelation, relation_id)
    if relation is None or account_id not in {relation.account_id, relation.other_id}:
        message = "There is no such relation in force."
        raise NotFound(message)
    end_relation(session, relation_id=relation_id, actor=actor, now=now)


def note_absence(
    session: Session, *, account_id: uuid.UUID, starts_on: date, ends_on: date | None, actor: Actor, now: datetime
) -> uuid.UUID:
    """Note days, both inclusive, on which somebody does no reviews.

    Raises:
        NotFound: no such account.
        Invalid: it would end before it starts.

    """
    if session.get(Account, account_id) is None:
        message = "There is no such account."
        raise NotFound(message)
    if ends_on is not None and ends_on < starts_on:
        message = "The last day cannot be before the first."
        raise Invalid(message, {"ends_on": message})
    absence = Absence(id=uuid.uuid4(), account_id=account_id, starts_on=starts_on, ends_on=ends_on, noted_at=now)
    session.add(absence)
    record_act_on(session, actor, "absence_noted", "account", account_id, now, fields=("starts_on", "ends_on"))
    return absence.id


def forget_absence(session: Session, *, absence_id: uuid.UUID, account_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Take an absence of this account back. Raises NotFound."""
    absence = session.get(Absence, absence_id)
    if absence is None or absence.account_id != account_id:
        message = "There is no such absence."
        raise NotFound(message)
    session.delete(absence)
    record_act_on(session, actor, "absence_forgotten", "account", account_id, now)
