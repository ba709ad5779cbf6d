"""How often comparisons of groups and units are right where the truth is known, and how long control charts run. Prints figures and goals.

python benchmarks/disparity.py        about a minute on one core
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from stop_search.learning.disparity.measures import NO_VIDEO
from stop_search.learning.run_lengths import cusum_run_length, ewma_run_length
from stop_search.learning.units import units_shown
from tests.support.simulated_groups import (
    compared_rates,
    compared_shares,
    false_claims,
    false_flags,
    false_signals,
    pooled_units,
    sixty_cells,
    steady_weeks,
)

SEED = 20261126
MOST_FALSE = 0.05
LEAST_HELD, MOST_HELD = 0.91, 0.985  # of pooled intervals
LARGEST_ERROR = 0.5
WITHIN = 0.02
SOONEST, MOST_OUTSIDE = 150, 0.006  # weeks between signals of the sums; share of the weeks in which the average is outside
# Two shares as of common and rare events in groups as large as a quarter's: (share, n) of the group, then of the reference.
COMMON = {
    "met, 92 against 700": ((0.72, 92), (0.80, 700)),
    "nothing more done, 244 against 700": ((0.75, 244), (0.68, 700)),
    "no video, 193 against 700": ((0.12, 193), (0.06, 700)),
}
RARE = {"rare, 244 against 700": ((0.06, 244), (0.03, 700)), "rare, 92 against 300": ((0.06, 92), (0.04, 300))}
# Rates of a population whose people can be searched again: (rate, residents) of the group, then of the reference.
RATES = {
    "232 residents searched 2.8 times each, against 5,955": ((2.8, 232), (0.185, 5955)),
    "60 residents searched as often as they are, against 600": ((1.0, 60), (0.5, 600)),
    "400 of whom 8 of 100 are searched, against 3,000": ((0.08, 400), (0.03, 3000)),
}
TWELVE = [62, 70, 85, 90, 96, 101, 104, 110, 122, 131, 150, 178]


def main() -> int:
    """Print every figure with its goal; return 1 if any is missed."""
    began = time.monotonic()
    missed = [*ratios(), *rates(), *units(), *pooling(), *charts(), *weeks(), *cells()]
    print(f"{time.monotonic() - began:.0f} s")
    print("all goals met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


def ratios() -> list[str]:
    """Print the coverage of the ratio and the difference of two shares; return what was missed."""
    found = [told(name, compared_shares(*pair, repetitions=4000, seed=SEED, fewest=10), 0.935, 0.985) for name, pair in COMMON.items()]
    found += [told(name, compared_shares(*pair, repetitions=4000, seed=SEED, fewest=3), 0.92, 1.0) for name, pair in RARE.items()]
    return [name for missed in found for name in missed]


def rates() -> list[str]:
    """Print the coverage of the ratio and the difference of two rates of a population; return what was missed."""
    found = [told(name, compared_rates(*pair, repetitions=4000, seed=SEED), 0.935, 0.985) for name, pair in RATES.items()]
    return [name for missed in found for name in missed]


def told(name: str, coverage: object, low: float, high: float) -> list[str]:
    """Print one coverage with its goal; return what missed it."""
    missed = []
    for kind in ("ratio", "difference"):
        value = getattr(coverage, kind)
        is_met = low <= value <= high
        print(f"coverage of the {kind}, {name}: {value:.1%} (goal {low:.1%} to {high:.1%}){'' if is_met else '  MISSED'}")
        missed += [] if is_met else [f"{kind}, {name}"]
    return missed


def units() -> list[str]:
    """Print how often units that do not differ are flagged; return what was missed."""
    flagged, naive = false_flags(TWELVE, share=0.8, repetitions=2000, seed=SEED)
    many, _ = false_flags([40] * 60, share=0.3, repetitions=300, seed=SEED)
    print(f"any of 12 units flagged where none differs: {flagged:.1%} (goal at most 5 %; by naive 95 % limits {naive:.0%})")
    print(f"any of 60 small units flagged where none differs: {many:.1%} (goal at most 5 %)")
    return [name for name, value in (("12 units", flagged), ("60 units", many)) if value > MOST_FALSE]


def pooling() -> list[str]:
    """Print coverage and error of pooled shares; the plug-in's coverage must be below the goal."""
    few = pooled_units(12, 100, spread=0.15, repetitions=600, seed=SEED)
    many = pooled_units(60, 30, spread=0.3, repetitions=60, seed=SEED)
    print(f"pooled, 12 units of 100: coverage {few.coverage:.1%} (goal 91 % to 98.5 %), error {few.error:.2f} of the raw one (goal 0.5)")
    print(f"pooled, 60 units of 30: coverage {many.coverage:.1%}, error {many.error:.2f} of the raw one")
    print(f"plug-in, which is not used: coverage {few.plug_in_coverage:.1%} (must be below 91 %)")
    is_right = all(LEAST_HELD <= one.coverage <= MOST_HELD and one.error <= LARGEST_ERROR for one in (few, many))
    is_right = is_right and few.plug_in_coverage < LEAST_HELD
    return [] if is_right else ["pooling"]


def charts() -> list[str]:
    """Print the run lengths where nothing changed; return what was missed."""
    lengths = {"EWMA": (ewma_run_length(), 499.5), "CUSUM 4": (cusum_run_length(), 167.7), "CUSUM 5": (cusum_run_length(5.0), 465.4)}
    for name, (found, goal) in lengths.items():
        print(f"run length of {name}: {found:.1f} (goal {goal}, within 2 %)")
    print(f"periods until an EWMA finds a shift of one standard deviation: {ewma_run_length(shift=1.0):.1f}")
    return [name for name, (found, goal) in lengths.items() if abs(found / goal - 1) > WITHIN]


def weeks() -> list[str]:
    """Print how often charts signal in weeks in which nothing changes, of people stopped together; return what was missed."""
    missed = []
    for name, is_alike in {"all of a stop or none": True, "each person by themselves": False}.items():
        of_seeds = (steady_weeks(7200, stops=60, share=0.1, seed=seed, is_alike=is_alike) for seed in range(3))
        drawn = [one.chart for people in of_seeds if (one := units_shown(people, NO_VIDEO).charts[0]).chart]
        between, outside = (sum(found) / len(drawn) for found in zip(*map(false_signals, drawn), strict=True))
        print(f"36 of 100 stopped with others, {name}: sums signal once in {between:.0f} weeks (goal {SOONEST} or more), "
              f"average outside in {outside:.2%} (goal at most {MOST_OUTSIDE:.1%})")  # fmt: skip
        missed += [] if between >= SOONEST and outside <= MOST_OUTSIDE else [f"weeks, {name}"]
    return missed


def cells() -> list[str]:
    """Print how often sixty cells that do not differ are said to; return what was missed."""
    found = {share: false_claims(sixty_cells(SEED), share=share, repetitions=2000, seed=SEED) for share in (0.1, 0.3)}
    for share, value in found.items():
        print(f"any of 60 cells said to differ where none does, share {share}: {value:.1%} (goal at most 5 %)")
    return [f"cells, {share}" for share, value in found.items() if value > MOST_FALSE]


if __name__ == "__main__":
    sys.exit(main())
