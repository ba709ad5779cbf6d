"""Writing about recordings: receiving one, what its examination found, holds, playbacks."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.audit.actions import HEAD, record_act, record_acts, wait_for_log
from stop_search.audit.rules import WORKER, Act, Actor, Operation, Purpose
from stop_search.codes.retention import RetentionClass
from stop_search.database.base import table_of
from stop_search.database.pipelines import asked_together, sent_together
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotFound
from stop_search.footage.clock_rules import arrival_counts_from, last_day
from stop_search.footage.clock_watch import newest_look
from stop_search.footage.copies import ask_for_copy
from stop_search.footage.erasing import remove_again
from stop_search.footage.evidence_links import link_to_evidence, stop_passing
from stop_search.footage.evidence_requests import ask_about_encounter, ask_about_footage
from stop_search.footage.locking import locked_footage, locked_if_there
from stop_search.footage.matching import link_declared, link_matching
from stop_search.footage.records import EvidenceLink, Footage, FootageHold, FootageOfEncounter, FootagePlayback
from stop_search.footage.rules import (
    EXAMINE,
    CopyReason,
    FootageState,
    HoldReason,
    ReceivedFile,
    better_examined_by,
    examination_key,
    plain_name,
    possible_start,
)
from stop_search.footage.sheets import ask_for_sheets
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue

# Done with nearly every first answer to a receipt, so they are put together once.
SAME_HOLD = select(FootageHold.id, FootageHold.released_at).where(
    FootageHold.encounter_id == bindparam("encounter_id"),
    FootageHold.reason == bindparam("reason"),
    FootageHold.cause_id == bindparam("cause_id"),
)
# How many recordings of an encounter are gone, and how many the evidence system keeps.
GONE = or_(Footage.state == FootageState.ERASED, EvidenceLink.gone_at.is_not(None))
OF_ENCOUNTER = (
    select(func.count(case((GONE, 1))).label("erased"), func.count(EvidenceLink.footage_id).label("kept_there"))
    .select_from(FootageOfEncounter)
    .join(Footage, Footage.id == FootageOfEncounter.footage_id)
    .outerjoin(EvidenceLink, EvidenceLink.footage_id == Footage.id)
    .where(FootageOfEncounter.encounter_id == bindparam("encounter_id"))
)
_SAME, _THERE = SAME_HOLD.subquery(), OF_ENCOUNTER.subquery()
FOUND = select(_SAME.c.id, _SAME.c.released_at, _THERE.c.erased, _THERE.c.kept_there).select_from(_THERE.outerjoin(_SAME, true()))
NEW_HOLD = table_of(FootageHold).insert()


@dataclass(frozen=True)
class Examined:
    """What an examination found. `failure_reason` is set where it failed; facts and pictures may be there all the same."""

    facts: dict[str, Any] | None
    pictures: dict[str, Any] | None
    recorded_at: datetime | None
    length: timedelta | None
    failure_reason: str | None = None
    failure_advice: str | None = None


def receive_footage(session: Session, *, new: ReceivedFile, actor: Actor, now: datetime) -> uuid.UUID:
    """Note a recording whose original lies in storage already, tie it to its encounters, ask for its examination; return its id.

    The same bytes again are the same recording: nothing is overwritten, but what was not known before is filled in. If it was erased,
    it stays so, and its bytes go again.

    Raises:
        Invalid: the declared encounter does not exist, or the start is impossible.

    """
    if new.started_at is not None and not possible_start(new.started_at, now):
        message = "The recording cannot have started then."
        raise Invalid(message, {"started_at": "Check the camera's clock, or leave it out."})
    footage, is_new = _new_or_known(session, new, now)
    if footage.state == FootageState.ERASED:
        remove_again(session, footage_id=footage.id)
        return footage.id
    if not is_new:
        _fill_in(footage, new)
    if new.evidence_id is not None:
        link_to_evidence(session, footage=footage, new=new, actor=actor, now=now)
    if new.encounter_reference is not None:
        link_declared(session, footage=footage, reference=new.encounter_reference, now=now)
    else:
        link_matching(session, footage=footage, now=now)
    if is_new:
        record_act(session, actor=actor, act=_act(Operation.COLLECTION, "receive_footage", footage.id, Purpose.RECORDING), now=now)
    if new.evidence_id is not None:
        session.flush()
        ask_about_footage(session, footage_id=footage.id, now=now)
    if footage.state == FootageState.RECEIVED:
        _request_examination(session, footage)
    return footage.id


def examine_again(session: Session, *, footage_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Ask for another examination of a recording, for one that failed or was examined by an older version.

    Raises:
        NotFound: there is no such recording.
        NoLongerOpen: it was erased.

    """
    footage = locked_footage(session, footage_id=footage_id)
    if footage.state == FootageState.ERASED:
        message = "This recording was erased; only its hash remains."
        raise NoLongerOpen(message)
    if footage.state == FootageState.RECEIVED:
        message = "This recording is waiting for its examination already."
        raise Conflict(message)
    if footage.storage_key is None:
        message = "The evidence system keeps this recording. It is examined when that sends the bytes once more."
        raise Conflict(message)
    footage.state, footage.failure_reason, footage.failure_advice = FootageState.RECEIVED, None, None
    footage.examinations += 1
    record_act(session, actor=actor, act=_act(Operation.ALTERATION, "examine_footage_again", footage.id, Purpose.TECHNICAL_WORK), now=now)
    _request_examination(session, footage)


