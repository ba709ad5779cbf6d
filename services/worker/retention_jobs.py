"""Bodies of the jobs that erase: looking at the clock, going through what is past its time, removing what a row calls erased."""

import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.audit.rules import WORKER
from stop_search.errors import NotFound
from stop_search.faults import CrashPoint, hit
from stop_search.footage.clock_watch import look_at_clock, this_machine
from stop_search.footage.erasing import ToRemove, confirm_removal, footage_to_remove, note_what_goes
from stop_search.footage.originals import sha256_of_stored
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.jobs.actions import void_slots_ahead
from stop_search.jobs.rules import Claim
from stop_search.reviews.retention_night import run_retention
from stop_search.storage import Storage


def look_at_the_clock(_installation: Installation, _claim: Claim) -> Effect:
    """See how much time has passed since the last look, whatever the clock says; slots of a clock that was ahead count no more."""

    def effect(session: Session, now: datetime) -> None:
        look_at_clock(session, shown=now, witness=this_machine())
        void_slots_ahead(session)

    return effect


def erase_footage_past_its_time(installation: Installation, _claim: Claim) -> Effect:
    """Release the holds that are over and erase what is past its time and held by nothing; each is a transaction of its own.

    It goes by the database's clock as far as that is proven, never by the slot: a slot may be of a clock that leapt.
    """
    classes = read_force(installation.settings.force).retention
    run_retention(installation.reading, installation.writing, classes=classes, witness=this_machine(), actor=WORKER)
    return _nothing_more


def remove_erased_footage(installation: Installation, claim: Claim) -> Effect:
    """Read what lies there for the last time, write its hashes on the certificate, remove it. A recording that is not erased stays."""
    footage_id = uuid.UUID(claim.arguments["footage_id"])
    with installation.reading() as session:
        going = footage_to_remove(session, footage_id=footage_id)
    if going is None:
        return _nothing_more
    hit(CrashPoint.ERASED_NOT_REMOVED)
    _remove(installation, going)
    hit(CrashPoint.REMOVED_NOT_CONFIRMED)

    def effect(session: Session, now: datetime) -> None:
        confirm_removal(session, footage_id=footage_id, now=now)

    return effect


def _remove(installation: Installation, going: ToRemove) -> None:
    storage = installation.storage
    keys = sorted({*going.keys, *storage.keys(going.folder)})
    with installation.writing() as session:
        note_what_goes(session, footage_id=going.footage_id, hashes=dict(_hashes(storage, keys)))
    for key in keys:
        storage.delete(key)


def _hashes(storage: Storage, keys: Iterable[str]) -> Iterable[tuple[str, str]]:
    for key in keys:
        with suppress(NotFound):  # an earlier attempt got so far
            yield key, sha256_of_stored(storage, key)


def _nothing_more(_session: Session, _now: datetime) -> None:
    pass
