"""Writing about redactions: opening one, what the detector proposed, what a person drew. Every change makes a new version.

Copies made of an older version are invalid from that moment on, and a job removes them.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import WORKER, Act, Operation, Purpose
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.footage.locking import locked_if_there
from stop_search.footage.rules import FootageState
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue
from stop_search.redactions.holds import hold_for_redaction
from stop_search.redactions.queries import may_redact
from stop_search.redactions.records import Redaction, RedactionPerson, RedactionSound, RedactionTrack
from stop_search.redactions.rules import MOST_SOUNDS, MOST_TRACKS, Origin, Part, RedactionState, checked_sound, checked_track, moved

PROPOSE, REMOVE_OLD = "propose_redaction", "remove_old_copies"


class BothParts(NotAllowed):
    """Whoever drew boxes cannot check the copy, and whoever checked it cannot draw."""


@dataclass(frozen=True)
class ProposedTrack:
    """A box over time that the detector proposes."""

    kind: str
    certainty: float
    key_frames: Sequence[Sequence[float]]


@dataclass(frozen=True)
class Proposals:
    """What the detector found, and how loud the sound is. `failure`: why nothing was found out; boxes are drawn by hand then."""

    tracks: Sequence[ProposedTrack] = ()
    loudness: Sequence[int] = ()
    loudness_seconds: float = 0.1
    has_detector: bool = False
    failure: str | None = None


def open_redaction(session: Session, *, footage_id: uuid.UUID, viewer: Viewer, now: datetime) -> uuid.UUID:
    """Begin to redact a recording, hold it, and ask for the detector's proposals; return the redaction's id. Opened twice it is one.

    Raises:
        NotFound: there is no such recording, or this viewer may not redact it.
        Conflict: it was not examined, or was erased.

    """
    footage = locked_if_there(session, footage_id=footage_id)
    if footage is None or not may_redact(session, footage_id=footage_id, viewer=viewer):
        message = "There is no such recording."
        raise NotFound(message)
    if footage.state != FootageState.EXAMINED:
        message = "This recording cannot be redacted: it is not examined, or it was erased. Look at it in the list of recordings."
        raise Conflict(message)
    known = session.scalar(select(Redaction.id).where(Redaction.footage_id == footage_id))
    if known is not None:
        return known
    redaction = Redaction(
        id=uuid.uuid4(), footage_id=footage_id, state=RedactionState.OPENED, version=1, opened_by=viewer.id, opened_at=now, changed_at=now
    )
    session.add(redaction)
    session.flush()
    actor = viewer.acting_as(Role.LEARNING_TEAM)
    hold_for_redaction(session, redaction=redaction, actor=actor, now=now)
    record_act(session, actor=actor, act=act_on(redaction.id, "open_redaction"), now=now)
    ask_worker(session, PROPOSE, redaction)
    return redaction.id


def note_proposals(session: Session, *, redaction_id: uuid.UUID, found: Proposals, now: datetime) -> None:
    """Write down what the detector found. Boxes that a person drew meanwhile stay, and so does what the person began."""
    redaction = locked(session, redaction_id)
    if redaction.proposed_at is not None:
        return
    redaction.proposed_at, redaction.progress, redaction.has_detector = now, None, found.has_detector
    redaction.proposal_failure = found.failure
    redaction.loudness, redaction.loudness_seconds = list(found.loudness), found.loudness_seconds
    for proposed in found.tracks[:MOST_TRACKS]:
        track = checked_track(proposed.kind, proposed.key_frames)
        _add_track(session, redaction, uuid.uuid4(), track.kind, Origin.DETECTOR, track.key_frames, proposed.certainty)
    if redaction.state == RedactionState.OPENED:
        redaction.state = RedactionState.PROPOSED
        redaction.version, redaction.changed_at = redaction.version + 1, now
    elif found.tracks:
        _changed(session, redaction, now)
    record_act(session, actor=WORKER, act=act_on(redaction_id, "propose_redaction"), now=now)


def put_track(
    session: Session,
    *,
    redaction_id: uuid.UUID,
    track_id: uuid.UUID,
    kind: str,
    key_frames: Sequence[Sequence[float]],
    viewer: Viewer,
    now: datetime,
) -> int:
    """Add a box over time, or put it in place of the one with this id; return the redaction's new version.

    Raises:
        Invalid: see `checked_track`; or there are too many.
        BothParts: the viewer checked a copy of this recording.

    """
    track = checked_track(kind, key_frames)
    redaction = _edited_by(session, redaction_id, viewer, now)
    known = session.get(RedactionTrack, track_id, populate_existing=True)
    if known is not None and known.redaction_id != redaction_id:
        message = "This box belongs to another recording. Load the page again."
        raise Conflict(message)
    if known is None:
        if _count(session, RedactionTrack, redaction_id) >= MOST_TRACKS:
            message = f"There are {MOST_TRACKS} boxes already. Take some away, or draw larger ones."
            raise Invalid(message, {"key_frames": message})
        _add_track(session, redaction, track_id, track.kind, Origin.PERSON, track.key_frames, None)
    else:
        known.kind, known.origin, known.key_frames = track.kind, Origin.PERSON, _listed(track.key_frames)
    return _noted(session, redaction, viewer, now, "put_box")


def remove_track(session: Session, *, redaction_id: uuid.UUID, track_id: uuid.UUID, viewer: Viewer, now: datetime) -> int:
    """Take a box away; one that is gone already is no error. Return the new version."""
    redaction = _edited_by(session, redaction_id, viewer, now)
    known = session.get(RedactionTrack, track_id, populate_existing=True)
    if known is not None and known.redaction_id == redaction_id:
        session.delete(known)
    return _noted(session, redaction, viewer, now, "remove_box")


def put_sound(
    session: Session, *, redaction_id: uuid.UUID, sound_id: uuid.UUID, start: float, end: float, cover: str, viewer: Viewer, now: datetime
) -> int:
    """Add a sound range, or put it in place of the one with this id; return the new version. Raises Invalid."""
    sound = checked_sound(start, end, cover)
    redaction = _edited_by(session, redaction_id, viewer, now)
    known = session.get(RedactionSound, sound_id, populate_existing=True)
    if known is not None and known.redaction_id != redaction_id:
        message = "This sound range belongs to another recording. Load the page again."
        raise Conflict(message)
    if known is None and _count(session, RedactionSound, redaction_id) >= MOST_SOUNDS:
        message = f"There are {MOST_SOUNDS} sound ranges already. Join some of them."
        raise Invalid(message, {"to": message})
    row = known or RedactionSound(id=sound_id, redaction_id=redaction_id)
    row.from_seconds, row.to_seconds, row.cover = sound.start, sound.end, sound.cover
    session.add(row)
    return _noted(session, redaction, viewer, now, "put_sound_range")


def remove_sound(session: Session, *, redaction_id: uuid.UUID, sound_id: uuid.UUID, viewer: Viewer, now: datetime) -> int:
    """Take a sound range away; one that is gone already is no error. Return the new version."""
    redaction = _edited_by(session, redaction_id, viewer, now)
    known = session.get(RedactionSound, sound_id, populate_existing=True)
    if known is not None and known.redaction_id == redaction_id:
        session.delete(known)
    return _noted(session, redaction, viewer, now, "remove_sound_range")


def note_progress(session: Session, *, redaction_id: uuid.UUID, per_cent: int) -> None:
    """Write down how far the work has got, for the page that waits; nothing hangs on it."""
    redaction = session.get(Redaction, redaction_id)
    if redaction is not None:
        redaction.progress = per_cent


def locked(session: Session, redaction_id: uuid.UUID) -> Redaction:
    """Lock a redaction's row and read it afresh. Raises NotFound."""
    redaction = session.get(Redaction, redaction_id, with_for_update=True, populate_existing=True)
    if redaction is None:
        message = "There is no such redaction."
        raise NotFound(message)
    return redaction


