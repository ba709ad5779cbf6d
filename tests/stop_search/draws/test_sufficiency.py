"""The planner: the work of a design, the precision to expect, and how many records an auditor compares."""

import math
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from stop_search.codes.design import Coverage, Method
from stop_search.draws.periods import Month
from stop_search.draws.selection import MainRow, main_selection
from stop_search.draws.sufficiency import (
    PlannedStop,
    Workload,
    precisions,
    probabilities,
    records_to_compare,
    simple_sample,
    workload,
)
from tests.support.sampled import CLASSES, DESIGN, hexed

PLAIN = replace(DESIGN, coverage=Coverage.NONE)


def a_register(stops: int, officers: int, share: float = 0.1) -> list[PlannedStop]:
    """Return a quarter of stops, a share of them in one group."""
    chance = random.Random(5)  # noqa: S311 -- a simulation
    return [
        PlannedStop(
            CLASSES["high" if chance.random() < 0.22 else "base"],
            chance.randrange(officers),
            Month(2026, 10 + chance.randrange(3)),
            frozenset({"all", "few"} if chance.random() < share else {"all"}),
        )
        for _ in range(stops)
    ]


@pytest.mark.parametrize(("omitted", "records"), [(0.01, 299), (0.02, 149), (0.05, 59)])
def test_an_auditor_compares_so_many_records(omitted: float, records: int) -> None:
    assert records_to_compare(omitted) == records
    assert (1 - omitted) ** records <= 0.05 < (1 - omitted) ** (records - 1)


def test_a_group_needs_62_for_ten_points_and_246_for_five() -> None:
    assert (simple_sample(0.10), simple_sample(0.05)) == (62, 246)


def test_the_work_is_the_sum_of_the_probabilities() -> None:
    stops = a_register(9000, 400)
    plain = workload(stops, PLAIN, weeks=13)
    assert plain.main == pytest.approx(sum(n / d for n, d in (stop.chance for stop in stops)))
    assert (plain.coverage, plain.panel) == (0, pytest.approx(plain.main / 10))
    covered = workload(stops, DESIGN, weeks=13)
    assert covered.main == pytest.approx(plain.main)
    assert 0 < covered.coverage < 0.15 * covered.main
    assert covered.second == pytest.approx((covered.main + covered.coverage) / 4)
    assert covered.reviews_a_week == pytest.approx((covered.main + covered.coverage) / 13)


def test_by_strata_the_panels_part_of_each_class_is_rounded_down_as_the_draw_does_it() -> None:
    strata = replace(PLAIN, method=Method.STRATIFIED, classes={})
    rows = [MainRow(hexed(f"{size} {n}"), *chance, hexed("e")) for size, chance in enumerate(((9, 40), (25, 60))) for n in range(chance[1])]
    stops = [PlannedStop((row.numerator, row.denominator), None, Month(2026, 10), frozenset()) for row in rows]
    work = workload(stops, strata, weeks=1)
    drawn = main_selection(sorted(rows, key=lambda row: row.token), seed="s", panel=strata.panel, stratified=True)
    assert (work.main, work.panel, work.panel_needs) == (pytest.approx(34), 2, 10)
    assert sum(one.panel for one in drawn) == 2
    certain = [PlannedStop((1, 1), None, Month(2026, 10), frozenset())] * 30
    assert workload(stops + certain, strata, weeks=1).panel == pytest.approx(5)
    assert workload(stops, PLAIN, weeks=1).panel_needs is None
    assert workload(stops, replace(strata, panel=(0, 1)), weeks=1).panel == 0


def test_the_precision_is_that_of_many_simulated_samples() -> None:
    stops = a_register(4000, 200)
    told = {one.group: one for one in precisions(stops, PLAIN)}
    chance = random.Random(6)  # noqa: S311 -- a simulation
    truth = [chance.random() < 0.8 for _ in stops]
    for group in ("all", "few"):
        ours = [(stop, true) for stop, true in zip(stops, truth, strict=True) if group in stop.groups]
        shares = []
        for _ in range(400):
            drawn = [(stop.chance[1] / stop.chance[0], true) for stop, true in ours if chance.random() < stop.chance[0] / stop.chance[1]]
            shares.append(sum(w for w, true in drawn if true) / sum(w for w, _ in drawn))
        mean = sum(shares) / len(shares)
        realised = 1.959964 * math.sqrt(sum((share - mean) ** 2 for share in shares) / (len(shares) - 1))
        assert told[group].half_width == pytest.approx(realised, rel=0.15)
    assert told["all"].is_sufficient
    assert (told["all"].stops, told["few"].stops < 500) == (4000, True)


def test_without_an_officer_and_after_the_first_month_coverage_adds_nothing() -> None:
    stops = [PlannedStop((1, 2), who, Month(2026, n), frozenset()) for who, n in ((None, 1), ("a", 1), ("a", 2), ("b", 2))]
    assert probabilities(stops, DESIGN) == [0.5, 1.0, 0.5, 1.0]
    assert probabilities(stops, PLAIN) == [0.5] * 4


def test_coverage_begins_anew_with_each_quarter_and_september_comes_before_october() -> None:
    months = [Month(2026, 8), Month(2026, 9), Month(2026, 10), Month(2026, 11), Month(2027, 1)]
    stops = [PlannedStop((1, 2), who, month, frozenset()) for who in ("a", "b") for month in reversed(months)]
    assert probabilities(stops, DESIGN) == [1.0, 0.5, 1.0, 0.5, 1.0] * 2
    across = [PlannedStop((1, 2), "a", month, frozenset()) for month in (Month(2026, 10), Month(2026, 9))]
    assert workload(across, DESIGN, weeks=8).coverage == 1.0


def test_a_group_of_certain_stops_is_known_exactly() -> None:
    (one,) = precisions([PlannedStop((1, 1), None, Month(2026, 1), frozenset({"g"}))] * 40, PLAIN)
    assert (one.half_width, one.drawn, one.is_sufficient) == (0.0, 40.0, True)


def test_two_hundred_blind_pairs_a_quarter_are_asked_for() -> None:
    enough, few, too_few = Workload(13, 900, 100, 250, 90), Workload(4, 300, 20, 80, 30), Workload(13, 150, 10, 40, 15)
    assert enough.pairs_a_quarter == 250
    assert few.pairs_a_quarter == pytest.approx(260)
    assert Workload(13, 600, 38, 159.5, 60).share_for_pairs == Fraction(32, 100)
    assert too_few.share_for_pairs is None
    assert Workload(13, 0, 0, 0, 0).share_for_pairs is None