def note_examination(session: Session, *, footage_id: uuid.UUID, found: Examined | None, now: datetime) -> None:
    """Write down what an examination found; the end of the recording is known now, so it is matched once more.

    If the recording was erased meanwhile, nothing is written and what the examination put into storage goes. `found` is None where
    there was nothing to look at any more. Bytes that were sent to be looked at once go now.
    """
    footage = locked_footage(session, footage_id=footage_id)
    if footage.state == FootageState.ERASED:
        remove_again(session, footage_id=footage_id)
        return
    if found is None:
        return
    stop_passing(session, footage_id=footage_id)
    footage.state = FootageState.FAILED if found.failure_reason else FootageState.EXAMINED
    footage.facts, footage.pictures, footage.examined_at = found.facts, found.pictures, now
    footage.failure_reason, footage.failure_advice = found.failure_reason, found.failure_advice
    if footage.started_at is None and found.recorded_at is not None and found.recorded_at <= now:
        footage.started_at = found.recorded_at
    if footage.started_at is not None and found.length is not None:
        footage.ended_at = footage.started_at + found.length
    link_matching(session, footage=footage, now=now)
    if found.facts is not None and not found.facts.get("is_playable_in_browser", True) and footage.storage_key is not None:
        ask_for_copy(session, footage_id=footage_id, reason=CopyReason.UNPLAYABLE, actor=WORKER, now=now)
    ask_for_sheets(session, footage=footage)
    record_act(session, actor=WORKER, act=_act(Operation.ALTERATION, "examine_footage", footage.id, Purpose.TECHNICAL_WORK), now=now)


def give_up_examination(session: Session, arguments: dict[str, str], reason: str, now: datetime) -> None:
    """Say on the recording that its examination was given up: the worker's answer to a job that used up its attempts."""
    footage = locked_if_there(session, footage_id=uuid.UUID(arguments["footage_id"]))
    if footage is not None and footage.state == FootageState.ERASED:
        remove_again(session, footage_id=footage.id)
    if footage is None or footage.state != FootageState.RECEIVED:
        return
    stop_passing(session, footage_id=footage.id)
    footage.state, footage.examined_at = FootageState.FAILED, now
    footage.failure_reason = f"This recording could not be examined after several attempts. {reason}".strip()
    footage.failure_advice = "The original is kept unchanged. An administrator can look at the worker's log and examine it again."
    record_act(session, actor=WORKER, act=_act(Operation.ALTERATION, "give_up_examination", footage.id, Purpose.TECHNICAL_WORK), now=now)


def place_hold(
    session: Session,
    *,
    encounter_id: uuid.UUID,
    reason: HoldReason,
    cause_id: str,
    now: datetime,
    actor: Actor = WORKER,
    review_on: date | None = None,
    cause: Act | None = None,
) -> uuid.UUID:
    """Keep every recording of an encounter, also of those that arrive later, until this hold is released; return the hold's id.

    The same hold again is the same row; one that was released is in force again. Whoever erases decides before or after this, never
    beside it: a hold in force keeps the recordings, and one that comes too late says how many were gone (`FootageHold.erased_before`).
    `cause`: the act that brings the hold about, logged in any case and after it; together they wait for the log once.
    """
    named = {"encounter_id": encounter_id, "reason": reason, "cause_id": cause_id}
    if cause is None and (known := session.execute(SAME_HOLD, named).one_or_none()) and known.released_at is None:
        return known.id
    (head,), ((known_id, released_at, erased, kept_there),) = asked_together(session, (HEAD, {}), (FOUND, named))
    caused = [cause] if cause else []
    if known_id is not None and released_at is None:
        if caused:
            record_acts(session, actor=actor, acts=caused, now=now, head=head)
        return known_id
    told = f"{reason}, too late for {erased}" if erased else reason
    act = Act(Operation.ALTERATION, "place_hold", "encounter", str(encounter_id), Purpose.RETENTION_ACTION, reason=told)
    placed = {"placed_at": now, "placed_by": actor.id, "review_on": review_on, "erased_before": erased}
    hold_id = known_id or uuid.uuid4()
    if known_id is not None:
        _hold_again(session, hold_id, placed)
    with sent_together(session):
        if known_id is None:
            session.execute(NEW_HOLD, [{"id": hold_id, **named, **placed}])
        record_acts(session, actor=actor, acts=[act, *caused], now=now, head=head)
    if kept_there:
        ask_about_encounter(session, encounter_id=encounter_id, now=now)
    return hold_id


