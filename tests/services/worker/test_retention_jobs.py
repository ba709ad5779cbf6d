"""Erasing as jobs: what is due goes from the row and then from storage, once, wherever the worker is killed."""

import hashlib
import signal
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from services.worker.jobs import Ending, carry_out
from services.worker.schedule import request_due_slots
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import WORKER
from stop_search.faults import CrashPoint
from stop_search.footage.actions import place_hold
from stop_search.footage.clock_watch import newest_look, this_machine
from stop_search.footage.erasing import erase_footage
from stop_search.footage.queries import footage_shown
from stop_search.footage.records import Footage, FootageErasure
from stop_search.footage.rules import FootageState, HoldReason, content_folder, original_key
from stop_search.installation import Installation
from stop_search.jobs.actions import request_job
from stop_search.jobs.records import Job
from stop_search.settings import with_environment
from tests.support.builders import a_recording, an_encounter
from tests.support.work import asked_for, line_of, set_back

CONTENT, PICTURE, LEFT_OVER = b"a recording", b"a poster", b"of an attempt that lost its lease"
CARRY = "import sys; from stop_search import faults; faults.arm(sys.argv[2]); from services.worker.jobs import carry; carry(sys.argv[1])"


def a_due_recording(installation: Installation, content: bytes = CONTENT) -> uuid.UUID:
    """Store a recording with a poster, and something that no row names, whose last day is over."""
    sha256, now = hashlib.sha256(content).hexdigest(), datetime.now(UTC)
    poster = f"{content_folder(sha256)}/derived/1-1/poster.jpg"
    for key, put in ((original_key(sha256), content), (poster, PICTURE), (f"{content_folder(sha256)}/derived/2-1/poster.jpg", LEFT_OVER)):
        installation.storage.put_bytes(key, put)
    pictures = {"poster": poster, "sprites": None, "sprites_vtt": None, "thumbnails": []}
    with installation.writing() as session:
        encounter = an_encounter(session, started_at=now - timedelta(days=40))
        columns = {"sha256": sha256, "storage_key": original_key(sha256), "pictures": pictures}
        last_day = (now - timedelta(days=2)).date()
        return a_recording(session, encounter=encounter, started_at=encounter.started_at, erase_after=last_day, **columns).id


def removal_of(installation: Installation, footage_id: uuid.UUID) -> uuid.UUID:
    """Erase the row; return the job that removes the rest."""
    with installation.writing() as session:
        erase_footage(session, footage_id=footage_id, now=datetime.now(UTC), actor=WORKER)
        return session.scalars(select(Job.id)).one()


def certificate(installation: Installation, footage_id: uuid.UUID) -> FootageErasure:
    """Read the certificate."""
    with installation.reading() as session:
        found = session.get_one(FootageErasure, footage_id)
        session.expunge(found)
        return found


def acts(installation: Installation) -> list[str]:
    """List the actions in the audit log."""
    with installation.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.n)))


