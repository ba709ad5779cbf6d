"""Reading redactions: what may be redacted, one of them whole, what the worker needs, and which copies a panel may watch."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter, OfficerPresent
from stop_search.errors import NotFound
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import FootageState
from stop_search.redactions.records import Redaction, RedactionCopy, RedactionPerson, RedactionSound, RedactionTrack
from stop_search.redactions.rules import (
    CoverKind,
    Part,
    RedactionState,
    Served,
    SoundCover,
    SoundRange,
    Track,
    manifest_digest,
    manifest_of,
    may_be_served,
)
from stop_search.wording import first_of

NO_REDACTION = "There is no such redaction."


@dataclass(frozen=True)
class TrackShown:
    """A box over time."""

    track_id: uuid.UUID
    kind: str
    origin: str
    certainty: float | None
    key_frames: list[list[float]]


@dataclass(frozen=True)
class SoundShown:
    """A sound range, in seconds."""

    sound_id: uuid.UUID
    start: float
    end: float
    cover: str


@dataclass(frozen=True)
class RedactionShown:
    """One redaction whole. `part`: what the viewer did in it, None for nothing yet; `copy_version`: of the newest copy that lies there."""

    redaction_id: uuid.UUID
    footage_id: uuid.UUID
    reference: str
    state: RedactionState
    version: int
    progress: int | None
    is_proposed: bool
    has_detector: bool | None
    proposal_failure: str | None
    loudness: list[int]
    loudness_seconds: float
    refusal: str | None
    is_refused_by_machine: bool
    faces_seen: list[dict[str, Any]]
    length_seconds: float
    facts: dict[str, Any]
    tracks: list[TrackShown]
    sounds: list[SoundShown]
    part: Part | None
    copy_version: int | None
    copy_findings: dict[str, Any]


@dataclass(frozen=True)
class ToRedact:
    """What the worker needs: where the original lies, and its facts. `manifest` and `copy_key` are there once asked for and made."""

    redaction_id: uuid.UUID
    storage_key: str
    sha256: str
    size_bytes: int
    facts: dict[str, Any]
    manifest: dict[str, Any] | None = None
    copy_key: str | None = None
    copy_sha256: str | None = None
    copy_frames: int | None = None


@dataclass(frozen=True)
class CopyServed:
    """A copy that may be watched."""

    redaction_id: uuid.UUID
    footage_id: uuid.UUID
    reference: str
    released_at: datetime | None
    length_seconds: float
    storage_key: str
    size_bytes: int


def may_redact(session: Session, *, footage_id: uuid.UUID, viewer: Viewer) -> bool:
    """Return whether a viewer may redact a recording: of the learning team, and in no encounter that it shows."""
    if not viewer.has(Role.LEARNING_TEAM):
        return False
    return session.scalar(select(Footage.id).where(Footage.id == footage_id, not_part_of(viewer))) is not None


def may_play_original(session: Session, *, footage_id: uuid.UUID, viewer: Viewer) -> bool:
    """Return whether a viewer may watch an original in order to redact it: a redaction of it was opened, and the viewer may redact it."""
    opened = session.scalar(select(Redaction.id).where(Redaction.footage_id == footage_id))
    return opened is not None and may_redact(session, footage_id=footage_id, viewer=viewer)


def redaction_shown(session: Session, *, redaction_id: uuid.UUID, viewer: Viewer) -> RedactionShown:
    """Return one redaction.

    Raises:
        NotFound: there is none, its recording was erased, or the viewer may not redact it.

    """
    redaction = session.get(Redaction, redaction_id)
    if redaction is None or not may_redact(session, footage_id=redaction.footage_id, viewer=viewer):
        raise NotFound(NO_REDACTION)
    footage = session.get_one(Footage, redaction.footage_id)
    if footage.state == FootageState.ERASED:
        raise NotFound(NO_REDACTION)
    part = session.scalar(
        select(RedactionPerson.part).where(RedactionPerson.redaction_id == redaction_id, RedactionPerson.account_id == viewer.id)
    )
    copy = newest_copy(session, redaction_id=redaction_id)
    there = copy if copy is not None and copy.storage_key and copy.removed_at is None and copy.version == redaction.version else None
    return RedactionShown(
        redaction_id=redaction_id,
        footage_id=footage.id,
        reference=_reference(session, footage.id),
        state=RedactionState(redaction.state),
        version=redaction.version,
        progress=redaction.progress,
        is_proposed=redaction.proposed_at is not None,
        has_detector=redaction.has_detector,
        proposal_failure=redaction.proposal_failure,
        loudness=redaction.loudness or [],
        loudness_seconds=redaction.loudness_seconds or 0.1,
        refusal=redaction.refusal,
        is_refused_by_machine=redaction.refused_by == "worker",
        faces_seen=redaction.faces_seen or [],
        length_seconds=length_seconds_of(footage),
        facts=footage.facts or {},
        tracks=_tracks(session, redaction_id),
        sounds=_sounds(session, redaction_id),
        part=None if part is None else Part(part),
        copy_version=None if there is None else there.version,
        copy_findings={} if there is None else there.findings or {},
    )


def manifest_now(session: Session, *, redaction_id: uuid.UUID) -> dict[str, Any]:
    """Return the manifest as it stands."""
    tracks = [Track(CoverKind(one.kind), tuple(map(tuple, one.key_frames))) for one in _tracks(session, redaction_id)]
    sounds = [SoundRange(one.start, one.end, SoundCover(one.cover)) for one in _sounds(session, redaction_id)]
    return manifest_of(tracks, sounds)


def newest_copy(session: Session, *, redaction_id: uuid.UUID) -> RedactionCopy | None:
    """Return the copy of the highest version that was asked for, None where there is none."""
    newest = select(RedactionCopy).where(RedactionCopy.redaction_id == redaction_id).order_by(RedactionCopy.version.desc()).limit(1)
    return session.scalars(newest.execution_options(populate_existing=True)).one_or_none()


def recording_to_redact(session: Session, *, redaction_id: uuid.UUID, version: int | None = None) -> ToRedact | None:
    """Return what the worker needs, None where there is nothing to do any more: erased, or (with a version) another version by now."""
    redaction = session.get(Redaction, redaction_id)
    footage = None if redaction is None else session.get(Footage, redaction.footage_id)
    if redaction is None or footage is None or footage.state == FootageState.ERASED or footage.storage_key is None:
        return None
    plain = ToRedact(redaction_id, footage.storage_key, footage.sha256, footage.size_bytes, footage.facts or {})
    if version is None:
        return plain
    copy = newest_copy(session, redaction_id=redaction_id)
    if copy is None or copy.version != version or redaction.version != version:
        return None
    made = (copy.manifest, copy.storage_key, copy.sha256, copy.frames)
    return ToRedact(redaction_id, footage.storage_key, footage.sha256, footage.size_bytes, footage.facts or {}, *made)


def old_copies(session: Session, *, redaction_id: uuid.UUID) -> tuple[str, ...]:
    """Return the storage keys of the copies that were made of another version than the redaction has now."""
    old = (
        select(RedactionCopy.storage_key)
        .join(Redaction, Redaction.id == RedactionCopy.redaction_id)
        .where(
            RedactionCopy.redaction_id == redaction_id,
            RedactionCopy.version != Redaction.version,
            RedactionCopy.storage_key.is_not(None),
            RedactionCopy.removed_at.is_(None),
        )
        .order_by(RedactionCopy.version)
    )
    return tuple(key for key in session.scalars(old) if key)


def copies_for_panels(session: Session, *, viewer: Viewer) -> list[CopyServed]:
    """Return the copies that a panel's members may watch, the newest release first."""
    if not viewer.has(Role.PANEL_MEMBER):
        return []
    released = select(Redaction.id).where(Redaction.state == RedactionState.RELEASED)
    found = [_served(session, redaction_id, is_for_panel=True) for redaction_id in session.scalars(released)]
    there = [copy for copy in found if copy is not None]
    return sorted(there, key=lambda copy: (-(copy.released_at.timestamp() if copy.released_at else 0), copy.redaction_id))


