"""Odd recordings: of each the right pictures, the right way up, in the right shape, at the right time; or in words why not."""

import re
from functools import cache
from pathlib import Path

import av
import cv2
import pytest

from services.worker.video.believe import Facts, Pictures, Report, believed, believed_copy
from stop_search.footage.timelines import timeline_told
from tests.support.clips import folder
from tests.support.odd_clips import ROWS, Odd, is_upright, number_shown, odd_clip
from tests.support.odd_words import line, lines
from tests.support.sandboxes import LIMITS, a_sandbox

NAMED = [name for name in ROWS if "name" in ROWS[name].what]
OF_PICTURE = {"dark", "covered", "blurred", "frozen", "gap", "damaged"}
OF_SOUND = {"speech", "silence", "clipping", "muted"}
UNITS = ("_seconds", "_pixels", "_hz", "_degrees", "_count", "_packets", "_frames", "gaps", "_changes")
COPIED = (
    *("turned_90.mp4", "turned_nearly.mp4", "wide_points_turned.mp4", "uneven.mkv", "starts_late.mkv", "b_frames.ts", "hevc.ts"),
    *("edit_cuts_start.mp4", "edit_waits.mp4", "edit_swaps.mp4", "cover.mp4", "few_times.mpg", "mjpeg.avi", "h264.m2ts"),
)
KINDS = ("mp4", "mkv", "avi", "ts", "mpg"), ("h264", "hevc", "mjpeg", "mpeg4")


@cache
def reported(name: str, mode: str = "landlock") -> tuple[Report, Path]:
    """Examine a row once under its own name; return what is believed of it, and the folder of the pictures."""
    place = folder() / "odd" / f"{list(ROWS).index(name)}-{mode}"
    (place / "out").mkdir(parents=True)
    recording = place / name
    recording.write_bytes(odd_clip(name))
    ended = a_sandbox(mode).run("examine", recording=recording, folder=place / "out", limits=LIMITS, ask={"pictures": 6})
    assert ended.report is not None, f"{name}: {ended.trouble}"
    return believed(ended.report, place / "out"), place / "out"


def test_all_kinds_are_among_them() -> None:
    assert len(ROWS) >= 40
    containers, codecs = KINDS
    assert {name.rpartition(".")[2] for name in ROWS} >= set(containers)
    assert {row.codec for row in ROWS.values()} >= set(codecs)


@pytest.mark.parametrize("name", ROWS)
def test_an_odd_recording_is_told_as_it_is(name: str) -> None:
    row = ROWS[name]
    report, made = reported(name)
    if row.words is None:
        assert report.failure is None
    else:
        assert report.failure is not None
        assert row.words in report.failure.reason
        assert report.failure.reason.endswith(".")
        assert report.failure.advice.endswith(".")
    assert line(name, row.what, report) in lines(), "docs/odd-media.md says something else"
    assert (report.pictures is not None) is row.has_pictures
    if report.facts is not None:
        check_facts(row, name, report.facts)
    if report.facts is not None and report.pictures is not None:
        check_pictures(row, report.pictures, made)
        check_sheet(row, report.facts, report.pictures, made)
        check_timeline(row, report.facts, made)


@pytest.mark.parametrize("name", NAMED)
def test_a_name_says_nothing_in_any_mode(name: str) -> None:
    (walled, _), (landlocked, _) = reported(name, "bubblewrap"), reported(name)
    assert walled == landlocked


@pytest.mark.parametrize("name", COPIED)
def test_a_review_copy_shows_the_same_at_the_same_time(name: str, tmp_path: Path) -> None:
    row, recording = ROWS[name], tmp_path / "recording"
    recording.write_bytes(odd_clip(name))
    (tmp_path / "out").mkdir()
    ended = a_sandbox("landlock").run("copy", recording=recording, folder=tmp_path / "out", limits=LIMITS)
    assert ended.report is not None, ended.trouble
    made = believed_copy(ended.report, tmp_path / "out").copy_made
    assert made is not None
    assert made.width_pixels / made.height_pixels == pytest.approx(row.shown[0] / row.shown[1], rel=0.02)
    with av.open(str(tmp_path / "out" / made.name)) as copy:
        frames = [(float(frame.time or 0), frame.to_ndarray(format="bgr24")) for frame in copy.decode(video=0)]
    assert len(frames) >= 15
    for time, picture in frames:
        assert number_shown(picture) in row.numbers(time - frames[0][0])
        assert is_upright(picture)


