"""Sheets of long recordings as jobs: a picture every ten seconds, found by the index, served, and gone with the recording."""

import re
import subprocess
import uuid
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from services.api.media import picture_response
from services.worker.bodies import Work
from services.worker.footage_jobs import examine_footage
from services.worker.jobs import Ending
from services.worker.retention_jobs import remove_erased_footage
from services.worker.sheet_jobs import make_sheets
from services.worker.video.believe import UnbelievableError, believed_sheets
from stop_search.audit.rules import COMMAND_LINE
from stop_search.footage.actions import examine_again
from stop_search.footage.erasing import erase_footage
from stop_search.footage.rules import content_folder
from stop_search.footage.sheets import note_sheets
from stop_search.installation import Installation
from stop_search.jobs.records import Job
from stop_search.jobs.rules import Queue
from tests.services.worker.test_footage_jobs import received, shown
from tests.support.builders import NOON
from tests.support.clips import clip, programs
from tests.support.work import all_carried

WORK = Work({"examine_footage": examine_footage, "make_sheets": make_sheets, "remove_erased_footage": remove_erased_footage}, {})
SECONDS = 1250
CUE = re.compile(r"([\d:.]+) --> ([\d:.]+)\n(sheet-\d\d\.jpg)#xywh=(\d+),(\d+),(\d+),(\d+)")


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording of 1,250 seconds, one frame a second, whose brightness tells a sixth of its second."""
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    source = f"nullsrc=s=160x96:r=1:d={SECONDS},format=yuv420p,geq=lum=20+floor(N/6):cb=128:cr=128"
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "8", "-g", "5", "-movflags", "+faststart")
    subprocess.run([programs().ffmpeg, "-v", "error", "-f", "lavfi", "-i", source, *coded, str(path)], check=True)
    return path


def index_of(installation: Installation, footage_id: uuid.UUID) -> list[tuple[str, ...]]:
    """Return the cues of the index."""
    return CUE.findall(installation.storage.read(shown(installation, footage_id).pictures["sheets_vtt"]).decode())


def test_a_long_recording_has_a_picture_every_ten_seconds_each_in_its_place(long_clip: Path, installation: Installation) -> None:
    footage_id = received(installation, long_clip)
    assert all_carried(installation, work=WORK) == [Ending.DONE, Ending.DONE]
    with installation.reading() as session:
        assert session.scalar(select(Job.queue).where(Job.name == "make_sheets")) == Queue.COPIES, "it stands back for the facts"
    cues = index_of(installation, footage_id)
    assert [cue[0] for cue in cues[:2]] == ["00:00:00.000", "00:00:10.000"]
    assert (len(cues), cues[-1][1]) == (125, "00:20:50.000")
    sheets = {key.rsplit("/", 1)[-1]: installation.storage.read(key) for key in shown(installation, footage_id).pictures["sheets"]}
    assert sorted(sheets) == ["sheet-00.jpg", "sheet-01.jpg"]
    pictures = {name: cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE) for name, content in sheets.items()}
    for number, (_, _, sheet, *place) in enumerate(cues):
        left, top, width, height = map(int, place)
        grey = float(pictures[sheet][top : top + height, left : left + width].mean())
        in_the_file = grey * 219 / 255 + 16
        assert in_the_file == pytest.approx(20 + (number * 10 + 5) // 6, abs=2), number


def test_sheets_are_served_with_the_other_pictures_and_go_with_the_recording(long_clip: Path, installation: Installation) -> None:
    footage_id = received(installation, long_clip)
    all_carried(installation, work=WORK)
    for name, kind in (("sheets.vtt", "text/vtt; charset=utf-8"), ("sheet-01.jpg", "image/jpeg")):
        assert picture_response(installation.storage, shown(installation, footage_id), name).media_type == kind
    with installation.writing() as session:
        erase_footage(session, footage_id=footage_id, actor=COMMAND_LINE, now=NOON + timedelta(days=60))
    all_carried(installation, work=WORK)
    assert list(installation.storage.keys(content_folder(shown(installation, footage_id).sha256))) == []


def test_a_short_recording_needs_none(installation: Installation) -> None:
    footage_id = received(installation, clip("plain.mp4"))
    assert all_carried(installation, work=WORK) == [Ending.DONE]
    assert "sheets_vtt" not in shown(installation, footage_id).pictures


def test_sheets_of_an_earlier_examination_are_not_mixed_with_a_later_one(long_clip: Path, installation: Installation) -> None:
    footage_id = received(installation, long_clip)
    all_carried(installation, work=WORK)
    before = shown(installation, footage_id).pictures
    with installation.writing() as session:
        note_sheets(session, footage_id=footage_id, examination=7, sheets=["old"], index="old")
    assert shown(installation, footage_id).pictures == before
    with installation.writing() as session:
        examine_again(session, footage_id=footage_id, actor=COMMAND_LINE, now=NOON)
    assert all_carried(installation, work=WORK) == [Ending.DONE, Ending.DONE]
    assert len(index_of(installation, footage_id)) == 125
    assert shown(installation, footage_id).pictures["sheets_vtt"] != before["sheets_vtt"]


@pytest.mark.parametrize(
    "told",
    [
        {"sheets": [], "index": "sheets.vtt", "failure": None},
        {"sheets": ["../sheet-00.jpg"], "index": "sheets.vtt", "failure": None},
        {"sheets": ["sheet-00.jpg", "sheet-00.jpg"], "index": "sheets.vtt", "failure": None},
        {"sheets": ["sheet-01.jpg"], "index": "sheets.vtt", "failure": None},
        {"sheets": [], "index": None, "failure": None},
    ],
)
def test_a_child_is_not_believed_what_our_own_code_would_not_say(told: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "sheet-00.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "sheets.vtt").write_bytes(b"WEBVTT\n")
    with pytest.raises(UnbelievableError):
        believed_sheets(told, tmp_path)
