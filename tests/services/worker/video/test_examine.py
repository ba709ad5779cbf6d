"""What is found out about clips of known truth: facts, the right pictures at the right times, the right way up."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import cv2
import pytest

from services.worker.video.believe import Facts, Pictures, believed
from tests.support.clips import RATE, RECIPES, SECONDS, TURNS, clip, cut, folder, hurt, is_upright, programs, real, second_shown
from tests.support.sandboxes import examined

WHOLE = sorted({*RECIPES} - {"one_frame.mp4", "sound_only.mkv"})
TURNED = [f"turned_{degrees}.mp4" for degrees in TURNS]
FRAME = 1 / RATE


@cache
def found(recording: Path) -> tuple[Facts, Pictures, str | None, Path]:
    """Examine once a run and believe; return facts, pictures, the reason of a failure, and the folder of the pictures."""
    made = folder() / "examined" / recording.name
    ended = examined(recording, made)
    assert ended.report is not None, ended.trouble
    report = believed(ended.report, made)
    assert report.facts is not None, report.failure
    assert report.pictures is not None, report.failure
    return report.facts, report.pictures, report.failure.reason if report.failure else None, made


@pytest.mark.parametrize("name", [*WHOLE, *TURNED])
def test_every_thumbnail_shows_the_second_that_it_claims_the_right_way_up(name: str) -> None:
    facts, pictures, failure, made = found(clip(name))
    assert failure is None
    assert len(pictures.thumbnails) == int(facts.length_seconds / 0.5)
    step = facts.length_seconds / len(pictures.thumbnails)
    for place, thumbnail in enumerate(pictures.thumbnails):
        picture = cv2.imread(str(made / thumbnail.name))
        assert second_shown(picture) == int(thumbnail.at_seconds + 1e-6), thumbnail
        assert is_upright(picture), thumbnail
        wanted = (place + 0.5) * step
        longest = 0.7 + FRAME if name == "uneven.mp4" else step / 2 + FRAME  # where no frame is, the last one is still shown
        assert wanted - longest <= thumbnail.at_seconds <= wanted + 1e-6, thumbnail
    assert len({thumbnail.at_seconds for thumbnail in pictures.thumbnails}) >= (15 if name == "uneven.mp4" else 22)


@pytest.mark.parametrize("name", [*WHOLE, *TURNED])
def test_facts_agree_with_how_the_clip_was_made(name: str) -> None:
    facts, *_ = found(clip(name))
    uneven = name == "uneven.mp4"
    assert facts.length_seconds == pytest.approx(11.3 if uneven else SECONDS, abs=0.2)
    assert facts.is_frame_rate_variable is uneven
    if not uneven:
        assert facts.frame_rate_hz == pytest.approx(25 if name == "plain.mpg" else RATE, abs=0.1)
    assert facts.has_sound is (name == "sound.mp4")
    assert facts.audio_codec == ("aac" if name == "sound.mp4" else None)
    assert facts.rotation_degrees == (int(name[7:-4]) if name in TURNED else 0)
    assert (facts.shown_width_pixels, facts.shown_height_pixels) == ((320, 96) if name == "stretched.mp4" else (160, 96))
    assert facts.unreadable_packets == facts.undecodable_frames == 0
    assert facts.is_playable_in_browser is (name not in {"hevc.mp4", "plain.avi", "plain.ts", "b_frames.ts", "plain.mpg"})


def test_our_turn_is_the_turn_that_ffmpeg_makes(tmp_path: Path) -> None:
    for degrees in TURNS:
        _, pictures, _, made = found(clip(f"turned_{degrees}.mp4"))
        thumbnail = pictures.thumbnails[10]
        theirs = tmp_path / f"{degrees}.jpg"
        at = f"{thumbnail.at_seconds + FRAME / 2 - FRAME:.3f}"
        size = f"scale={pictures.width_pixels}:{pictures.height_pixels}"
        command = [
            str(programs().ffmpeg),
            "-v",
            "error",
            "-ss",
            at,
            "-i",
            str(clip(f"turned_{degrees}.mp4")),
            "-frames:v",
            "1",
            "-vf",
            size,
        ]
        subprocess.run([*command, "-q:v", "2", str(theirs)], check=True, timeout=60)
        ours = cv2.imread(str(made / thumbnail.name))
        assert cv2.absdiff(ours, cv2.imread(str(theirs))).mean() < 6


def test_the_camera_s_own_time_is_read_and_a_camera_without_a_clock_is_not_believed() -> None:
    facts, *_ = found(clip("sound.mp4"))
    assert facts.recorded_at is not None
    assert facts.recorded_at.isoformat() == "2026-11-18T11:50:00+00:00"
    facts, *_ = found(clip("plain.mp4"))
    assert facts.recorded_at is None


def test_the_sheet_and_its_index_hold_the_same_pictures_as_the_thumbnails() -> None:
    facts, pictures, _, made = found(clip("sound.mp4"))
    sheet = cv2.imread(str(made / pictures.sprites))
    cues = re.findall(r"(\S+) --> (\S+)\nsprites\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)", (made / pictures.sprites_vtt).read_text())
    assert len(cues) == len(pictures.thumbnails) == 24
    end = 0.0
    for (start, until, *place), thumbnail in zip(cues, pictures.thumbnails, strict=True):
        left, top, width, height = (int(number) for number in place)
        tile = sheet[top : top + height, left : left + width]
        assert tile.shape[:2] == (pictures.height_pixels, pictures.width_pixels)
        assert second_shown(tile) == int(thumbnail.at_seconds + 1e-6)
        assert _seconds(start) == pytest.approx(end, abs=0.002)
        end = _seconds(until)
        assert _seconds(start) <= thumbnail.at_seconds + 0.26
    assert end == pytest.approx(facts.length_seconds, abs=0.002)


def test_one_frame_makes_one_picture() -> None:
    facts, pictures, failure, _ = found(clip("one_frame.mp4"))
    assert failure is None
    assert facts.frame_count == len(pictures.thumbnails) == 1
    assert facts.frame_rate_hz is None


@pytest.mark.parametrize(
    ("name", "length", "size", "codec", "sound"),
    [
        ("bikes.mp4", 10.0, (640, 272), "h264", None),
        ("carphone_pristine.mp4", 4.004, (176, 144), "h264", None),
        ("bigbuckbunny.mp4", 5.28, (1280, 720), "h264", "aac"),
    ],
)
def test_real_recordings(name: str, length: float, size: tuple[int, int], codec: str, sound: str | None) -> None:
    facts, pictures, failure, made = found(real(name))
    assert failure is None
    assert facts.length_seconds == pytest.approx(length, abs=0.05)
    assert (facts.width_pixels, facts.height_pixels, facts.video_codec, facts.audio_codec) == (*size, codec, sound)
    assert facts.is_playable_in_browser
    shape = facts.shown_width_pixels / facts.shown_height_pixels
    for one in (*pictures.thumbnails, None):
        picture = cv2.imread(str(made / (one.name if one else pictures.poster)))
        assert picture.std() > 10
        assert picture.shape[1] / picture.shape[0] == pytest.approx(shape, rel=0.02)
    assert cv2.imread(str(made / pictures.poster)).shape[1] == facts.shown_width_pixels // 2 * 2


def test_the_true_shape_of_a_stretched_recording_is_the_one_that_ffprobe_tells() -> None:
    facts, *_ = found(real("carphone_pristine.mp4"))
    command = [str(programs().ffprobe), "-v", "error", "-show_streams", "-of", "json", str(real("carphone_pristine.mp4"))]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)["streams"][0]["display_aspect_ratio"]
    across, _, down = told.partition(":")
    assert facts.shown_width_pixels / facts.shown_height_pixels == pytest.approx(int(across) / int(down), rel=0.01)


def test_a_recording_cut_off_fails_and_still_shows_what_is_there() -> None:
    for name, share in (("plain.mp4", 0.65), ("plain.mkv", 0.5)):
        facts, pictures, failure, made = found(cut(name, share))
        assert failure is not None
        assert "was cut off: it says that it lasts 12 seconds" in failure
        assert "cut_off" in facts.flags
        assert facts.declared_length_seconds == pytest.approx(12, abs=0.1)
        assert 2 < facts.length_seconds < 9
        assert max(one.at_seconds for one in pictures.thumbnails) <= facts.length_seconds
        for one in pictures.thumbnails:
            assert second_shown(cv2.imread(str(made / one.name))) == int(one.at_seconds + 1e-6)


def test_a_few_damaged_frames_are_a_flag_and_not_a_failure(tmp_path: Path) -> None:
    recording = tmp_path / "slightly_damaged"
    recording.write_bytes(hurt("sound.mp4", share=0.0004, seed=11, start=0.3, end=0.4))
    facts, pictures, failure, _ = found(recording)
    assert failure is None
    assert len(pictures.thumbnails) >= 22
    assert facts.length_seconds == pytest.approx(SECONDS, abs=0.2)


@pytest.mark.parametrize("mode", ["bubblewrap", "landlock"])
def test_both_modes_find_the_same(mode: str, tmp_path: Path) -> None:
    ended = examined(clip("sound.mp4"), tmp_path, mode=mode)
    assert ended.report is not None, ended.trouble
    report = believed(ended.report, tmp_path)
    assert (report.facts, report.pictures) == found(clip("sound.mp4"))[:2]


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
