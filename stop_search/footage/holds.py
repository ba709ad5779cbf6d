"""Holds in the hands of people: the list of each owner, looking at one again, releasing it, holding for the panel, and its report."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer, checked_line
from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.codes.retention import Clocks
from stop_search.encounters.interest import encounters_of_interest
from stop_search.encounters.records import Encounter
from stop_search.errors import Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.footage.actions import place_hold, release_hold
from stop_search.footage.hold_rules import OWNERS, last_held_day, look_again_on, owned_by
from stop_search.footage.records import Footage, FootageHold, FootageOfEncounter
from stop_search.footage.rules import HoldReason


@dataclass(frozen=True)
class HeldLine:
    """A hold in force as its owner sees it.

    `held_until`: its last day, where its cause is closed: it ends by itself then, and nobody has to look at it. `look_on`: the day to look
    at any other; `is_due`: it has come.
    """

    hold_id: uuid.UUID
    reference: str
    reason: HoldReason
    owner: Role
    placed_at: datetime
    look_on: date
    is_due: bool
    because: str | None
    held_until: date | None


@dataclass(frozen=True)
class HeldLines:
    """Holds that end by themselves, or those that do not; `others`: how many there are of the other kind."""

    lines: tuple[HeldLine, ...]
    others: int


MEETING = "meeting:"  # how the cause of a hold begins that is for a panel's meeting

_SHOWN = (
    FootageHold.id,
    Encounter.reference,
    FootageHold.reason,
    FootageHold.placed_at,
    FootageHold.review_on,
    FootageHold.because,
)
_Shown = tuple[uuid.UUID, str, str, datetime, date | None, str | None]


def holds_of_owner(
    session: Session,
    *,
    viewer: Viewer,
    closed: Mapping[uuid.UUID, date],
    clocks: Clocks,
    today: date,
    is_ending: bool = False,
    reference: str = "",
) -> HeldLines:
    """Return the holds in force that the viewer's roles own, by the day to look at them; none of stops of the viewer's own interest.

    `closed`: on which day the cause of a hold was closed, of those where it is. Those end by themselves: with `is_ending` they are
    returned, by their last day, and otherwise the others. `reference`: of this stop only, if there is one.
    """
    wanted = _in_force(viewer).where(Encounter.reference == reference) if reference else _in_force(viewer)
    rows = session.execute(wanted.with_only_columns(*_SHOWN)).all()
    lines = [_line(row, closed, clocks, today) for row in rows if (row[0] in closed) == is_ending]
    lines.sort(key=lambda line: (line.held_until or line.look_on, line.placed_at, str(line.hold_id)))
    return HeldLines(tuple(lines), len(rows) - len(lines))


def hold_of_owner(
    session: Session, *, hold_id: uuid.UUID, viewer: Viewer, closed: Mapping[uuid.UUID, date], clocks: Clocks, today: date
) -> HeldLine:
    """Return one of them. Raises NotFound for any other, the same as for one that is not there."""
    hold, reference = _found(session, hold_id, viewer)
    return _line((hold.id, reference, hold.reason, hold.placed_at, hold.review_on, hold.because), closed, clocks, today)


def release_by_owner(session: Session, *, hold_id: uuid.UUID, because: str, viewer: Viewer, now: datetime) -> None:
    """Release a hold for a reason that is kept with it: by the role that owns it, and nobody with an interest in the stop.

    Raises:
        NotFound: there is no such hold in force for this viewer.
        Invalid: no reason was given.

    """
    reason = checked_line(because, field="because")
    hold, _ = _own(session, hold_id, viewer)
    release_hold(session, hold_id=hold.id, because=reason, actor=viewer.acting_as(OWNERS[HoldReason(hold.reason)]), now=now)


def look_again(session: Session, *, hold_id: uuid.UUID, because: str, viewer: Viewer, clocks: Clocks, now: datetime) -> date:
    """Say why a hold stays; return the day on which it is looked at next, before which it does not end. Raises NotFound, Invalid."""
    reason = checked_line(because, field="because")
    hold, _ = _own(session, hold_id, viewer)
    next_day = clocks.holds_looked_at_every.after(_day(now))
    hold.review_on, hold.because = next_day, reason
    session.flush()
    _log(session, hold, "hold_looked_at", viewer, reason, now)
    return next_day


def hold_for_panel(session: Session, *, reference: str, because: str, viewer: Viewer, now: datetime) -> uuid.UUID:
    """Keep the footage of a stop that the panel is to see; return the hold's id. It lasts until the panel has reported.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        Invalid: there is no such stop for this viewer (`reference`), or no reason (`because`).

    """
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team holds footage for the panel."
        raise NotAllowed(message)
    reason = checked_line(because, field="because")
    wanted = select(Encounter.id).where(Encounter.reference == reference.strip().upper(), _is_none_of_theirs(viewer))
    encounter_id = session.scalar(wanted)
    if encounter_id is None:
        message = "There is no stop with this reference. Copy it from the record."
        raise Invalid(message, {"reference": message})
    hold = keep_for_panel(
        session, encounter_id=encounter_id, cause_id=str(encounter_id), actor=viewer.acting_as(Role.LEARNING_TEAM), now=now
    )
    hold.because = reason
    session.flush()
    return hold.id


def keep_for_panel(session: Session, *, encounter_id: uuid.UUID, cause_id: str, actor: Actor, now: datetime) -> FootageHold:
    """Hold a stop's footage until a panel has met, or reported; what is held still because of an earlier meeting stays from then on, too.

    Whoever releases holds decides before or after this, by the head of the audit log.
    """
    wait_for_log(session)
    hold_id = place_hold(session, encounter_id=encounter_id, reason=HoldReason.PANEL, cause_id=cause_id, actor=actor, now=now)
    hold = session.get_one(FootageHold, hold_id, populate_existing=True)
    if hold.cause_closed_on is not None:
        hold.cause_closed_on = None
        session.flush()
        act = Act(Operation.ALTERATION, "panel_hold_opened_again", "footage_hold", str(hold.id), Purpose.RETENTION_ACTION)
        record_act(session, actor=actor, act=act, now=now)
    return hold


def note_panel_report(session: Session, *, hold_id: uuid.UUID, reported_on: date, viewer: Viewer, clocks: Clocks, now: datetime) -> date:
    """Say when the panel reported on what is held for it; return the last day of the hold, which then ends by itself.

    It reported on the stop: so end all of the panel's holds on it, that of a pick by hand and that of each redaction. Those of meetings
    end with the meeting.

    Raises:
        NotFound: there is no such hold in force for this viewer.
        Invalid: it is not the panel's, or the day is not over yet or before the hold.

    """
    hold, _ = _own(session, hold_id, viewer)
    if hold.reason != HoldReason.PANEL or not _day(hold.placed_at) <= reported_on <= _day(now):
        message = "Give the day of the panel's report: not before it was held, and not after today."
        raise Invalid(message, {"reported_on": message})
    for one in [hold, *_others_of_panel(session, hold, reported_on)]:
        one.cause_closed_on = reported_on
        _log(session, one, "panel_report_noted", viewer, reported_on.isoformat(), now)
    session.flush()
    return last_held_day(HoldReason.PANEL, reported_on, clocks, hold.review_on)


def note_panel_met(session: Session, *, encounter_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Say that the last of the panel's meetings about a stop is over: all of its holds on it end by themselves, as after a report."""
    held = select(FootageHold).where(
        FootageHold.encounter_id == encounter_id,
        FootageHold.reason == HoldReason.PANEL,
        FootageHold.released_at.is_(None),
        FootageHold.cause_closed_on.is_(None),
    )
    for hold in session.scalars(held.order_by(FootageHold.id)):
        hold.cause_closed_on = _day(now)
        _log(session, hold, "panel_report_noted", viewer, _day(now).isoformat(), now)
    session.flush()


