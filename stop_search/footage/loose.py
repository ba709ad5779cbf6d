"""Recordings that belong to no encounter, who is asked about them, and who may see a picture so as to decide. Only reads."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import teams_led_on
from stop_search.accounts.records import Account, Post
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.footage.film_states import MOST, may_decide, pairs_to_decide, stops_to_explain
from stop_search.footage.records import Footage, FootageApart, FootageInDoubt, FootageOfEncounter
from stop_search.footage.rules import ASKED_AFTER, FootageState
from stop_search.wording import london


@dataclass(frozen=True)
class LooseRecording:
    """A recording that belongs to no encounter. `reason`: a key of codes/footage_apart_reason.yaml."""

    footage_id: uuid.UUID
    received_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    device_serial: str | None
    officer_number: str | None
    reason: str | None
    has_picture: bool


def loose_recordings(session: Session, *, viewer: Viewer, now: datetime) -> list[LooseRecording]:
    """Return the recordings that belonged to no stop for 24 hours and of which nobody said why, the oldest first.

    Supervisors see those of officers of the teams that they lead today, not their own; administrators those that name no officer.
    """
    explained = exists().where(FootageApart.footage_id == Footage.id)
    rows = session.execute(_loose(session, viewer, now).where(~explained, Footage.received_at <= now - ASKED_AFTER).limit(MOST))
    return [_loose_line(*row, reason=None) for row in rows]


def loose_recording(session: Session, *, footage_id: uuid.UUID, viewer: Viewer, now: datetime) -> LooseRecording:
    """Return one recording that belongs to no stop. Raises NotFound: there is none, or it is not for this viewer."""
    row = session.execute(_loose(session, viewer, now).where(Footage.id == footage_id)).one_or_none()
    if row is None:
        message = "There is no recording without a stop at this address. It may have been tied to one since."
        raise NotFound(message)
    said = select(FootageApart.reason).where(FootageApart.footage_id == footage_id)
    newest = said.order_by(FootageApart.stated_at.desc(), FootageApart.id)
    return _loose_line(*row, reason=session.scalar(newest.limit(1)))


def open_questions(session: Session, *, viewer: Viewer, now: datetime) -> int:
    """Return how many stops, recordings and pairs wait for the viewer's word."""
    asked = (pairs_to_decide, stops_to_explain, loose_recordings)
    return sum(len(one(session, viewer=viewer, now=now)) for one in asked)


def decider_may_see(session: Session, *, footage_id: uuid.UUID, viewer: Viewer, now: datetime) -> bool:
    """Return whether the viewer may see one picture of a recording, to decide what it shows: in doubt for a stop of a team led, or loose.

    Never more than that: nobody watches footage of a team of his or her own. That is what reviewers of other teams are for.
    """
    if not viewer.has(Role.SUPERVISOR):
        return False
    doubted = (
        select(FootageInDoubt.footage_id)
        .join(Footage, Footage.id == FootageInDoubt.footage_id)
        .join(Encounter, Encounter.id == FootageInDoubt.encounter_id)
        .where(Footage.id == footage_id, may_decide(session, viewer, now))
    )
    if session.scalar(doubted.limit(1)):
        return True
    loose = _loose(session, viewer, now).where(Footage.id == footage_id, Footage.officer_id.is_not(None))
    return session.execute(loose).first() is not None


def _loose(session: Session, viewer: Viewer, now: datetime) -> Select[*tuple[Any, ...]]:
    tied = exists().where(FootageOfEncounter.footage_id == Footage.id)
    doubted = exists().where(FootageInDoubt.footage_id == Footage.id)
    today = london(now).date()
    teams = teams_led_on(session, account_id=viewer.id, on=today) if viewer.has(Role.SUPERVISOR) else ()
    in_team = exists().where(
        Post.account_id == Footage.officer_id,
        Post.team_id.in_(teams),
        Post.starts_on <= today,
        or_(Post.ends_on.is_(None), Post.ends_on >= today),
    )
    ways: list[ColumnElement[bool]] = [and_(in_team, Footage.officer_id != viewer.id)]
    if viewer.has(Role.ADMINISTRATOR):
        ways.append(Footage.officer_id.is_(None))
    return (
        select(Footage, Account.officer_number)
        .outerjoin(Account, Account.id == Footage.officer_id)
        .where(~tied, ~doubted, Footage.state != FootageState.ERASED, or_(*ways))
        .order_by(Footage.received_at, Footage.id)
    )


def _loose_line(footage: Footage, officer_number: str | None, *, reason: str | None) -> LooseRecording:
    return LooseRecording(
        footage_id=footage.id,
        received_at=footage.received_at,
        started_at=footage.started_at,
        ended_at=footage.ended_at,
        device_serial=footage.device_serial,
        officer_number=officer_number,
        reason=reason,
        has_picture=bool((footage.pictures or {}).get("poster")),
    )
