"""Looking for what a recording points to reads broken structures to their end, never further, and tells nothing wrong of whole ones."""

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from services.worker.video.pointing import refused
from tests.support import odd_bytes
from tests.support.mutations import flipped_by_us
from tests.support.odd_clips import odd_clip
from tests.support.odd_files import structures

WHOLE = ("h264.mp4", "faststart.mp4", "fragmented.mp4", "h264.mov", "h264.mkv", "vp8.webm", "mpeg4.avi", "h264.ts", "mpeg2.mpg", "wmv2.wmv")


@pytest.mark.parametrize("name", WHOLE)
def test_a_plain_recording_points_nowhere(name: str, tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    recording.write_bytes(odd_clip(name))
    assert refused(recording) is None


def test_a_reference_to_the_file_itself_or_to_nothing_is_none_to_another(tmp_path: Path) -> None:
    recording, way = tmp_path / "recording", (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")
    for entry in (
        odd_bytes.box(b"url ", struct.pack(">I", 1) + b"left over"),
        odd_bytes.box(b"url ", bytes(5)),
        odd_bytes.box(b"alis", bytes(4)),
    ):
        content = struct.pack(">II", 0, 1) + entry
        recording.write_bytes(odd_bytes.within(odd_clip("h264.mp4"), way, lambda _, content=content: content))
        assert refused(recording) is None
    both = struct.pack(">II", 0, 2) + odd_bytes.box(b"url ", struct.pack(">I", 1)) + odd_bytes.box(b"alis", bytes(4) + b"elsewhere")
    recording.write_bytes(odd_bytes.within(odd_clip("h264.mp4"), way, lambda _: both))
    assert refused(recording) is not None


@pytest.mark.parametrize("name", sorted(structures()))
def test_broken_structures_are_read_to_their_end(name: str, tmp_path: Path) -> None:
    content, recording = structures()[name][0], tmp_path / "recording"
    for seed in range(60):
        recording.write_bytes(flipped_by_us(content, seed, 0.0005 * (1 + seed % 20), 4)[: len(content) * (1 + seed % 3) // 3])
        refused(recording)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=2000)
@given(start=some.sampled_from((b"\0\0\0\x08ftyp", b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff")), rest=some.binary(max_size=300))
def test_any_bytes_behind_a_beginning_are_read_to_their_end(start: bytes, rest: bytes, tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    recording.write_bytes(start + rest)
    refused(recording)


def test_a_file_of_nothing_but_heads_takes_no_longer_than_allowed(tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    recording.write_bytes(struct.pack(">I4s", 8, b"ftyp") + struct.pack(">I4s", 8, b"free") * 400_000)
    assert refused(recording) is None
    recording.write_bytes(bytes.fromhex("1a45dfa380") + bytes.fromhex("18538067ff") + bytes.fromhex("ec80") * 400_000)
    assert refused(recording) is None
