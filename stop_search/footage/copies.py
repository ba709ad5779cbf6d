"""Review copies: made where no browser plays the original, or where somebody's line is too slow for it. Never before the facts are there.

A copy is a help for whoever watches. It lies beside the original, goes when the original goes, and is never evidence.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import WORKER, Act, Actor, Operation, Purpose
from stop_search.errors import Conflict, NoLongerOpen
from stop_search.footage.erasing import remove_again
from stop_search.footage.locking import locked_footage
from stop_search.footage.records import Footage, ReviewCopy
from stop_search.footage.rules import CopyReason, CopyState, FootageState
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue

COPY = "make_review_copy"


@dataclass(frozen=True)
class ToCopy:
    """What making a copy needs of a recording."""

    footage_id: uuid.UUID
    sha256: str
    size_bytes: int
    storage_key: str
    length_seconds: float


@dataclass(frozen=True)
class Copied:
    """What was made: everything but the failure, or the failure alone."""

    storage_key: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    width_pixels: int | None = None
    height_pixels: int | None = None
    failure_reason: str | None = None
    failure_advice: str | None = None


def ask_for_copy(session: Session, *, footage_id: uuid.UUID, reason: CopyReason, actor: Actor, now: datetime) -> None:
    """Have a review copy made, unless there is one or it is on its way; one that failed is tried again.

    Raises:
        NotFound: there is no such recording.
        NoLongerOpen: it was erased.
        Conflict: its bytes are not here.

    """
    footage = locked_footage(session, footage_id=footage_id)
    if footage.state == FootageState.ERASED:
        message = "This recording was erased; only its hash remains."
        raise NoLongerOpen(message)
    if footage.storage_key is None:
        message = "This recording is kept in the evidence system. Play it there."
        raise Conflict(message)
    copy = session.get(ReviewCopy, footage_id, populate_existing=True)
    if copy is not None and copy.state != CopyState.FAILED:
        return
    if copy is None:
        copy = ReviewCopy(footage_id=footage_id, state=CopyState.ASKED, reason=reason, asked_at=now, asks=1)
        session.add(copy)
    else:
        copy.state, copy.reason, copy.asked_at, copy.asks = CopyState.ASKED, reason, now, copy.asks + 1
        copy.ended_at = copy.failure_reason = copy.failure_advice = None
    session.flush()
    record_act(session, actor=actor, act=_act("ask_for_copy", footage_id, reason), now=now)
    arguments, dedupe_key = {"footage_id": str(footage_id)}, f"{COPY}:{footage_id}:{copy.asks}"
    request_job(session, name=COPY, arguments=arguments, dedupe_key=dedupe_key, queue=Queue.COPIES)


def footage_to_copy(session: Session, *, footage_id: uuid.UUID) -> ToCopy | None:
    """Return what making the copy needs; None where none is asked for any more, or nothing is known of the recording."""
    footage, copy = session.get(Footage, footage_id), session.get(ReviewCopy, footage_id)
    if footage is None or copy is None or copy.state != CopyState.ASKED or footage.state == FootageState.ERASED or not footage.facts:
        return None
    if footage.storage_key is None:
        return None
    return ToCopy(footage.id, footage.sha256, footage.size_bytes, footage.storage_key, float(footage.facts["length_seconds"]))


def note_copy(session: Session, *, footage_id: uuid.UUID, found: Copied, now: datetime) -> None:
    """Write down what was made, or why not. If the recording was erased meanwhile, what was made goes."""
    footage = locked_footage(session, footage_id=footage_id)
    copy = session.get(ReviewCopy, footage_id, populate_existing=True)
    if footage.state == FootageState.ERASED or copy is None:
        remove_again(session, footage_id=footage_id)
        return
    if copy.state != CopyState.ASKED:
        return
    copy.state, copy.ended_at = CopyState.FAILED if found.failure_reason else CopyState.MADE, now
    copy.storage_key, copy.size_bytes, copy.sha256 = found.storage_key, found.size_bytes, found.sha256
    copy.width_pixels, copy.height_pixels = found.width_pixels, found.height_pixels
    copy.failure_reason, copy.failure_advice = found.failure_reason, found.failure_advice
    record_act(session, actor=WORKER, act=_act("make_review_copy", footage_id, copy.state), now=now)


def give_up_copy(session: Session, arguments: dict[str, str], reason: str, now: datetime) -> None:
    """Say on the copy that making it was given up: the worker's answer to a job that used up its attempts."""
    gave_up = f"The copy could not be made after several attempts. {reason}".strip()
    found = Copied(failure_reason=gave_up, failure_advice="The original is kept unchanged. It can be asked for again.")
    note_copy(session, footage_id=uuid.UUID(arguments["footage_id"]), found=found, now=now)


def _act(action: str, footage_id: uuid.UUID, reason: str) -> Act:
    return Act(Operation.ALTERATION, action, "footage", str(footage_id), Purpose.TECHNICAL_WORK, reason=reason)
