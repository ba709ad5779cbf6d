"""Examining many mutated recordings in the sandbox, and counting what must never happen."""

import logging
import resource
import shutil
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2

from services.worker.footage_jobs import limits_for
from services.worker.video.believe import Report, UnbelievableError, believed
from services.worker.video.sandbox import Ended
from stop_search.footage.timelines import timeline_told
from tests.support.mutations import by, mutation, sources
from tests.support.sandboxes import MODES, a_sandbox
from tests.support.trespass import CANARY, Watched, is_the_neighbour

log = logging.getLogger(__name__)
LIMITS_SAID = ("It took longer than", "It used up the processor time", "It made the decoder write more")


@dataclass
class Counts:
    """What became of the files. All of `NEVER` must stay 0."""

    files: int = 0
    examined: int = 0
    shown_in_part: int = 0
    refused: int = 0
    worker_crashed: int = 0
    decoder_crashed: int = 0
    child_stumbled: int = 0
    beyond_limits: int = 0
    not_believed: int = 0
    neighbour_opened: int = 0
    neighbour_shown: int = 0
    connections: int = 0
    slowest_seconds: float = 0.0
    largest_child_mib: int = 0
    seconds: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


NEVER = (
    *("worker_crashed", "decoder_crashed", "child_stumbled", "beyond_limits", "not_believed"),
    *("neighbour_opened", "neighbour_shown", "connections"),
)


@dataclass(frozen=True)
class Outcome:
    """What became of one file: the name of one of the counts, in words why, and how long it took."""

    kind: str
    words: str
    seconds: float = 0.0


def campaign(seeds: Iterable[int], *, place: Path, watch: Watched, together: int) -> Counts:
    """Examine the mutated file of each seed, so many together, in each mode in turn; keep those with a fault in `place`/faults."""
    counts, started = Counts(), time.monotonic()
    (place / "faults").mkdir()
    sources()  # made once, before there are threads
    with ThreadPoolExecutor(together) as pool:
        for outcome in pool.map(lambda seed: _outcome(seed, place, watch), seeds):
            _count(counts, outcome)
            if counts.files % 200 == 0:
                log.warning("%s", told(counts))
    counts.neighbour_opened, counts.connections = watch.opened(), watch.knocks()
    counts.seconds = round(time.monotonic() - started, 1)
    counts.largest_child_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return counts


def told(counts: Counts) -> str:
    """Return the counts in a line."""
    return f"by {by()}: " + ", ".join(f"{name} {value}" for name, value in vars(counts).items() if name not in {"reasons", "faults"})


def _count(counts: Counts, outcome: Outcome) -> None:
    counts.files += 1
    setattr(counts, outcome.kind, getattr(counts, outcome.kind) + 1)
    counts.slowest_seconds = max(counts.slowest_seconds, round(outcome.seconds, 1))
    if outcome.kind in NEVER:
        counts.faults.append(outcome.words)
    else:
        counts.reasons[outcome.words] += 1


def _outcome(seed: int, place: Path, watch: Watched) -> Outcome:
    name, content = mutation(seed)
    recording, folder = watch.neighbour.with_name(f"{seed}.mp4"), place / f"out-{seed}"
    recording.write_bytes(content)
    folder.mkdir()
    started = time.monotonic()
    try:
        mode = MODES[seed // 7 % 2]
        ended = a_sandbox(mode).run("examine", recording=recording, folder=folder, limits=limits_for(len(content)), ask={"pictures": 8})
        outcome = _judged(ended, folder)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is a crash of the worker, and counted
        outcome = Outcome("worker_crashed", repr(error))
    if outcome.kind in NEVER:
        outcome = Outcome(outcome.kind, f"seed {seed} ({name}): {outcome.kind}: {outcome.words}")
        log.warning(outcome.words)
        shutil.copy(recording, place / "faults" / f"{seed}-{name}")
        (place / "faults" / f"{seed}.txt").write_text(outcome.words)
        for path in folder.iterdir():
            shutil.copy(path, place / "faults" / f"{seed}-{path.name}")
    shutil.rmtree(folder)
    recording.unlink()
    return replace(outcome, seconds=time.monotonic() - started)


def _judged(ended: Ended, folder: Path) -> Outcome:
    if ended.report is None:
        said = ended.trouble or ""
        kind = "beyond_limits" if said.startswith(LIMITS_SAID) else "decoder_crashed" if "crashed" in said else "child_stumbled"
        return Outcome(kind, said)
    try:
        report = believed(ended.report, folder)
    except UnbelievableError as error:
        return Outcome("not_believed", str(error))
    if any(CANARY.encode() in path.read_bytes() for path in folder.iterdir()) or _shows_the_neighbour(report, folder):
        return Outcome("neighbour_shown", "the neighbour was shown")
    if report.pictures:
        timeline_told((folder / report.pictures.timeline).read_bytes())
    if report.failure is None:
        return Outcome("examined", "")
    return Outcome("refused" if report.pictures is None else "shown_in_part", report.failure.reason)


def _shows_the_neighbour(report: Report, folder: Path) -> bool:
    names = [one.name for one in report.pictures.thumbnails] if report.pictures else []
    return any(is_the_neighbour(cv2.imread(str(folder / name))) for name in names)
