"""Designs: what is wrong with one is told, and no frame tells of single stops by its probabilities."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.codes.design import Coverage, Design, Method, design_from
from stop_search.draws.design import FEWEST_ROWS, MOST_PROBABILITIES, design_problems, fitted
from stop_search.draws.rules import RiskClass
from tests.support.sampled import CLASSES, DESIGN

SIZES = {"certainty": None, "high": 30, "base": 60, "delayed": 10, "late": None}
STRATIFIED = Design(sizes=SIZES, method=Method.STRATIFIED)
COUNTS = st.fixed_dictionaries({name.value: st.integers(0, 60) for name in RiskClass})
CHANCES = st.tuples(st.integers(1, 40), st.integers(1, 40)).map(lambda pair: (min(pair), max(pair)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"classes": CLASSES | {"base": (0, 50)}}, "'base' is 0/50"),
        ({"classes": CLASSES | {"base": (51, 50)}}, "'base' is 51/50"),
        ({"classes": CLASSES | {"base": (-1, -2)}}, "'base' is -1/-2"),
        ({"classes": CLASSES | {"base": (1, 10**9 + 1)}}, "of at most"),
        ({"classes": CLASSES | {"lively": (1, 2)}}, "'lively' is unknown"),
        ({"classes": {}}, "'base' has no inclusion probability"),
        ({"second": (2, 1)}, "'second' is 2/1"),
        ({"panel": (0, 0)}, "'panel' is 0/0"),
        ({"method": Method.STRATIFIED, "coverage": Coverage.NONE}, "'base' has no size"),
        ({"method": Method.STRATIFIED, "sizes": SIZES | {"base": 0}}, "the size of the class 'base' is 0"),
        ({"method": Method.STRATIFIED, "sizes": SIZES}, "coverage needs the method 'poisson'"),
    ],
)
def test_a_broken_design_is_told(change: dict[str, object], told: str) -> None:
    assert any(told in problem for problem in design_problems(replace(DESIGN, **change)))


def test_whole_designs_have_no_problem() -> None:
    assert design_problems(DESIGN) == []
    assert design_problems(STRATIFIED) == []


def test_a_class_of_few_stops_gets_the_next_higher_probability() -> None:
    counts = {"certainty": 0, "high": 9, "base": 200, "delayed": 0, "late": 3}
    assert fitted(DESIGN, counts).classes == CLASSES | {"high": (1, 1), "delayed": (1, 1)}
    few = {"certainty": 0, "high": 40, "base": 5, "delayed": 0, "late": 0}
    assert fitted(DESIGN, few).classes == CLASSES | {"base": (7, 20)}


@given(COUNTS, st.fixed_dictionaries({name.value: CHANCES for name in RiskClass}))
def test_no_probability_below_1_is_shown_by_few_rows_or_beside_too_many(
    counts: dict[str, int], classes: dict[str, tuple[int, int]]
) -> None:
    made = fitted(replace(DESIGN, classes=classes), counts).classes
    rows: dict[Fraction, int] = {}
    for name, chance in made.items():
        rows[Fraction(*chance)] = rows.get(Fraction(*chance), 0) + counts[name]
        assert Fraction(*chance) >= Fraction(*classes[name])
    highest = max(Fraction(*chance) for chance in classes.values())
    shown = {chance: n for chance, n in rows.items() if n and chance < 1}
    assert len(shown) <= MOST_PROBABILITIES
    assert all(n >= FEWEST_ROWS or chance == highest for chance, n in shown.items())


@given(COUNTS, st.fixed_dictionaries({name.value: st.none() | st.integers(1, 60) for name in RiskClass}))
def test_every_stratum_is_known_by_its_pair_and_is_as_large_as_it_says(counts: dict[str, int], sizes: dict[str, int | None]) -> None:
    made = fitted(replace(STRATIFIED, sizes=sizes), counts).classes
    rows: dict[tuple[int, int], int] = {}
    for name, pair in made.items():
        rows[pair] = rows.get(pair, 0) + counts[name]
    parts = {pair: n for pair, n in rows.items() if pair[0] < pair[1]}
    assert all(pair[1] == n >= FEWEST_ROWS for pair, n in parts.items())
    assert len(parts) <= MOST_PROBABILITIES


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"classes": {"base": 3}},
        {"classes": {"base": [1.0, 2]}},
        {"classes": {}, "method": "lucky"},
        {"classes": {}, "coverage": "daily"},
    ],
)
def test_what_is_no_design_is_refused_when_it_is_read(broken: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        design_from(broken)


def test_a_stratified_design_is_read() -> None:
    read = design_from({"method": "stratified", "classes": {"base": 60, "late": "all"}, "second": [1, 4]})
    assert (read.sizes, read.second, read.coverage) == ({"base": 60, "late": None}, (1, 4), Coverage.NONE)
    with pytest.raises(ValueError, match="must be a whole number"):
        design_from({"method": "stratified", "classes": {"base": [1, 2]}})
