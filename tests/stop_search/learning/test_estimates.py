"""Shares, intervals and the gate, against numbers worked out by hand and against a population whose truth is known."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.learning.estimates import (
    GATE,
    Cell,
    Gate,
    Tally,
    cells_of,
    interval_over,
    share_met,
    whatever_was_not_seen,
    wilson,
)

OPEN = Gate(reviews=0, widest=1.0, events=0)


@pytest.mark.parametrize(
    ("met", "n", "low", "high"),
    [
        (5, 10, 0.2366, 0.7634),  # Brown, Cai and DasGupta 2001; any statistics package
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),  # the same
        (0, 20, 0.0, 0.1611),  # the same
        (1, 29, 0.0061, 0.1718),  # the same
    ],
)
def test_wilsons_interval_is_the_published_one(met: int, n: int, low: float, high: float) -> None:
    assert wilson(met / n, n) == pytest.approx((low, high), abs=5e-5)


def test_one_class_of_a_very_large_frame_has_wilsons_interval() -> None:
    """1 in 1,000,000 was drawn: nothing is known of the rest, and the weights are all alike."""
    found = share_met([Tally("base", 1_000_000, met=30, not_met=20)], {"base": 50_000_000}, gate=OPEN).interval
    assert found
    assert found.share == pytest.approx(0.6)
    assert (found.low, found.high) == pytest.approx(wilson(0.6, 50), abs=1e-5)


def test_a_class_that_was_reviewed_to_the_last_has_no_uncertainty() -> None:
    found = share_met([Tally("high", 1, met=30, not_met=10)], {"high": 40}, gate=OPEN).interval
    assert found
    assert (found.share, found.low, found.high) == (0.75, 0.75, 0.75)


def test_two_classes_are_weighed_by_their_size_in_the_frame_and_not_by_how_many_were_reviewed() -> None:
    """base: 40 of 400 reviewed (π = 1/10), 32 met; high: 50 of 100 reviewed (π = 1/2), 20 met.

    By hand: p = 0.8·0.8 + 0.2·0.4 = 0.72 (unweighted it would be 52/90 = 0.578). Wilson: (0.65243, 0.89503) on 40,
    (0.27612, 0.53818) on 50; left over: 0.9 and 0.5.
    L = 0.72 - √(0.64·0.9·0.14757² + 0.04·0.5·0.12388²) = 0.60664; U = 0.72 + √(0.64·0.9·0.09503² + 0.04·0.5·0.13818²) = 0.79472.
    """
    tallies = [Tally("base", 10, met=32, not_met=8), Tally("high", 2, met=20, not_met=30)]
    found = share_met(tallies, {"base": 400, "high": 100}, gate=OPEN).interval
    assert found
    assert found.share == pytest.approx(0.72)
    assert (found.low, found.high) == pytest.approx((0.60664, 0.79472), abs=2e-5)


def test_unequal_weights_within_a_class_count_for_less() -> None:
    """Weights 4 (10 scores) and 1 (10 scores): n_eff = 50² / (10·16 + 10·1) = 14.706; share = (4·8 + 2) / 50."""
    (cell,) = cells_of([Tally("base", 4, met=8, not_met=2), Tally("base", 1, met=2, not_met=8)], {"base": 1000})
    assert cell.effective_n == pytest.approx(2500 / 170)
    assert cell.share == pytest.approx(0.68)


def test_what_cannot_be_seen_or_does_not_apply_leaves_the_denominator_and_is_counted() -> None:
    """60 reviewed: 40 scored, 5 not applicable, 15 cannot tell. A class of 600 then stands for 400 that can be scored."""
    tally = Tally("base", 10, met=30, not_met=10, not_applicable=5, not_observable=15)
    (cell,) = cells_of([tally], {"base": 600})
    assert cell.size == pytest.approx(400)
    told = share_met([tally], {"base": 600}, gate=OPEN)
    assert (told.n, told.met, told.not_applicable, told.not_observable) == (40, 30, 5, 15)
    assert told.not_observable_rate == pytest.approx(15 / 55)


def test_the_rate_of_cannot_tell_is_weighted_too() -> None:
    tallies = [Tally("base", 10, met=9, not_observable=1), Tally("high", 1, met=5, not_observable=5)]
    assert share_met(tallies, {"base": 100, "high": 10}).not_observable_rate == pytest.approx((10 + 5) / (100 + 10))


def test_whatever_was_not_seen_lies_between_none_and_all_of_it() -> None:
    """Of 20 drawn of 200 there are 10 met, 4 not met, 2 not applicable; 1 could not be told and 3 have no footage."""
    tallies = [Tally("base", 10, met=10, not_met=4, not_applicable=2, not_observable=1)]
    assert whatever_was_not_seen(tallies, {"base": 200.0}, {"base": 200}) == pytest.approx((10 / 18, 14 / 18))


def test_classes_of_what_was_not_seen_are_weighed_by_their_size_in_the_frame() -> None:
    tallies = [Tally("base", 4, met=5), Tally("high", 1, met=5, not_met=5)]
    found = whatever_was_not_seen(tallies, {"base": 40.0, "high": 10.0}, {"base": 30, "high": 10})
    assert found == pytest.approx(((15 + 5) / 40, (30 + 5) / 40))  # of base, which stands for 30, half was not seen


def test_of_a_class_that_nobody_saw_everything_is_open() -> None:
    assert whatever_was_not_seen([], {"base": 8.0}, {"base": 8}) == (0.0, 1.0)
    assert whatever_was_not_seen([], {}, {}) is None
    assert whatever_was_not_seen([Tally("base", 1, not_applicable=8)], {"base": 8.0}, {"base": 8}) is None


COUNTS = st.tuples(*[st.integers(0, 9)] * 5, st.sampled_from((1.0, 2.5, 20.0)))  # met, not met, not applicable, cannot tell, unseen; weight


@given(st.lists(COUNTS, min_size=1, max_size=3))
def test_where_all_was_seen_nothing_is_open(counts: list[tuple[int, int, int, int, int, float]]) -> None:
    tallies = [Tally(str(place), weight, *answers) for place, (*answers, _, weight) in enumerate(counts)]
    drawn = {str(place): weight * sum(answers) for place, (*answers, weight) in enumerate(counts)}
    found = whatever_was_not_seen(tallies, drawn, {name: round(size) for name, size in drawn.items()})
    assert found is None or -1e-9 <= found[0] <= found[1] <= 1 + 1e-9
    if found is not None and all(one[3] == one[4] == 0 for one in counts):
        assert found[0] == pytest.approx(found[1])


@pytest.mark.parametrize("lonely", ["base", "high", "late"])
def test_a_class_with_a_single_score_speaks_for_its_class_alone(lonely: str) -> None:
    """To join it to another would make it speak for what is drawn quite otherwise: one in 50 beside one in 3."""
    counts = {name: (1, 0) if name == lonely else (6, 4) for name in ("base", "high", "late")}
    tallies = [Tally(name, 10, met=met, not_met=not_met) for name, (met, not_met) in counts.items()]
    cells = dict(zip(("base", "high", "late"), cells_of(tallies, {"base": 100, "high": 100, "late": 100}), strict=True))
    assert [cell.size for cell in cells.values()] == pytest.approx([100, 100, 100])
    assert (cells[lonely].share, cells[lonely].effective_n) == pytest.approx((1.0, 1.0))


def test_of_a_class_of_which_nobody_was_reviewed_all_is_open() -> None:
    """It stands for as many as in the others can be scored (10 of 20), with their share, and with an interval from 0 to 1."""
    cells = cells_of([Tally("base", 10, met=6, not_met=4, not_applicable=10)], {"base": 200, "high": 50})
    assert [cell.size for cell in cells] == pytest.approx([100, 25])
    assert [cell.share for cell in cells] == pytest.approx([0.6, 0.6])
    assert cells[1].ends == (0.0, 1.0)
    found = interval_over(cells)
    assert found
    assert found.low == pytest.approx(0.6 - math.hypot(0.8 * (0.6 - cells[0].ends[0]) * math.sqrt(0.9), 0.2 * 0.6))
    assert found.high == pytest.approx(0.6 + math.hypot(0.8 * (cells[0].ends[1] - 0.6) * math.sqrt(0.9), 0.2 * 0.4))


def test_a_class_in_which_reviews_found_nothing_to_score_stands_for_the_fewer_the_more_they_were() -> None:
    tallies = [Tally("base", 10, met=6, not_met=4), Tally("high", 2, not_applicable=9)]
    assert [cell.size for cell in cells_of(tallies, {"base": 100, "high": 49})] == pytest.approx([100, 4])
    assert len(cells_of(tallies, {"base": 100, "high": 9})) == 1  # all of it was looked at: nothing is left


def test_a_single_complete_score_stands_alone() -> None:
    cells = cells_of([Tally("base", 10, met=6, not_met=4), Tally("certainty", 1, met=0, not_met=1)], {"base": 100, "certainty": 1})
    assert [(cell.size, cell.is_complete) for cell in cells] == [(100, False), (1, True)]


def test_nothing_scored_is_said_as_such() -> None:
    told = share_met([Tally("base", 10, not_applicable=7)], {"base": 100})
    assert told.interval is None
    assert told.too_few == "no review has scored it yet"
    assert told.not_observable_rate is None
    assert share_met([], {}).n == 0
    assert interval_over([]) is None


@pytest.mark.parametrize(
    ("met", "not_met", "reason"),
    [
        (15, 14, "29 scored, 30 are needed"),
        (21, 9, "not met in 9 of 30, 10 are needed on either side"),
        (9, 21, "met in 9 of 30, 10 are needed on either side"),
        (15, 15, "the interval would be 34 points wide, more than 30"),
    ],
)
def test_the_gate_says_why_it_is_shut(met: int, not_met: int, reason: str) -> None:
    told = share_met([Tally("base", 1000, met=met, not_met=not_met)], {"base": 1_000_000})
    assert told.interval is None
    assert told.too_few == reason
    assert told.n == met + not_met


def test_the_gate_opens_at_its_own_figures() -> None:
    assert (GATE.reviews, GATE.widest, GATE.events) == (30, 0.30, 10)
    told = share_met([Tally("base", 2, met=20, not_met=10)], {"base": 60})
    assert told.too_few is None
    assert told.interval
    assert told.interval.width <= 0.30


@given(
    st.lists(
        st.builds(
            Tally,
            risk_class=st.sampled_from(["base", "high", "late"]),
            weight=st.floats(1, 50),
            met=st.integers(0, 40),
            not_met=st.integers(0, 40),
            not_applicable=st.integers(0, 5),
            not_observable=st.integers(0, 5),
        ),
        max_size=6,
    ),
    st.dictionaries(st.sampled_from(["base", "high", "late"]), st.integers(0, 500)),
)
def test_whatever_was_counted_the_interval_lies_around_the_share_and_within_0_and_1(tallies: list[Tally], sizes: dict[str, int]) -> None:
    cells = cells_of(tallies, sizes)
    found = interval_over(cells)
    if found is None:
        assert not any(tally.scored for tally in tallies)
        return
    assert 0 <= found.low <= found.share + 1e-12
    assert found.share - 1e-12 <= found.high <= 1
    assert min(c.share for c in cells) - 1e-9 <= found.share <= max(c.share for c in cells) + 1e-9
    assert all(math.isfinite(value) for value in (found.share, found.low, found.high))


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """400 draws from a population of 2,000 whose truth is known: 95 % of the intervals should hold it (within 91 to 99)."""
    population, truth = _population()
    covered = sum(_covers(population, truth, seed) for seed in range(400))
    assert 0.91 <= covered / 400 <= 0.99


def test_without_the_weights_the_interval_would_hardly_ever_hold_the_truth() -> None:
    """The same draws, each review counted once whatever its probability: the check above can fail."""
    population, truth = _population()
    covered = sum(_covers(population, truth, seed, weighted=False) for seed in range(100))
    assert covered / 100 < 0.80


DESIGN = {"base": 0.08, "high": 0.5}
Unit = tuple[str, str]


def _population() -> tuple[list[Unit], float]:
    """Return 2,000 stops: the risky ones meet the criterion more rarely, and are seen less well."""
    made = random.Random(7)  # noqa: S311 -- a simulation
    units: list[Unit] = []
    for n in range(2000):
        risk_class = "high" if n % 5 == 0 else "base"
        if made.random() < (0.2 if risk_class == "high" else 0.1):
            units.append((risk_class, "not_observable"))
        else:
            units.append((risk_class, "met" if made.random() < (0.35 if risk_class == "high" else 0.8) else "not_met"))
    scored = [answer for _, answer in units if answer != "not_observable"]
    return units, scored.count("met") / len(scored)


def _covers(population: list[Unit], truth: float, seed: int, *, weighted: bool = True) -> bool:
    drawn = random.Random(seed)  # noqa: S311 -- a simulation
    counts = {(name, answer): 0 for name in DESIGN for answer in ("met", "not_met", "not_observable")}
    for unit in population:
        counts[unit] += drawn.random() < DESIGN[unit[0]]
    sizes = {name: sum(unit[0] == name for unit in population) for name in DESIGN}
    if not weighted:
        merged = {answer: sum(counts[name, answer] for name in DESIGN) for answer in ("met", "not_met", "not_observable")}
        found = share_met([Tally("all", 1, **merged)], {"all": len(population)}, gate=OPEN).interval
    else:
        tallies = [
            Tally(name, 1 / pi, counts[name, "met"], counts[name, "not_met"], 0, counts[name, "not_observable"])
            for name, pi in DESIGN.items()
        ]
        found = share_met(tallies, sizes, gate=OPEN).interval
    return found is not None and found.low <= truth <= found.high


def test_a_cell_remembers_whether_it_is_complete() -> None:
    assert interval_over([Cell(10, 0.5, 10, is_complete=True)]) == interval_over([Cell(20, 0.5, 3, is_complete=True)])
