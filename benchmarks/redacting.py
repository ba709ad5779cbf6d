"""How many faces of known place the redaction covers, before and after a person's pass, and how long a copy takes. Beside deface.

    .venv/bin/python benchmarks/redacting.py [--deface PYTHON] [--no-times]

PYTHON is the interpreter of an environment in which deface is installed whole; without it deface's own columns are left out.

Truth: the real recording "carphone" (a man in a moving car), whose face was marked by eye at six moments; and made clips in which his real,
moving head goes over a real street. A face counts as covered in a frame if boxes cover nine tenths of its area. The person's pass is what a
person would add who looks twice a second: a box wherever a face is not covered there. Intervals: bootstrap over whole seconds, since
neighbouring frames are alike.
"""

import argparse
import json
import random
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from services.demo.clips import real_clips
from services.worker.video.models import face_model
from services.worker.video.programs import Programs, media_programs
from services.worker.video.sandbox import Limits, Sandbox, open_sandbox
from services.worker.video.tracks import Box, KeyFrame, box_at, covered, key_frames

COVERED, LOOKS_A_SECOND, REPEATS = 0.9, 2, 3
RATE, SECONDS = 25, 4
LIMITS = Limits(1500, 3000, file_bytes=1 << 30)
# The man's face in "carphone", hairline to chin and ear to ear, marked by eye: seconds, left, top, width, height.
MARKED = key_frames(
    [
        [0.0, 0.36, 0.25, 0.27, 0.45],
        [0.8, 0.36, 0.25, 0.27, 0.44],
        [1.6, 0.30, 0.27, 0.27, 0.43],
        [2.4, 0.30, 0.20, 0.29, 0.47],
        [3.2, 0.20, 0.25, 0.29, 0.45],
        [4.0, 0.25, 0.20, 0.30, 0.49],
    ]
)
HEAD = Box(0.17, 0.04, 0.52, 0.74)  # what of that picture goes over the street


@dataclass(frozen=True)
class TruthClip:
    """A clip, and where each face is in each frame (None: not to be seen)."""

    name: str
    path: Path
    truth: list[Box | None]
    rate: float


@dataclass(frozen=True)
class Way:
    """A head's way over the street: its face's height in pixels at the start and the end; from where to where; when it is hidden."""

    name: str
    size: tuple[int, int]
    face: tuple[int, int]
    start: tuple[float, float]
    end: tuple[float, float]
    hidden: tuple[float, float] = (9.0, 9.0)


WAYS = (
    Way("near, walking past", (1280, 720), (150, 190), (0.15, 0.5), (0.8, 0.45)),
    Way("coming closer", (1280, 720), (30, 130), (0.5, 0.35), (0.45, 0.55)),
    Way("far", (1920, 1080), (34, 34), (0.3, 0.4), (0.55, 0.42)),
    Way("very far", (1920, 1080), (18, 18), (0.6, 0.35), (0.5, 0.38)),
    Way("hidden for a second", (1280, 720), (80, 80), (0.2, 0.4), (0.7, 0.4), (1.5, 2.5)),
)


