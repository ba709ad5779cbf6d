"""Erasing recordings whose time is over. A hold always wins: whoever erases and whoever holds decide one after the other.

Two steps: first the row says erased and the certificate lists what goes, in one transaction; then a job removes it from storage.
What the row calls erased is never shown, whether or not it is gone yet. Why it is done this way: docs/decisions/0019.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import WORKER, Act, Actor, Operation, Purpose
from stop_search.errors import Conflict
from stop_search.footage.delivered import forget_delivered
from stop_search.footage.locking import locked_footage
from stop_search.footage.matching import link_matching, matching_encounters
from stop_search.footage.records import Footage, FootageArrival, FootageErasure, FootageHold, FootageOfEncounter, ReviewCopy
from stop_search.footage.rules import FootageState, HoldReason, content_folder, picture_keys
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue

REMOVE = "remove_erased_footage"


@dataclass(frozen=True)
class Erased:
    """The row says erased; a worker removes `keys` from storage."""

    footage_id: uuid.UUID
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """Nothing was erased: why not, each reason once, sorted."""

    footage_id: uuid.UUID
    reasons: tuple[HoldReason, ...]


@dataclass(frozen=True)
class ToRemove:
    """What a worker has yet to remove of an erased recording: all that lies in `folder`, and `keys`, which may lie elsewhere."""

    footage_id: uuid.UUID
    folder: str
    keys: tuple[str, ...]


def erase_footage(session: Session, *, footage_id: uuid.UUID, now: datetime, actor: Actor, by: datetime | None = None) -> Erased | Held:
    """Erase one recording whose last day is over, unless a hold names an encounter that it shows; it is matched once more before that.

    `now` is what is written down; its day must be over at `by`, which is `now` unless less of the clock is proven (`clock_watch`).
    Erased again it is the same erasure. Its hashes, its times and whose camera it was are kept, so that it can be said to be gone.

    Raises:
        NotFound: there is no such recording.
        Conflict: its last day is not over, or nobody said which day that is.

    """
    footage = locked_footage(session, footage_id=footage_id)
    if footage.state == FootageState.ERASED:
        return Erased(footage_id, tuple(sorted(session.get_one(FootageErasure, footage_id).removed)))
    _refuse_before_its_time(footage, min(by or now, now))
    link_matching(session, footage=footage, now=now)
    wait_for_log(session)
    if reasons := reasons_to_keep(session, footage=footage):
        return Held(footage_id, reasons)
    return _erased(session, footage, now, actor, f"last day {footage.erase_after}")


def reasons_to_keep(session: Session, *, footage: Footage) -> tuple[HoldReason, ...]:
    """Return why a recording may not be erased: the holds in force on what it is tied to, or on what it may show by officer and time.

    The second counts even where its sender named another encounter: a camera that runs on films the next stop too.
    """
    shown = set(session.scalars(select(FootageOfEncounter.encounter_id).where(FootageOfEncounter.footage_id == footage.id)))
    return holds_on(session, encounter_ids=shown | set(matching_encounters(session, footage=footage)))


def holds_on(session: Session, *, encounter_ids: Collection[uuid.UUID]) -> tuple[HoldReason, ...]:
    """Return the holds in force on any of these encounters, each reason once, sorted."""
    in_force = select(FootageHold.reason).where(FootageHold.encounter_id.in_(encounter_ids), FootageHold.released_at.is_(None))
    return tuple(sorted(HoldReason(reason) for reason in session.scalars(in_force.distinct())))


def footage_past_its_time(session: Session, *, now: datetime) -> list[uuid.UUID]:
    """Return the recordings whose last day is over and that are not erased, held ones too, the longest overdue first."""
    return list(session.scalars(select(Footage.id).where(past_its_time(now)).order_by(Footage.erase_after, Footage.id)))


def held_by_what_they_are_tied_to(session: Session, *, now: datetime) -> dict[uuid.UUID, tuple[HoldReason, ...]]:
    """Return, of the recordings whose last day is over, those that are tied to a stop that is held: why, each reason once, sorted."""
    rows = session.execute(
        select(FootageOfEncounter.footage_id, FootageHold.reason)
        .join(Footage, Footage.id == FootageOfEncounter.footage_id)
        .join(FootageHold, FootageHold.encounter_id == FootageOfEncounter.encounter_id)
        .where(past_its_time(now), FootageHold.released_at.is_(None))
        .distinct()
    )
    found: defaultdict[uuid.UUID, list[HoldReason]] = defaultdict(list)
    for footage_id, reason in rows:
        found[footage_id].append(HoldReason(reason))
    return {footage_id: tuple(sorted(reasons)) for footage_id, reasons in found.items()}


def past_its_time(now: datetime) -> ColumnElement[bool]:
    """Say that a recording's last day is over and it is not erased."""
    return and_(Footage.state != FootageState.ERASED, Footage.erase_after < _today(now))