def take_part(session: Session, redaction: Redaction, viewer: Viewer, part: Part) -> None:
    """Write down what a viewer does in a redaction; the database lets nobody do both.

    Raises:
        BothParts: the viewer did the other part before.
        NotFound: the viewer may not redact this recording at all.

    """
    if not may_redact(session, footage_id=redaction.footage_id, viewer=viewer):
        message = "There is no such redaction."
        raise NotFound(message)
    known = session.get(RedactionPerson, (redaction.id, viewer.id), populate_existing=True)
    if known is None:
        try:
            with session.begin_nested():
                session.add(RedactionPerson(redaction_id=redaction.id, account_id=viewer.id, part=part))
        except IntegrityError:
            known = session.get(RedactionPerson, (redaction.id, viewer.id), populate_existing=True)
    if known is not None and known.part != part:
        message = (
            "You drew boxes in this recording, so somebody else has to check the copy."
            if part is Part.CHECKER
            else "You checked a copy of this recording, so somebody else has to change its boxes."
        )
        raise BothParts(message)


def act_on(redaction_id: uuid.UUID, action: str, *, operation: Operation = Operation.ALTERATION, reason: str = "") -> Act:
    """Return the audit entry of something done to a redaction."""
    return Act(operation, action, "redaction", str(redaction_id), Purpose.REDACTION_WORK, reason=reason)


