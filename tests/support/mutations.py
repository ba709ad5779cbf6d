"""Recordings whose bytes were changed by chance: by zzuf where it is installed, else by the same kind of flips of our own; repeatable."""

import random
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.support.odd_clips import BFRAMES, MJPEG, MPEG2, MPEG4, ROWS, SOUND, X264, X265, made_of, odd_clip
from tests.support.odd_files import POINTING, structures

NOISY = ("-vf", "noise=alls=40:allf=t")
HEAVY: dict[str, tuple[str, ...]] = {  # mostly pictures and sound, so that decoders get most of the damage
    "noisy.mp4": (*NOISY, *BFRAMES, "-c:a", "aac"),
    "noisy.mkv": (*NOISY, *X264, "-c:a", "flac"),
    "noisy.mov": (*NOISY, *X264, "-c:a", "pcm_s16be"),
    "noisy.ts": (*NOISY, *BFRAMES, "-c:a", "ac3"),
    "noisy.avi": (*NOISY, *MPEG4, "-bf", "2", "-c:a", "libmp3lame"),
    "noisy.mpg": (*NOISY, *MPEG2, "-c:a", "mp2"),
    "noisy.webm": (*NOISY, "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "900k", "-c:a", "libopus"),
    "noisy.wmv": (*NOISY, "-c:v", "wmv2", "-q:v", "5", "-c:a", "wmav2"),
    "noisy_hevc.mp4": (*NOISY, *X265, "-c:a", "aac"),
    "noisy_hevc.ts": (*NOISY, *X265, "-c:a", "aac"),
    "noisy_mjpeg.avi": (*NOISY, *MJPEG, "-c:a", "adpcm_ima_wav"),
    "noisy_vp9.webm": (*NOISY, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    "noisy_av1.mp4": (*NOISY, "-c:v", "libsvtav1", "-preset", "12", "-c:a", "aac"),
}
RATIOS = (0.000005, 0.00002, 0.0001, 0.0005, 0.002, 0.004, 0.01)  # shares of bits flipped; 0.004 is zzuf's own
UNMUTATED = {"-i.mp4", "--help", "%03d.mp4", "concat:a|b.mp4"}  # the same bytes as h264.mp4


@cache
def sources() -> dict[str, bytes]:
    """Return what is mutated: every odd recording, and all that points to other files."""
    clips = {name: odd_clip(name) for name in ROWS if name not in UNMUTATED}
    clips |= {name: made_of(Path(name).suffix, after, SOUND) for name, after in HEAVY.items()}
    return clips | {name: content for name, (content, _) in (POINTING | structures()).items()}


def mutation(seed: int) -> tuple[str, bytes]:
    """Return the name of a source, and its bytes changed as the seed says."""
    chance = random.Random(seed)  # noqa: S311 -- repeatable damage
    names = sorted(sources())
    name = sorted(HEAVY)[seed // 3 % len(HEAVY)] if seed % 3 == 0 else names[seed % len(names)]
    content = sources()[name]
    ratio, start = chance.choice(RATIOS), chance.choice((0, 0, 64, len(content) // 8, len(content) // 2))
    return name, _shifted(_flipped(content, seed, ratio, min(start, len(content) // 2)), chance)


def by() -> str:
    """Return which program flips the bits."""
    return "zzuf" if shutil.which("zzuf") else "our own flips"


def _flipped(content: bytes, seed: int, ratio: float, start: int) -> bytes:
    zzuf = shutil.which("zzuf")
    if zzuf is None:
        return flipped_by_us(content, seed, ratio, start)
    command = [zzuf, "-s", str(seed), "-r", str(ratio), "-b", f"{start}-"]
    changed = subprocess.run(command, input=content, capture_output=True, check=True, timeout=60).stdout
    return changed if changed != content else flipped_by_us(content, seed, ratio, start)  # so few that zzuf flipped none


def flipped_by_us(content: bytes, seed: int, ratio: float, start: int) -> bytes:
    """Return a copy with this share of its bits flipped, from byte `start` on."""
    chance = random.Random(-seed)  # noqa: S311 -- repeatable damage
    changed = bytearray(content)
    for _ in range(max(1, round((len(changed) - start) * 8 * ratio))):
        changed[chance.randrange(start, len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _shifted(content: bytes, chance: random.Random) -> bytes:
    """Return a copy from which now and then a piece was cut out, doubled or zeroed: zzuf never changes a length."""
    at = chance.randrange(len(content))
    piece = slice(at, at + chance.randrange(1, 500))
    match chance.randrange(6):
        case 0:
            return content[: piece.start] + content[piece.stop :]
        case 1:
            return content[:at] + content[piece] + content[at:]
        case 2:
            return content[: piece.start] + bytes(len(content[piece])) + content[piece.stop :]
        case _:
            return content
