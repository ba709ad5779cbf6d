"""How often people of each group are searched, for every 1,000 who live there, beside the group they are compared with. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stop_search.learning.disparity.benchmarks import Benchmark
from stop_search.learning.disparity.groups import GROUPS, REFERENCE, Basis, GroupName, SearchedPerson, group_of, named
from stop_search.learning.ratios import Between, Group, rate_difference, rate_ratio, ratio_whoever_they_are

FEWEST_SEARCHES = 20  # on either side of a ratio: fewer are noise
NOT_STATED = "not stated"


@dataclass(frozen=True)
class Searches:
    """How many people of a group were searched; `worth`: how many independent people each is worth, as some are stopped together."""

    people: int
    worth: float


@dataclass(frozen=True)
class PopulationRow:
    """One group. Rates and differences are for 1,000 residents; `excess`: searches more than at the reference's rate.

    `bounds`: the ratio's lowest and highest value, whichever of the two groups the not stated belong to. There can be more searches than
    residents: who is searched need not live there, and can be searched again.
    """

    group: GroupName
    searches: int
    residents: int
    per_1000: float
    ratio: Between | None
    difference: Between | None
    bounds: tuple[float, float] | None
    excess: float | None
    too_few: str | None
    is_reference: bool


@dataclass(frozen=True)
class PopulationTable:
    """All groups of one basis beside a benchmark. `not_stated` of `searched` people are in no group.

    `no_residents`: groups, and how many were searched, that the benchmark does not count.
    """

    basis: Basis
    benchmark: Benchmark
    rows: tuple[PopulationRow, ...]
    searched: int
    not_stated: int
    no_residents: tuple[tuple[GroupName, int], ...]

    @property
    def reference(self) -> PopulationRow:
        """The row that the others are compared with."""
        return next(row for row in self.rows if row.is_reference)

    @property
    def share_not_stated(self) -> float:
        """Of all people searched, the share that is in no group."""
        return self.not_stated / self.searched if self.searched else 0.0


def searches_by_group(people: Iterable[SearchedPerson], basis: Basis) -> dict[str, Searches]:
    """Return how many people of each group were searched, NOT_STATED among them."""
    together = Counter((group_of(person, basis) or NOT_STATED, person.stop) for person in people)
    whole, squared = Counter[str](), Counter[str]()
    for (group, _), number in together.items():
        whole[group] += number
        squared[group] += number * number
    return {group: Searches(number, number / squared[group]) for group, number in whole.items()}


def population_table(searches: Mapping[str, Searches], benchmark: Benchmark, basis: Basis) -> PopulationTable:
    """Return the rates, ratios and differences of every group that the benchmark counts."""
    nobody = Searches(0, 1.0)
    counted = [group for group in GROUPS[basis] if benchmark.sizes.get(group.key)]
    beside = [(group.key, searches.get(group.key, nobody)) for group in counted]
    groups = {key: Group(found.people, benchmark.sizes[key], found.worth) for key, found in beside}
    not_stated = searches.get(NOT_STATED, nobody).people
    reference = groups.get(REFERENCE[basis], Group(0, 1))
    apart = [(named(basis, key), found.people) for key, found in searches.items() if key != NOT_STATED and key not in groups]
    return PopulationTable(
        basis=basis,
        benchmark=benchmark,
        rows=tuple(_row(group, groups[group.key], reference, not_stated, basis) for group in counted),
        searched=sum(found.people for found in searches.values()),
        not_stated=not_stated,
        no_residents=tuple(apart),
    )


def _row(name: GroupName, group: Group, reference: Group, not_stated: int, basis: Basis) -> PopulationRow:
    is_reference = name.key == REFERENCE[basis]
    too_few = _too_few(group, reference)
    is_said = not too_few and not is_reference
    return PopulationRow(
        group=name,
        searches=group.events,
        residents=group.size,
        per_1000=group.rate * 1000,
        ratio=rate_ratio(group, reference) if is_said else None,
        difference=_per_1000(rate_difference(group, reference)) if is_said else None,
        bounds=ratio_whoever_they_are(group, reference, not_stated) if is_said else None,
        excess=group.events - reference.rate * group.size if is_said else None,
        too_few=too_few,
        is_reference=is_reference,
    )


def _too_few(group: Group, reference: Group) -> str | None:
    if group.events < FEWEST_SEARCHES:
        return f"fewer than {FEWEST_SEARCHES} searches"
    if reference.events < FEWEST_SEARCHES:
        return f"fewer than {FEWEST_SEARCHES} searches of those it is compared with"
    return None


def _per_1000(found: Between) -> Between:
    return Between(found.value * 1000, found.low * 1000, found.high * 1000)
