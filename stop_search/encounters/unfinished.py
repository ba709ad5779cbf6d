"""Records that do not state yet all that they must: an officer's own, those of the teams that somebody leads, those of everybody."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import teams_led_on
from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import EncounterKind, EncounterSource
from stop_search.wording import london

OVERDUE_AFTER = timedelta(hours=24)
SHOWN_AT_ONCE = 50


@dataclass(frozen=True)
class UnfinishedLine:
    """A record that is not finished. It says what is missing by the fields' paths, and nothing of what the record says.

    `officer_name` is None where it is withheld. `waited`: since it was recorded.
    """

    encounter_id: uuid.UUID
    reference: str
    kind: EncounterKind
    started_at: datetime
    recorded_at: datetime
    officer_name: str | None
    officer_number: str | None
    missing: tuple[str, ...]
    waited: timedelta

    @property
    def is_overdue(self) -> bool:
        """Whether it was recorded 24 hours ago or earlier."""
        return self.waited >= OVERDUE_AFTER


def own_unfinished_records(session: Session, *, viewer: Viewer, now: datetime, limit: int = SHOWN_AT_ONCE) -> list[UnfinishedLine]:
    """Return the viewer's own unfinished records as an officer, the oldest first."""
    if not viewer.has(Role.OFFICER):
        return []
    return _lines(session, Encounter.officer_id == viewer.id, older_than=timedelta(0), now=now, limit=limit, leave_out=0)


def unfinished_records(
    session: Session, *, viewer: Viewer, older_than: timedelta, now: datetime, limit: int = SHOWN_AT_ONCE, leave_out: int = 0
) -> list[UnfinishedLine]:
    """Return unfinished records of the teams that the viewer leads today as a supervisor, the oldest first.

    `older_than`: recorded at least so long ago. `leave_out`: how many stood on the pages before.
    """
    teams = teams_led_on(session, account_id=viewer.id, on=london(now).date()) if viewer.has(Role.SUPERVISOR) else ()
    if not teams:
        return []
    return _lines(session, _is_of(teams), older_than=older_than, now=now, limit=limit, leave_out=leave_out)


def all_unfinished_records(session: Session, *, older_than: timedelta, now: datetime) -> list[UnfinishedLine]:
    """Return everybody's unfinished records, the oldest first: for whoever runs the installation."""
    return _lines(session, older_than=older_than, now=now, limit=None, leave_out=0)


def _is_of(teams: Collection[uuid.UUID]) -> ColumnElement[bool]:
    return Encounter.team_id.in_(teams)


def _lines(
    session: Session, *whose: ColumnElement[bool], older_than: timedelta, now: datetime, limit: int | None, leave_out: int
) -> list[UnfinishedLine]:
    rows = session.execute(_unfinished(*whose).where(Encounter.recorded_at <= now - older_than).limit(limit).offset(leave_out))
    return [
        UnfinishedLine(
            encounter_id=row.id,
            reference=row.reference,
            kind=EncounterKind(row.kind),
            started_at=row.started_at,
            recorded_at=row.recorded_at,
            officer_name=None if row.officer_name_withheld_reason else row.name,
            officer_number=row.officer_number,
            missing=tuple(row.gaps or ()),
            waited=now - row.recorded_at,
        )
        for row in rows
    ]


def _unfinished(*whose: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select by the partial index ix_encounter_unfinished: the source stands in the statement as it stands in the index."""
    published = literal(EncounterSource.POLICE_UK.value, literal_execute=True)
    return (
        select(
            Encounter.id,
            Encounter.reference,
            Encounter.kind,
            Encounter.started_at,
            Encounter.recorded_at,
            Encounter.officer_name_withheld_reason,
            Encounter.gaps,
            Account.name,
            Account.officer_number,
        )
        .outerjoin(Account, Account.id == Encounter.officer_id)
        .where(Encounter.finished_at.is_(None), Encounter.source != published, *whose)
        .order_by(Encounter.recorded_at, Encounter.id)
    )
