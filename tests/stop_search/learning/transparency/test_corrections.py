"""Two releases of one quarter tell nothing of one person: corrections wait until many differ, and rounding does the rest."""

import numpy as np

from stop_search.learning.transparency.checking import faults_of_correction
from stop_search.learning.transparency.corrections import changed, corrected
from stop_search.learning.transparency.holding_back import told_tables
from stop_search.learning.transparency.rules import LEAST, Universe, span_of
from tests.support.table_attackers import Attacker, Person, all_by, counted, known_exactly, some_people

RUNS = 6


def two_quarters(seed: int) -> tuple[list[Person], list[Person]]:
    """Return the people of a quarter, and 25 whose records came late."""
    chance = np.random.default_rng(seed)
    return some_people(chance, 900), some_people(chance, 25)


def test_a_correction_of_few_people_is_not_told() -> None:
    people, late = two_quarters(1)
    before = counted(people)
    published = told_tables(before)
    assert corrected([(before, published)], counted([*people, *late[: LEAST - 1]])) is None
    found = corrected([(before, published)], counted([*people, *late[:LEAST]]))
    assert found is not None
    assert faults_of_correction(before, published, *found) == []


def test_people_who_moved_count_once() -> None:
    people, _ = two_quarters(2)
    moved = [(*person[:4], "missing") for person in people[:30]]
    assert changed(counted(people), counted([*moved, *people[30:]]), Universe.PEOPLE) == sum(
        person[4] != "missing" for person in people[:30]
    )


def test_a_number_changed_for_a_few_is_found_by_the_check() -> None:
    people, late = two_quarters(3)
    before, after = counted(people), counted([*people, *late[:3]])
    assert faults_of_correction(before, told_tables(before), after, told_tables(after)) or told_tables(before) == told_tables(after)
    other = told_tables(counted(people[:700]))
    assert faults_of_correction(before, other, after, told_tables(after)) != []


def stated(rule: str) -> tuple[int, int]:
    """Return how many single late people there were, and how many of these the attacker stated exactly."""
    added = right = 0
    for seed in range(RUNS):
        people, late = two_quarters(seed)
        before, after = counted(people), counted([*people, *late])
        if rule == "10-5":
            first = told_tables(before)
            correction = corrected([(before, first)], after)
            if correction is None:
                continue  # it waits: nothing new is told
            attacker = Attacker([first, correction[1]], spans=span_of, secret=[before, after], grows=True)
        else:
            bare = [all_by(lambda count: None if count < 5 else count, tables) for tables in (before, after)]
            attacker = Attacker(bare, spans=lambda told: (0, 4) if told is None else (told, told), grows=True)
        found = known_exactly(attacker, before, after)
        added, right = added + found[0], right + found[1]
    return added, right


def test_no_late_person_is_stated_exactly() -> None:
    added, right = stated("10-5")
    assert added > 20
    assert right == 0


def test_suppressing_small_counts_alone_would_state_most_of_them() -> None:
    """The test above could fail: this is what it is held against."""
    added, right = stated("suppressed below 5")
    assert right > 0.8 * added
