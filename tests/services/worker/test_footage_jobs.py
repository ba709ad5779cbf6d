"""Examining recordings as jobs: from the stored original to facts and pictures, or to a failure in words."""

import hashlib
import shutil
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from services.worker.bodies import Work
from services.worker.footage_jobs import examine_footage, limits_for, match_footage
from services.worker.jobs import Ending, carry_out
from services.worker.schedule import PERIODIC, request_due_slots
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import database_now
from stop_search.footage.actions import examine_again, give_up_examination, receive_footage
from stop_search.footage.originals import store_original
from stop_search.footage.queries import FootageShown, footage_shown
from stop_search.footage.rules import FootageState, ReceivedFile, StoredOriginal
from stop_search.footage.timelines import clip_of
from stop_search.footage.timing import timing_of
from stop_search.installation import Installation
from stop_search.jobs.records import Job
from stop_search.jobs.rules import JobState
from tests.support.builders import CLOCKS, NOON, a_recording, an_encounter, an_officer
from tests.support.clips import clip, cut, real

WORK = Work({"examine_footage": examine_footage, "match_footage": match_footage}, {"examine_footage": give_up_examination})


def received(installation: Installation, path: Path, **known: object) -> uuid.UUID:
    """Store a file and receive it."""
    new = ReceivedFile(original=store_original(installation.storage, path), name=path.name, clocks=CLOCKS)
    with installation.writing() as session:
        return receive_footage(session, new=replace(new, **known), actor=COMMAND_LINE, now=NOON)


def worked_off(installation: Installation) -> list[Ending]:
    """Carry every job that waits, in the order of their ids."""
    with installation.reading() as session:
        waiting = session.scalars(select(Job.id).where(Job.state == JobState.READY).order_by(Job.id)).all()
    return [carry_out(installation, job_id=job_id, work=WORK) for job_id in waiting]


def shown(installation: Installation, footage_id: uuid.UUID) -> FootageShown:
    """Read a recording again."""
    with installation.reading() as session:
        return footage_shown(session, footage_id=footage_id)


def test_a_real_recording_is_examined_and_its_pictures_are_stored(installation: Installation) -> None:
    footage_id = received(installation, real("bigbuckbunny.mp4"))
    assert shown(installation, footage_id).state is FootageState.RECEIVED
    assert worked_off(installation) == [Ending.DONE]
    footage = shown(installation, footage_id)
    assert footage.state is FootageState.EXAMINED
    assert footage.duration_seconds == pytest.approx(5.28)
    content = real("bigbuckbunny.mp4").read_bytes()
    assert footage.facts["sha256"] == footage.sha256 == hashlib.sha256(content).hexdigest()
    assert footage.facts["size_bytes"] == len(content)
    keys = [footage.pictures["poster"], footage.pictures["sprites"], *(one["key"] for one in footage.pictures["thumbnails"])]
    for key in keys:
        assert key.startswith(f"footage/{footage.sha256[:2]}/{footage.sha256}/derived/")
        assert installation.storage.read(key).startswith(b"\xff\xd8\xff")
    assert installation.storage.read(footage.pictures["sprites_vtt"]).startswith(b"WEBVTT\n\n00:00:00.000 --> ")
    assert installation.storage.read(footage.storage_key) == content


def test_the_same_job_twice_has_one_effect(installation: Installation) -> None:
    footage_id = received(installation, clip("plain.mp4"))
    with installation.reading() as session:
        job_id = session.scalars(select(Job.id)).one()
    assert carry_out(installation, job_id=job_id, work=WORK) is Ending.DONE
    first = shown(installation, footage_id)
    assert carry_out(installation, job_id=job_id, work=WORK) is Ending.NOTHING
    assert shown(installation, footage_id) == first


