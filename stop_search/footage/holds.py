"""Holds in the hands of people: the list of each owner, looking at one again, releasing it, holding for the panel, and its report."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer, checked_line
from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.retention import Clocks
from stop_search.encounters.interest import encounters_of_interest
from stop_search.encounters.records import Encounter
from stop_search.errors import Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.footage.actions import place_hold, release_hold
from stop_search.footage.hold_rules import OWNERS, last_held_day, look_again_on
from stop_search.footage.records import Footage, FootageHold, FootageOfEncounter
from stop_search.footage.rules import HoldReason


@dataclass(frozen=True)
class HeldLine:
    """A hold in force as its owner sees it. `look_on`: the day to look at it; `held_until`: its last day, where its cause is closed."""

    hold_id: uuid.UUID
    reference: str
    reason: HoldReason
    owner: Role
    placed_at: datetime
    look_on: date
    is_due: bool
    because: str | None
    held_until: date | None


def holds_of_owner(session: Session, *, viewer: Viewer, clocks: Clocks, today: date) -> list[HeldLine]:
    """Return the holds in force that the viewer's roles own, by the day to look at them; none of stops of the viewer's own interest."""
    rows = session.execute(_in_force(viewer).order_by(FootageHold.placed_at, FootageHold.id))
    lines = [_line(hold, reference, clocks, today) for hold, reference in rows]
    return sorted(lines, key=lambda line: (line.look_on, line.placed_at, str(line.hold_id)))


def hold_of_owner(session: Session, *, hold_id: uuid.UUID, viewer: Viewer, clocks: Clocks, today: date) -> HeldLine:
    """Return one of them. Raises NotFound for any other, the same as for one that is not there."""
    hold, reference = _found(session, hold_id, viewer)
    return _line(hold, reference, clocks, today)


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
    """Say why a hold stays; return the day on which it is looked at next. Raises NotFound, Invalid."""
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
    actor = viewer.acting_as(Role.LEARNING_TEAM)
    hold_id = place_hold(session, encounter_id=encounter_id, reason=HoldReason.PANEL, cause_id=str(encounter_id), now=now, actor=actor)
    hold = session.get_one(FootageHold, hold_id, populate_existing=True)
    hold.because, hold.cause_closed_on = reason, None
    session.flush()
    return hold_id


def note_panel_report(session: Session, *, hold_id: uuid.UUID, reported_on: date, viewer: Viewer, clocks: Clocks, now: datetime) -> date:
    """Say when the panel reported on what is held for it; return the last day of the hold, which then ends by itself.

    It reported on the stop: so end all of the panel's holds on it, that of a pick by hand and that of each redaction.

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
    return last_held_day(HoldReason.PANEL, reported_on, clocks)


def _others_of_panel(session: Session, hold: FootageHold, reported_on: date) -> list[FootageHold]:
    """Return the panel's other holds on the same stop that are in force, were there on that day, and have no report yet."""
    same = select(FootageHold).where(
        FootageHold.encounter_id == hold.encounter_id,
        FootageHold.reason == HoldReason.PANEL,
        FootageHold.id != hold.id,
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
    owned = [reason for reason, role in OWNERS.items() if viewer.has(role)]
    return (
        select(FootageHold, Encounter.reference)
        .join(Encounter, Encounter.id == FootageHold.encounter_id)
        .where(
            FootageHold.released_at.is_(None),
            FootageHold.reason.in_(owned),
            _is_none_of_theirs(viewer),
        )
    )


def _is_none_of_theirs(viewer: Viewer) -> ColumnElement[bool]:
    """Say that the viewer neither made the stop nor was at it, leads who made it, or wore a camera that shows it."""
    worn = select(FootageOfEncounter.encounter_id).join(Footage, Footage.id == FootageOfEncounter.footage_id)
    of_interest = encounters_of_interest(viewer.id).union(worn.where(Footage.officer_id == viewer.id))
    return Encounter.id.not_in(of_interest)


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


def _line(hold: FootageHold, reference: str, clocks: Clocks, today: date) -> HeldLine:
    reason, look_on = HoldReason(hold.reason), look_again_on(hold.review_on, _day(hold.placed_at), clocks)
    until = last_held_day(reason, hold.cause_closed_on, clocks) if hold.cause_closed_on else None
    return HeldLine(hold.id, reference, reason, OWNERS[reason], hold.placed_at, look_on, look_on <= today, hold.because, until)


def _log(session: Session, hold: FootageHold, action: str, viewer: Viewer, reason: str, now: datetime) -> None:
    act = Act(Operation.ALTERATION, action, "footage_hold", str(hold.id), Purpose.RETENTION_ACTION, reason=reason)
    record_act(session, actor=viewer.acting_as(OWNERS[HoldReason(hold.reason)]), act=act, now=now)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
