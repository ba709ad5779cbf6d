"""How often a night's tests of film raise an alert where nothing differs, and where something does. Prints figures and the goal.

python benchmarks/film_alerts.py        about a minute on one core
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from stop_search.learning.disparity.film import film_alerts, film_tables
from stop_search.learning.disparity.groups import Basis, Film, SearchedPerson

SEED = 20261126
NIGHTS, STOPS = 400, 600
MOST_FALSE = 0.05
MISSING, MISSING_OF_BLACK, LATE, CUT = 0.10, (0.15, 0.20, 0.25), 0.10, 0.05
SELF_DEFINED = ({"W1": 55, "B2": 20, "A1": 12, "M1": 5, "NS": 8}, ["white", "black", "asian", "mixed", "other"])
AGES, SEXES = {"10_17": 20, "18_24": 35, "25_34": 25, "over_34": 20}, {"male": 88, "female": 12}


def main() -> int:
    """Print every figure; return 1 if the goal is missed."""
    began = time.process_time()
    chance = random.Random(SEED)  # noqa: S311 -- to be repeated
    false = sum(bool(film_alerts(film_tables(people(chance, MISSING)))) for _ in range(NIGHTS)) / NIGHTS
    print(f"any alert in a night where nothing differs, {STOPS} stops: {false:.1%} (goal at most 5 %)")
    for missing in MISSING_OF_BLACK:
        found = sum(names_black(people(chance, missing)) for _ in range(NIGHTS // 4)) / (NIGHTS // 4)
        print(f"missing of {missing:.0%} of Black people instead of {MISSING:.0%}, {STOPS} stops: found in {found:.0%} of nights")
    many = people(chance, MISSING, 13_000)
    at = time.process_time()
    film_tables(many)
    print(f"all tests of 13,000 stops: {time.process_time() - at:.2f} s of the processor; in all {at - began:.0f} s")
    return int(false > MOST_FALSE)


def people(chance: random.Random, missing_of_black: float, stops: int = STOPS) -> list[SearchedPerson]:
    """Return so many people of a stop each; film is late and cut of all alike."""
    return [_person(chance, stop, missing_of_black) for stop in range(stops)]


def names_black(searched: list[SearchedPerson]) -> bool:
    """Return whether film is said to be missing more of Black people."""
    return any(
        (alert.measure, alert.basis, alert.people, alert.is_more) == ("no_video", Basis.SELF_DEFINED, "Black", True)
        for alert in film_alerts(film_tables(searched))
    )


def _person(chance: random.Random, stop: int, missing_of_black: float) -> SearchedPerson:
    codes, perceived = SELF_DEFINED
    code = _one_of(chance, codes)
    seen = dict(zip(codes, perceived, strict=True))[code]
    film = Film.MISSING if chance.random() < (missing_of_black if code == "B2" else MISSING) else Film.FILMED
    is_filmed = film is Film.FILMED
    return SearchedPerson(
        stop=stop,
        month="2026-10",
        self_defined=code,
        perceived=seen,
        age_band=_one_of(chance, AGES),
        gender=_one_of(chance, SEXES),
        film=film,
        is_late=chance.random() < LATE if is_filmed else None,
        is_cut=chance.random() < CUT if is_filmed else None,
    )


def _one_of(chance: random.Random, shares: dict[str, int]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


if __name__ == "__main__":
    sys.exit(main())
