"""Bodies of the jobs that redact: propose boxes, make the copy, check it on itself, remove old ones. All media is opened in the sandbox."""

import json
import threading
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from services.worker.footage_jobs import LONGEST_SECONDS, sandbox_of
from services.worker.video.believe import UnbelievableError, believed_as
from services.worker.video.believe_redaction import CheckTold, CopyTold, ProposalTold, believed_copy
from services.worker.video.child import MANIFEST
from services.worker.video.progress import told
from services.worker.video.sandbox import Limits, NoSandbox
from stop_search.errors import NotFound, SettingMissing
from stop_search.footage.originals import sha256_of_file
from stop_search.footage.rules import derived_folder
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.redactions.actions import Proposals, ProposedTrack, note_progress, note_proposals
from stop_search.redactions.copies import MadeCopy, confirm_old_copies_removed, note_check, note_copy
from stop_search.redactions.queries import ToRedact, old_copies, recording_to_redact
from stop_search.scratch import scratch_folder

COPY = "copy.mp4"
TELL_EVERY_SECONDS = 2.0
SECONDS_AT_LEAST, SECONDS_A_SECOND = 120, 12  # twelve seconds of work for one of the recording: a busy machine, 1080p
COPY_BYTES_AT_LEAST = 256 << 20
CHANGED = "The stored recording is not what was received: its SHA-256 differs. Restore it from a back-up."


class CannotRedactError(Exception):
    """The recording or its copy cannot be worked on; the message is a sentence that says why and what to do."""


def propose_redaction(installation: Installation, claim: Claim) -> Effect:
    """Look for faces and plates, and how loud the sound is."""
    redaction_id = uuid.UUID(claim.arguments["redaction_id"])
    with installation.reading() as session:
        asked = recording_to_redact(session, redaction_id=redaction_id)
    found = Proposals() if asked is None else _proposals(installation, asked)

    def effect(session: Session, now: datetime) -> None:
        note_proposals(session, redaction_id=redaction_id, found=found, now=now)

    return effect


def make_redacted_copy(installation: Installation, claim: Claim) -> Effect:
    """Make the copy of one version, and put it under a key of this attempt."""
    redaction_id, version = uuid.UUID(claim.arguments["redaction_id"]), int(claim.arguments["version"])
    with installation.reading() as session:
        asked = recording_to_redact(session, redaction_id=redaction_id, version=version)
    if asked is None:
        return _nothing_more
    made = _made(installation, claim, asked)

    def effect(session: Session, now: datetime) -> None:
        note_copy(session, redaction_id=redaction_id, version=version, made=made, now=now)

    return effect


def check_redacted_copy(installation: Installation, claim: Claim) -> Effect:
    """Check the copy of one version on the copy itself; whatever goes wrong on the way refuses it."""
    redaction_id, version = uuid.UUID(claim.arguments["redaction_id"]), int(claim.arguments["version"])
    with installation.reading() as session:
        asked = recording_to_redact(session, redaction_id=redaction_id, version=version)
    if asked is None or asked.copy_key is None:
        return _nothing_more
    findings = _findings(installation, asked)

    def effect(session: Session, now: datetime) -> None:
        note_check(session, redaction_id=redaction_id, version=version, findings=findings, now=now)

    return effect


def remove_old_copies(installation: Installation, claim: Claim) -> Effect:
    """Remove the copies that were made of older versions: they show what somebody has covered since."""
    redaction_id = uuid.UUID(claim.arguments["redaction_id"])
    with installation.reading() as session:
        keys = old_copies(session, redaction_id=redaction_id)
    for key in keys:
        installation.storage.delete(key)

    def effect(session: Session, now: datetime) -> None:
        confirm_old_copies_removed(session, redaction_id=redaction_id, keys=keys, now=now)

    return effect


def limits_for(asked: ToRedact) -> Limits:
    """Return what one child may use: by the recording's length, and room for a copy twice as large as the original."""
    seconds = min(LONGEST_SECONDS, SECONDS_AT_LEAST + SECONDS_A_SECOND * _length(asked))
    return Limits(wall_seconds=seconds, cpu_seconds=int(4 * seconds), file_bytes=max(COPY_BYTES_AT_LEAST, 2 * asked.size_bytes))


