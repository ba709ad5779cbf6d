"""A clip in which everything that an examination looks for is there at known times: seen and heard."""

import subprocess
import wave
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.support.clips import EACH_SECOND, H264, folder, programs

WIDTH, HEIGHT, RATE, SECONDS = 320, 180, 10, 26
SOUND_RATE = 48_000
# what the picture shows from second to second; `scene` is the number of a pattern
SEEN = (
    *((0, 4, 1, ""), (4, 8, 1, "dark"), (8, 12, 2, ""), (12, 15, 2, "covered"), (15, 18, 2, "blurred"), (18, 21, 2, "frozen")),
    *((21, 23.4, 3, ""), (23.4, 26, 4, "")),
)
MUTED, QUIET, CLIPPED, SPOKEN = ((0, 3), (10, 13)), (13, 16), (16, 18), (20, 25)
CODECS = {"mp4": ("-c:a", "aac"), "mkv": ("-c:a", "pcm_s16le"), "ts": ("-c:a", "aac"), "mov": ("-c:a", "pcm_s16le")}


def stretches(effect: str) -> list[tuple[float, float]]:
    """Return where the picture is dark, covered, blurred or frozen, in seconds."""
    return [(start, end) for start, end, _, name in SEEN if name == effect]


@cache
def known(container: str) -> Path:
    """Return the clip in this container."""
    path = folder() / f"known.{container}"
    sound = folder() / "known.wav"
    write_wave(sound, heard())
    picture = ("-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "-")
    _run(*picture, "-i", str(sound), *H264, *EACH_SECOND, "-crf", "18", *CODECS[container], str(path), given=_frames())
    return path


def edited(name: str, source: Path, *arguments: str) -> Path:
    """Return a clip made of another one by ffmpeg with these arguments."""
    path = folder() / name
    _run("-i", str(source), *arguments, str(path))
    return path


def heard() -> np.ndarray:
    """Return the sound as mono numbers from -1 to 1."""
    chance = np.random.default_rng(3)
    sound = 0.1 * chance.standard_normal(SECONDS * SOUND_RATE)
    _put(sound, QUIET, 0.0002 * np.sin(np.arange(SOUND_RATE * 3) * 0.05))
    _put(sound, CLIPPED, 4 * np.sin(np.arange(SOUND_RATE * 2) * 0.03))
    _put(sound, (18, 26), 0.0005 * chance.standard_normal(8 * SOUND_RATE))
    _put(sound, SPOKEN, spoken(5))
    for start, end in MUTED:
        _put(sound, (start, end), np.zeros((end - start) * SOUND_RATE))
    return sound.clip(-1, 1)


def spoken(seconds: int) -> np.ndarray:
    """Return something like a voice: a wavering pulse of 120 Hz through two formants, four syllables a second."""
    time = np.arange(seconds * SOUND_RATE) / SOUND_RATE
    phase = 2 * np.pi * np.cumsum(120 + 15 * np.sin(2 * np.pi * 2.3 * time)) / SOUND_RATE
    voice = np.zeros_like(time)
    for harmonic in range(1, 30):
        pitch = 120 * harmonic
        weight = sum(1 / (1 + ((pitch - formant) / 130) ** 2) for formant in (650, 1150, 2500))
        voice += weight * np.sin(harmonic * phase)
    return 0.25 * voice / np.abs(voice).max() * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * time))


def write_wave(path: Path, sound: np.ndarray) -> None:
    """Write mono numbers from -1 to 1 as a WAV of 16 bits."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SOUND_RATE)
        out.writeframes((sound * 32767).round().astype("<i2").tobytes())


def _put(sound: np.ndarray, where: tuple[float, float], what: np.ndarray) -> None:
    sound[int(where[0] * SOUND_RATE) : int(where[1] * SOUND_RATE)] = what


def _frames() -> bytes:
    return b"".join(_frame(number).tobytes() for number in range(SECONDS * RATE))


def _frame(number: int) -> np.ndarray:
    second = number / RATE
    start, _, scene, effect = next(part for part in SEEN if part[0] <= second < part[1])
    moved = number if effect != "frozen" else int(start * RATE)
    picture = np.roll(_pattern(scene), (moved * 2) % WIDTH, axis=1)
    return EFFECTS[effect](picture).astype(np.uint8)


EFFECTS: dict[str, Any] = {
    "": lambda picture: picture,
    "frozen": lambda picture: picture,
    "dark": lambda picture: picture * 0.08,
    "covered": lambda picture: picture * 0.03 + 90,
    "blurred": lambda picture: cv2.GaussianBlur(picture, (0, 0), 9),
}


@cache
def _pattern(scene: int) -> np.ndarray:
    """Return rectangles of many colours, the same for each number."""
    chance = np.random.default_rng(scene)
    picture = np.full((HEIGHT, WIDTH, 3), chance.integers(40, 220, 3), dtype=np.uint8)
    for _ in range(120):
        left, top = int(chance.integers(0, WIDTH - 24)), int(chance.integers(0, HEIGHT - 24))
        colour = [int(part) for part in chance.integers(20, 240, 3) * 0.5 + picture[0, 0] * 0.5]
        cv2.rectangle(picture, (left, top), (left + int(chance.integers(4, 24)), top + int(chance.integers(4, 24))), colour, -1)
    waves = 45 * np.sin(np.linspace(0, 4 * np.pi, WIDTH, endpoint=False))[None, :, None]
    return (picture * 0.6 + 55 + waves).clip(0, 255)


def _run(*arguments: str, given: bytes | None = None) -> None:
    command = [str(programs().ffmpeg), "-v", "error", "-y", *arguments]
    subprocess.run(command, input=given, check=True, timeout=60, capture_output=True)
