"""The redacted copy: asked for, made, checked by the machine, then released or sent back by a second person. Fails closed at every step."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import WORKER, Actor, Operation, Purpose
from stop_search.errors import Conflict
from stop_search.footage.records import Footage, FootagePlayback
from stop_search.footage.rules import FootageState
from stop_search.redactions.actions import REMOVE_OLD, act_on, ask_worker, hold_again, locked, take_part
from stop_search.redactions.queries import manifest_now, newest_copy
from stop_search.redactions.records import Redaction, RedactionCopy
from stop_search.redactions.rules import Part, RedactionState, checked_reason, manifest_digest, moved

MAKE, CHECK = "make_redacted_copy", "check_redacted_copy"
UNEXPECTED = "The copy could not be made or checked after several attempts. Ask again; if it fails again, tell an administrator."


@dataclass(frozen=True)
class MadeCopy:
    """A copy that lies in storage, or why there is none."""

    storage_key: str = ""
    sha256: str = ""
    size_bytes: int = 0
    frames: int = 0
    failure: str | None = None


def ask_for_copy(session: Session, *, redaction_id: uuid.UUID, viewer: Viewer, now: datetime) -> int:
    """Have a copy made of the boxes as they stand; return its version. The manifest is kept with it, word for word.

    Raises:
        BothParts: the viewer checked a copy of this recording before.
        Conflict: one is being made already, or the detector has not finished.

    """
    redaction = locked(session, redaction_id)
    take_part(session, redaction, viewer, Part.EDITOR)
    hold_again(session, redaction, viewer, now)
    redaction.state = moved(RedactionState(redaction.state), RedactionState.ASKED)
    redaction.version, redaction.changed_at, redaction.progress = redaction.version + 1, now, 0
    redaction.refusal = redaction.refused_by = redaction.faces_seen = None
    manifest = manifest_now(session, redaction_id=redaction_id)
    session.add(
        RedactionCopy(
            id=uuid.uuid4(),
            redaction_id=redaction_id,
            version=redaction.version,
            manifest=manifest,
            manifest_sha256=manifest_digest(manifest),
            asked_by=viewer.id,
            asked_at=now,
        )
    )
    session.flush()
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act_on(redaction_id, "ask_for_redacted_copy"), now=now)
    ask_worker(session, MAKE, redaction)
    return redaction.version


def note_copy(session: Session, *, redaction_id: uuid.UUID, version: int, made: MadeCopy, now: datetime) -> None:
    """Write down what became of making a copy. If the boxes changed meanwhile it is no copy of anything, and goes."""
    redaction = locked(session, redaction_id)
    copy = _copy_of(session, redaction_id, version)
    if copy.made_at is not None:
        return
    if made.storage_key:
        copy.storage_key, copy.sha256, copy.size_bytes, copy.frames = made.storage_key, made.sha256, made.size_bytes, made.frames
        copy.made_at = now
    if redaction.version != version or redaction.state != RedactionState.ASKED:
        ask_worker(session, REMOVE_OLD, redaction)
        return
    if made.failure is not None:
        _refuse(session, redaction, made.failure, WORKER, now)
        return
    redaction.state, redaction.progress = moved(RedactionState.ASKED, RedactionState.MADE), 0
    record_act(session, actor=WORKER, act=act_on(redaction_id, "make_redacted_copy"), now=now)
    ask_worker(session, CHECK, redaction)


def note_check(session: Session, *, redaction_id: uuid.UUID, version: int, findings: Mapping[str, Any], now: datetime) -> None:
    """Write down what the machine found on the copy. Anything but a clear pass refuses it, with the reasons."""
    redaction = locked(session, redaction_id)
    copy = _copy_of(session, redaction_id, version)
    if redaction.version != version or redaction.state != RedactionState.MADE:
        return
    copy.findings = dict(findings)
    if findings.get("passed") is not True:
        reasons = " ".join(findings.get("reasons", ())) or UNEXPECTED
        _refuse(session, redaction, reasons, WORKER, now, findings.get("faces", ()))
        return
    copy.verified_at = now
    redaction.state, redaction.progress = moved(RedactionState.MADE, RedactionState.VERIFIED), None
    record_act(session, actor=WORKER, act=act_on(redaction_id, "verify_redacted_copy"), now=now)


def release_copy(session: Session, *, redaction_id: uuid.UUID, version: int, viewer: Viewer, now: datetime) -> None:
    """Let panels watch the copy of this version, which the viewer has watched.

    Raises:
        BothParts: the viewer drew boxes in it or asked for it.
        Conflict: it is not verified, or the boxes changed since.

    """
    redaction = locked(session, redaction_id)
    copy = _to_be_judged(session, redaction, version)
    take_part(session, redaction, viewer, Part.CHECKER)
    if copy.verified_at is None or manifest_digest(manifest_now(session, redaction_id=redaction_id)) != copy.manifest_sha256:
        message = "This copy is not of the boxes as they stand now. Have it made again."
        raise Conflict(message)
    redaction.state = moved(RedactionState(redaction.state), RedactionState.RELEASED)
    copy.released_at, copy.released_by, copy.released_part = now, viewer.id, Part.CHECKER
    act = act_on(redaction_id, "release_redacted_copy", operation=Operation.DISCLOSURE, reason="to panels")
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act, now=now)


def send_copy_back(session: Session, *, redaction_id: uuid.UUID, version: int, reason: str, viewer: Viewer, now: datetime) -> None:
    """Refuse a copy, with the reason that whoever draws the boxes reads; one that was released is taken back.

    Raises:
        Invalid: no reason is given.
        BothParts, Conflict: as `release_copy`.

    """
    said = checked_reason(reason)
    redaction = locked(session, redaction_id)
    _to_be_judged(session, redaction, version)
    take_part(session, redaction, viewer, Part.CHECKER)
    _refuse(session, redaction, said, viewer.acting_as(Role.LEARNING_TEAM), now)


def note_panel_playback(
    session: Session, *, redaction_id: uuid.UUID, footage_id: uuid.UUID, session_mark: str, viewer: Viewer, now: datetime
) -> None:
    """Write one disclosure entry for one copy in one sign-in session, however many pieces a player asks for."""
    if session.get(FootagePlayback, (footage_id, session_mark)) is not None:
        return
    session.add(FootagePlayback(footage_id=footage_id, session_mark=session_mark, viewer_id=viewer.id, started_at=now))
    session.flush()
    act = act_on(redaction_id, "play_redacted_copy", operation=Operation.DISCLOSURE)
    role = Role.PANEL_MEMBER if viewer.has(Role.PANEL_MEMBER) else Role.LEARNING_TEAM
    purpose = Purpose.PANEL_VIEWING if role is Role.PANEL_MEMBER else Purpose.PANEL_PREPARATION
    record_act(session, actor=viewer.acting_as(role), act=replace(act, purpose=purpose), now=now)


def confirm_old_copies_removed(session: Session, *, redaction_id: uuid.UUID, keys: tuple[str, ...], now: datetime) -> None:
    """Write down that these copies lie in storage no more."""
    for copy in session.scalars(
        select(RedactionCopy).where(RedactionCopy.redaction_id == redaction_id, RedactionCopy.storage_key.in_(keys))
    ):
        copy.removed_at = copy.removed_at or now
    if keys:
        act = act_on(redaction_id, "remove_old_copies", operation=Operation.ERASURE, reason=f"{len(keys)} files")
        record_act(session, actor=WORKER, act=act, now=now)


def give_up_redaction(session: Session, arguments: dict[str, str], reason: str, now: datetime) -> None:
    """Say on the redaction that its job was given up: the worker's answer to one that used up its attempts."""
    del reason
    redaction = locked(session, uuid.UUID(arguments["redaction_id"]))
    if redaction.state in {RedactionState.ASKED, RedactionState.MADE} and str(redaction.version) == arguments["version"]:
        _refuse(session, redaction, UNEXPECTED, WORKER, now)
    elif redaction.proposed_at is None:
        redaction.proposed_at, redaction.progress = now, None
        redaction.proposal_failure = "The detector could not look at this recording. Draw the boxes by hand."
        if redaction.state == RedactionState.OPENED:
            redaction.state = RedactionState.PROPOSED


def _refuse(
    session: Session, redaction: Redaction, reason: str, actor: Actor, now: datetime, faces: Sequence[Mapping[str, Any]] = ()
) -> None:
    redaction.state = moved(RedactionState(redaction.state), RedactionState.REFUSED)
    redaction.refusal, redaction.refused_by, redaction.progress, redaction.faces_seen = reason, actor.id, None, list(faces)
    redaction.changed_at = now  # from now on the hold for the panel has no cause, unless somebody goes on
    record_act(session, actor=actor, act=act_on(redaction.id, "refuse_redacted_copy"), now=now)


def _to_be_judged(session: Session, redaction: Redaction, version: int) -> RedactionCopy:
    copy = newest_copy(session, redaction_id=redaction.id)
    erased = session.scalar(select(Footage.state).where(Footage.id == redaction.footage_id)) == FootageState.ERASED
    if copy is None or erased or copy.version != version or redaction.version != version:
        message = "This copy is not the newest any more. Load the page again."
        raise Conflict(message)
    return copy


def _copy_of(session: Session, redaction_id: uuid.UUID, version: int) -> RedactionCopy:
    found = select(RedactionCopy).where(RedactionCopy.redaction_id == redaction_id, RedactionCopy.version == version)
    return session.scalars(found).one()
