"""Review copies as jobs: what no browser plays is copied, what a slow line asks for too, and a copy goes with its original."""

import subprocess
import uuid
from datetime import timedelta
from pathlib import Path

import av
import pytest
from sqlalchemy import select

from services.worker.bodies import Work
from services.worker.copy_jobs import limits_for, make_review_copy
from services.worker.footage_jobs import examine_footage
from services.worker.jobs import Ending, carry_out
from services.worker.retention_jobs import remove_erased_footage
from stop_search.audit.rules import COMMAND_LINE
from stop_search.errors import NoLongerOpen
from stop_search.footage.actions import give_up_examination
from stop_search.footage.copies import ask_for_copy, give_up_copy
from stop_search.footage.erasing import erase_footage
from stop_search.footage.queries import CopyShown, footage_shown
from stop_search.footage.records import Footage, FootageErasure
from stop_search.footage.rules import CopyReason, CopyState, content_folder
from stop_search.installation import Installation
from stop_search.jobs.records import Job
from stop_search.jobs.rules import JobState, Queue
from tests.services.worker.test_footage_jobs import received, shown
from tests.support.builders import NOON
from tests.support.clips import HEIGHT, SECONDS, WIDTH, clip, programs, second_shown
from tests.support.work import all_carried

WORK = Work(
    {"examine_footage": examine_footage, "make_review_copy": make_review_copy, "remove_erased_footage": remove_erased_footage},
    {"examine_footage": give_up_examination, "make_review_copy": give_up_copy},
)


def copy_of(installation: Installation, footage_id: uuid.UUID) -> CopyShown:
    """Return the copy of a recording."""
    copy = shown(installation, footage_id).copy
    assert copy is not None
    return copy


def asked_for(installation: Installation, footage_id: uuid.UUID, reason: CopyReason = CopyReason.SLOW_LINE) -> None:
    """Ask for a copy."""
    with installation.writing() as session:
        ask_for_copy(session, footage_id=footage_id, reason=reason, actor=COMMAND_LINE, now=NOON)


def streams_of(content: bytes, folder: Path) -> dict[str, str]:
    """Return what ffprobe says of a file: codecs, size, whatever tags are in it."""
    path = folder / "copy.mp4"
    path.write_bytes(content)
    asked = ["-v", "error", "-show_entries", "stream=codec_name,width,height:stream_tags:format_tags:chapter", "-of", "flat", str(path)]
    told = subprocess.run([programs().ffprobe, *asked], capture_output=True, text=True, check=True).stdout
    return {name: value.strip('"') for name, _, value in (line.partition("=") for line in told.splitlines())}


@pytest.mark.parametrize("name", ["hevc.mp4", "plain.avi", "plain.mpg", "plain.ts"])
def test_what_no_browser_plays_is_copied_for_it_after_the_facts_are_there(name: str, installation: Installation, tmp_path: Path) -> None:
    footage_id = received(installation, clip(name))
    assert all_carried(installation, work=WORK) == [Ending.DONE, Ending.DONE]
    copy = copy_of(installation, footage_id)
    assert copy.state is CopyState.MADE
    assert copy.storage_key
    content = installation.storage.read(copy.storage_key)
    assert len(content) == copy.size_bytes
    assert content.index(b"moov") < content.index(b"mdat"), "it starts before it is there whole"
    streams = streams_of(content, tmp_path)
    assert streams["streams.stream.0.codec_name"] == "h264"
    assert (streams["streams.stream.0.width"], streams["streams.stream.0.height"]) == (str(WIDTH), str(HEIGHT))


def test_a_copy_shows_the_same_second_and_says_nothing_that_the_file_said(installation: Installation, tmp_path: Path) -> None:
    footage_id = received(installation, clip("sound.mp4"))
    all_carried(installation, work=WORK)
    asked_for(installation, footage_id)
    all_carried(installation, work=WORK)
    key = copy_of(installation, footage_id).storage_key
    assert key
    streams = streams_of(installation.storage.read(key), tmp_path)
    assert streams["streams.stream.1.codec_name"] == "aac"
    assert not any("creation_time" in name for name in streams)
    with av.open(str(tmp_path / "copy.mp4")) as made:
        shows = {round(float(frame.time), 1): second_shown(frame.to_ndarray(format="bgr24")) for frame in made.decode(video=0)}
    assert [shows[second + 0.5] for second in range(SECONDS)] == list(range(SECONDS))


def test_what_browsers_play_is_copied_only_when_somebody_asks_and_once(installation: Installation) -> None:
    footage_id = received(installation, clip("plain.mp4"))
    all_carried(installation, work=WORK)
    assert shown(installation, footage_id).copy is None
    for _ in range(2):
        asked_for(installation, footage_id)
    with installation.reading() as session:
        asked = session.scalars(select(Job).where(Job.name == "make_review_copy")).all()
        assert [job.queue for job in asked] == [Queue.COPIES]
    assert all_carried(installation, work=WORK) == [Ending.DONE]
    asked_for(installation, footage_id)
    assert all_carried(installation, work=WORK) == []


def test_a_job_carried_twice_makes_one_copy(installation: Installation) -> None:
    footage_id = received(installation, clip("plain.avi"))
    all_carried(installation, work=WORK)
    before = copy_of(installation, footage_id)
    with installation.writing() as session:
        session.scalars(select(Job).where(Job.name == "make_review_copy")).one().state = JobState.READY
    all_carried(installation, work=WORK)
    assert copy_of(installation, footage_id) == before


def test_a_copy_that_would_lack_seconds_is_not_shown_and_can_be_asked_for_again(installation: Installation) -> None:
    footage_id = received(installation, clip("plain.avi"))
    with installation.reading() as session:
        job = session.scalars(select(Job.id)).one()
    carry_out(installation, job_id=job, work=WORK)
    with installation.writing() as session:
        footage = session.get_one(Footage, footage_id)
        footage.facts = (footage.facts or {}) | {"length_seconds": SECONDS + 60.0}
    all_carried(installation, work=WORK)
    copy = copy_of(installation, footage_id)
    assert copy.state is CopyState.FAILED
    assert "would lack 60 seconds" in (copy.failure_reason or "")
    asked_for(installation, footage_id, CopyReason.UNPLAYABLE)
    assert copy_of(installation, footage_id).state is CopyState.ASKED


def test_a_copy_goes_with_its_original_and_none_is_made_after(installation: Installation) -> None:
    footage_id = received(installation, clip("plain.avi"))
    all_carried(installation, work=WORK)
    sha256 = shown(installation, footage_id).sha256
    key = copy_of(installation, footage_id).storage_key
    later = NOON + timedelta(days=60)
    with installation.writing() as session:
        erase_footage(session, footage_id=footage_id, now=later, actor=COMMAND_LINE)
    all_carried(installation, work=WORK)
    assert list(installation.storage.keys(content_folder(sha256))) == []
    with installation.reading() as session:
        assert key in session.get_one(FootageErasure, footage_id).removed
        assert footage_shown(session, footage_id=footage_id).copy is None
    with pytest.raises(NoLongerOpen):
        asked_for(installation, footage_id)


def test_a_child_gets_time_and_bytes_by_the_recordings_length() -> None:
    short, long = limits_for(10), limits_for(1000)
    assert short.wall_seconds < long.wall_seconds <= limits_for(10**6).wall_seconds <= 3600
    assert short.file_bytes < long.file_bytes
