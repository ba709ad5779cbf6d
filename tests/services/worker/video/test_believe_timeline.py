"""A forged timeline.json is not believed, whatever is wrong with it; what the worker believes, the pages can read."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.worker.video.believe import UnbelievableError, believed
from services.worker.video.believe_timeline import TIMELINE_BYTES, what_is_wrong
from stop_search.errors import Invalid
from stop_search.footage.timelines import timeline_told
from tests.support.sandboxes import true_report

Told = dict[str, Any]
FILE = "timeline.json"


@pytest.fixture
def report(tmp_path: Path) -> Told:
    """Give a true report with sound, whose files lie in tmp_path."""
    return true_report(tmp_path)


def put(*way: str | int, value: Any) -> Callable[[Told], None]:
    """Return what puts a value at a place."""

    def change(told: Told) -> None:
        place: Any = told
        for step in way[:-1]:
            place = place[step]
        place[way[-1]] = value

    return change


def drop(*way: str | int) -> Callable[[Told], None]:
    """Return what takes the value at a place away."""

    def change(told: Told) -> None:
        place: Any = told
        for step in way[:-1]:
            place = place[step]
        del place[way[-1]]

    return change


def spans(*pairs: list[float]) -> Callable[[Told], None]:
    """Return what puts these spans into the first lane."""
    return put("lanes", 0, "spans", value=[*pairs])


FORGED: dict[str, Callable[[Told], None]] = {
    "another version": put("version", value=2),
    "no version": drop("version"),
    "a version as words": put("version", value="1"),
    "no length": drop("length_seconds"),
    "a length that is no number": put("length_seconds", value=float("nan")),
    "an endless length": put("length_seconds", value=float("inf")),
    "a negative length": put("length_seconds", value=-12.0),
    "a huge length": put("length_seconds", value=1e300),
    "a length as words": put("length_seconds", value="12"),
    "a length in milliseconds": put("length_seconds", value=12_000.0),
    "another length than the facts'": put("length_seconds", value=12.5),
    "a length that is a truth": put("length_seconds", value=True),
    "another part": put("note", value="<script>"),
    "no sound where it was measured": drop("sound"),
    "sound in another unit": put("sound", value={"step_seconds": 0.1, "rms": [-20.0], "peak": [-10.0]}),
    "sound as amplitudes": put("sound", "rms_dbfs", 0, value=0.5),
    "sound lower than told": put("sound", "rms_dbfs", 0, value=-91.0),
    "a level that is no number": put("sound", "peak_dbfs", 3, value=float("nan")),
    "a level without end": put("sound", "peak_dbfs", 3, value=float("-inf")),
    "fewer peaks than levels": drop("sound", "peak_dbfs", 0),
    "no levels": put("sound", value={"step_seconds": 0.1, "rms_dbfs": [], "peak_dbfs": []}),
    "too many levels": put("sound", value={"step_seconds": 0.1, "rms_dbfs": [-20.0] * 12_001, "peak_dbfs": [-9.0] * 12_001}),
    "more sound than recording": put("sound", value={"step_seconds": 0.1, "rms_dbfs": [-20.0] * 200, "peak_dbfs": [-9.0] * 200}),
    "steps of nothing": put("sound", "step_seconds", value=0.0),
    "steps in milliseconds": put("sound", "step_seconds", value=100.0),
    "no lanes": drop("lanes"),
    "lanes that were measured left out": put("lanes", value=[]),
    "one lane left out": drop("lanes", 0),
    "a lane twice": lambda told: told["lanes"].append(told["lanes"][0]),
    "a lane of conduct": put("lanes", 0, "name", value="rude"),
    "a lane with a name of code": put("lanes", 0, "name", value="<script>"),
    "a source of code": put("lanes", 0, "source", value="\u202e<script>"),
    "no source": put("lanes", 0, "source", value=""),
    "a long source": put("lanes", 0, "source", value="x" * 5000),
    "eleven lanes": lambda told: told["lanes"].append({"name": "more", "source": "x", "spans": []}),
    "a span before the start": spans([-1.0, 2.0]),
    "a span after the end": spans([1.0, 12.5]),
    "a span of nothing": spans([2.0, 2.0]),
    "a span backwards": spans([3.0, 2.0]),
    "spans out of order": spans([5.0, 6.0], [1.0, 2.0]),
    "spans within one another": spans([1.0, 4.0], [2.0, 3.0]),
    "a span of three": spans([1.0, 2.0, 3.0]),
    "a span of one": spans([1.0]),
    "a span that is no number": spans([float("nan"), 2.0]),
    "a span in words": put("lanes", 0, "spans", value=["12"]),
    "too many spans": spans(*([place / 1000, place / 1000 + 0.0005] for place in range(2001))),
    "a moment before the start": put("moments", value=[{"name": "scene_change", "at_seconds": -1.0}]),
    "a moment after the end": put("moments", value=[{"name": "scene_change", "at_seconds": 13.0}]),
    "a moment of something else": put("moments", value=[{"name": "lie", "at_seconds": 1.0}]),
    "a moment that the facts do not count": put("moments", value=[{"name": "scene_change", "at_seconds": 1.0}]),
    "too many moments": put("moments", value=[{"name": "scene_change", "at_seconds": 1.0}] * 1001),
    "a moment with more": put("moments", value=[{"name": "scene_change", "at_seconds": 1.0, "who": "x"}]),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_timeline_is_not_believed(forgery: str, report: Told, tmp_path: Path) -> None:
    told = json.loads((tmp_path / FILE).read_text())
    FORGED[forgery](told)
    (tmp_path / FILE).write_text(json.dumps(told, separators=(",", ":")))
    with pytest.raises(UnbelievableError, match=r"timeline\.json"):
        believed(report, tmp_path)


def test_what_is_believed_can_be_read_by_the_pages(report: Told, tmp_path: Path) -> None:
    believed(report, tmp_path)
    told = json.loads((tmp_path / FILE).read_text())
    read = timeline_told((tmp_path / FILE).read_bytes())
    assert read.length_seconds == told["length_seconds"]
    assert [lane.name for lane in read.lanes] == [lane["name"] for lane in told["lanes"]]
    assert read.sound is not None
    assert list(read.sound.rms_dbfs) == told["sound"]["rms_dbfs"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe{}",
        b'{"version":1',
        b'{"version":' + b"[" * 100_000,
        b'{"version":' + b"9" * 5000 + b"}",
        b'{"version":1,"version":1,"lanes":1e999}',
        b"%PDF",
    ],
)
def test_what_is_no_timeline_is_not_believed_and_not_read(content: bytes, report: Told, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(UnbelievableError):
        believed(report, tmp_path)
    assert what_is_wrong(content, length_seconds=12.0, has_sound=True, scene_changes=0)
    with pytest.raises(Invalid, match="Examine the recording again"):
        timeline_told(content)


def test_a_timeline_that_is_too_large_is_not_believed(report: Told, tmp_path: Path) -> None:
    told = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(told + b" " * (TIMELINE_BYTES + 1 - len(told)))
    with pytest.raises(UnbelievableError, match="too large"):
        believed(report, tmp_path)


def test_a_link_a_pipe_or_a_folder_is_no_timeline(report: Told, tmp_path: Path) -> None:
    path, other = tmp_path / FILE, tmp_path / "elsewhere"
    other.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(other)
    with pytest.raises(UnbelievableError, match=r"timeline\.json"):
        believed(report, tmp_path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(UnbelievableError, match=r"timeline\.json"):
        believed(report, tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(UnbelievableError, match=r"timeline\.json"):
        believed(report, tmp_path)
    path.rmdir()
    with pytest.raises(UnbelievableError, match=r"timeline\.json is not there"):
        believed(report, tmp_path)