def would_become_of(session: Session, *, footage_id: uuid.UUID) -> Erased | Held:
    """Return what erasing would do now; nothing is written. Its last day is taken to be over."""
    footage = session.get_one(Footage, footage_id)
    reasons = reasons_to_keep(session, footage=footage)
    return Held(footage_id, reasons) if reasons else Erased(footage_id, _keys(footage))


def footage_to_remove(session: Session, *, footage_id: uuid.UUID) -> ToRemove | None:
    """Return what is to be removed from storage, or None where the row does not say erased."""
    footage, erasure = session.get(Footage, footage_id), session.get(FootageErasure, footage_id)
    if footage is None or erasure is None or footage.state != FootageState.ERASED:
        return None
    return ToRemove(footage_id, content_folder(footage.sha256), tuple(sorted(erasure.removed)))


def note_what_goes(session: Session, *, footage_id: uuid.UUID, hashes: Mapping[str, str]) -> None:
    """Add to the certificate what lies in storage still, by key, as hex SHA-256; what it says already stays."""
    erasure = session.get_one(FootageErasure, footage_id, with_for_update=True, populate_existing=True)
    erasure.removed = erasure.removed | {key: sha256 for key, sha256 in hashes.items() if erasure.removed.get(key) is None}


def confirm_removal(session: Session, *, footage_id: uuid.UUID, now: datetime) -> None:
    """Write down that nothing of an erased recording lies in storage any more; said again it changes nothing."""
    erasure = session.get_one(FootageErasure, footage_id, with_for_update=True, populate_existing=True)
    if erasure.removed_at is not None:
        return
    erasure.removed_at = now
    record_act(session, actor=WORKER, act=_act("confirm_removal", footage_id, f"{len(erasure.removed)} files"), now=now)


def remove_again(session: Session, *, footage_id: uuid.UUID) -> None:
    """Have storage looked through once more, because something was put there after its recording was erased."""
    arguments = {"footage_id": str(footage_id)}
    request_job(session, name=REMOVE, arguments=arguments, dedupe_key=f"{REMOVE}:{footage_id}:{uuid.uuid4()}", queue=Queue.UPKEEP)


def holds_too_late(session: Session) -> Counter[HoldReason]:
    """Return how many holds were placed when a recording of their encounter was gone already, by reason."""
    late = select(FootageHold.reason, func.count()).where(FootageHold.erased_before > 0).group_by(FootageHold.reason)
    return Counter({HoldReason(reason): number for reason, number in session.execute(late)})


def erase_gone(session: Session, *, footage: Footage, now: datetime, actor: Actor) -> Erased:
    """Erase what is here of a recording that the evidence system erased: its pictures. The caller has the log's head and found no hold."""
    return _erased(session, footage, now, actor, "gone in the evidence system")


def _erased(session: Session, footage: Footage, now: datetime, actor: Actor, because: str) -> Erased:
    keys = _keys(footage)
    removed: dict[str, Any] = dict.fromkeys(keys) | ({footage.storage_key: footage.sha256} if footage.storage_key else {})
    session.add(FootageErasure(footage_id=footage.id, erased_at=now, erased_by=actor.id, removed=removed))
    session.execute(delete(ReviewCopy).where(ReviewCopy.footage_id == footage.id))
    footage.state, footage.original_name = FootageState.ERASED, ""
    footage.facts = footage.pictures = footage.failure_reason = footage.failure_advice = footage.position = None
    session.execute(update(FootageArrival).where(FootageArrival.footage_id == footage.id).values(name=""))
    session.flush()
    forget_delivered(session, footage_id=footage.id)
    record_act(session, actor=actor, act=_act("erase_footage", footage.id, because), now=now)
    arguments = {"footage_id": str(footage.id)}
    request_job(session, name=REMOVE, arguments=arguments, dedupe_key=f"{REMOVE}:{footage.id}", queue=Queue.UPKEEP)
    return Erased(footage.id, keys)


def _keys(footage: Footage) -> tuple[str, ...]:
    return tuple(sorted({*filter(None, [footage.storage_key]), *picture_keys(footage.pictures or {})}))


def _refuse_before_its_time(footage: Footage, now: datetime) -> None:
    if footage.erase_after is None:
        message = "Nobody said how long this recording is kept. It stays until somebody does."
        raise Conflict(message)
    if footage.erase_after >= _today(now):
        message = f"This recording is kept until the end of {footage.erase_after}. Erase it after that day."
        raise Conflict(message)


def _today(now: datetime) -> date:
    """In UTC, where a day ends no sooner than in London."""
    return now.astimezone(UTC).date()


def _act(action: str, footage_id: uuid.UUID, reason: str) -> Act:
    return Act(Operation.ERASURE, action, "footage", str(footage_id), Purpose.RETENTION_ACTION, reason=reason)
