"""Odd, broken and hostile files: every one ends in words, none is followed to where it points, none takes the worker along."""

import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import pytest

from services.worker.video.believe import Report, believed
from services.worker.video.probe import OPEN_OPTIONS, UnusableError, container_facts
from tests.support.clips import clip, programs
from tests.support.odd_files import NEIGHBOUR, odd_files
from tests.support.sandboxes import LIMITS, MODES, a_sandbox

NAMES = sorted(odd_files())
POINTING = [name for name in NAMES if name.startswith(("ffconcat", "hls", "dash", "sdp", "playlist", "concat"))]
MUTATED = ("sound.mp4", "plain.mkv", "plain.avi", "plain.ts", "plain.webm", "plain.mpg")
MUTATIONS = 60


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
    if words is None:
        assert report.failure is None
        return
    assert report.failure is not None
    assert words in report.failure.reason
    assert report.failure.reason.endswith(".")
    assert report.failure.advice.endswith(".")
    assert recording.read_bytes() == content


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", POINTING)
def test_a_text_that_points_elsewhere_brings_in_no_neighbour(name: str, mode: str, beside_a_neighbour: Path) -> None:
    recording = beside_a_neighbour / "clip.mp4"
    recording.write_bytes(odd_files()[name][0])
    report = report_on(recording, beside_a_neighbour / "out", mode=mode)
    assert report.failure is not None
    assert report.facts is report.pictures is None
    assert [path.name for path in (beside_a_neighbour / "out").iterdir()] == ["report.json"]


def test_without_our_list_of_formats_the_neighbour_would_come_in(beside_a_neighbour: Path) -> None:
    """The danger is real: this is what the lists in the next two tests are against."""
    pointing = beside_a_neighbour / "clip.mp4"
    pointing.write_bytes(odd_files()["ffconcat.mp4"][0])
    with av.open(str(pointing)) as opened:
        assert len(list(opened.decode(video=0))) == 120


@pytest.mark.parametrize("name", POINTING)
def test_ffprobe_refuses_it_by_its_list_of_formats_alone(name: str, beside_a_neighbour: Path) -> None:
    pointing = beside_a_neighbour / "clip.mp4"
    pointing.write_bytes(odd_files()[name][0])
    with pytest.raises(UnusableError):
        container_facts(pointing, str(programs().ffprobe))


@pytest.mark.parametrize("name", POINTING)
def test_pyav_refuses_it_by_its_list_of_formats_alone(name: str, beside_a_neighbour: Path) -> None:
    pointing = beside_a_neighbour / "clip.mp4"
    pointing.write_bytes(odd_files()[name][0])
    with pytest.raises(av.FFmpegError):
        av.open(str(pointing), options=OPEN_OPTIONS, container_options=OPEN_OPTIONS)


def test_mutated_recordings_crash_nothing(tmp_path: Path) -> None:
    chance = random.Random(20261118)  # noqa: S311 -- repeatable damage
    sources = {name: clip(name).read_bytes() for name in MUTATED}
    recordings = []
    for number in range(MUTATIONS):
        name = MUTATED[number % len(MUTATED)]
        recordings.append(tmp_path / f"{number:02d}-{name}")
        recordings[-1].write_bytes(_mutated(sources[name], chance))
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda recording: report_on(recording, tmp_path / f"out-{recording.name}"), recordings))
    assert len(reports) == MUTATIONS
    failed = [report.failure.reason for report in reports if report.failure]
    assert 5 <= len(failed) <= MUTATIONS - 5  # the damage neither always nor never matters, or the run would show nothing


def _mutated(content: bytes, chance: random.Random) -> bytes:
    """Return a copy with some bits flipped, and now and then a piece cut out, doubled or zeroed."""
    changed = bytearray(content)
    for _ in range(max(1, int(len(changed) * chance.choice((0.0001, 0.001, 0.005, 0.02))))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    at = chance.randrange(len(changed))
    piece = slice(at, at + chance.randrange(1, 500))
    match chance.randrange(5):
        case 0:
            del changed[piece]
        case 1:
            changed[at:at] = changed[piece]
        case 2:
            changed[piece] = bytes(len(changed[piece]))
        case _:
            pass
    return bytes(changed)