def frames_of(path: Path) -> list[np.ndarray]:
    """Return every frame (height, width, 3), blue, green, red."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]


def truth_clips(folder: Path, programs: Programs) -> Iterator[TruthClip]:
    """Yield the marked recording, and the clips that are made of it."""
    street, car = (one.path for one in real_clips()[:2])
    heads = frames_of(car)
    rate = 30000 / 1001
    yield TruthClip("carphone (real, marked by eye)", car, [box_at(MARKED, n / rate) for n in range(len(heads))], rate)
    background = frames_of(street)
    for number, way in enumerate(WAYS):
        yield made(folder / f"{number}.mp4", way, heads, background, programs)


def made(path: Path, way: Way, heads: list[np.ndarray], background: list[np.ndarray], programs: Programs) -> TruthClip:
    """Make one clip."""
    width, height = way.size
    command = [str(programs.ffmpeg), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", str(RATE)]
    command += ["-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", str(path)]
    truth: list[Box | None] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        for number in range(RATE * SECONDS):
            picture = cv2.resize(background[number], (round(height * 640 / 272), height), interpolation=cv2.INTER_CUBIC)[:, :width].copy()
            truth.append(pasted(picture, heads[number], number / RATE, way))
            encoder.stdin.write(picture.tobytes())
        encoder.stdin.close()
    return TruthClip(way.name, path, truth, RATE)


def pasted(picture: np.ndarray, head: np.ndarray, at: float, way: Way) -> Box | None:
    """Paste the head with soft edges; return where its face is."""
    if way.hidden[0] <= at < way.hidden[1]:
        return None
    share, face = at / SECONDS, box_at(MARKED, at)
    tall = way.face[0] + (way.face[1] - way.face[0]) * share
    scale = tall / (face.height * head.shape[0])
    rows, columns = (slice(round(a * n), round((a + b) * n)) for a, b, n in ((HEAD.top, HEAD.height, 144), (HEAD.left, HEAD.width, 176)))
    cut = cv2.resize(head[rows, columns], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    high, wide = cut.shape[:2]
    x = round((way.start[0] + (way.end[0] - way.start[0]) * share) * picture.shape[1] - wide / 2)
    y = round((way.start[1] + (way.end[1] - way.start[1]) * share) * picture.shape[0] - high / 2)
    mask = np.zeros((high, wide), np.float32)
    cv2.ellipse(mask, (wide // 2, high // 2), (wide // 2 - 1, high // 2 - 1), 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), max(0.5, wide / 60))[..., None]
    place = picture[y : y + high, x : x + wide]
    place[:] = (place * (1 - mask) + cut * mask).astype(np.uint8)
    left = (x + (face.left - HEAD.left) / HEAD.width * wide) / picture.shape[1]
    top = (y + (face.top - HEAD.top) / HEAD.height * high) / picture.shape[0]
    return Box(left, top, face.width / HEAD.width * wide / picture.shape[1], face.height / HEAD.height * high / picture.shape[0])


def run(
    sandbox: Sandbox, task: str, recording: Path, folder: Path, manifest: dict[str, Any] | None = None, **ask: object
) -> dict[str, Any]:
    """Run one task of the child, as a job does."""
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest or {"tracks": [], "sounds": []}))
    ended = sandbox.run(task, recording=recording, folder=folder, limits=LIMITS, ask=ask)
    if ended.report is None:
        raise SystemExit(ended.trouble)
    return ended.report


def hits(clip: TruthClip, tracks: list[list[KeyFrame]]) -> list[bool]:
    """Return for each frame with a face whether it is covered."""
    found: list[bool] = []
    for number, face in enumerate(clip.truth):
        if face is not None:
            boxes = [box for track in tracks if (box := box_at(track, number / clip.rate)) is not None]
            found.append(covered(face, boxes) >= COVERED)
    return found


def persons_pass(clip: TruthClip, tracks: list[list[KeyFrame]]) -> list[list[KeyFrame]]:
    """Return what a person adds who looks LOOKS_A_SECOND times a second and draws a box round each face that is not covered there."""
    step = round(clip.rate / LOOKS_A_SECOND)
    added: list[list[KeyFrame]] = []
    drawing: list[KeyFrame] = []
    for number in [*range(0, len(clip.truth), step), len(clip.truth) - 1]:
        at, face = number / clip.rate, clip.truth[number]
        boxes = [box for track in tracks if (box := box_at(track, at)) is not None]
        if face is not None and covered(face, boxes) < COVERED:
            drawing.append(KeyFrame(at, face.padded(0.25, 0.25, 0.25)))
        elif drawing:
            added.append(drawing)
            drawing = []
    added += [drawing] if drawing else []
    half = 1 / LOOKS_A_SECOND
    return [[KeyFrame(one[0].at - half, one[0].box), *one, KeyFrame(one[-1].at + half, one[-1].box)] for one in added]


def interval(found: list[bool], rate: float) -> tuple[float, float]:
    """Return the 95 % interval of a share, by drawing whole seconds again 2,000 times."""
    chance = random.Random(7)  # noqa: S311 -- repeatable
    size = round(rate)
    blocks = [found[at : at + size] for at in range(0, len(found), size)]
    shares = sorted(np.mean([one for _ in blocks for one in chance.choice(blocks)]) for _ in range(2000))
    return shares[50], shares[1949]


def defaced(python: str, clip: TruthClip) -> list[list[KeyFrame]]:
    """Return what deface would cover by its defaults: every face of every frame at full size, threshold 0.2, enlarged by 1.3."""
    script = """
import sys, json, imageio.v3 as iio
from deface.centerface import CenterFace
net, told = CenterFace(in_shape=None, backend="auto"), []
for frame in iio.imiter(sys.argv[1]):
    high, wide = frame.shape[:2]
    found, _ = net(frame, threshold=0.2)
    found = [(a - .15 * (c - a), b - .15 * (d - b), 1.3 * (c - a), 1.3 * (d - b)) for a, b, c, d, _ in found]
    told.append([[float(x / wide), float(y / high), float(w / wide), float(h / high)] for x, y, w, h in found])
