"""The examination of recordings beside peers and limits, in pairs: what it costs, process start and sandbox included.

    python benchmarks/footage/compare.py FOLDER [pictures] [facts] [growth] [memory] [hash] [sparse] [awkward] [scenes]

FOLDER holds the clips, about 3 GB, which are made there once (half an hour on a quiet machine). Peers that are Python programs (decord,
scenedetect, vcsi) are taken from a virtual environment named in PEERS; those that are not there are left out and named.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import clips
import peers
from measure import Work, cost, in_turn, said

from services.worker.footage_jobs import limits_for
from services.worker.video import confine
from services.worker.video.looking import Looking
from services.worker.video.packets import read_timeline
from services.worker.video.probe import container_facts, picture_stream
from services.worker.video.programs import media_programs
from services.worker.video.row import drawings, taken_row
from services.worker.video.sandbox import Sandbox
from services.worker.video.takers import Takers, opened

PARTS = ("hash", "pictures", "facts", "growth", "memory", "sparse", "awkward", "scenes")
ROUNDS = int(os.environ.get("ROUNDS", "3"))
PEERS = Path(os.environ.get("PEERS", "/nowhere"))
CORES = 2
DECORD = "import decord,sys; v=decord.VideoReader(sys.argv[1]); n=len(v); v.get_batch([int((i+.5)*n/60) for i in range(60)])"


def examined(clip: Path, *, row_alone: bool = False) -> dict[str, object]:
    """Examine a clip as the worker does, its hash beside it; return the report and the timeline."""
    mode = "landlock" if confine.landlock_version() else "bubblewrap"
    sandbox = Sandbox(mode, media_programs(ffmpeg="", ffprobe=""), shutil.which("bwrap"))
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(1) as beside:
        if not row_alone:
            beside.submit(peers.our_hash, clip)
        ended = sandbox.run(
            "examine", recording=clip, folder=Path(place), limits=limits_for(clip.stat().st_size), ask={"row_alone": row_alone}
        )
        if ended.report is None or ended.report["pictures"] is None:
            message = f"{clip.name} was not examined: {ended.trouble or ended.report}"
            raise SystemExit(message)
        return ended.report | {"timeline": json.loads(Path(place, "timeline.json").read_text(encoding="utf-8"))}


def ours(clip: Path, *, row_alone: bool = False) -> Work:
    """Return the examination as a piece of work."""
    return lambda: examined(clip, row_alone=row_alone)


def compare_hash(place: Path) -> None:
    """SHA-256."""
    clip = clips.repeated(place, 4)
    said("SHA-256 / openssl", in_turn(lambda: peers.our_hash(clip), lambda: peers.openssl(clip), ROUNDS), "1.1 wall")


def compare_pictures(place: Path) -> None:
    """Sixty thumbnails, the sheet, the index and the poster."""
    clip = clips.repeated(place, 4)
    packed, row = peers.packed_keyframes(clip, place), ours(clip, row_alone=True)
    said("row / decoding its 60 keyframes", in_turn(row, lambda: peers.decode(packed), ROUNDS), "1.5 wall")
    said("row / PyAV seek loop", in_turn(row, lambda: peers.seek_loop(clip), ROUNDS), "0.8 wall")
    said("row / ffmpeg -ss x 60", in_turn(row, lambda: peers.spawned(clip), ROUNDS), "0.15 wall")
    if shutil.which("ffmpegthumbnailer"):
        said("row / ffmpegthumbnailer x 60", in_turn(row, lambda: peers.thumbnailer(clip), ROUNDS), "0.16 wall")
    if (vcsi := PEERS / "bin" / "vcsi").exists() and shutil.which("ffprobe"):
        sheet = str(place / "vcsi.jpg")
        said(
            "row / vcsi 6x10",
            in_turn(row, lambda: peers.run(str(vcsi), "-g", "6x10", "-w", "1920", "-o", sheet, str(clip)), ROUNDS),
            "0.12 wall",
        )
    else:
        print("vcsi is left out: it, or an ffprobe on the path, is not there")


def compare_facts(place: Path) -> None:
    """Everything beside the plain pipeline, and beside what cannot be done faster."""
    clip = clips.repeated(place, 4)
    said("all / plain pipeline", in_turn(ours(clip), lambda: peers.plain_pipeline(clip), ROUNDS), "0.3 cpu")
    seen = looked_at(clip).keyframes
    few, many = peers.packed_keyframes(clip, place), peers.packed(clip, seen, place / f"seen_of_{clip.stem}.mp4")
    ratios = []
    for _ in range(ROUNDS):
        took = cost(ours(clip))
        hash_, sound = cost(lambda: peers.openssl(clip)), cost(lambda: peers.decode(clip, "-map", "0:a"))
        pictures = [cost(lambda packed=packed: peers.decode(packed, threads=1)) for packed in (few, many)]
        ratios.append([took.wall / ((hash_.cpu + sound.cpu + one.cpu) / CORES) for one in pictures])
    for name, ratio in zip((f"{peers.COUNT}", f"{len(seen)} that are looked at"), zip(*ratios, strict=True), strict=True):
        print(f"| all / computed limit with {name} keyframes | | | {median(ratio):.2f} | | 1.6 wall | {os.getloadavg()[0]:.1f} |")


def compare_growth(place: Path) -> None:
    """Eight times the bytes."""
    short, long = clips.repeated(place, 2), clips.repeated(place, 16)
    said("all, 40 min / 5 min", in_turn(ours(long), ours(short), ROUNDS), "2.5 cpu")
    said("row, 40 min / 5 min", in_turn(ours(long, row_alone=True), ours(short, row_alone=True), ROUNDS), "1.1 cpu")


def compare_memory(place: Path) -> None:
    """Peak memory beside decord's."""
    clip = clips.repeated(place, 4)
    python = PEERS / "bin" / "python"
    if not python.exists():
        print("decord is left out: PEERS names no virtual environment")
        return
    pairs = in_turn(ours(clip), lambda: peers.run(str(python), "-c", DECORD, str(clip)), ROUNDS)
    said("all / decord, 60 exact pictures", pairs, "0.3 wall")
    ratio = median(a.mib / b.mib for a, b in pairs)
    ours_mib, theirs_mib = median(a.mib for a, _ in pairs), median(b.mib for _, b in pairs)
    print(f"| all / decord, peak memory | {ours_mib:.0f} MiB | {theirs_mib:.0f} MiB | | {ratio:.2f} | 0.45 |")