def ask_worker(session: Session, name: str, redaction: Redaction) -> None:
    """Ask for one of the redaction's jobs, for the version that it has now."""
    arguments = {"redaction_id": str(redaction.id), "version": str(redaction.version)}
    key = f"{name}:{redaction.id}:{redaction.version}"
    request_job(session, name=name, arguments=arguments, dedupe_key=key, queue=Queue.COPIES)


def _edited_by(session: Session, redaction_id: uuid.UUID, viewer: Viewer, now: datetime) -> Redaction:
    redaction = locked(session, redaction_id)
    take_part(session, redaction, viewer, Part.EDITOR)
    hold_again(session, redaction, viewer, now)
    _changed(session, redaction, now)
    return redaction


def hold_again(session: Session, redaction: Redaction, viewer: Viewer, now: datetime) -> None:
    """Hold the footage again where somebody goes on: a copy was declined, or a panel has met, and its hold may end at this moment."""
    hold_for_redaction(session, redaction=redaction, actor=viewer.acting_as(Role.LEARNING_TEAM), now=now)


def _changed(session: Session, redaction: Redaction, now: datetime) -> None:
    """Make a new version: whatever copy there is was made of another, and goes."""
    had_copy = redaction.state in {RedactionState.MADE, RedactionState.VERIFIED, RedactionState.RELEASED, RedactionState.REFUSED}
    redaction.state = moved(RedactionState(redaction.state), RedactionState.EDITED)
    redaction.version, redaction.changed_at = redaction.version + 1, now
    redaction.refusal = redaction.refused_by = redaction.faces_seen = redaction.progress = None
    if had_copy:
        ask_worker(session, REMOVE_OLD, redaction)


def _noted(session: Session, redaction: Redaction, viewer: Viewer, now: datetime, action: str) -> int:
    session.flush()
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act_on(redaction.id, action), now=now)
    return redaction.version


def _add_track(
    session: Session,
    redaction: Redaction,
    track_id: uuid.UUID,
    kind: str,
    origin: Origin,
    frames: Sequence[Sequence[float]],
    certainty: float | None,
) -> None:
    row = RedactionTrack(id=track_id, redaction_id=redaction.id, kind=kind, origin=origin, certainty=certainty, key_frames=_listed(frames))
    session.add(row)


def _listed(key_frames: Sequence[Sequence[float]]) -> list[list[float]]:
    return [list(frame) for frame in key_frames]


def _count(session: Session, table: type[RedactionTrack | RedactionSound], redaction_id: uuid.UUID) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.redaction_id == redaction_id)) or 0
