"""Which encounters are filmed, which are not and why; which recordings belong to no encounter; what a person has to decide. Only reads."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import teams_led_on
from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter, OfficerPresent
from stop_search.encounters.rules import EncounterSource
from stop_search.errors import NotFound
from stop_search.footage.records import Footage, FootageAbsence, FootageDecision, FootageInDoubt, FootageOfEncounter
from stop_search.footage.rules import ASKED_AFTER, ASKS_FOR_REASON, FilmState, FootageState, film_state
from stop_search.wording import london

ASKED_WITHIN = timedelta(days=92)  # a quarter: nobody remembers more, and older stops stand in the counts all the same
MOST = 200


@dataclass(frozen=True)
class FilmLine:
    """An encounter and its footage. `reason`: a key of codes/footage_absence_reason.yaml, also kept where footage came later.

    `names_camera`: the record says which camera was worn, so it says that it was filmed.
    """

    encounter_id: uuid.UUID
    reference: str
    started_at: datetime
    recorded_at: datetime
    officer_id: uuid.UUID | None
    officer_number: str | None
    state: FilmState
    names_camera: bool
    reason: str | None


@dataclass(frozen=True)
class Pair:
    """A recording and an encounter: tied, in doubt, or decided by a person not to belong together; why, in words."""

    footage_id: uuid.UUID
    reference: str
    stop_started_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    device_serial: str | None
    officer_number: str | None
    is_tied: bool
    why: str
    by_person: bool
    has_picture: bool

    @property
    def is_in_doubt(self) -> bool:
        """Whether a person has to decide."""
        return not self.is_tied and not self.by_person


@dataclass(frozen=True)
class ReasonGiven:
    """Why there is no recording, as somebody said it."""

    reason: str
    words: str
    stated_at: datetime
    stated_by: str


def film_lines(session: Session, *, since: datetime, until: datetime, now: datetime) -> list[FilmLine]:
    """Return every encounter that started from `since` to before `until` with the state of its footage, by start.

    For whoever counts; published rows are left out. No viewer: it is for sums, and the caller shows no single line.
    """
    return _lines(session, Encounter.started_at >= since, Encounter.started_at < until, now=now)


def film_counts(session: Session, *, since: datetime, until: datetime, now: datetime) -> dict[tuple[FilmState, str | None], int]:
    """Return how many encounters of `film_lines` have each state and reason; counted by the database, in sums of the whole force."""
    inner = (
        select(
            _is_filmed().label("filmed"),
            _is_doubted().label("doubted"),
            func.coalesce(_stated(), Encounter.footage_absence_reason).label("reason"),
            Encounter.camera_serial.is_not(None).label("named"),
            (Encounter.recorded_at > now - ASKED_AFTER).label("fresh"),
        )
        .where(Encounter.source != EncounterSource.POLICE_UK, Encounter.started_at >= since, Encounter.started_at < until)
        .subquery()
    )
    found = Counter[tuple[FilmState, str | None]]()
    counted: Select[*tuple[Any, ...]] = select(*inner.c, func.count()).group_by(*inner.c)
    for filmed, doubted, reason, named, fresh, number in session.execute(counted):
        waited = timedelta(0) if fresh else ASKED_AFTER
        has_reason = reason is not None
        state = film_state(is_filmed=filmed, is_in_doubt=doubted, has_reason=has_reason, names_camera=named, waited=waited)
        found[state, reason] += number
    return found


def own_stops_to_explain(session: Session, *, viewer: Viewer, now: datetime) -> list[FilmLine]:
    """Return the viewer's own stops of which nothing came within 24 hours and nobody said why, the oldest first."""
    if not viewer.has(Role.OFFICER):
        return []
    return _to_explain(session, Encounter.officer_id == viewer.id, now=now)


def stops_to_explain(session: Session, *, viewer: Viewer, now: datetime) -> list[FilmLine]:
    """Return the stops of the teams that the viewer leads today of which nothing came and nobody said why, the oldest first."""
    return _to_explain(session, _of_teams_led(session, viewer, now), now=now)


def pairs_to_decide(session: Session, *, viewer: Viewer, now: datetime) -> list[Pair]:
    """Return what is in doubt about stops of the teams that the viewer leads today, and was not part of, the oldest first."""
    doubted = (
        select(Footage, Encounter, Account.officer_number, FootageInDoubt.why)
        .join(FootageInDoubt, FootageInDoubt.footage_id == Footage.id)
        .join(Encounter, Encounter.id == FootageInDoubt.encounter_id)
        .outerjoin(Account, Account.id == Footage.officer_id)
        .where(may_decide(session, viewer, now), Footage.state != FootageState.ERASED)
        .order_by(Encounter.started_at, Encounter.id, Footage.id)
        .limit(MOST)
    )
    return [_pair(*row, is_tied=False, by_person=False) for row in session.execute(doubted)]


