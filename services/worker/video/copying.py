"""A copy that every browser plays: H.264 and AAC in MP4, its index first, no larger than a line can carry. Runs in the sandboxed child.

The original stays the evidence; a copy shows the same seconds, in a smaller picture, without anything else that the file said.
"""

import subprocess
from pathlib import Path
from typing import Any

import ffmpeg

from services.worker.video.pointing import refused
from services.worker.video.probe import MAX_PIXELS, OPEN_OPTIONS

COPY = "copy.mp4"
LONGEST_SIDE = 960  # pixels: about 1 Mbit/s, and faces and hands can still be seen
CANNOT = "This recording cannot be made into a copy that browsers play: it is damaged or encrypted."
USE_ORIGINAL = "The original is kept unchanged; it can be played with a program for its format."


def make_copy(recording: Path, folder: Path, *, ffmpeg_program: str) -> dict[str, Any]:
    """Make the copy in `folder`; return {copy: {name, size, shape, length} or None, failure: {reason, advice} or None}."""
    if found := refused(recording):
        return _failed(found.reason, found.advice)
    ended = subprocess.run(command(recording, folder / COPY, ffmpeg_program), capture_output=True, check=False)  # noqa: S603 -- an argument list of our own
    made = _measured(folder / COPY) if ended.returncode == 0 else None
    return {"copy": made, "failure": None} if made else _failed(CANNOT, USE_ORIGINAL)


def command(recording: Path, copy: Path, ffmpeg_program: str) -> list[str]:
    """Return the argument list: the first picture and the first sound, right way up, square pixels, times as they are, nothing else."""
    opened = ffmpeg.input(str(recording), **OPEN_OPTIONS, max_pixels=MAX_PIXELS)
    most = f"min({LONGEST_SIDE},max(iw*sar,ih))/max(iw*sar,ih)"
    picture = opened["V:0"].filter("scale", f"trunc(iw*sar*{most}/2)*2", f"trunc(ih*{most}/2)*2", flags="fast_bilinear")
    picture = picture.filter("setsar", "1").filter("format", "yuv420p")
    made = ffmpeg.output(
        picture,
        opened["a:0?"],
        str(copy),
        format="mp4",
        vcodec="libx264",
        preset="veryfast",
        crf=27,
        acodec="aac",
        audio_bitrate="96k",
        ac=2,
        fps_mode="vfr",
        map_metadata="-1",
        map_chapters="-1",
        movflags="+faststart",
    ).global_args("-nostdin", "-hide_banner", "-v", "error")
    return [str(part) for part in ffmpeg.compile(made, cmd=ffmpeg_program)]


def _measured(copy: Path) -> dict[str, Any] | None:
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(copy), options=OPEN_OPTIONS, container_options=OPEN_OPTIONS) as made:
            picture = made.streams.video[0]
            codec = picture.codec_context
            return {
                "name": copy.name,
                "width_pixels": codec.width,
                "height_pixels": codec.height,
                "length_seconds": round((made.duration or 0) / av.time_base, 3),
            }
    except (FFmpegError, IndexError):
        return None


def _failed(reason: str, advice: str) -> dict[str, Any]:
    return {"copy": None, "failure": {"reason": reason, "advice": advice}}
