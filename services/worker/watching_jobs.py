"""Bodies of the jobs that look for recordings: in the watched folder, and in the watched bucket.

Unlike other bodies they write on their way: each file is a unit of work of its own, which the same file again does not repeat, and it
is moved out of the way only after that.
"""

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.audit.rules import WORKER
from stop_search.errors import Invalid, StopSearchError, Unavailable
from stop_search.faults import CrashPoint, hit
from stop_search.footage.arrivals import Arriving, Noted, arrivals_of, forget_old_arrivals, note_refusal
from stop_search.footage.incoming import Incoming
from stop_search.footage.rules import Way, refuse_size
from stop_search.footage.spool import Spool
from stop_search.footage.taking_in import Intake
from stop_search.footage.watched_bucket import FoundObject, ReplacedMeanwhile, WatchedBucket
from stop_search.footage.watched_folder import DONE, REFUSED, Taken, WatchedFolder
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim

log = logging.getLogger(__name__)

File = TypeVar("File")
LOOKS_SECONDS = 20 * 60  # no other file is begun after this; a job may take an hour


def take_from_folder(installation: Installation, _claim: Claim) -> Effect:
    """Take in every finished file of the watched folder. What cannot be taken just now stays taken, and the next look tries again."""
    settings, trouble = installation.settings, list[StopSearchError]()
    if settings.watched_folder is None:
        return nothing_more
    folder = WatchedFolder(settings.watched_folder, quiet=timedelta(seconds=settings.watched_quiet_seconds))
    with folder.alone() as is_alone:
        if not is_alone:
            return nothing_more
        for taken in _while_there_is_time(folder.take_each()):
            try:
                _take(installation, folder, taken)
            except (StopSearchError, OSError) as error:
                log.warning("a file of the watched folder has to wait: %s", type(error).__name__)
                trouble.append(error if isinstance(error, StopSearchError) else Unavailable(str(error)))
        folder.remove_old(older_than=datetime.now(UTC) - timedelta(days=settings.watched_done_days))
    if trouble:
        raise trouble[0]
    return nothing_more


def take_from_bucket(installation: Installation, _claim: Claim) -> Effect:
    """Take in every recording below the watched prefix that was not taken before, each by way of a file that is gone afterwards."""
    settings, trouble = installation.settings, list[StopSearchError]()
    if not settings.watched_bucket:
        return nothing_more
    bucket, spool = WatchedBucket(settings.watched_bucket), Spool(settings.data_folder / "spool")
    with spool.alone() as is_alone:
        if not is_alone:
            return nothing_more
        spool.sweep()
        for found, arriving, noted in _while_there_is_time(_found(installation, bucket)):
            try:
                came_to = noted or _fetched(installation, bucket, spool, found, arriving)
                if settings.watched_bucket_after == "move":
                    bucket.move(found, folder=REFUSED if came_to.refusal else DONE, reason=came_to.refusal or "")
            except ReplacedMeanwhile:
                log.info("an object of the watched bucket was replaced: the next look takes it")
            except (StopSearchError, OSError) as error:
                log.warning("an object of the watched bucket has to wait: %s", type(error).__name__)
                trouble.append(error if isinstance(error, StopSearchError) else Unavailable(str(error)))
    if trouble:
        raise trouble[0]
    return nothing_more


def forget_arrivals(installation: Installation, _claim: Claim) -> Effect:
    """Delete what was noted of old arrivals, and uploads on this machine that nobody went on with."""
    Incoming(installation.settings.data_folder / "incoming").sweep(now=datetime.now(UTC))

    def effect(session: Session, now: datetime) -> None:
        forget_old_arrivals(session, now=now)

    return effect


def intake_of(installation: Installation) -> Intake:
    """Return where an installation's recordings go."""
    retention = read_force(installation.settings.force).retention
    return Intake(installation.storage, installation.reading, installation.writing, retention)


def nothing_more(_session: Session, _now: datetime) -> None:
    """Write nothing: everything was written on the way."""


def _take(installation: Installation, folder: WatchedFolder, taken: Taken) -> None:
    now = datetime.now(UTC)
    hit(CrashPoint.FOUND_NOT_STORED)
    before = taken.look()
    arriving = Arriving(Way.FOLDER, taken.source, taken.shown_name, before.size_bytes)
    try:
        taken.refuse_what_is_no_recording(limit=installation.settings.upload_limit_bytes)
        noted = intake_of(installation).take_in(taken.path, arriving=arriving, said=taken.said(), actor=WORKER, now=now)
    except Invalid as error:
        with installation.writing() as session:
            note_refusal(session, arriving=arriving, reason=str(error), now=now)
        hit(CrashPoint.RECEIVED_NOT_MOVED)
        folder.put_refused(taken, reason=str(error))
        return
    if taken.look() == before:
        folder.put_done(taken, sha256=noted.sha256 or "", now=now)
    else:
        folder.take_anew(taken)


def _found(installation: Installation, bucket: WatchedBucket) -> Iterator[tuple[FoundObject, Arriving, Noted | None]]:
    """Yield what lies there with what it came to before. What was taken and is to be left is left out."""
    there = [(found, Arriving(Way.BUCKET, f"{bucket.place}\n{found.source}", found.name, found.size_bytes)) for found in bucket.found()]
    with installation.reading() as session:
        noted = arrivals_of(session, arriving=[arriving for _, arriving in there])
    is_left = installation.settings.watched_bucket_after == "leave"
    for found, arriving in there:
        if not (is_left and arriving.source_digest in noted):
            yield found, arriving, noted.get(arriving.source_digest)


def _fetched(installation: Installation, bucket: WatchedBucket, spool: Spool, found: FoundObject, arriving: Arriving) -> Noted:
    """Take one object in; return what it came to."""
    now, limit = datetime.now(UTC), installation.settings.upload_limit_bytes
    hit(CrashPoint.FOUND_NOT_STORED)
    try:
        refuse_size(found.size_bytes, limit=limit)
        said = bucket.said(found)
        with spool.place(size_bytes=found.size_bytes) as path:
            bucket.download(found, path)
            return intake_of(installation).take_in(path, arriving=arriving, said=said, actor=WORKER, now=now)
    except Invalid as error:
        with installation.writing() as session:
            return note_refusal(session, arriving=arriving, reason=str(error), now=now)


def _while_there_is_time(files: Iterator[File]) -> Iterator[File]:
    until = time.monotonic() + LOOKS_SECONDS
    for file in files:
        yield file
        if time.monotonic() > until:
            return
