"""Intervals hold the truth as often as they say, by all three designs; and eight ways to be wrong are noticed.

The short form of `benchmarks/simulation/coverage.py` (docs/coverage.md): 400 quarters of the small force P2, drawn once for all tests here.
"""

from functools import cache

import numpy as np
import pytest

from stop_search.learning.units import units_of_criterion
from tests.support import mutated_statistics as mutated
from tests.support.mutated_statistics import Mutation
from tests.support.simulated_figures import Questions
from tests.support.simulated_forces import POPULATIONS, Numbers, a_force_whose_cameras_fail
from tests.support.simulated_samples import DESIGNS, Frames, Taken, covered, taken, taken_by_ticket
from tests.support.simulated_scores import Score, answers, missed, outlook_after, planned_half_widths, scores_of

pytestmark = pytest.mark.timeout(1200)  # half a minute alone on a machine, the tenfold on a crowded one
QUARTERS, FEWER, FEW = 400, 200, 40
YEAR_BEFORE = range(10_000, 10_004)  # quarters that are not among those
MUTANTS: dict[str, Mutation] = {
    "no finite population correction": mutated.without_finite_population,
    "an unweighted mean": mutated.unweighted,
    "variance as with replacement": mutated.with_replacement,
    "missing clips skipped": mutated.missing_skipped,
    "reviews for a cause with weight 1": mutated.for_cause_counted,
    "Wald's interval": mutated.wald,
}


@cache
def questions() -> Questions:
    """Return what is asked of the small force."""
    return Questions(POPULATIONS["P2"]())


@cache
def quarters() -> dict[str, list[Taken]]:
    """Return the samples of each design."""
    frames = Frames(questions().population)
    drawn = [taken(frames, n) for n in range(QUARTERS)]
    return {design: [one[design] for one in drawn] for design in DESIGNS}


@cache
def told(design: str) -> Numbers:
    """Return what the product says of each sample of a design."""
    return answers(questions(), quarters()[design])


def scored(design: str) -> list[Score]:
    """Return how the product fares by a design."""
    return scores_of(questions(), design, told(design))


@pytest.mark.parametrize("design", DESIGNS)
def test_intervals_hold_the_truth_without_bias_and_with_honest_standard_errors(design: str) -> None:
    found = scored(design)
    assert not missed(found)
    shares = [one for one in found if one.estimand.kind == "share" and one.is_told]
    assert len(shares) >= 10
    assert all(0.91 <= one.coverage <= 0.99 for one in shares)


def test_the_planner_says_beforehand_how_wide_intervals_will_be() -> None:
    planned = planned_half_widths(questions().population)
    found = {one.estimand.name: one.half_width for one in scored("coverage") if one.is_told and one.estimand.name in planned}
    assert len(found) >= 9
    assert np.median([planned[name] / width for name, width in found.items()]) == pytest.approx(1, abs=0.1)
    assert all(planned[name] / width == pytest.approx(1, abs=0.2) for name, width in found.items())


def test_the_planner_learns_from_the_reviews_of_a_year_where_shares_differ() -> None:
    """The schools: their classes and counties differ far from 80 %, so that a plan without reviews is a quarter too wide."""
    asked = Questions(POPULATIONS["P3"]())
    frames = Frames(asked.population)
    drawn = [covered(frames, n, taken_by_ticket(frames, n).stops) for n in range(60)]
    found = {one.estimand.name: one.half_width for one in scores_of(asked, "coverage", answers(asked, drawn)) if one.is_told}
    without, after = (
        planned_half_widths(asked.population),
        planned_half_widths(asked.population, outlook_after(asked.population, YEAR_BEFORE)),
    )
    told = [name for name in found if name in without]
    assert len(told) >= 8
    assert np.median([without[name] / found[name] for name in told]) > 1.15
    assert np.median([after[name] / found[name] for name in told]) == pytest.approx(1, abs=0.05)
    assert sum(after[name] / found[name] == pytest.approx(1, abs=0.1) for name in told) >= len(told) - 2


@pytest.mark.parametrize("name", MUTANTS)
def test_a_way_to_be_wrong_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, samples = failing()
    assert not missed(as_it_is())
    MUTANTS[name](monkeypatch)
    assert missed(scores_of(asked, "Poisson", answers(asked, samples)))


@cache
def failing() -> tuple[Questions, list[Taken]]:
    """Return what is asked of a force whose cameras fail, and quarters of it: weights, footage and the frame's size all matter there."""
    force = a_force_whose_cameras_fail()
    frames = Frames(force)
    return Questions(force), [taken_by_ticket(frames, n) for n in range(FEWER)]


@cache
def as_it_is() -> list[Score]:
    """Return how the product fares with that force."""
    asked, samples = failing()
    return scores_of(asked, "Poisson", answers(asked, samples))


def test_coverage_that_forgets_how_many_stops_an_officer_made_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not missed(scored("coverage"))
    mutated.coverage_without_number(monkeypatch)
    frames = Frames(questions().population)
    samples = [covered(frames, n, one.stops) for n, one in enumerate(quarters()["Poisson"][:FEWER])]
    found = scores_of(questions(), "coverage", answers(questions(), samples))
    assert [one for one in missed(found) if "total" in one and "bias" in one]


def test_a_best_guess_of_the_spread_between_units_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pooled_coverage() >= 0.91
    mutated.best_guess_of_spread(monkeypatch)
    assert pooled_coverage() < 0.91


def pooled_coverage() -> float:
    """Return how often the pooled interval of a unit, as the page of units has it, held that unit's truth."""
    asked = questions()
    names = asked.population.partitions["unit"].names
    truths = {one.name: one.truth for one in asked.estimands}
    sizes = {name: asked.sizes("unit", part) for part, name in enumerate(names)}
    held: list[bool] = []
    for sample in quarters()["Poisson"][:FEW]:
        tallies = asked.tallies(sample)
        found = units_of_criterion({name: tallies["met", "unit", part] for part, name in enumerate(names)}, sizes)
        held += [point.pooled.low <= truths[f"met, {point.unit.name}"] <= point.pooled.high for point in found.points]
    return sum(held) / len(held)
