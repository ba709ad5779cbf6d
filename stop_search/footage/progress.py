"""How far the examination of a recording is: the recording's own state and its newest job's, taken together. Never a picture."""

import enum
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.footage.queries import footage_told_to
from stop_search.footage.records import Footage
from stop_search.footage.rules import FootageState, examination_key
from stop_search.jobs.queries import JobLine, jobs_by_key
from stop_search.jobs.rules import PACE, JobState
from stop_search.wording import moment_in_words


class Stage(enum.StrEnum):
    """Where a recording stands. quarantined: it ended its worker, or failed it, as often as may be; nobody takes it up again unasked."""

    WAITING = "waiting"
    TRIED_BEFORE = "tried_before"
    EXAMINING = "examining"
    EXAMINED = "examined"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    ERASED = "erased"


STAGE_WORDS = {
    Stage.WAITING: "Waiting",
    Stage.TRIED_BEFORE: "To be tried again",
    Stage.EXAMINING: "Being examined",
    Stage.EXAMINED: "Examined",
    Stage.FAILED: "Failed",
    Stage.QUARANTINED: "Quarantined",
    Stage.ERASED: "Erased",
}
MAY_BE_EXAMINED_AGAIN = frozenset({Stage.EXAMINED, Stage.FAILED, Stage.QUARANTINED})
# What needs somebody stands first: what failed, then what is on its way, then what is done.
ORDER = (FootageState.FAILED, FootageState.RECEIVED, FootageState.EXAMINED, FootageState.ERASED)
_NEEDS = case({state: place for place, state in enumerate(ORDER)}, value=Footage.state)


@dataclass(frozen=True)
class Progress:
    """One recording's progress. `since`: when it reached this stage; `last_problem`: how the newest attempt ended that did not succeed.

    `reason` and `advice` are the recording's own, where it failed. `may_be_examined_again`: a person may ask for it now.
    """

    footage_id: uuid.UUID
    stage: Stage
    since: datetime
    received_at: datetime
    device_serial: str | None
    size_bytes: int
    length_seconds: float | None
    erase_after: date | None
    attempts: int
    last_problem: str | None
    reason: str | None
    advice: str | None

    @property
    def may_be_examined_again(self) -> bool:
        """Return whether another examination may be asked for; not while one is coming anyway, nor after the recording was erased."""
        return self.stage in MAY_BE_EXAMINED_AGAIN


def footage_progress(session: Session, *, state: FootageState | None = None, limit: int = 50, leave_out: int = 0) -> list[Progress]:
    """Return the progress of recordings, all or of one state: failed ones first, then those on their way, each the newest first.

    State by state, so that an index gives the order and the recordings of years are never sorted.
    """
    rows: list[Footage] = []
    for one in ORDER if state is None else (state,):
        in_order = select(Footage).where(Footage.state == one).order_by(Footage.received_at.desc(), Footage.id)
        rows += session.scalars(in_order.limit(limit - len(rows)).offset(leave_out)).all()
        if len(rows) == limit:
            break
        if leave_out:
            there = session.scalar(select(func.count()).select_from(Footage).where(Footage.state == one)) or 0
            leave_out = max(0, leave_out - there)
    return _progress(session, rows)


def progress_of(session: Session, *, footage_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Progress]:
    """Return the progress of these recordings by id; the caller has checked who may know of them."""
    if not footage_ids:
        return {}
    return {one.footage_id: one for one in _progress(session, session.scalars(_newest_first(Footage.id.in_(footage_ids))).all())}


def own_progress(session: Session, *, encounter_id: uuid.UUID, viewer: Viewer) -> list[Progress]:
    """Return the progress of those recordings of an encounter that the viewer may know of by role, by start, then by arrival."""
    told_to = footage_told_to(session, encounter_id=encounter_id, viewer=viewer)
    found = progress_of(session, footage_ids=told_to)
    return [found[footage_id] for footage_id in told_to]


def stage_of(state: FootageState, job: JobLine | None) -> Stage:
    """Return where a recording in this state stands, with its newest job, which may not be there (a recording of an older version)."""
    if state is FootageState.FAILED:
        return Stage.QUARANTINED if job is not None and job.state == JobState.DEAD else Stage.FAILED
    if state is not FootageState.RECEIVED:
        return Stage(state.value)
    if job is None or job.attempts == 0:
        return Stage.WAITING
    if job.state == JobState.DEAD:
        return Stage.QUARANTINED
    return Stage.EXAMINING if job.state == JobState.LEASED else Stage.TRIED_BEFORE


def told(progress: Progress) -> str:
    """Return a recording's progress in a sentence, for whoever may know of it: what is so, since when, what comes."""
    since = moment_in_words(progress.since)
    sentences = {
        Stage.WAITING: f"It arrived {since} and waits to be examined.",
        Stage.TRIED_BEFORE: f"Its examination was broken off {progress.attempts} of {PACE.max_attempts} times. It will be tried again.",
        Stage.EXAMINING: f"It is being examined since {since}.",
        Stage.EXAMINED: f"It was examined {since}.",
        Stage.FAILED: f"Its examination failed {since}. {progress.reason or ''}",
        Stage.QUARANTINED: f"Its examination was given up {since}. {progress.reason or ''}",
        Stage.ERASED: "It was erased when its time was over.",
    }
    return sentences[progress.stage].strip()


def _newest_first(*conditions: ColumnElement[bool]) -> Select[Footage]:
    return select(Footage).where(*conditions).order_by(_NEEDS, Footage.received_at.desc(), Footage.id)


def _progress(session: Session, rows: Sequence[Footage]) -> list[Progress]:
    keys = {row.id: examination_key(row.id, row.examinations) for row in rows}
    jobs = jobs_by_key(session, dedupe_keys=keys.values())
    return [_one(row, jobs.get(keys[row.id])) for row in rows]


def _one(row: Footage, job: JobLine | None) -> Progress:
    stage = stage_of(FootageState(row.state), job)
    asked_at = job.requested_at if job else row.received_at
    began_at = job.claimed_at if job and job.claimed_at else asked_at
    since = {Stage.WAITING: asked_at, Stage.EXAMINING: began_at, Stage.TRIED_BEFORE: began_at}.get(stage, row.examined_at or began_at)
    return Progress(
        footage_id=row.id,
        stage=stage,
        since=since,
        received_at=row.received_at,
        device_serial=row.device_serial,
        size_bytes=row.size_bytes,
        length_seconds=(row.facts or {}).get("length_seconds"),
        erase_after=row.erase_after,
        attempts=job.attempts if job else 0,
        last_problem=job.last_error if job else None,
        reason=row.failure_reason,
        advice=row.failure_advice,
    )