print(json.dumps(told))
"""
    told = subprocess.run([python, "-c", script, str(clip.path)], capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    return [[KeyFrame(number / clip.rate, Box(*box))] for number, boxes in enumerate(json.loads(told)) for box in boxes]


def covered_by_deface(clip: TruthClip, tracks: list[list[KeyFrame]]) -> list[bool]:
    """Return for each frame with a face whether deface covers it; each of its boxes counts for its own frame only."""
    boxes: dict[int, list[Box]] = {}
    for (frame,) in tracks:
        boxes.setdefault(round(frame.at * clip.rate), []).append(frame.box)
    return [covered(face, boxes.get(number, [])) >= COVERED for number, face in enumerate(clip.truth) if face is not None]


def took(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor seconds of this process's children."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def times(sandbox: Sandbox, clip: TruthClip, folder: Path, programs: Programs, deface: str | None) -> None:
    """Print how long proposing, making and checking take, each beside a bare transcode, interleaved; the median of REPEATS."""
    rounds = [one_round(sandbox, clip, folder / f"times-{number}", programs) for number in range(REPEATS)]
    wall, cpu = ({name: sorted(one[name][n] for one in rounds)[REPEATS // 2] for name in rounds[0]} for n in (0, 1))
    for name in wall:
        print(f"{name}: {wall[name]:.1f} s wall, {cpu[name]:.1f} s processor")
    for words, parts in (("propose and cover", ("propose", "cover")), ("and check", ("propose", "cover", "check"))):
        by_clock, by_processor = (sum(those[part] for part in parts) / those["transcode"] for those in (wall, cpu))
        print(f"{words}, in bare transcodes: {by_clock:.2f} by the clock, {by_processor:.2f} by the processor (bar 3)")
    if deface:
        command = [str(Path(deface).parent / "deface"), str(clip.path), "-o", str(folder / "defaced.mp4")]
        its = took(lambda: subprocess.run(command, check=True, capture_output=True))
        ours = [sum(those[part] for part in ("propose", "cover", "check")) for those in (wall, cpu)]
        shares = f"{ours[0] / its[0]:.3f} and {ours[1] / its[1]:.3f}"
        print(f"deface: {its[0]:.1f} s wall, {its[1]:.1f} s processor; ours with the check: {shares} (bar 0.2)")


def one_round(sandbox: Sandbox, clip: TruthClip, base: Path, programs: Programs) -> dict[str, tuple[float, float]]:
    """Return wall and processor seconds of a bare transcode and of each of our steps."""
    base.mkdir()
    bare = [str(programs.ffmpeg), "-v", "error", "-y", "-i", str(clip.path), "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-an"]
    about, report = {"length_seconds": SECONDS}, dict[str, Any]()
    spent = {"transcode": took(lambda: subprocess.run([*bare, str(base / "bare.mp4")], check=True))}
    model = str(face_model())
    spent["propose"] = took(lambda: report.update(run(sandbox, "propose", clip.path, base / "p", model=model, rotation=0, **about)))
    manifest = {"tracks": [track["key_frames"] for track in report["tracks"]], "sounds": []}
    spent["cover"] = took(lambda: run(sandbox, "cover", clip.path, base / "c", manifest, rotation=0, **about))
    frames = len(clip.truth)
    spent["check"] = took(
        lambda: run(sandbox, "check-copy", base / "c" / "copy.mp4", base / "k", manifest, model=model, frames=frames, **about)
    )
    return spent


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--deface", help="interpreter of an environment with deface installed whole")
    asked.add_argument("--no-times", action="store_true", help="leave the times out")
    given = asked.parse_args()
    programs = media_programs(ffmpeg="", ffprobe="")
    sandbox = open_sandbox("auto", programs)
    totals: dict[str, list[bool]] = {"proposed": [], "after": [], "deface": []}
    with tempfile.TemporaryDirectory(prefix="redacting-") as place:
        folder, far = Path(place), None
        for number, clip in enumerate(truth_clips(folder, programs)):
            ask = {"model": str(face_model()), "length_seconds": len(clip.truth) / clip.rate, "rotation": 0}
            said = run(sandbox, "propose", clip.path, folder / f"proposed-{number}", **ask)
            tracks = [key_frames(track["key_frames"]) for track in said["tracks"]]
            added = persons_pass(clip, tracks)
            found = {"proposed": hits(clip, tracks), "after": hits(clip, [*tracks, *added])}
            if given.deface:
                found["deface"] = covered_by_deface(clip, defaced(given.deface, clip))
            for name, those in found.items():
                totals[name] += those
            shares = ", ".join(f"{name} {np.mean(those):.3f}" for name, those in found.items())
            print(f"{clip.name}: {len(found['proposed'])} faces; {shares}; {len(tracks)} boxes proposed, {len(added)} added", flush=True)
            far = clip if clip.name == "far" else far
        for name, those in totals.items():
            if those:
                low, high = interval(those, RATE)
                print(f"all, {name}: {np.mean(those):.4f} ({low:.3f} to {high:.3f}) of {len(those)}")
        if far is not None and not given.no_times:
            times(sandbox, far, folder, programs, given.deface)


if __name__ == "__main__":
    main()