def check_facts(row: Odd, name: str, facts: Facts) -> None:
    """Assert that the facts are those of the row."""
    assert facts.length_seconds == pytest.approx(row.length, abs=row.within)
    assert facts.video_codec == row.codec
    assert (facts.shown_width_pixels, facts.shown_height_pixels) == row.shown
    assert facts.rotation_degrees == row.rotation
    assert facts.has_sound is row.has_sound
    assert facts.gaps == len(row.gaps)
    flags = {"no_sound"} - ({"no_sound"} if row.has_sound else set())
    plays = set[str]() if row.plays(name) else {"not_playable_in_browser"}
    assert set(facts.flags) == row.flags | flags | plays
    told = {name for name, value in facts.model_dump().items() if isinstance(value, int | float) and not isinstance(value, bool)}
    assert {name for name in told if not name.endswith(UNITS)} == set()


def check_pictures(row: Odd, pictures: Pictures, made: Path) -> None:
    """Assert that each picture is of the second that it says, upright and in its true shape."""
    whole = row.shown[0] / row.shown[1]
    for thumbnail in pictures.thumbnails:
        picture = cv2.imread(str(made / thumbnail.name))
        assert picture.shape[:2] == (pictures.height_pixels, pictures.width_pixels)
        assert number_shown(picture) in row.numbers(thumbnail.at_seconds), thumbnail
        assert is_upright(picture), thumbnail
    assert pictures.width_pixels / pictures.height_pixels == pytest.approx(whole, rel=0.08)
    times = [thumbnail.at_seconds for thumbnail in pictures.thumbnails]
    assert times == sorted(times)
    assert number_shown(cv2.imread(str(made / pictures.poster))) in row.numbers(pictures.poster_at_seconds)


def check_sheet(row: Odd, facts: Facts, pictures: Pictures, made: Path) -> None:
    """Assert that the sheet holds the same pictures, and that its index goes on to the end."""
    sheet = cv2.imread(str(made / pictures.sprites))
    cues = re.findall(r"(\S+) --> (\S+)\nsprites\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)\n", (made / pictures.sprites_vtt).read_text())
    assert len(cues) == len(pictures.thumbnails)
    for (start, end, *place), thumbnail in zip(cues, pictures.thumbnails, strict=True):
        left, top, width, height = (int(number) for number in place)
        assert (width, height) == (pictures.width_pixels, pictures.height_pixels)
        assert number_shown(sheet[top : top + height, left : left + width]) in row.numbers(thumbnail.at_seconds)
        assert seconds_of(start) < seconds_of(end) <= facts.length_seconds + 0.002


def check_timeline(row: Odd, facts: Facts, made: Path) -> None:
    """Assert that lanes and levels fit the recording, each with its source, and that damage and gaps are where they are."""
    timeline = timeline_told((made / "timeline.json").read_bytes())
    assert timeline.length_seconds == facts.length_seconds
    assert {lane.name for lane in timeline.lanes} == OF_PICTURE | (OF_SOUND if row.has_sound else set())
    assert all(len(lane.source) > 10 for lane in timeline.lanes)
    gap, damaged = timeline.lane("gap"), timeline.lane("damaged")
    assert gap is not None
    assert gap.spans == row.gaps
    assert damaged is not None
    assert bool(damaged.spans) is ("damaged" in row.flags)
    assert (timeline.sound is not None) is row.has_sound
    if timeline.sound is not None:
        assert len(timeline.sound.rms_dbfs) * timeline.sound.step_seconds == pytest.approx(facts.length_seconds, abs=0.11)
        assert max(timeline.sound.peak_dbfs) == pytest.approx(-18.1, abs=2.5)


def seconds_of(clock: str) -> float:
    """Return 00:00:01.500 as seconds."""
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