def test_everything_of_an_erased_recording_is_removed_once_and_its_hashes_are_kept(installation_on_each: Installation) -> None:
    footage_id = a_due_recording(installation_on_each)
    job_id = removal_of(installation_on_each, footage_id)
    assert len(installation_on_each.storage.keys("footage")) == 3
    assert [carry_out(installation_on_each, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
    assert installation_on_each.storage.keys("") == []
    kept = certificate(installation_on_each, footage_id)
    assert sorted(kept.removed.values()) == sorted(hashlib.sha256(put).hexdigest() for put in (CONTENT, PICTURE, LEFT_OVER))
    assert kept.removed_at is not None
    assert acts(installation_on_each) == ["erase_footage", "confirm_removal"]


@pytest.mark.parametrize("point", [CrashPoint.ERASED_NOT_REMOVED, CrashPoint.REMOVED_NOT_CONFIRMED])
def test_a_removal_that_is_killed_half_way_shows_nothing_and_is_finished_later(installation: Installation, point: CrashPoint) -> None:
    footage_id = a_due_recording(installation)
    job_id = removal_of(installation, footage_id)
    settings = installation.settings
    values = {"data_folder": str(settings.data_folder), "public_url": settings.public_url, "demo": "true"}
    values["secret_key"] = settings.secret_key.get_secret_value()
    command = [sys.executable, "-c", CARRY, str(job_id), point.short]
    killed = subprocess.run(command, env=with_environment(**values), check=False)
    assert killed.returncode == -signal.SIGKILL
    with installation.reading() as session:
        assert footage_shown(session, footage_id=footage_id).state is FootageState.ERASED
    set_back(installation, job_id, "lease_until")
    assert carry_out(installation, job_id=job_id) is Ending.DONE
    assert installation.storage.keys("") == []
    kept = certificate(installation, footage_id)
    assert kept.removed[original_key(hashlib.sha256(CONTENT).hexdigest())] == hashlib.sha256(CONTENT).hexdigest()
    assert hashlib.sha256(PICTURE).hexdigest() in kept.removed.values()
    assert acts(installation) == ["erase_footage", "confirm_removal"]


def test_a_recording_that_is_not_erased_is_never_removed(installation: Installation) -> None:
    footage_id = a_due_recording(installation)
    job_id = asked_for(installation, name="remove_erased_footage", footage_id=str(footage_id))
    assert carry_out(installation, job_id=job_id) is Ending.DONE
    assert len(installation.storage.keys("footage")) == 3


def test_every_night_what_is_due_and_not_held_is_erased(installation: Installation) -> None:
    due, held = a_due_recording(installation), a_due_recording(installation, b"another")
    with installation.writing() as session:
        encounter = footage_shown(session, footage_id=held).encounters[0].encounter_id
        place_hold(session, encounter_id=encounter, reason=HoldReason.DRAWN, cause_id="1", now=datetime.now(UTC))
    assert request_due_slots(installation) > 0
    with installation.reading() as session:
        job_id = session.scalars(select(Job.id).where(Job.name == "erase_footage_past_its_time")).one()
    assert [carry_out(installation, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
    assert line_of(installation, job_id).attempts == 1
    with installation.reading() as session:
        states = {row.id: row.state for row in session.scalars(select(Footage))}
    assert states == {due: FootageState.ERASED, held: FootageState.EXAMINED}


def test_what_others_made_of_a_recording_goes_with_it(installation: Installation) -> None:
    """Review copies, redacted copies and timelines lie below the recording's folder, whoever made them and whatever they are called."""
    footage_id = a_due_recording(installation)
    folder = content_folder(hashlib.sha256(CONTENT).hexdigest())
    made = [f"{folder}/{name}" for name in ("review/1.mp4", "redacted/2-1/panel.mp4", "derived/3-1/timeline.json", "cache/x")]
    for key in made:
        installation.storage.put_bytes(key, key.encode())
    job_id = removal_of(installation, footage_id)
    assert carry_out(installation, job_id=job_id) is Ending.DONE
    assert installation.storage.keys("footage") == []
    removed = certificate(installation, footage_id).removed
    assert {key: removed[key] for key in made} == {key: hashlib.sha256(key.encode()).hexdigest() for key in made}


def test_the_clock_is_looked_at_and_a_slot_of_a_leapt_clock_erases_nothing(installation: Installation) -> None:
    with installation.writing() as session:
        not_due = a_recording(session, erase_after=datetime.now(UTC).date() + timedelta(days=9)).id
        slot = (datetime.now(UTC) + timedelta(days=30)).isoformat()
        looks = request_job(session, name="look_at_the_clock", arguments={"slot": slot}, dedupe_key="1").id
        erases = request_job(session, name="erase_footage_past_its_time", arguments={"slot": slot}, dedupe_key="2").id
    assert [carry_out(installation, job_id=job_id) for job_id in (looks, looks, erases)] == [Ending.DONE, Ending.NOTHING, Ending.DONE]
    with installation.reading() as session:
        look = newest_look(session)
        assert session.get_one(Footage, not_due).state == FootageState.EXAMINED
    assert look is not None
    assert look.witness.start == this_machine().start
