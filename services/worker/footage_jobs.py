"""Bodies of the jobs about recordings: examining one, and matching those that arrived before their encounter's record."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from services.worker.video.believe import Pictures, Report, UnbelievableError, believed
from services.worker.video.programs import media_programs
from services.worker.video.sandbox import ADVICE, Limits, NoSandbox, Sandbox, open_sandbox
from stop_search.database.session import database_now
from stop_search.errors import NotFound, SettingMissing
from stop_search.faults import CrashPoint, hit
from stop_search.footage.actions import Examined, note_examination
from stop_search.footage.evidence_links import note_passed
from stop_search.footage.matching import likely_of_waiting, tie_waiting
from stop_search.footage.originals import sha256_of_file
from stop_search.footage.queries import ToExamine, footage_to_examine
from stop_search.footage.rules import derived_folder
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.scratch import scratch_folder

ASK_ADMINISTRATOR = "The original is kept unchanged. Ask an administrator to look at it and to examine it again."
LONGEST_SECONDS = 50 * 60  # below the hour after which the worker kills a job
SECONDS_AT_LEAST, BYTES_A_SECOND = 60, 1 << 20


def examine_footage(installation: Installation, claim: Claim) -> Effect:
    """Examine one recording in the sandbox, put its pictures under a key of this attempt, and return what is to be written."""
    footage_id = uuid.UUID(claim.arguments["footage_id"])
    with installation.reading() as session:
        asked = footage_to_examine(session, footage_id=footage_id)
    found = None if asked is None else _examined(installation, claim, asked)

    def effect(session: Session, now: datetime) -> None:
        note_examination(session, footage_id=footage_id, found=found, now=now)

    return effect


def remove_passed_footage(installation: Installation, claim: Claim) -> Effect:
    """Remove bytes that an evidence system sent to be looked at once, now that they were."""
    footage_id, key = uuid.UUID(claim.arguments["footage_id"]), claim.arguments["key"]
    installation.storage.delete(key)

    def effect(session: Session, _now: datetime) -> None:
        note_passed(session, footage_id=footage_id, key=key)

    return effect


def match_footage(installation: Installation, _claim: Claim) -> Effect:
    """Match the recordings that arrived before the record of their encounter did; nobody waits to write while it is worked out."""
    with installation.reading() as session:
        found = likely_of_waiting(session, now=database_now(session))

    def effect(session: Session, now: datetime) -> None:
        tie_waiting(session, found=found, now=now)

    return effect


def _examined(installation: Installation, claim: Claim, asked: ToExamine) -> Examined:
    try:
        sandbox = sandbox_of(installation)
    except (NoSandbox, SettingMissing) as error:
        return _failed(str(error), ADVICE if isinstance(error, NoSandbox) else "Put the setting right, then examine the recording again.")
    try:
        with installation.storage.local_copy(asked.storage_key) as recording, scratch_folder() as folder:
            with ThreadPoolExecutor(1) as beside:
                unchanged = beside.submit(_is_unchanged, recording, asked)
                report, trouble = _reported(sandbox, recording, folder, asked)
            if not unchanged.result():
                return _failed("The stored original is not what was received: its SHA-256 differs.", "Restore it from a back-up.")
            if report is None:
                return _failed(trouble or "", ASK_ADMINISTRATOR)
            return _stored(installation, report, folder, derived_folder(asked.sha256, claim.job_id, claim.token), asked)
    except NotFound:
        return _failed("The stored original is not there any more.", "Restore it from a back-up.")


def _reported(sandbox: Sandbox, recording: Path, folder: Path, asked: ToExamine) -> tuple[Report | None, str | None]:
    hit(CrashPoint.IN_PROBE)
    ended = sandbox.run("examine", recording=recording, folder=folder, limits=limits_for(asked.size_bytes))
    if ended.report is None:
        return None, ended.trouble
    try:
        return believed(ended.report, folder), None
    except UnbelievableError as error:
        return None, f"The examination gave an answer that cannot be right ({error})."


def _stored(installation: Installation, report: Report, folder: Path, keys: str, asked: ToExamine) -> Examined:
    for name in report.pictures.files if report.pictures else ():
        installation.storage.put_file(f"{keys}/{name}", folder / name)
    facts = None if report.facts is None else report.facts.model_dump(mode="json")
    return Examined(
        facts=None if facts is None else facts | {"size_bytes": asked.size_bytes, "sha256": asked.sha256},
        pictures=None if report.pictures is None else _with_keys(report.pictures, keys),
        recorded_at=report.recorded_at,
        length=report.length,
        failure_reason=report.failure.reason if report.failure else None,
        failure_advice=report.failure.advice if report.failure else None,
    )


def _with_keys(pictures: Pictures, keys: str) -> dict[str, Any]:
    """Return the pictures with storage keys in place of names."""
    named = {name: f"{keys}/{getattr(pictures, name)}" for name in ("poster", "sprites", "sprites_vtt", "timeline")}
    listed = [{"key": f"{keys}/{one.name}", "at_seconds": one.at_seconds} for one in pictures.thumbnails]
    return pictures.model_dump() | named | {"thumbnails": listed}


def limits_for(size_bytes: int) -> Limits:
    """Return what one child may use: a minute, and a second more for each MiB; decoding is linear in the bytes."""
    seconds = min(LONGEST_SECONDS, SECONDS_AT_LEAST + size_bytes // BYTES_A_SECOND)
    return Limits(wall_seconds=seconds, cpu_seconds=2 * seconds)


def sandbox_of(installation: Installation) -> Sandbox:
    """Return this installation's sandbox; its self-test runs once in a process.

    Raises:
        NoSandbox: nothing holds here; the message says what failed.
        SettingMissing: ffmpeg or ffprobe is named and cannot be used.

    """
    settings = installation.settings
    return _sandbox(settings.sandbox, settings.ffmpeg, settings.ffprobe)


@cache
def _sandbox(choice: str, ffmpeg: str, ffprobe: str) -> Sandbox:
    return open_sandbox(choice, media_programs(ffmpeg=ffmpeg, ffprobe=ffprobe))


def _is_unchanged(recording: Path, asked: ToExamine) -> bool:
    return sha256_of_file(recording) == asked.sha256


def _failed(reason: str, advice: str) -> Examined:
    return Examined(None, None, None, None, failure_reason=reason, failure_advice=advice)