def _proposals(installation: Installation, asked: ToRedact) -> Proposals:
    try:
        with installation.storage.local_copy(asked.storage_key) as recording, _workplace(installation, asked) as folder:
            _refuse_changed(recording, asked.sha256)
            ask = {"model": _model(), "length_seconds": _length(asked), "rotation": _rotation(asked)}
            said = believed_as(ProposalTold, _report(installation, "propose", recording, folder, asked, ask))
    except (CannotRedactError, UnbelievableError, NotFound) as error:
        return Proposals(failure=f"The detector could not look at this recording ({error}). Draw the boxes by hand.")
    if said.failure is not None:
        return Proposals(failure=f"{said.failure.reason} {said.failure.advice}")
    tracks = [ProposedTrack(one.kind, one.certainty, one.key_frames) for one in said.tracks]
    return Proposals(tracks, said.loudness, said.loudness_seconds, said.has_detector)


def _made(installation: Installation, claim: Claim, asked: ToRedact) -> MadeCopy:
    try:
        with installation.storage.local_copy(asked.storage_key) as recording, _workplace(installation, asked) as folder:
            _refuse_changed(recording, asked.sha256)
            ask = {"length_seconds": _length(asked), "rotation": _rotation(asked)}
            said = believed_as(CopyTold, _report(installation, "cover", recording, folder, asked, ask))
            if said.failure is not None:
                return MadeCopy(failure=f"{said.failure.reason} {said.failure.advice}")
            copy, key = believed_copy(folder / COPY), f"{derived_folder(asked.sha256, claim.job_id, claim.token)}/{COPY}"
            installation.storage.put_file(key, copy)
            return MadeCopy(key, sha256_of_file(copy), copy.stat().st_size, said.frames)
    except (CannotRedactError, UnbelievableError, NotFound) as error:
        return MadeCopy(failure=f"The copy could not be made: {error}")


def _findings(installation: Installation, asked: ToRedact) -> dict[str, Any]:
    try:
        with installation.storage.local_copy(str(asked.copy_key)) as copy, _workplace(installation, asked) as folder:
            _refuse_changed(copy, str(asked.copy_sha256))
            ask = {"model": _model(), "length_seconds": _length(asked), "frames": asked.copy_frames}
            return believed_as(CheckTold, _report(installation, "check-copy", copy, folder, asked, ask)).model_dump()
    except (CannotRedactError, UnbelievableError, NotFound) as error:
        return {"passed": False, "reasons": [f"The copy could not be checked: {error}"], "faces": []}


def _report(installation: Installation, task: str, recording: Path, folder: Path, asked: ToRedact, ask: dict[str, Any]) -> dict[str, Any]:
    """Run one task of the child. Raises CannotRedactError where it reports nothing."""
    try:
        sandbox = sandbox_of(installation)
    except (NoSandbox, SettingMissing) as error:
        raise CannotRedactError(str(error)) from error
    ended = sandbox.run(task, recording=recording, folder=folder, limits=limits_for(asked), ask=ask)
    if ended.report is None:
        raise CannotRedactError(ended.trouble or "nothing was reported")
    return ended.report


@contextmanager
def _workplace(installation: Installation, asked: ToRedact) -> Generator[Path]:
    """Yield an empty folder with the manifest, and meanwhile tell the page how far the child has got."""
    with scratch_folder() as folder:
        over = threading.Event()
        (folder / MANIFEST).write_text(json.dumps(asked.manifest or {"tracks": [], "sounds": []}), encoding="utf-8")
        teller = threading.Thread(target=_tell, args=(installation, asked.redaction_id, folder, over), daemon=True)
        teller.start()
        try:
            yield folder
        finally:
            over.set()
            teller.join()


def _tell(installation: Installation, redaction_id: uuid.UUID, folder: Path, over: threading.Event) -> None:
    before = None
    while not over.wait(TELL_EVERY_SECONDS):
        per_cent = told(folder)
        if per_cent is None or per_cent == before:
            continue
        before = per_cent
        try:
            with installation.writing() as session:
                note_progress(session, redaction_id=redaction_id, per_cent=per_cent)
        except SQLAlchemyError:
            continue  # the page waits a little longer for the next number


def _model() -> str:
    from services.worker.video.models import face_model

    found = face_model()
    return "" if found is None else str(found)


def _refuse_changed(path: Path, sha256: str) -> None:
    if sha256_of_file(path) != sha256:
        raise CannotRedactError(CHANGED)


def _length(asked: ToRedact) -> float:
    return float(asked.facts.get("length_seconds") or 0.0)


def _rotation(asked: ToRedact) -> int:
    return int(asked.facts.get("rotation_degrees") or 0)


def _nothing_more(_session: Session, _now: datetime) -> None:
    pass
