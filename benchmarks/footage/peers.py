"""What others do for the same pictures and facts: plain programs and libraries, each as one piece of work."""

import hashlib
import importlib
import subprocess
import tempfile
from pathlib import Path

import av
from clips import FFMPEG

from services.worker.video.programs import media_programs

FFPROBE = str(media_programs(ffmpeg="", ffprobe="").ffprobe)
COUNT, WIDTH = 60, 320


def run(*command: str, cwd: Path | None = None) -> None:
    """Run a program silently."""
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd)


def length(clip: Path) -> float:
    """Return a clip's length in seconds."""
    with av.open(str(clip)) as container:
        return float(container.duration or 0) / 1e6


def moments(clip: Path) -> list[float]:
    """Return the middles of sixty shares of a clip."""
    whole = length(clip)
    return [(place + 0.5) * whole / COUNT for place in range(COUNT)]


def packed_keyframes(clip: Path, place: Path) -> Path:
    """Return a file that holds nothing but the sixty keyframes before the moments."""
    return packed(clip, moments(clip), place / f"keyframes_of_{clip.stem}.mp4")


def packed(clip: Path, seconds: list[float], path: Path) -> Path:
    """Return a file that holds nothing but the keyframes before, or at, these seconds; made once."""
    if path.exists():
        return path
    with av.open(str(clip)) as given, av.open(str(path), "w") as out:
        source = given.streams.video[0]
        target = out.add_stream_from_template(source)
        for number, at in enumerate(seconds):
            given.seek(int(at / source.time_base + 0.5), stream=source)
            packet = next(packet for packet in given.demux(source) if packet.is_keyframe)
            packet.pts = packet.dts = int(number / source.time_base)
            packet.stream = target
            out.mux(packet)
    return path


def decode(clip: Path, *what: str, threads: int = 2) -> None:
    """Decode all of a file."""
    run(FFMPEG, "-nostdin", "-v", "error", "-threads", str(threads), "-i", str(clip), *what, "-f", "null", "-")


def seek_loop(clip: Path) -> None:
    """Take the sixty keyframes by PyAV in one thread."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        stream.codec_context.skip_frame = "NONKEY"
        for at in moments(clip):
            container.seek(int(at / stream.time_base), stream=stream)
            frame = next(container.decode(stream))
            frame.to_image(width=WIDTH, height=WIDTH * frame.height // frame.width)


def spawned(clip: Path) -> None:
    """Start ffmpeg once for each picture."""
    with tempfile.TemporaryDirectory() as place:
        for number, at in enumerate(moments(clip)):
            picture = ("-frames:v", "1", "-vf", f"scale={WIDTH}:-2", str(Path(place, f"{number:02d}.jpg")))
            run(FFMPEG, "-nostdin", "-v", "error", "-ss", f"{at:.3f}", "-i", str(clip), *picture)


def thumbnailer(clip: Path) -> None:
    """Start ffmpegthumbnailer once for each picture."""
    whole = length(clip)
    with tempfile.TemporaryDirectory() as place:
        for number, at in enumerate(moments(clip)):
            clock = f"{int(at) // 3600:02d}:{int(at) // 60 % 60:02d}:{int(at) % 60:02d}" if whole else "0%"
            run("ffmpegthumbnailer", "-i", str(clip), "-o", str(Path(place, f"{number}.jpg")), "-s", str(WIDTH), "-t", clock)


def plain_pipeline(clip: Path) -> None:
    """ffprobe, openssl, sixty starts of ffmpeg, a tile of what they made, ebur128 and silencedetect."""
    run(FFPROBE, "-show_format", "-show_streams", "-of", "json", str(clip))
    run("openssl", "dgst", "-sha256", str(clip))
    with tempfile.TemporaryDirectory() as place:
        for number, at in enumerate(moments(clip)):
            picture = ("-frames:v", "1", "-vf", f"scale={WIDTH}:-2", f"{number:02d}.jpg")
            run(FFMPEG, "-nostdin", "-v", "error", "-ss", f"{at:.3f}", "-i", str(clip), *picture, cwd=Path(place))
        run(FFMPEG, "-nostdin", "-v", "error", "-i", "%02d.jpg", "-vf", "tile=10x6", "sheet.jpg", cwd=Path(place))
    decode(clip, "-map", "0:a", "-af", "ebur128")
    decode(clip, "-map", "0:a", "-af", "silencedetect")


def nothing() -> None:
    """Do nothing, as a job of plain RQ."""


def import_media() -> None:
    """Import what decodes, as a job of plain RQ does that has not got it before the fork."""
    importlib.import_module("cv2")
    importlib.import_module("av.container")


def openssl(clip: Path) -> None:
    """Hash with openssl."""
    run("openssl", "dgst", "-sha256", str(clip))


def our_hash(clip: Path) -> None:
    """Hash as the worker does."""
    with clip.open("rb") as opened:
        hashlib.file_digest(opened, "sha256")