def pairs_of_stop(session: Session, *, reference: str, viewer: Viewer, now: datetime) -> list[Pair]:
    """Return the recordings that are tied to a stop, then those in doubt, then those a person took away. Raises NotFound."""
    encounter = stop_of_team(session, reference=reference, viewer=viewer, now=now)
    by_number = select(Footage, Account.officer_number).outerjoin(Account, Account.id == Footage.officer_id)
    tied = by_number.add_columns(FootageOfEncounter.why, FootageOfEncounter.matched_by).join(
        FootageOfEncounter, and_(FootageOfEncounter.footage_id == Footage.id, FootageOfEncounter.encounter_id == encounter.id)
    )
    doubted = by_number.add_columns(FootageInDoubt.why).join(
        FootageInDoubt, and_(FootageInDoubt.footage_id == Footage.id, FootageInDoubt.encounter_id == encounter.id)
    )
    refused = by_number.add_columns(FootageDecision.reason).join(
        FootageDecision, and_(FootageDecision.footage_id == Footage.id, FootageDecision.encounter_id == encounter.id)
    )
    order = (Footage.started_at, Footage.id)
    found = [
        _pair(footage, encounter, number, why or "", is_tied=True, by_person=how == "person")
        for footage, number, why, how in session.execute(tied.order_by(*order))
    ]
    found += [
        _pair(footage, encounter, number, why, is_tied=False, by_person=False)
        for footage, number, why in session.execute(doubted.order_by(*order))
    ]
    known = {one.footage_id for one in found}
    for footage, number, why in session.execute(refused.order_by(*order, FootageDecision.decided_at.desc())):
        if footage.id not in known:
            known.add(footage.id)
            found.append(_pair(footage, encounter, number, why, is_tied=False, by_person=True))
    return found


def reasons_given(session: Session, *, encounter_id: uuid.UUID) -> list[ReasonGiven]:
    """Return every reason that was given for an encounter without a recording, the newest first. The caller has checked the viewer."""
    rows = session.execute(
        select(FootageAbsence, Account.name)
        .join(Account, Account.id == FootageAbsence.stated_by)
        .where(FootageAbsence.encounter_id == encounter_id)
        .order_by(FootageAbsence.stated_at.desc(), FootageAbsence.id)
    )
    return [ReasonGiven(row.reason, row.words, row.stated_at, name) for row, name in rows]


def stop_of_team(session: Session, *, reference: str, viewer: Viewer, now: datetime) -> Encounter:
    """Return a stop of a team that the viewer leads today. Raises NotFound."""
    wanted = select(Encounter).where(Encounter.reference == reference.strip().upper(), _of_teams_led(session, viewer, now))
    encounter = session.scalar(wanted)
    if encounter is None:
        message = "There is no stop with this reference among those of the teams that you lead."
        raise NotFound(message)
    return encounter


def may_decide(session: Session, viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Say about which pairs of Footage and Encounter the viewer decides: of a team led today, who was neither there nor wore the camera."""
    present = exists().where(OfficerPresent.encounter_id == Encounter.id, OfficerPresent.account_id == viewer.id)
    return and_(
        _of_teams_led(session, viewer, now),
        or_(Encounter.officer_id.is_(None), Encounter.officer_id != viewer.id),
        ~present,
        or_(Footage.officer_id.is_(None), Footage.officer_id != viewer.id),
    )


def _of_teams_led(session: Session, viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    if not viewer.has(Role.SUPERVISOR):
        return false()
    return Encounter.team_id.in_(teams_led_on(session, account_id=viewer.id, on=london(now).date()))


def _pair(footage: Footage, encounter: Encounter, officer_number: str | None, why: str, *, is_tied: bool, by_person: bool) -> Pair:
    return Pair(
        footage_id=footage.id,
        reference=encounter.reference,
        stop_started_at=encounter.started_at,
        started_at=footage.started_at,
        ended_at=footage.ended_at,
        device_serial=footage.device_serial,
        officer_number=officer_number,
        is_tied=is_tied,
        why=why,
        by_person=by_person,
        has_picture=bool((footage.pictures or {}).get("poster")),
    )


def _to_explain(session: Session, whose: ColumnElement[bool], *, now: datetime) -> list[FilmLine]:
    unfilmed = ~exists().where(FootageOfEncounter.encounter_id == Encounter.id)
    waiting = Encounter.recorded_at.between(now - ASKED_WITHIN, now - ASKED_AFTER)
    return [one for one in _lines(session, whose, unfilmed, waiting, now=now) if one.state in ASKS_FOR_REASON][:MOST]


def _lines(session: Session, *wanted: ColumnElement[bool], now: datetime) -> list[FilmLine]:
    filmed, doubted, stated = _is_filmed().label("filmed"), _is_doubted().label("doubted"), _stated().label("stated")
    rows = session.execute(
        select(Encounter, Account.officer_number, filmed, doubted, stated)
        .outerjoin(Account, Account.id == Encounter.officer_id)
        .where(Encounter.source != EncounterSource.POLICE_UK, *wanted)
        .order_by(Encounter.started_at, Encounter.id)
    )
    return [_line(*row, now=now) for row in rows]


def _is_filmed() -> ColumnElement[bool]:
    return exists().where(FootageOfEncounter.encounter_id == Encounter.id)


def _is_doubted() -> ColumnElement[bool]:
    return exists().where(FootageInDoubt.encounter_id == Encounter.id)


def _stated() -> ScalarSelect[str]:
    """Return the newest reason that was given for an encounter."""
    stated = select(FootageAbsence.reason).where(FootageAbsence.encounter_id == Encounter.id)
    return stated.order_by(FootageAbsence.stated_at.desc(), FootageAbsence.id).limit(1).scalar_subquery()


def _line(stop: Encounter, officer_number: str | None, filmed: bool, doubted: bool, stated: str | None, *, now: datetime) -> FilmLine:  # noqa: FBT001 -- a row
    reason = stated or stop.footage_absence_reason
    state = film_state(
        is_filmed=filmed,
        is_in_doubt=doubted,
        has_reason=reason is not None,
        names_camera=stop.camera_serial is not None,
        waited=now - stop.recorded_at,
    )
    return FilmLine(
        encounter_id=stop.id,
        reference=stop.reference,
        started_at=stop.started_at,
        recorded_at=stop.recorded_at,
        officer_id=stop.officer_id,
        officer_number=officer_number,
        state=state,
        names_camera=stop.camera_serial is not None,
        reason=reason,
    )
