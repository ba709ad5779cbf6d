"""Which ffmpeg is used, and what is said where it cannot be."""

from pathlib import Path

import pytest

from services.worker.video.programs import media_programs
from stop_search.errors import SettingMissing


def a_program(folder: Path, told: str) -> str:
    """Write a program that tells this version."""
    path = folder / "ffprobe"
    path.write_text(f"#!/bin/sh\necho '{told}'\n")
    path.chmod(0o755)
    return str(path)


def test_the_packaged_programs_are_there() -> None:
    found = media_programs(ffmpeg="", ffprobe="")
    assert found.ffmpeg.is_file()
    assert found.ffprobe.is_file()


@pytest.mark.parametrize(
    "told",
    [
        "ffprobe version 5.1.9-0+deb12u1 Copyright (c) 2007-2026 the FFmpeg developers",
        "ffprobe version n8.1.2 Copyright",
        "ffprobe version 10.0 Copyright",
        "ffprobe version N-118283-g12cb4fa Copyright",
    ],
)
def test_a_program_that_is_new_enough_is_taken(told: str, tmp_path: Path) -> None:
    named = a_program(tmp_path, told)
    assert media_programs(ffmpeg="", ffprobe=named).ffprobe == Path(named)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("ffprobe version 4.4.2-0ubuntu0.22.04.1 Copyright", "4.4; 5.1 or later"),
        ("ffprobe version 5.0.3 Copyright", "5.0; 5.1 or later"),
        ("hello", "does not run"),
    ],
)
def test_one_that_is_too_old_or_something_else_is_named(told: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingMissing, match=words) as refusal:
        media_programs(ffmpeg="", ffprobe=a_program(tmp_path, told))
    assert "STOP_SEARCH_FFPROBE" in str(refusal.value)


def test_one_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingMissing, match="STOP_SEARCH_FFMPEG: /nowhere/ffmpeg does not run"):
        media_programs(ffmpeg="/nowhere/ffmpeg", ffprobe="")