def served_copy(session: Session, *, redaction_id: uuid.UUID, viewer: Viewer) -> CopyServed:
    """Return a copy that this viewer may watch: a panel's member what was released, the learning team also what waits for its check.

    Raises:
        NotFound: there is none, or not for this viewer.

    """
    redaction = session.get(Redaction, redaction_id)
    is_preparing = redaction is not None and may_redact(session, footage_id=redaction.footage_id, viewer=viewer)
    copy = _served(session, redaction_id, is_for_panel=not is_preparing) if is_preparing or viewer.has(Role.PANEL_MEMBER) else None
    if copy is None:
        message = "There is no such copy. Only one that was checked and released can be watched."
        raise NotFound(message)
    return copy


def _served(session: Session, redaction_id: uuid.UUID, *, is_for_panel: bool) -> CopyServed | None:
    redaction = session.get(Redaction, redaction_id)
    copy = newest_copy(session, redaction_id=redaction_id)
    if redaction is None or copy is None or copy.storage_key is None or copy.size_bytes is None or copy.removed_at is not None:
        return None
    footage = session.get_one(Footage, redaction.footage_id)
    state = Served(
        state=RedactionState(redaction.state),
        version=redaction.version,
        copy_version=copy.version,
        manifest_sha256=manifest_digest(manifest_now(session, redaction_id=redaction_id)),
        copy_manifest_sha256=copy.manifest_sha256,
        is_verified=copy.verified_at is not None,
        is_released=copy.released_at is not None,
        is_removed=copy.removed_at is not None,
        is_erased=footage.state == FootageState.ERASED,
    )
    if (not may_be_served(state)) if is_for_panel else (state.is_erased or copy.version != redaction.version):
        return None
    where = (copy.released_at, length_seconds_of(footage), copy.storage_key, copy.size_bytes)
    return CopyServed(redaction_id, footage.id, _reference(session, footage.id), *where)


