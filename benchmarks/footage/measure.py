"""What one piece of work costs: wall and processor seconds and the peak of memory, its children included; and two pieces in turn."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True)
class Cost:
    """Wall and processor time in seconds, peak of resident memory of the largest process in MiB."""

    wall: float
    cpu: float
    mib: float


def cost(work: Work) -> Cost:
    """Do the work in a process of its own; return what it took. Ends the benchmark where it fails."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 -- whatever it is must end this process
            print(f"failed: {error!r}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        message = "a piece of work failed; see above"
        raise SystemExit(message)
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(ours: Work, theirs: Work, rounds: int) -> list[tuple[Cost, Cost]]:
    """Return the costs of both, done in turn."""
    return [(cost(ours), cost(theirs)) for _ in range(rounds)]


def said(name: str, pairs: list[tuple[Cost, Cost]], bar: str) -> None:
    """Print the medians and the median ratios of pairs."""
    wall, cpu = (median(getattr(a, what) / max(1e-6, getattr(b, what)) for a, b in pairs) for what in ("wall", "cpu"))
    ours, theirs = (
        f"{median(c.wall for c in side):.2f} s, {median(c.cpu for c in side):.2f} cpu s, {median(c.mib for c in side):.0f} MiB"
        for side in zip(*pairs, strict=True)
    )
    print(f"| {name} | {ours} | {theirs} | {wall:.2f} | {cpu:.2f} | {bar} | {os.getloadavg()[0]:.1f} |", flush=True)
