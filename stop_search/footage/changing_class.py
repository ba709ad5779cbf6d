"""Changing the class of a recording: one person may keep it longer; for it to go sooner two must agree, and never while it is held."""

import uuid
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer, checked_line
from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.retention import Clocks, RetentionClass
from stop_search.encounters.interest import encounters_of_interest
from stop_search.errors import Conflict, NoLongerOpen, NotAllowed, NotFound
from stop_search.footage.clock_rules import Change, change_of, last_day, shortened_last_day
from stop_search.footage.erasing import reasons_to_keep
from stop_search.footage.locking import locked_footage
from stop_search.footage.matching import link_matching
from stop_search.footage.records import Footage, FootageOfEncounter, RetentionChange
from stop_search.footage.rules import FootageState


def change_class(
    session: Session, *, footage_id: uuid.UUID, to: RetentionClass, because: str, viewer: Viewer, clocks: Clocks, now: datetime
) -> Change:
    """Put a recording into another class, or, where it goes sooner by that, ask a second administrator to agree.

    Raises:
        NotFound: there is no such recording.
        NotAllowed: the viewer is no administrator, or has an interest in what it shows.
        NoLongerOpen: it was erased.
        Conflict: it is in this class already, it is held, or such a change waits already.
        Invalid: no reason was given.

    """
    reason = checked_line(because, field="because")
    footage = _open(session, footage_id, viewer, now)
    if footage.retention_class == to:
        message = "The recording is in this class already."
        raise Conflict(message)
    then = last_day(clocks=clocks, of_class=to, recorded_at=footage.started_at, received_at=footage.received_at)
    change = change_of(footage.erase_after, then)
    if change is Change.SOONER:
        _refuse_held_or_waiting(session, footage)
    row = RetentionChange(
        id=uuid.uuid4(),
        footage_id=footage.id,
        from_class=footage.retention_class,
        to_class=to,
        because=reason,
        proposed_by=viewer.id,
        proposed_at=now,
        took_effect_at=None if change is Change.SOONER else now,
    )
    session.add(row)
    if change is not Change.SOONER:
        footage.retention_class, footage.erase_after, footage.clocks_version = to, then, clocks.version
    session.flush()
    _log(session, footage, "retention_class_change_proposed" if change is Change.SOONER else "retention_class_changed", viewer, reason, now)
    return change


def agree_to_change(session: Session, *, change_id: uuid.UUID, viewer: Viewer, clocks: Clocks, now: datetime) -> None:
    """Agree that a recording goes sooner; it is kept for a week from now at least.

    Raises:
        NotFound: there is no such change.
        NotAllowed: the viewer proposed it, is no administrator, or has an interest in what it shows.
        NoLongerOpen: it took effect already, or the recording was erased.
        Conflict: the recording is held, or has changed its class since.

    """
    row = session.get(RetentionChange, change_id, with_for_update=True, populate_existing=True)
    if row is None:
        message = "There is no such change."
        raise NotFound(message)
    if row.took_effect_at is not None:
        message = "This change has taken effect already."
        raise NoLongerOpen(message)
    if row.proposed_by == viewer.id:
        message = "You proposed this change. A second administrator has to agree."
        raise NotAllowed(message)
    footage = _open(session, row.footage_id, viewer, now)
    if footage.retention_class != row.from_class:
        message = "The recording is in another class by now. Propose the change again."
        raise Conflict(message)
    _refuse_held(session, footage)
    to = RetentionClass(row.to_class)
    then = last_day(clocks=clocks, of_class=to, recorded_at=footage.started_at, received_at=footage.received_at)
    footage.retention_class, footage.clocks_version = to, clocks.version
    footage.erase_after = None if then is None else shortened_last_day(then, now)
    row.agreed_by, row.agreed_at, row.took_effect_at = viewer.id, now, now
    session.flush()
    _log(session, footage, "retention_class_changed", viewer, row.because, now)


def _open(session: Session, footage_id: uuid.UUID, viewer: Viewer, now: datetime) -> Footage:
    """Lock a recording as whoever erases does, then take the head of the log: nobody holds or erases it meanwhile."""
    footage = locked_footage(session, footage_id=footage_id)
    if footage.state == FootageState.ERASED:
        message = "This recording was erased; only its hashes remain."
        raise NoLongerOpen(message)
    if not viewer.has(Role.ADMINISTRATOR) or _has_interest(session, footage, viewer.id):
        message = "Only an administrator who did not make, attend or lead the stop decides how long its footage is kept."
        raise NotAllowed(message)
    link_matching(session, footage=footage, now=now)
    wait_for_log(session)
    return footage


def _has_interest(session: Session, footage: Footage, account_id: uuid.UUID) -> bool:
    shows_own = exists().where(
        FootageOfEncounter.footage_id == footage.id, FootageOfEncounter.encounter_id.in_(encounters_of_interest(account_id))
    )
    return bool(session.scalar(select(or_(Footage.officer_id == account_id, shows_own)).where(Footage.id == footage.id)))


def _refuse_held(session: Session, footage: Footage) -> None:
    if reasons := reasons_to_keep(session, footage=footage):
        message = f"This recording is held ({', '.join(reasons)}), so nobody may have it go sooner. Release the holds first."
        raise Conflict(message)


def _refuse_held_or_waiting(session: Session, footage: Footage) -> None:
    _refuse_held(session, footage)
    waits = select(RetentionChange.id).where(
        RetentionChange.footage_id == footage.id,
        RetentionChange.took_effect_at.is_(None),
        RetentionChange.from_class == footage.retention_class,
    )
    if session.scalar(waits.limit(1)):
        message = "Such a change waits already for a second administrator to agree."
        raise Conflict(message)


def _log(session: Session, footage: Footage, action: str, viewer: Viewer, reason: str, now: datetime) -> None:
    act = Act(
        Operation.ALTERATION, action, "footage", str(footage.id), Purpose.RETENTION_ACTION, ("retention_class", "erase_after"), reason
    )
    record_act(session, actor=viewer.acting_as(Role.ADMINISTRATOR), act=act, now=now)
