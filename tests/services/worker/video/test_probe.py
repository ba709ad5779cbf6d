"""What follows from packets' times and from ffprobe's words, without any file."""

from fractions import Fraction
from typing import Any

import pytest

from services.worker.video.packets import Timeline
from services.worker.video.probe import UnusableError, declared_seconds, facts, picture_stream, unplayable_because
from services.worker.video.turning import rotation_of, shape_of

MILLISECOND = Fraction(1, 1000)


def a_stream(**said: Any) -> dict[str, Any]:
    """Give a stream as ffprobe tells it."""
    return {"index": 0, "codec_type": "video", "codec_name": "h264", "width": 640, "height": 360, "pix_fmt": "yuv420p"} | said


def a_timeline(*times: int, keys: tuple[int, ...] = (0,)) -> Timeline:
    """Give a timeline in milliseconds."""
    return Timeline(MILLISECOND, list(times), list(keys))


def test_the_length_counts_the_last_frame_too() -> None:
    assert a_timeline(0, 40, 80).length_seconds == pytest.approx(0.12)
    assert a_timeline(5000, 5040).length_seconds == pytest.approx(0.08)
    assert a_timeline(0).length_seconds == 0
    assert a_timeline().length_seconds == 0
    assert Timeline(MILLISECOND, [0], [0], last_duration=40).length_seconds == pytest.approx(0.04)


def test_an_even_rate_may_be_rounded_and_an_uneven_one_is_told() -> None:
    assert not a_timeline(*(round(number * 1000 / 29.97) for number in range(300))).is_variable
    assert a_timeline(*range(0, 1000, 40), *range(1000, 3000, 90)).is_variable
    assert not a_timeline(*(number * 40 for number in range(300) if number != 150)).is_variable


def test_the_longest_way_from_a_keyframe() -> None:
    assert a_timeline(*range(0, 10_000, 100), keys=(0, 1000, 7000)).longest_keyframe_gap_seconds == pytest.approx(6.0)
    assert a_timeline(*range(0, 10_000, 100), keys=(0,)).longest_keyframe_gap_seconds == pytest.approx(9.9)


@pytest.mark.parametrize(
    ("said", "turn"), [(-90, 270), (90, 90), (180, 180), (-180, 180), (0, 0), (89.6, 90), (270, 270), (-2147483648, 0)]
)
def test_turns_are_counted_one_way(said: float, turn: int) -> None:
    assert rotation_of(a_stream(side_data_list=[{"side_data_type": "Display Matrix", "rotation": said}])) == turn


def test_shapes() -> None:
    assert shape_of(a_stream()) == (640, 360)
    assert shape_of(a_stream(side_data_list=[{"rotation": -90}])) == (360, 640)
    assert shape_of(a_stream(sample_aspect_ratio="4:3")) == (853, 360)
    for odd in ("0:1", "N/A", "1:0", "", "-1:2"):
        assert shape_of(a_stream(sample_aspect_ratio=odd)) == (640, 360)


def test_a_cover_picture_is_no_recording() -> None:
    cover = a_stream(disposition={"attached_pic": 1})
    with pytest.raises(UnusableError, match="only sound"):
        picture_stream({"streams": [cover, {"codec_type": "audio"}]})
    assert picture_stream({"streams": [cover, a_stream(index=1)]})["index"] == 1
    with pytest.raises(UnusableError, match="pixels"):
        picture_stream({"streams": [a_stream(width=16000, height=16000)]})
    with pytest.raises(UnusableError, match="how large"):
        picture_stream({"streams": [a_stream(width=0, height=0)]})


def test_an_avi_with_subtitles_is_refused_and_another_container_is_not() -> None:
    streams = [a_stream(), {"index": 1, "codec_type": "subtitle"}]
    with pytest.raises(UnusableError, match="subtitles"):
        picture_stream({"streams": streams, "format": {"format_name": "avi"}})
    assert picture_stream({"streams": streams, "format": {"format_name": "matroska,webm"}})["index"] == 0


def test_a_file_that_holds_other_files_is_refused() -> None:
    with pytest.raises(UnusableError, match="attachments"):
        picture_stream({"streams": [a_stream(), {"index": 1, "codec_type": "attachment"}]})