def compare_sparse(place: Path) -> None:
    """One keyframe in all: one linear decoding."""
    clip = clips.awkward(place, "one_keyframe.mp4")
    whole = ("-map", "0:v", "-vf", "fps=60/152,scale=320:-2")
    said("one keyframe: row / one decoding", in_turn(ours(clip, row_alone=True), lambda: peers.decode(clip, *whole), ROUNDS), "1.2 wall")


def compare_awkward(place: Path) -> None:
    """Say whether pictures are right in every form: how many, how many at different times, how far from where they should be."""
    for name in clips.AWKWARD:
        told = examined(clips.awkward(place, name))
        facts, pictures = told["facts"], told["pictures"]
        assert isinstance(facts, dict) and isinstance(pictures, dict)  # noqa: S101, PT018 -- for the type checker
        times = [one["at_seconds"] for one in pictures["thumbnails"]]
        step = facts["length_seconds"] / 60
        away = max(abs((int(one["name"][10:12]) + 0.5) * step - one["at_seconds"]) for one in pictures["thumbnails"])
        flags = ", ".join(facts["flags"]) or "no flags"
        print(f"| {name} | {len(times)} pictures, {len(set(times))} distinct, at most {away:.2f} s away | {flags} |")


@dataclass(frozen=True)
class LookedAt:
    """Which keyframes were looked at (seconds on the container's clock), and what finding scene changes took beside the row."""

    keyframes: list[float]
    scenes: list[float]
    scenes_cpu: float


def looked_at(clip: Path) -> LookedAt:
    """Look at a clip as the child does, in this process."""
    probed = container_facts(clip, str(media_programs(ffmpeg="", ffprobe="").ffprobe))
    stream = picture_stream(probed)
    takers = Takers(clip, int(stream["index"]), drawings(stream)[0])
    with opened(clip) as container:
        timeline = read_timeline(container, container.streams.video[0])
    row = taken_row(takers, timeline, peers.COUNT)
    began = time.process_time()
    looking = Looking(timeline, takers, row.pictures, int(stream["width"]) * int(stream["height"]))
    found, took = looking.scene_changes(), time.process_time() - began
    looking.lanes()
    return LookedAt([float(key * timeline.tick) for key in sorted(takers.kept)], found, took)


def compare_scenes(place: Path) -> None:
    """Scene changes beside PySceneDetect: recall of cuts of known time, and the processor time of finding them."""
    clip, scenedetect = clips.master(place), PEERS / "bin" / "scenedetect"
    known, looked = clips.cuts(), looked_at(clip)
    print(f"scene changes: {_recalled(known, looked.scenes)} of {len(known)} known cuts, {len(looked.scenes)} told")
    if not scenedetect.exists():
        print("PySceneDetect is left out: PEERS names no virtual environment")
        return
    peers.run(str(scenedetect), "-i", str(clip), "-o", str(place), "detect-content", "list-scenes", "-f", "scenes.csv", "-q")
    rows = (place / "scenes.csv").read_text(encoding="utf-8").splitlines()[2:]
    theirs = [float(row.split(",")[3]) for row in rows][1:]  # the first scene begins with the recording
    print(f"PySceneDetect: {_recalled(known, theirs)} of {len(known)} known cuts, {len(theirs)} told")
    other = cost(lambda: peers.run(str(scenedetect), "-i", str(clip), "detect-content"))
    print(f"scene changes {looked.scenes_cpu:.2f} cpu s, PySceneDetect {other.cpu:.2f}: {looked.scenes_cpu / other.cpu:.3f}")


def _recalled(known: list[float], found: list[float]) -> int:
    return sum(any(abs(at - cut) < 1.1 for at in found) for cut in known)  # noqa: PLR2004 -- a second, the distance of keyframes, and a frame


def main() -> None:
    """Compare what is asked for, or everything."""
    if len(sys.argv) < 2 or set(sys.argv[2:]) - {*PARTS}:  # noqa: PLR2004 -- a folder
        raise SystemExit(__doc__)
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    print(f"load before: {os.getloadavg()}\n| what | ours | theirs | wall | cpu | bar | load |\n|---|---|---|---|---|---|---|")
    for part in sys.argv[2:] or PARTS:
        globals()[f"compare_{part}"](place)


if __name__ == "__main__":
    main()