def test_an_attempt_that_was_interrupted_leaves_no_key_in_the_way_of_the_next(installation: Installation) -> None:
    footage_id = received(installation, clip("plain.mp4"))
    with installation.reading() as session:
        job_id = session.scalars(select(Job.id)).one()

    def interrupted(place: Installation, claim: object) -> object:
        examine_footage(place, claim)  # type: ignore[arg-type]
        message = "the power went before the effect was written"
        raise RuntimeError(message)

    broken = Work({"examine_footage": interrupted}, {})  # type: ignore[dict-item]
    assert carry_out(installation, job_id=job_id, work=broken) is Ending.FAILED
    assert shown(installation, footage_id).state is FootageState.RECEIVED
    with installation.writing() as session:
        session.get_one(Job, job_id).run_after = NOON - timedelta(days=1000)
    assert carry_out(installation, job_id=job_id, work=WORK) is Ending.DONE
    assert shown(installation, footage_id).state is FootageState.EXAMINED


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.mp4", b"", "empty"),
        ("notes.mp4", b"ffconcat version 1.0\nfile original\n", "ffconcat"),
        ("cut.mp4", cut("index_last.mp4", 0.5).read_bytes(), "cut off"),
    ],
)
def test_what_cannot_be_examined_fails_in_words_and_is_kept(
    name: str, content: bytes, words: str, installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    bad, good = received(installation, tmp_path / name), received(installation, clip("plain.mp4"))
    assert worked_off(installation) == [Ending.DONE, Ending.DONE]
    footage = shown(installation, bad)
    assert footage.state is FootageState.FAILED
    assert words in (footage.failure_reason or "")
    assert footage.failure_advice
    assert installation.storage.read(footage.storage_key) == content
    assert shown(installation, good).state is FootageState.EXAMINED


def test_without_a_sandbox_nothing_is_opened_and_it_can_be_examined_later(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = replace(
        installation, settings=installation.settings.model_copy(update={"sandbox": "bubblewrap", "ffprobe": str(_probe(tmp_path))})
    )
    monkeypatch.setenv("PATH", "/nowhere")
    footage_id = received(bare, clip("plain.mp4"))
    assert worked_off(bare) == [Ending.DONE]
    footage = shown(bare, footage_id)
    assert footage.state is FootageState.FAILED
    assert "bwrap is not installed" in (footage.failure_reason or "")
    assert "Install bubblewrap" in (footage.failure_advice or "")
    assert footage.facts == footage.pictures == {}
    monkeypatch.undo()
    with installation.writing() as session:
        examine_again(session, footage_id=footage_id, actor=COMMAND_LINE, now=NOON)
    assert worked_off(installation) == [Ending.DONE]
    assert shown(installation, footage_id).state is FootageState.EXAMINED
    assert shown(installation, footage_id).failure_reason is None


def test_a_wrong_ffprobe_is_named(installation: Installation) -> None:
    wrong = replace(installation, settings=installation.settings.model_copy(update={"ffprobe": "/nowhere/ffprobe"}))
    footage_id = received(wrong, clip("plain.mp4"))
    assert worked_off(wrong) == [Ending.DONE]
    assert "STOP_SEARCH_FFPROBE" in (shown(wrong, footage_id).failure_reason or "")


def test_an_original_that_changed_in_storage_is_found_out(installation: Installation, tmp_path: Path) -> None:
    other = store_original(installation.storage, clip("plain.mp4"))
    claimed = StoredOriginal(sha256="0" * 64, size_bytes=other.size_bytes, storage_key=other.storage_key)
    with installation.writing() as session:
        new = ReceivedFile(original=claimed, name="clip.mp4", clocks=CLOCKS)
        footage_id = receive_footage(session, new=new, actor=COMMAND_LINE, now=NOON)
    worked_off(installation)
    assert "SHA-256 differs" in (shown(installation, footage_id).failure_reason or "")


def test_an_original_that_is_gone_is_named(installation: Installation) -> None:
    footage_id = received(installation, clip("plain.mp4"))
    installation.storage.delete(shown(installation, footage_id).storage_key)
    assert worked_off(installation) == [Ending.DONE]
    assert "not there any more" in (shown(installation, footage_id).failure_reason or "")


def test_a_job_that_was_given_up_says_so_on_the_recording(installation: Installation) -> None:
    footage_id = received(installation, clip("plain.mp4"))
    with installation.writing() as session:
        give_up_examination(session, {"footage_id": str(footage_id)}, "The worker died on every attempt.", NOON)
    footage = shown(installation, footage_id)
    assert footage.state is FootageState.FAILED
    assert "The worker died on every attempt." in (footage.failure_reason or "")


def test_the_camera_s_own_time_matches_a_recording_that_came_without_one(installation: Installation) -> None:
    with installation.writing() as session:
        officer = an_officer(session)
        encounter = an_encounter(session, officer=officer, started_at=NOON - timedelta(minutes=10))
    footage_id = received(installation, clip("sound.mp4"), officer_id=officer.id)
    assert shown(installation, footage_id).encounters == ()
    worked_off(installation)
    footage = shown(installation, footage_id)
    assert footage.started_at == NOON - timedelta(minutes=10)
    assert footage.ended_at == pytest.approx(NOON - timedelta(minutes=10) + timedelta(seconds=12), abs=timedelta(seconds=0.2))
    assert [one.encounter_id for one in footage.encounters] == [encounter.id]


def test_an_encounter_recorded_after_its_footage_is_matched_by_the_clock(installation: Installation) -> None:
    with installation.writing() as session:
        officer, now = an_officer(session), database_now(session)
        footage = a_recording(session, officer_id=officer.id, started_at=now - timedelta(hours=1), received_at=now)
        a_recording(session, started_at=now - timedelta(hours=1), received_at=now)
        other = a_recording(session, officer_id=officer.id, started_at=now - timedelta(hours=9), received_at=now)
        encounter = an_encounter(session, officer=officer, started_at=now - timedelta(minutes=55))
    assert request_due_slots(installation, periodic=tuple(one for one in PERIODIC if one.name == "match_footage")) == 1
    assert worked_off(installation) == [Ending.DONE]
    assert [one.encounter_id for one in shown(installation, footage.id).encounters] == [encounter.id]
    assert shown(installation, other.id).encounters == ()


def test_limits_grow_with_the_recording_and_stay_below_the_worker_s_hour() -> None:
    assert limits_for(0).wall_seconds == 60
    assert limits_for(500 << 20).wall_seconds == 560
    assert limits_for(20 << 30).wall_seconds < 3600


def _probe(folder: Path) -> Path:
    """Return an ffprobe of another path, so that the process does not remember the sandbox of other tests."""
    from tests.support.clips import programs

    return Path(shutil.copy(programs().ffprobe, folder / "ffprobe"))


def test_a_clip_of_known_times_is_put_against_the_record_to_the_second(installation: Installation) -> None:
    """The clip says that it began at 11:50:00 and lasts 12 s; the record states contact 4 s later, and an end 8 s after the clip's."""
    footage_id = received(installation, clip("sound.mp4"))
    assert worked_off(installation) == [Ending.DONE]
    footage = shown(installation, footage_id)
    assert footage.started_at is not None
    contact = datetime(2026, 11, 18, 11, 50, 4, tzinfo=UTC)
    made = clip_of(footage.facts, started_at=footage.started_at, timeline=None)
    assert made is not None
    timing = timing_of(made, first_contact=contact, ended_at=contact + timedelta(seconds=16))
    assert timing.run_up == pytest.approx(4, abs=1)
    assert timing.early_stop == pytest.approx(8, abs=1)
    late = timing_of(replace(made, clock_ahead_seconds=-10.0), first_contact=contact, ended_at=contact + timedelta(seconds=16))
    assert late.activation_lag == pytest.approx(6, abs=1)
    assert late.early_stop == pytest.approx(0, abs=1)