def test_a_mirrored_picture_is_refused_and_a_turned_one_is_not() -> None:
    def shown_by(*rows: str) -> dict[str, Any]:
        matrix = "".join(f"\n0000000{place}: {row}" for place, row in enumerate(rows))
        return {"streams": [a_stream(side_data_list=[{"rotation": 0, "displaymatrix": f"{matrix}\n"}])]}

    for mirrored in (("-65536 0 0", "0 65536 0"), ("65536 0 0", "0 -65536 0"), ("0 65536 0", "65536 0 0")):
        with pytest.raises(UnusableError, match="mirrored"):
            picture_stream(shown_by(*mirrored, "0 0 1073741824"))
    for turned in (("65536 0 0", "0 65536 0"), ("0 65536 0", "-65536 0 0"), ("-65536 0 0", "0 -65536 0")):
        assert picture_stream(shown_by(*turned, "0 0 1073741824"))["index"] == 0
    for broken in ("", "words", "\n00000000: 1 2\n00000001: x y z\n"):
        assert picture_stream({"streams": [a_stream(side_data_list=[{"displaymatrix": broken}])]})["index"] == 0


@pytest.mark.parametrize(
    ("container", "stream", "whole", "seconds"),
    [
        ("matroska,webm", {}, {"duration": "103", "start_time": "100"}, 3.0),  # FFmpeg counts from second 0 of the clock
        ("matroska,webm", {}, {"duration": "3", "start_time": "100"}, 3.0),  # others from the first picture
        ("matroska,webm", {"tags": {"DURATION": "00:01:02.500000000"}}, {"duration": "70"}, 62.5),
        ("matroska,webm", {"tags": {"DURATION": "soon"}}, {"duration": "70"}, 70.0),
        ("mov,mp4,m4a,3gp,3g2,mj2", {"duration": "12"}, {"duration": "20", "start_time": "5"}, 12.0),
        ("avi", {"duration": "8.8", "nb_frames": "117", "r_frame_rate": "10/1"}, {}, 11.7),
        ("avi", {"duration": "8.8", "nb_frames": "117", "r_frame_rate": "0/0"}, {}, 8.8),
        ("avi", {"duration": "8.8", "nb_frames": "N/A"}, {}, 8.8),
        ("avi", {"duration": "8.8", "nb_frames": "9" * 30, "r_frame_rate": "1/1"}, {}, 8.8),
    ],
)
def test_how_long_a_container_says_that_the_picture_lasts(
    container: str, stream: dict[str, Any], whole: dict[str, str], seconds: float
) -> None:
    probed = {"format": {"format_name": container} | whole, "streams": []}
    assert declared_seconds(probed, a_stream(**stream)) == seconds


@pytest.mark.parametrize(
    ("changed", "pixels", "why"),
    [
        ({}, "yuv420p", None),
        ({"container": "avi"}, "yuv420p", "container avi"),
        ({"video_codec": "hevc"}, "yuv420p", "codec hevc"),
        ({"audio_codec": "pcm_mulaw"}, "yuv420p", "sound codec pcm_mulaw"),
        ({}, "yuv444p", "yuv444p"),
        ({}, "", "unknown"),
    ],
)
def test_why_a_browser_cannot_play_it(changed: dict[str, Any], pixels: str, why: str | None) -> None:
    found = {"container": "mov,mp4,m4a,3gp,3g2,mj2", "video_codec": "h264", "audio_codec": "aac"} | changed
    said = unplayable_because(found, pixels)
    assert said is None if why is None else why in (said or "")


@pytest.mark.parametrize(
    ("said", "recorded_at"),
    [
        ("2026-11-18T11:50:00.000000Z", "2026-11-18T11:50:00+00:00"),
        ("2026-11-18 11:50:00", "2026-11-18T11:50:00+00:00"),
        ("2026-07-18T12:50:00+01:00", "2026-07-18T11:50:00+00:00"),
        ("1904-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("soon", None),
        ("", None),
    ],
)
def test_the_camera_s_clock(said: str, recorded_at: str | None) -> None:
    probed = {"format": {"format_name": "avi", "tags": {"creation_time": said}}, "streams": []}
    assert facts(probed, a_stream(), a_timeline(0, 40))["recorded_at"] == recorded_at


@pytest.mark.parametrize("said", ["N/A", "nan", "inf", "-5", None, "0"])
def test_a_declared_length_that_is_none(said: str | None) -> None:
    probed = {"format": {"duration": said}, "streams": []}
    assert facts(probed, a_stream(duration=said), a_timeline(0, 40))["declared_length_seconds"] is None
