"""Odd, broken and hostile files: every one ends in words, none is followed to where it points, none takes the worker along."""

import shutil
import socket
from pathlib import Path

import av
import pytest

from services.worker.video.believe import Report, believed
from services.worker.video.probe import OPEN_OPTIONS, UnusableError, container_facts
from tests.support.clips import clip, programs
from tests.support.odd_files import NEIGHBOUR, POINTING, odd_files, structures
from tests.support.odd_words import line, lines
from tests.support.sandboxes import LIMITS, MODES, a_sandbox
from tests.support.trespass import CANARY, is_the_neighbour, watched

NAMES = sorted(odd_files())
OF_OTHERS = sorted(POINTING | structures())


def report_on(recording: Path, folder: Path, *, mode: str = "landlock") -> Report:
    """Examine a file in the sandbox and believe the report; a child that crashed or ran out of time fails the test."""
    folder.mkdir()
    ended = a_sandbox(mode).run("examine", recording=recording, folder=folder, limits=LIMITS, ask={"pictures": 6})
    assert ended.report is not None, f"{recording.name}: {ended.trouble}"
    return believed(ended.report, folder)


@pytest.fixture
def beside_a_neighbour(tmp_path: Path) -> Path:
    """Lay another person's clip into a folder and give the folder."""
    shutil.copy(clip("plain.mp4"), tmp_path / NEIGHBOUR)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_file_ends_in_words(name: str, beside_a_neighbour: Path) -> None:
    content, words = odd_files()[name]
    recording = beside_a_neighbour / "recording"
    recording.write_bytes(content)
    report = report_on(recording, beside_a_neighbour / "out")
    assert line(name, "", report) in lines(), "docs/odd-media.md says something else"
    if words is None:
        assert report.failure is None
        return
    assert report.failure is not None
    assert words in report.failure.reason
    assert report.failure.reason.endswith(".")
    assert report.failure.advice.endswith(".")
    assert recording.read_bytes() == content


@pytest.mark.parametrize("name", OF_OTHERS)
def test_what_points_to_other_files_is_refused_by_name_and_brings_nothing_in(name: str, tmp_path: Path) -> None:
    content, words = (POINTING | structures())[name]
    with watched(tmp_path) as watch:
        recording = tmp_path / "clip.mp4"
        recording.write_bytes(content)
        report = report_on(recording, tmp_path / "out", mode=MODES[OF_OTHERS.index(name) % 2])
        assert (watch.opened(), watch.knocks()) == (0, 0)
    assert report.failure is not None
    assert words in report.failure.reason
    assert "as the camera or its docking station wrote it" in report.failure.advice
    assert line(name, "", report) in lines(), "docs/odd-media.md says something else"
    assert report.facts is report.pictures is None
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["report.json"]


def test_the_watch_notices_who_opens_the_neighbour_or_knocks(tmp_path: Path) -> None:
    with watched(tmp_path) as watch:
        assert (watch.opened(), watch.knocks()) == (0, 0)
        assert CANARY.encode() in watch.neighbour.read_bytes()
        socket.create_connection(("127.0.0.1", watch.port)).close()
        assert watch.opened() > 0
        assert watch.knocks() == 1
        with av.open(str(watch.neighbour)) as opened:
            assert is_the_neighbour(next(opened.decode(video=0)).to_ndarray(format="bgr24"))


def test_without_our_list_of_formats_the_neighbour_would_come_in(beside_a_neighbour: Path) -> None:
    """The danger is real: this is what the lists in the next two tests are against."""
    pointing = beside_a_neighbour / "clip.mp4"
    pointing.write_bytes(POINTING["ffconcat.mp4"][0])
    with av.open(str(pointing)) as opened:
        assert len(list(opened.decode(video=0))) == 120


@pytest.mark.parametrize("name", POINTING)
def test_ffprobe_refuses_it_by_its_list_of_formats_alone(name: str, beside_a_neighbour: Path) -> None:
    pointing = beside_a_neighbour / "clip.mp4"
    pointing.write_bytes(POINTING[name][0])
    with pytest.raises(UnusableError):
        container_facts(pointing, str(programs().ffprobe))


@pytest.mark.parametrize("name", POINTING)
def test_pyav_refuses_it_by_its_list_of_formats_alone(name: str, beside_a_neighbour: Path) -> None:
    pointing = beside_a_neighbour / "clip.mp4"
    pointing.write_bytes(POINTING[name][0])
    with pytest.raises(av.FFmpegError):
        av.open(str(pointing), options=OPEN_OPTIONS, container_options=OPEN_OPTIONS)