def _others_of_panel(session: Session, hold: FootageHold, reported_on: date) -> list[FootageHold]:
    """Return the panel's other holds on the same stop that are in force, were there on that day, and have no report yet; no meeting's."""
    same = select(FootageHold).where(
        FootageHold.encounter_id == hold.encounter_id,
        FootageHold.reason == HoldReason.PANEL,
        FootageHold.id != hold.id,
        ~FootageHold.cause_id.startswith(MEETING),
        FootageHold.released_at.is_(None),
        FootageHold.cause_closed_on.is_(None),
    )
    return [one for one in session.scalars(same.order_by(FootageHold.id)) if _day(one.placed_at) <= reported_on]


def panel_holds_closed(session: Session, *, hold_id: uuid.UUID | None = None) -> dict[uuid.UUID, date]:
    """Return the day of the report for each of the panel's holds in force that has one; of one hold only, if it is named."""
    closed = select(FootageHold.id, FootageHold.cause_closed_on).where(
        FootageHold.reason == HoldReason.PANEL, FootageHold.released_at.is_(None), FootageHold.cause_closed_on.is_not(None)
    )
    rows = session.execute(closed if hold_id is None else closed.where(FootageHold.id == hold_id))
    return {found: day for found, day in rows if day is not None}


def _in_force(viewer: Viewer) -> Select[FootageHold, str]:
    """Say which holds a viewer may see and decide about: by role, and of no stop that he or she made, was at, wore a camera at, or led."""
    return (
        select(FootageHold, Encounter.reference)
        .join(Encounter, Encounter.id == FootageHold.encounter_id)
        .where(
            FootageHold.released_at.is_(None),
            FootageHold.reason.in_(owned_by(viewer)),
            _is_none_of_theirs(viewer),
        )
    )


