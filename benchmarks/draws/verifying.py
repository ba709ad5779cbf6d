"""How long it takes to check a draw of 12,000 stops from outside, a round of the beacon, and one stop's path to the root.

`python benchmarks/draws/verifying.py`: the script as a process of its own, the product's check, and both over the floor, which is to hash
the same rows once. Medians of five rounds, processor time; goals in the last column.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from statistics import median

from stop_search.draws.beacon import beacon_problem
from stop_search.draws.tickets import merkle_path, merkle_root, path_holds
from stop_search.draws.verification import draw_problems
from tests.support.bundles import ROUNDS, Bundle, a_bundle, all_drawn, anchors_of, seeded
from tests.support.outside import VERIFY

SIZE, ROUNDS_OF_TIMING = 12_000, 5
EVERYTHING = "dice, all of them drawn and reviewed"


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of a piece of work and of its children, the median of five rounds."""
    taken: list[float] = []
    for _ in range(ROUNDS_OF_TIMING):
        before = used()
        work()
        taken.append(used() - before)
    return median(taken)


def used() -> float:
    """Return the processor time of this process and of its children that ended."""
    both = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def one_draw(stream: str, kind: str) -> tuple[Bundle, dict[str, bytes], Path]:
    """Return a draw, its files, and the folder that holds them."""
    chance = seeded(f"{stream} {kind}")
    one = all_drawn(chance, size=SIZE) if kind == EVERYTHING else a_bundle(chance, stream=stream, kind=kind, size=SIZE)
    files, folder = one.files(), Path(tempfile.mkdtemp())
    for name, content in (files | {"anchors.json": anchors_of([one])}).items():
        (folder / name).write_bytes(content)
    return one, files, folder


def main() -> None:
    """Print the tables."""
    print(f"| checking a draw of {SIZE:,} stops | seconds | over the floor | goal |\n|---|---:|---:|---:|")
    for stream, kind in (("main", EVERYTHING), ("main", "dice"), ("main", "drand"), ("cover", "drand")):
        one, files, folder = one_draw(stream, kind)
        command = [sys.executable, str(VERIFY / "draw.py"), str(folder), "--anchors", str(folder / "anchors.json")]
        rows = [stop.row.encode() for stop in one.stops]
        floor = seconds(lambda rows=rows: [sha256(row).digest() for row in rows])
        script = seconds(lambda command=command: subprocess.run(command, check=True, capture_output=True))
        beacon_problem.cache_clear()
        product = seconds(lambda files=files: draw_problems(files))
        print(f"| {stream}, {kind}: verify/draw.py, a process | {script:.2f} | {script / floor:.0f} | 2 |")
        print(f"| {stream}, {kind}: the product's check | {product:.2f} | {product / floor:.0f} | 2 |")
    beacon()
    path([stop.row for stop in one.stops])


def beacon() -> None:
    """Print how long a round takes."""

    def cold(number: int) -> None:
        beacon_problem.cache_clear()
        beacon_problem(number, bytes.fromhex(ROUNDS[number]))

    print("\n| a round of the beacon | seconds | goal |\n|---|---:|---:|")
    for number in ROUNDS:
        print(f"| {number} | {seconds(lambda number=number: cold(number)):.2f} | 1 |")


def path(rows: list[str]) -> None:
    """Print how long and how large a stop's path is."""
    root, found = merkle_root(rows), merkle_path(rows, 4711)
    made = seconds(lambda: merkle_path(rows, 4711))
    before = time.perf_counter()
    for _ in range(1000):
        path_holds(rows[4711], found, 4711, len(rows), root)
    print("\n| one stop's path | figure | goal |\n|---|---:|---:|")
    print(f"| made, from {len(rows):,} rows | {1000 * made:.0f} ms | 100 ms |")
    print(f"| checked | {time.perf_counter() - before:.3f} ms | 100 ms |")
    print(f"| as hex | {len(' '.join(found))} bytes | 1,000 bytes |")


if __name__ == "__main__":
    main()
