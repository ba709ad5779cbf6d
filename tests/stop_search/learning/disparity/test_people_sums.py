"""Sums of people: over months they add up to the same comparisons as the people themselves, also of people who are stopped together."""

import random
from collections.abc import Sequence

import pytest

from stop_search.learning.disparity.comparing import compared, together
from stop_search.learning.disparity.film import film_tables
from stop_search.learning.disparity.groups import Basis, Film, SearchedPerson
from stop_search.learning.disparity.intersections import intersections
from stop_search.learning.disparity.measures import MEASURES, OF_THE_SEARCH, objects_apart
from stop_search.learning.disparity.people_sums import OWN, Sums, Told, of_basis, people_parts, people_sums, told_by
from stop_search.learning.disparity.population import searches_by_group
from stop_search.learning.disparity.summed import cells_in, compared_in, film_in, people_in, searches_in, stops_in, units_in
from stop_search.learning.kept_sums import added
from stop_search.learning.units import units_shown

MONTHS = ("2026-08", "2026-09", "2026-10")
ALL = tuple(people_parts())


def some_people(number: int, *, seed: int, imported: bool = False) -> list[SearchedPerson]:
    """Return people of stops of one to three, with a third of everything not recorded; imported ones say nothing of film and force."""
    chance = random.Random(seed)  # noqa: S311 -- a repeatable example, no secret
    people: list[SearchedPerson] = []
    for stop in range(number):
        month, film = chance.choice(MONTHS), Film.UNKNOWN if imported else chance.choice(list(Film))
        late, cut = (chance.choice((True, False, None)), chance.choice((True, False, None))) if film is Film.FILMED else (None, None)
        week, unit = f"2026-W{chance.randint(30, 44)}", chance.choice(("Harbour", "Moor", "North | South", None))
        people += [
            SearchedPerson(
                stop=(seed, stop),
                month=month,
                week=week,
                unit=unit,
                self_defined=chance.choice(("W1", "B2", "A1", "M1", "NS", None)),
                perceived=chance.choice(("white", "black", None)),
                age_band=chance.choice(("10_17", "18_24", "over_34", None)),
                gender=chance.choice(("male", "female", None)),
                object_of_search=chance.choice(("drugs", "weapons", "firearms", None)),
                outcome=chance.choice(("no_further_action", "arrest", None)),
                outcome_linked=chance.choice((True, False, None)),
                force_used=() if imported else chance.choice(((), ("none",), ("compliant_handcuffs_front",))),
                more_than_outer=chance.choice((True, False, None)),
                film=film,
                is_late=late,
                is_cut=cut,
            )
            for _ in range(chance.choice((1, 1, 1, 2, 3)))
        ]
    return people


def by_months(own: Sequence[SearchedPerson], imported: Sequence[SearchedPerson]) -> dict[str, Sums]:
    """Return the sums of each month, added up."""
    of_months = [people_sums([one for one in own if one.month == m], [one for one in imported if one.month == m], ALL) for m in MONTHS]
    return {part: added([sums[part] for sums in of_months]) for part in ALL}


@pytest.mark.parametrize("seed", range(2))
def test_sums_of_months_say_the_same_as_the_people(seed: int) -> None:
    own, imported = some_people(400, seed=seed), some_people(100, seed=seed + 50, imported=True)
    parts, people = by_months(own, imported), [*own, *imported]
    assert parts == people_sums(own, imported, ALL)
    for basis in Basis:
        assert people_in(parts, basis) == len(people)
        assert people_in(parts, basis, (OWN,)) == len(own)
        assert searches_in(parts, basis) == searches_by_group(people, basis)
        asked = (*OF_THE_SEARCH, *objects_apart(), *MEASURES.values())
        assert together([compared_in(parts, one, basis) for one in asked]) == together([compared(people, one, basis) for one in asked])
    for measure in MEASURES.values():
        for ethnicity in (Basis.SELF_DEFINED, Basis.OFFICER_PERCEIVED):
            assert cells_in(parts, measure, ethnicity) == intersections(people, measure, (ethnicity, Basis.AGE, Basis.SEX))
        assert units_in(parts, measure) == units_shown(people, measure)
    assert film_in(parts) == film_tables(own)


def test_of_nobody_the_sums_are_empty_and_so_is_every_comparison() -> None:
    parts = people_sums([], [], ALL)
    assert set(parts) == set(ALL)
    assert not any(parts.values())
    assert film_in(parts) == film_tables([])
    assert units_in(parts, MEASURES["nothing"]) == units_shown([], MEASURES["nothing"])
    assert stops_in(parts, MEASURES["no_video"]) == Told(0, 0, 0, 0)


def test_people_who_are_stopped_together_are_squared_and_a_stop_is_filmed_once() -> None:
    people = [SearchedPerson("pair", "2026-10", outcome="arrest", gender="male", film=Film.MISSING) for _ in range(2)]
    people += [SearchedPerson("alone", "2026-10", outcome="no_further_action", gender="male", film=Film.FILMED)]
    people += [SearchedPerson("alone too", "2026-10", gender="male")]
    parts = people_sums(people, [], ALL)
    assert told_by(parts[of_basis(Basis.SEX)], MEASURES["arrested"]) == {"male": Told(told=3, events=2, squared=5, untold=1)}
    assert stops_in(parts, MEASURES["no_video"]) == Told(told=2, events=1, squared=2, untold=1)
