"""A child that was taken over cannot make the worker believe, store or read what our own code would not have written."""

import copy
import os
from pathlib import Path
from typing import Any

import pytest

from services.worker.video.believe import UnbelievableError, believed
from tests.support.sandboxes import true_report


@pytest.fixture
def told(tmp_path: Path) -> dict[str, Any]:
    """Give a true report whose pictures lie in tmp_path."""
    return true_report(tmp_path)


def test_a_true_report_is_believed(told: dict[str, Any], tmp_path: Path) -> None:
    report = believed(told, tmp_path)
    assert report.length is not None
    assert report.length.total_seconds() == pytest.approx(12)
    assert report.recorded_at is not None
    assert report.recorded_at.tzinfo is not None


CHANGES: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "not a number": (("facts", "length_seconds"), float("nan")),
    "infinite": (("facts", "length_seconds"), float("inf")),
    "negative": (("facts", "length_seconds"), -1.0),
    "too long": (("facts", "length_seconds"), 1e300),
    "a number as words": (("facts", "frame_count"), "120"),
    "a truth as a number": (("facts", "has_sound"), 1),
    "another turn": (("facts", "rotation_degrees"), 45),
    "another flag": (("facts", "flags"), ["<script>"]),
    "another fact": (("facts", "note"), "<script>"),
    "a long word": (("facts", "video_codec"), "x" * 5000),
    "a moment without a zone": (("facts", "recorded_at"), "2026-11-18T12:00:00"),
    "no facts and no failure": (("facts",), None),
    "a path": (("pictures", "poster"), "../../../etc/passwd"),
    "another picture": (("pictures", "poster"), "thumbnail-00.jpg"),
    "a thumbnail elsewhere": (("pictures", "thumbnails", 0, "name"), "/etc/passwd"),
    "one thumbnail twice": (("pictures", "thumbnails", 0, "name"), "thumbnail-01.jpg"),
    "a thumbnail that is not there": (("pictures", "thumbnails", 0, "name"), "thumbnail-99.jpg"),
    "too many thumbnails": (("pictures", "thumbnails"), [{"name": "thumbnail-00.jpg", "at_seconds": 0.0}] * 61),
    "no thumbnails": (("pictures", "thumbnails"), []),
    "a long reason": (("failure",), {"reason": "x" * 5000, "advice": ""}),
    "a failure without advice": (("failure",), {"reason": "x"}),
    "another part": (("orders",), ["rm -rf /"]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_our_code_would_not_write_is_not_believed(change: str, told: dict[str, Any], tmp_path: Path) -> None:
    (*way, last), value = CHANGES[change]
    changed: Any = copy.deepcopy(told)
    place = changed
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(UnbelievableError):
        believed(changed, tmp_path)


def test_a_link_in_place_of_a_picture_is_not_followed(told: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "neighbour.jpg").write_bytes(b"\xff\xd8\xff another person's picture")
    (tmp_path / "poster.jpg").unlink()
    (tmp_path / "poster.jpg").symlink_to(tmp_path / "neighbour.jpg")
    with pytest.raises(UnbelievableError, match=r"poster\.jpg"):
        believed(told, tmp_path)


def test_a_pipe_a_folder_and_a_text_are_no_pictures(told: dict[str, Any], tmp_path: Path) -> None:
    poster = tmp_path / "poster.jpg"
    poster.unlink()
    os.mkfifo(poster)
    with pytest.raises(UnbelievableError):
        believed(told, tmp_path)
    poster.unlink()
    poster.mkdir()
    with pytest.raises(UnbelievableError):
        believed(told, tmp_path)
    poster.rmdir()
    poster.write_text("<svg onload=alert(1)>")
    with pytest.raises(UnbelievableError):
        believed(told, tmp_path)


def test_pictures_that_are_too_large_are_not_believed(told: dict[str, Any], tmp_path: Path) -> None:
    with (tmp_path / "poster.jpg").open("ab") as opened:
        opened.truncate(60 << 20)
    with pytest.raises(UnbelievableError, match="too large"):
        believed(told, tmp_path)