def _is_none_of_theirs(viewer: Viewer) -> ColumnElement[bool]:
    """Say that the viewer neither made the stop nor was at it, leads who made it, or wore a camera that shows it."""
    worn = select(FootageOfEncounter.encounter_id).join(Footage, Footage.id == FootageOfEncounter.footage_id)
    return Encounter.id.not_in(encounters_of_interest(viewer.id)) & Encounter.id.not_in(worn.where(Footage.officer_id == viewer.id))


def _own(session: Session, hold_id: uuid.UUID, viewer: Viewer) -> tuple[FootageHold, str]:
    """Find a hold to decide about: nobody places or releases one meanwhile."""
    wait_for_log(session)
    return _found(session, hold_id, viewer)


def _found(session: Session, hold_id: uuid.UUID, viewer: Viewer) -> tuple[FootageHold, str]:
    found = session.execute(_in_force(viewer).where(FootageHold.id == hold_id).execution_options(populate_existing=True)).one_or_none()
    if found is None:
        if (hold := session.get(FootageHold, hold_id)) is not None and hold.released_at is not None:
            message = "This hold was released already."
            raise NoLongerOpen(message)
        message = "There is no such hold for you to decide about."
        raise NotFound(message)
    return found[0], found[1]


def _line(hold: _Shown, closed: Mapping[uuid.UUID, date], clocks: Clocks, today: date) -> HeldLine:
    hold_id, reference, named, placed_at, review_on, because = hold
    reason, closed_on, look_on = HoldReason(named), closed.get(hold_id), look_again_on(review_on, _day(placed_at), clocks)
    until = last_held_day(reason, closed_on, clocks, review_on) if closed_on else None
    return HeldLine(hold_id, reference, reason, OWNERS[reason], placed_at, look_on, until is None and look_on <= today, because, until)


def _log(session: Session, hold: FootageHold, action: str, viewer: Viewer, reason: str, now: datetime) -> None:
    act = Act(Operation.ALTERATION, action, "footage_hold", str(hold.id), Purpose.RETENTION_ACTION, reason=reason)
    record_act(session, actor=viewer.acting_as(OWNERS[HoldReason(hold.reason)]), act=act, now=now)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
