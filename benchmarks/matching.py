"""How well recordings are tied to stops in invented shifts with drifting clocks. Wilson 95 % intervals, over pairs of recording and stop.

`python benchmarks/matching.py` works 5,000 stops for each held-out seed; `--tuning` takes the seeds that the rule was made with instead.
"""

import argparse
import time

from tests.support.filmed_shifts import Shifts
from tests.support.matched_shifts import Tally, matched, tally

TUNING, HELD_OUT = (1, 2), (101, 102, 103)


def main() -> None:
    """Print a table for each seed: all pairs, then each class."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--tuning", action="store_true")
    wanted.add_argument("--stops", type=int, default=5000)
    wanted.add_argument("--seeds", type=int, nargs="*")
    arguments = wanted.parse_args()
    for seed in arguments.seeds or (TUNING if arguments.tuning else HELD_OUT):
        force = Shifts(seed).worked(arguments.stops)
        began = time.perf_counter()
        found = matched(force)
        took = time.perf_counter() - began
        print(f"\nseed {seed}: {len(force.encounters)} stops, {len(force.recordings)} files, {len(force.truth)} true pairs, {took:.1f} s")
        _table("by recording, the parts that a camera made taken together", tally(force, found, in_one_go=True))
        _table("by file", tally(force, found))


def _table(title: str, result: dict[str, Tally]) -> None:
    print(f"\n{title}")
    print(f"{'':34}{'right of decided':>18}  precision {'':12}{'decided of true':>18}  recall {'':14}{'in doubt: true':>15}{'untrue':>8}")
    for name, counted in result.items():
        print(_row(name, counted))


def _row(name: str, counted: Tally) -> str:
    low, high = counted.precision
    least, most = counted.recall
    precision = f"{counted.right / max(1, counted.decided):.4f} {low:.4f}-{high:.4f}"
    recall = f"{counted.right / max(1, counted.true):.4f} {least:.4f}-{most:.4f}"
    return (
        f"{name:34}{counted.right:>8} of {counted.decided:<7}  {precision}{counted.right:>9} of {counted.true:<7}  {recall}"
        f"{counted.doubted_true:>10}{counted.doubted_untrue:>10}"
    )


if __name__ == "__main__":
    main()
