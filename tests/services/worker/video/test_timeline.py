"""What timeline.json tells of clips of known truth: what is seen and heard when, to a second."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.worker.video.believe import believed
from services.worker.video.lanes import runs, tidy
from tests.support.clips import clip, folder
from tests.support.known_stretches import CLIPPED, MUTED, QUIET, SECONDS, SPOKEN, edited, known, stretches
from tests.support.sandboxes import examined

Spans = list[list[float]]


@cache
def told(recording: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Examine once a run; return the facts and the timeline."""
    made = folder() / "told" / recording.name
    ended = examined(recording, made)
    assert ended.report is not None, ended.trouble
    report = believed(ended.report, made)
    assert report.pictures is not None, report.failure
    return ended.report["facts"], json.loads((made / report.pictures.timeline).read_text())


def spans(timeline: dict[str, Any], name: str) -> Spans:
    """Return the spans of one lane."""
    return next(lane["spans"] for lane in timeline["lanes"] if lane["name"] == name)


def assert_near(found: Spans, wanted: list[tuple[float, float]], within: float = 1.0) -> None:
    """Assert that as many spans were found as there are, each from and to nearly the right second."""
    assert len(found) == len(wanted), found
    for span, (start, end) in zip(found, wanted, strict=True):
        assert span == [pytest.approx(start, abs=within), pytest.approx(end, abs=within)]


@pytest.mark.parametrize("container", ["mp4", "mkv", "ts", "mov"])
def test_what_is_heard_is_told_to_a_fifth_of_a_second(container: str) -> None:
    facts, timeline = told(known(container))
    assert_near(spans(timeline, "muted"), [*MUTED], 0.2)
    assert spans(timeline, "silence")[0][0] == 0
    silent = [(0, 3), (MUTED[1][0], QUIET[1])]
    assert_near(spans(timeline, "silence")[:2], silent, 0.2)
    assert_near(spans(timeline, "clipping"), [CLIPPED], 0.2)
    assert facts["sound_starts_at_seconds"] == pytest.approx(3, abs=0.15)
    assert facts["silent_lead_in_seconds"] == facts["sound_starts_at_seconds"]
    sound = timeline["sound"]
    assert len(sound["rms_dbfs"]) == len(sound["peak_dbfs"]) == pytest.approx(SECONDS * 10, abs=2)
    assert sound["step_seconds"] == 0.1
    assert sound["rms_dbfs"][15] == sound["peak_dbfs"][15] == -90
    assert sound["rms_dbfs"][60] == pytest.approx(-20, abs=2)  # AAC leaves out what is highest
    assert sound["peak_dbfs"][60] > -12
    assert sound["peak_dbfs"][170] > -0.5


@pytest.mark.parametrize("container", ["mp4", "mkv"])
def test_a_voice_is_told_from_noise_and_silence(container: str) -> None:
    _, timeline = told(known(container))
    voiced = [span for span in spans(timeline, "speech") if span[1] - span[0] > 2]
    assert_near(voiced, [SPOKEN])


@pytest.mark.parametrize("container", ["mp4", "mkv", "ts", "mov"])
def test_what_is_seen_is_told_to_a_second(container: str) -> None:
    facts, timeline = told(known(container))
    for name in ("dark", "covered", "blurred", "frozen"):
        assert_near(spans(timeline, name), stretches(name))
    assert facts["gaps"] == 0
    assert spans(timeline, "gap") == spans(timeline, "damaged") == []
    changes = [moment["at_seconds"] for moment in timeline["moments"]]
    assert facts["scene_changes"] == len(changes)
    for cut in (8, 21, 23.4):
        assert any(at == pytest.approx(cut, abs=0.3) for at in changes), changes


def test_a_gap_is_where_no_frames_are() -> None:
    recording = edited("gap.mp4", known("mp4"), "-vf", "select='not(between(t,5,8.05))'", "-fps_mode", "vfr", "-c:a", "copy")
    facts, timeline = told(recording)
    assert facts["gaps"] == 1
    assert_near(spans(timeline, "gap"), [(4.9, 8.1)], 0.15)


def test_a_damaged_middle_is_told_as_damaged_and_the_rest_is_not(tmp_path: Path) -> None:
    content = bytearray(known("mp4").read_bytes())
    start, end = int(len(content) * 0.5), int(len(content) * 0.6)
    content[start:end] = np.random.default_rng(5).integers(0, 256, end - start, dtype=np.uint8).tobytes()
    recording = tmp_path / "damaged.mp4"
    recording.write_bytes(content)
    facts, timeline = told(recording)
    assert "damaged" in facts["flags"]
    found = spans(timeline, "damaged")
    assert found
    assert sum(end - start for start, end in found) < SECONDS / 2
    assert facts["length_seconds"] == pytest.approx(SECONDS, abs=0.2)


def test_without_sound_there_are_no_levels_and_no_lanes_of_sound() -> None:
    facts, timeline = told(clip("plain.mp4"))
    assert timeline["sound"] is None
    assert {lane["name"] for lane in timeline["lanes"]} == {"dark", "covered", "blurred", "frozen", "gap", "damaged"}
    assert facts["sound_starts_at_seconds"] is facts["silent_lead_in_seconds"] is None


def test_sound_that_begins_later_than_the_picture_stands_where_it_is_heard() -> None:
    late = edited(
        *("late.mkv", known("mkv"), "-itsoffset", "4", "-i", str(known("mkv"))),
        *("-map", "0:v", "-map", "1:a", "-c", "copy", "-t", str(SECONDS)),
    )
    facts, timeline = told(late)
    assert facts["sound_starts_at_seconds"] == pytest.approx(7, abs=0.15)
    assert_near(spans(timeline, "clipping"), [(CLIPPED[0] + 4, CLIPPED[1] + 4)], 0.2)


def test_where_the_camera_was_and_what_it_is() -> None:
    said = ("-metadata", "location=+51.5074-000.1278/", "-metadata", "make=Maker", "-metadata", "model=Model 3")
    facts, _ = told(edited("placed.mp4", known("mp4"), "-c", "copy", "-movflags", "use_metadata_tags", *said))
    assert facts["position"] == {"latitude_degrees": 51.5074, "longitude_degrees": -0.1278}
    assert facts["device"]["make"] == "Maker"
    assert facts["device"]["model"] == "Model 3"
    facts, _ = told(known("mp4"))
    assert facts["position"] is None


def test_runs_bridge_short_breaks_and_leave_short_runs_out() -> None:
    flags = np.array([1, 1, 0, 1, 0, 0, 0, 1, 1, 1], dtype=bool)
    assert runs(flags, 1.0) == [(0, 2), (3, 4), (7, 10)]
    assert runs(flags, 1.0, bridge=1.0) == [(0, 4), (7, 10)]
    assert runs(flags, 1.0, at_least=3.0) == [(7, 10)]
    assert runs(np.zeros(4, dtype=bool), 1.0) == []


def test_spans_end_with_the_recording() -> None:
    assert tidy([(8, 20), (-1, 2), (1.5, 3), (30, 40)], 10.0) == [(0.0, 3), (8, 10.0)]
