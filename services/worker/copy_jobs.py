"""Body of the job that makes a review copy: in the sandbox, in its own queue, with what the machine has to spare."""

import uuid
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from services.worker.footage_jobs import ASK_ADMINISTRATOR, LONGEST_SECONDS, sandbox_of
from services.worker.video.believe import CopyMade, UnbelievableError, believed_copy
from services.worker.video.sandbox import ADVICE, Limits, NoSandbox, Sandbox
from stop_search.errors import NotFound, SettingMissing
from stop_search.footage.copies import Copied, ToCopy, footage_to_copy, note_copy
from stop_search.footage.originals import sha256_of_file
from stop_search.footage.rules import derived_folder
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.scratch import scratch_folder

SECONDS_AT_LEAST, SECONDS_A_SECOND = 60, 3  # of working for each second of recording, at most
BYTES_AT_LEAST, BYTES_A_SECOND = 64 << 20, 1 << 20
SHORTER_BY_SECONDS, SHORTER_BY_SHARE = 2.0, 0.05  # a copy that lacks more than both does not show what the original shows


def make_review_copy(installation: Installation, claim: Claim) -> Effect:
    """Make one copy, put it under a key of this attempt, and return what is to be written."""
    footage_id = uuid.UUID(claim.arguments["footage_id"])
    with installation.reading() as session:
        asked = footage_to_copy(session, footage_id=footage_id)
    found = None if asked is None else _copied(installation, claim, asked)

    def effect(session: Session, now: datetime) -> None:
        if found is not None:
            note_copy(session, footage_id=footage_id, found=found, now=now)

    return effect


class CannotCopyError(Exception):
    """There will be no copy; holds why, and what can be done."""

    def __init__(self, reason: str, advice: str = ASK_ADMINISTRATOR) -> None:
        super().__init__(reason)
        self.advice = advice


def _copied(installation: Installation, claim: Claim, asked: ToCopy) -> Copied:
    try:
        with installation.storage.local_copy(asked.storage_key) as recording, scratch_folder() as folder:
            copy = _made(sandbox_of(installation), recording, folder, asked.length_seconds)
            return _stored(installation, folder / copy.name, derived_folder(asked.sha256, claim.job_id, claim.token), copy)
    except CannotCopyError as error:
        return Copied(failure_reason=str(error), failure_advice=error.advice)
    except NoSandbox as error:
        return Copied(failure_reason=str(error), failure_advice=ADVICE)
    except SettingMissing as error:
        return Copied(failure_reason=str(error), failure_advice="Put the setting right, then ask for the copy again.")
    except NotFound:
        return Copied(failure_reason="The stored original is not there any more.", failure_advice="Restore it from a back-up.")


def _made(sandbox: Sandbox, recording: Path, folder: Path, length_seconds: float) -> CopyMade:
    ended = sandbox.run("copy", recording=recording, folder=folder, limits=limits_for(length_seconds))
    if ended.report is None:
        raise CannotCopyError(ended.trouble or "The copy could not be made.")
    try:
        report = believed_copy(ended.report, folder)
    except UnbelievableError as error:
        message = f"Making the copy gave an answer that cannot be right ({error})."
        raise CannotCopyError(message) from error
    if report.failure:
        raise CannotCopyError(report.failure.reason, report.failure.advice)
    copy = report.copy_made
    lacks = length_seconds - (copy.length_seconds if copy else 0.0)
    if copy is None or lacks > max(SHORTER_BY_SECONDS, SHORTER_BY_SHARE * length_seconds):
        message = f"The copy would lack {lacks:.0f} seconds of the recording, so it is not shown."
        raise CannotCopyError(message)
    return copy


def limits_for(length_seconds: float) -> Limits:
    """Return what one child may use: time and bytes grow with the recording's length in seconds."""
    seconds = min(LONGEST_SECONDS, SECONDS_AT_LEAST + int(length_seconds * SECONDS_A_SECOND))
    return Limits(wall_seconds=seconds, cpu_seconds=4 * seconds, file_bytes=BYTES_AT_LEAST + int(length_seconds) * BYTES_A_SECOND)


def _stored(installation: Installation, made: Path, keys: str, copy: CopyMade) -> Copied:
    key = f"{keys}/{made.name}"
    installation.storage.put_file(key, made)
    return Copied(
        storage_key=key,
        size_bytes=made.stat().st_size,
        sha256=sha256_of_file(made),
        width_pixels=copy.width_pixels,
        height_pixels=copy.height_pixels,
    )