def _hold_again(session: Session, hold_id: uuid.UUID, placed: dict[str, Any]) -> None:
    """Put a released hold in force again: whatever closed its cause before does not close it now."""
    hold = session.get_one(FootageHold, hold_id, populate_existing=True)
    ended = {"released_at": None, "released_by": None, "release_reason": None, "cause_closed_on": None}
    for name, value in (placed | ended).items():
        setattr(hold, name, value)
    session.flush()


def release_hold(session: Session, *, hold_id: uuid.UUID, because: str, actor: Actor, now: datetime) -> None:
    """End a hold, with its reason.

    Raises:
        NotFound: there is no such hold.
        NoLongerOpen: it was released before.

    """
    wait_for_log(session)
    hold = session.get(FootageHold, hold_id, populate_existing=True)
    if hold is None:
        message = "There is no such hold."
        raise NotFound(message)
    if hold.released_at is not None:
        message = "This hold was released already."
        raise NoLongerOpen(message)
    hold.released_at, hold.released_by, hold.release_reason = now, actor.id, because
    act = Act(Operation.ALTERATION, "release_hold", "encounter", str(hold.encounter_id), Purpose.RETENTION_ACTION, reason=hold.reason)
    record_act(session, actor=actor, act=act, now=now)
    session.flush()
    ask_about_encounter(session, encounter_id=hold.encounter_id, now=now)


def note_playback(
    session: Session, *, footage_id: uuid.UUID, session_mark: str, viewer_id: uuid.UUID, actor: Actor, purpose: Purpose, now: datetime
) -> None:
    """Write one consultation entry for one recording in one sign-in session, however many pieces a player asks for."""
    if session.get(FootagePlayback, (footage_id, session_mark)) is not None:
        return
    try:
        with session.begin_nested():
            session.add(FootagePlayback(footage_id=footage_id, session_mark=session_mark, viewer_id=viewer_id, started_at=now))
    except IntegrityError:
        return  # another piece of the same playback was asked for at the same moment
    record_act(session, actor=actor, act=_act(Operation.CONSULTATION, "play_footage", footage_id, purpose), now=now)


def _new_or_known(session: Session, new: ReceivedFile, now: datetime) -> tuple[Footage, bool]:
    same_bytes = select(Footage).where(Footage.sha256 == new.original.sha256)
    known = session.scalar(same_bytes)
    if known is not None:
        return known, False
    try:
        with session.begin_nested():
            return _new_footage(session, new, now), True
    except IntegrityError:  # the same bytes were received at the same moment
        return session.scalars(same_bytes).one(), False


def _new_footage(session: Session, new: ReceivedFile, now: datetime) -> Footage:
    footage = Footage(
        id=uuid.uuid4(),
        state=FootageState.RECEIVED if _has_bytes(new) else FootageState.EXAMINED,
        sha256=new.original.sha256,
        size_bytes=new.original.size_bytes,
        original_name=plain_name(new.name),
        storage_key=new.original.storage_key,
        device_serial=new.device_serial,
        officer_id=new.officer_id,
        started_at=new.started_at,
        ended_at=new.ended_at,
        position=new.position,
        received_at=now,
        examinations=0,
        retention_class=RetentionClass.NON_EVIDENTIAL,
        clocks_version=new.clocks.version,
        erase_after=_last_day(session, new, now),
    )
    session.add(footage)
    session.flush()
    return footage


def _last_day(session: Session, new: ReceivedFile, now: datetime) -> date | None:
    """Return the last day, counted from no earlier than now: a clock that was set back or stands still must not make it sooner."""
    received_at = arrival_counts_from(newest_look(session), now)
    of_class = RetentionClass.NON_EVIDENTIAL
    return last_day(clocks=new.clocks, of_class=of_class, recorded_at=new.started_at, received_at=received_at)


def _fill_in(footage: Footage, new: ReceivedFile) -> None:
    footage.device_serial = footage.device_serial or new.device_serial
    footage.officer_id = footage.officer_id or new.officer_id
    footage.started_at = footage.started_at or new.started_at
    footage.ended_at = footage.ended_at or new.ended_at
    footage.position = footage.position or new.position
    if footage.storage_key is None and footage.state != FootageState.RECEIVED and _has_bytes(new):
        footage.state, footage.failure_reason, footage.failure_advice = FootageState.RECEIVED, None, None
        footage.examinations += 1
    footage.storage_key = footage.storage_key or new.original.storage_key


def _has_bytes(new: ReceivedFile) -> bool:
    return new.original.storage_key is not None or new.passing_key is not None


def _request_examination(session: Session, footage: Footage) -> None:
    request_job(
        session,
        name=EXAMINE,
        arguments={"footage_id": str(footage.id)},
        dedupe_key=examination_key(footage.id, footage.examinations),
        queue=Queue.FOOTAGE,
        urgent_at=better_examined_by(erase_after=footage.erase_after, received_at=footage.received_at),
    )


def _act(operation: Operation, action: str, footage_id: uuid.UUID, purpose: Purpose) -> Act:
    return Act(operation=operation, action=action, object_type="footage", object_id=str(footage_id), purpose=purpose)
