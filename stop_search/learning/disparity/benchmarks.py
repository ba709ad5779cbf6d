"""How many people live where the force is, by group: what the numbers of searches are compared with, and where that is from.

Census 2021, table TS021 (ethnic group) of the Office for National Statistics, by police force area; contains public sector information
licensed under the Open Government Licence v3.0. Roma, who have no 18+1 code, are counted as White, as the census counts them.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stop_search.errors import SettingMissing
from stop_search.force import Force
from stop_search.learning.disparity.groups import ETHNIC, ETHNICITY, Basis

CENSUS = Path(__file__).parent / "census_2021_ethnicity.csv"
CENSUS_YEAR = 2021
CENSUS_SOURCE = "Census 2021, table TS021, Office for National Statistics"


@dataclass(frozen=True)
class Benchmark:
    """Residents by the keys of the groups. `name`, `year` and `source` are always shown with what is worked out from it."""

    name: str
    year: int
    source: str
    sizes: Mapping[str, int]


def benchmarks_of(force: Force) -> dict[Basis, Benchmark]:
    """Return the benchmark of each basis that has one: the force's own counts first, else the census of its area.

    Raises:
        SettingMissing: the force names an area that the census does not have.

    """
    found: dict[Basis, Benchmark] = {}
    if force.census_area:
        found = {basis: census_of(force.census_area) for basis in ETHNICITY}
    if own := force.residents:
        by_basis = {
            Basis.SELF_DEFINED: own.ethnicity, Basis.OFFICER_PERCEIVED: own.ethnicity, Basis.AGE: own.age_band, Basis.SEX: own.gender,
        }  # fmt: skip
        found |= {basis: Benchmark(own.name, own.year, own.source, sizes) for basis, sizes in by_basis.items() if sizes}
    return found


def census_of(area: str) -> Benchmark:
    """Return the residents of a police force area by broad ethnic group.

    Raises:
        SettingMissing: there is no such area.

    """
    known = _census()
    if area not in known:
        message = (
            f"The census has no police force area {area}. It has E23000001 to E23000039 and W15000001 to W15000004: see {CENSUS.name}."
        )
        raise SettingMissing(message)
    name, sizes = known[area]
    return Benchmark(f"residents of the {name} police force area", CENSUS_YEAR, CENSUS_SOURCE, sizes)


@cache
def _census() -> dict[str, tuple[str, dict[str, int]]]:
    with CENSUS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["area_code"]: (row["area"], {group.key: int(row[group.key]) for group in ETHNIC}) for row in rows}