def not_part_of(viewer: Viewer) -> ColumnElement[bool]:
    """Say that a viewer neither wore the camera of a `Footage` nor was at a stop that it shows."""
    stop, tie = aliased(Encounter), aliased(FootageOfEncounter)
    present = exists().where(OfficerPresent.encounter_id == stop.id, OfficerPresent.account_id == viewer.id)
    was_there = or_(stop.officer_id == viewer.id, present)
    shown = select(tie.footage_id).join(stop, stop.id == tie.encounter_id).where(tie.footage_id == Footage.id, was_there).exists()
    return or_(Footage.officer_id.is_(None), Footage.officer_id != viewer.id) & ~shown


def _reference(session: Session, footage_id: uuid.UUID) -> str:
    references = (
        select(Encounter.reference)
        .join(FootageOfEncounter, FootageOfEncounter.encounter_id == Encounter.id)
        .where(FootageOfEncounter.footage_id == footage_id)
        .order_by(Encounter.started_at, Encounter.id)
    )
    return first_of(session.scalars(references).all(), 2)


def _tracks(session: Session, redaction_id: uuid.UUID) -> list[TrackShown]:
    rows = session.scalars(select(RedactionTrack).where(RedactionTrack.redaction_id == redaction_id).order_by(RedactionTrack.id))
    return [TrackShown(row.id, row.kind, row.origin, row.certainty, row.key_frames) for row in rows]


def _sounds(session: Session, redaction_id: uuid.UUID) -> list[SoundShown]:
    rows = session.scalars(
        select(RedactionSound).where(RedactionSound.redaction_id == redaction_id).order_by(RedactionSound.from_seconds, RedactionSound.id)
    )
    return [SoundShown(row.id, row.from_seconds, row.to_seconds, row.cover) for row in rows]


def length_seconds_of(footage: Footage) -> float:
    """Return how long a recording is, 0 where nobody knows."""
    return float((footage.facts or {}).get("length_seconds") or 0.0)
