"""How many faces and plates of known place the redaction covers, before and after a person's pass, and how long it takes. Beside deface.

    .venv/bin/python benchmarks/redacting.py [--deface PYTHON] [--no-times] [--only WORDS] [--unseen /usr/share]

PYTHON is the interpreter of an environment in which deface is installed whole (with scikit-image, whose picture of a second person is used
then); without it deface's own columns and the second person are left out. The clips: redaction_clips.py; with --unseen those of
redaction_unseen.py instead, which nothing was tuned on.

A face or plate counts as covered in a frame if one box covers nine tenths of its area. The person's pass is what a person would add who
looks twice a second: a box wherever a face is not covered there. deface looks at every twentieth frame only: it is slow, and keeps nothing
in mind from frame to frame. Intervals: bootstrap over whole seconds, since neighbouring frames are alike.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from redaction_clips import RATE, SECONDS, TruthClip, only, truth_clips
from redaction_unseen import unseen_clips

from services.worker.video.models import face_model
from services.worker.video.programs import Programs, media_programs
from services.worker.video.sandbox import Limits, NoSandbox, Sandbox, open_sandbox
from services.worker.video.tracks import Box, KeyFrame, box_at, covered, overlap

COVERED, LOOKS_A_SECOND, REPEATS = 0.9, 2, 3
DEFACE_EVERY = 20
LIMITS = Limits(1500, 3000, file_bytes=1 << 30)


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
    """Return what deface would cover by its defaults: every face of every twentieth frame at full size, threshold 0.2, enlarged by 1.3."""
    script = """
import sys, json, imageio.v3 as iio
from deface.centerface import CenterFace
net, told = CenterFace(in_shape=None, backend="auto"), []
for number, frame in enumerate(iio.imiter(sys.argv[1])):
    if number % int(sys.argv[2]):
        continue
    high, wide = frame.shape[:2]
    found, _ = net(frame, threshold=0.2)
    found = [(a - .15 * (c - a), b - .15 * (d - b), 1.3 * (c - a), 1.3 * (d - b)) for a, b, c, d, _ in found]
    told.append([[float(x / wide), float(y / high), float(w / wide), float(h / high)] for x, y, w, h in found])
print(json.dumps(told))
"""
    told = subprocess.run(
        [python, "-c", script, str(clip.path), str(DEFACE_EVERY)], capture_output=True, text=True, check=True
    ).stdout.splitlines()[-1]
    return [[KeyFrame(number * DEFACE_EVERY / clip.rate, Box(*box))] for number, boxes in enumerate(json.loads(told)) for box in boxes]


def covered_by_deface(clip: TruthClip, tracks: list[list[KeyFrame]]) -> list[bool]:
    """Return for each frame with a face whether deface covers it; each of its boxes counts for its own frame only."""
    boxes: dict[int, list[Box]] = {}
    for (frame,) in tracks:
        boxes.setdefault(round(frame.at * clip.rate), []).append(frame.box)
    return [
        covered(face, boxes.get(number, [])) >= COVERED for number, face in enumerate(clip.truth) if face and number % DEFACE_EVERY == 0
    ]


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


def elsewhere(clip: TruthClip, said: list[dict[str, Any]]) -> float:
    """Return how many boxes a frame has on average that lie where nothing is to be covered."""
    tracks, boxes = [track for kind in ("face", "plate") for track in only(said, kind)], 0
    for number, truth in enumerate(clip.truth):
        there = [box for track in tracks if (box := box_at(track, number / clip.rate)) is not None]
        boxes += sum(1 for box in there if truth is None or not overlap(box, truth))
    return boxes / len(clip.truth)


def measured(sandbox: Sandbox, clip: TruthClip, folder: Path, deface: str | None) -> dict[str, list[bool]]:
    """Print what one clip gives; return for each way of covering what was covered."""
    ask = {"model": str(face_model()), "length_seconds": len(clip.truth) / clip.rate, "rotation": 0}
    said = run(sandbox, "propose", clip.path, folder, **ask)["tracks"]
    tracks = only(said, clip.kind)
    added = persons_pass(clip, tracks)
    found = {"proposed": hits(clip, tracks), "after": hits(clip, [*tracks, *added])}
    if deface and clip.kind == "face":
        found["deface"] = covered_by_deface(clip, defaced(deface, clip))
    shares = ", ".join(f"{name} {np.mean(those):.3f}" for name, those in found.items())
    print(f"{clip.name}: {len(found['proposed'])}; {shares}; {len(added)} boxes added, {elsewhere(clip, said):.2f} elsewhere", flush=True)
    return found


def second_person(python: str) -> Path:
    """Return scikit-image's picture of a second person."""
    script = "import skimage, pathlib; print(pathlib.Path(skimage.__file__).parent / 'data' / 'astronaut.png')"
    return Path(subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout.strip())


def _seen_by_the_clock(programs: Programs, sandbox: Sandbox) -> Sandbox:
    """Return a sandbox whose child's processor time is counted: bubblewrap keeps it to itself, Landlock does not."""
    try:
        return open_sandbox("landlock", programs)
    except NoSandbox:
        return sandbox


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--deface", help="interpreter of an environment with deface installed whole")
    asked.add_argument("--no-times", action="store_true", help='leave the times out; they are of the clip "far"')
    asked.add_argument("--only", default="", help="measure only clips whose name holds these words")
    asked.add_argument("--unseen", type=Path, help="measure clips that nothing was tuned on; the folder with Debian's files")
    given = asked.parse_args()
    programs = media_programs(ffmpeg="", ffprobe="")
    sandbox, totals = open_sandbox("auto", programs), dict[tuple[str, str], list[bool]]()
    print(f"load {os.getloadavg()}")
    with tempfile.TemporaryDirectory(prefix="redacting-") as place:
        folder, far, second = Path(place), None, second_person(given.deface) if given.deface else None
        unseen = unseen_clips(folder, programs, given.unseen) if given.unseen else None
        for number, clip in enumerate(unseen or truth_clips(folder, programs, second, given.only)):
            far = clip if clip.name == "far" else far
            for name, those in measured(sandbox, clip, folder / f"proposed-{number}", given.deface).items():
                totals.setdefault((clip.kind, name), []).extend(those)
        for (kind, name), those in totals.items():
            low, high = interval(those, RATE if name != "deface" else RATE / DEFACE_EVERY)
            print(f"all, {kind}, {name}: {np.mean(those):.4f} ({low:.3f} to {high:.3f}) of {len(those)}")
        print(
            f"most memory of a child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10} MB; load {os.getloadavg()}", flush=True
        )
        if far is not None and not given.no_times:
            times(_seen_by_the_clock(programs, sandbox), far, folder, programs, given.deface)
            print(f"load {os.getloadavg()}")


if __name__ == "__main__":
    main()
