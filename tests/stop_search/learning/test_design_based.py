"""The estimators against R's `survey` (golden files, made by benchmarks/estimates/oracle.R) and against every sample there is."""

import csv
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stop_search.learning.design_based import (
    CoveredSample,
    Estimate,
    PoissonSample,
    Sample,
    StratifiedSample,
    difference,
    log_ratio,
    mean,
    ratio,
    total,
)

GOLDEN = Path(__file__).parent / "golden"
Columns = dict[str, NDArray[np.float64]]


def columns(name: str) -> Columns:
    """Return a golden sample's columns."""
    with (GOLDEN / f"{name}.csv").open(newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0]}


def by_r(name: str) -> dict[str, Estimate]:
    """Return what R says of it."""
    with (GOLDEN / f"{name}_by_r.csv").open(newline="", encoding="ascii") as file:
        return {row["name"]: Estimate(float(row["value"]), float(row["standard_error"])) for row in csv.DictReader(file)}


def stratified() -> tuple[Columns, StratifiedSample]:
    """Return the published sample of Californian schools."""
    found = columns("stratified")
    stratum = found["stratum"].astype(np.int64)
    sizes = np.array([found["fpc"][stratum == number][0] for number in range(3)])
    return found, StratifiedSample(stratum, sizes)


STRATIFIED: dict[str, Callable[[Columns, Sample], Estimate]] = {
    "mean of api00": lambda c, s: mean(s, c["api00"]),
    "total of enroll": lambda c, s: total(s, c["enroll"]),
    "share of both": lambda c, s: mean(s, c["both"]),
    "ratio of api00 to api99": lambda c, s: ratio(s, c["api00"], c["api99"]),
    "mean of api00 where both": lambda c, s: mean(s, c["api00"], c["both"] == 1),
    "share of both where enroll is above 500": lambda c, s: mean(s, c["both"], c["enroll"] > 500),
}
POISSON: dict[str, Callable[[Columns, Sample], Estimate]] = {
    "total of enroll": lambda c, s: total(s, c["enroll"]),
    "total of both": lambda c, s: total(s, c["both"]),
    "mean of api00": lambda c, s: mean(s, c["api00"]),
    "share of both": lambda c, s: mean(s, c["both"]),
    "ratio of api00 to api99": lambda c, s: ratio(s, c["api00"], c["api99"]),
    "share of both where large": lambda c, s: mean(s, c["both"], c["large"] == 1),
    "share of both, large less small": lambda c, s: difference(s, c["both"], c["large"] == 1, c["large"] == 0),
    "log of the ratio of shares, large to small": lambda c, s: log_ratio(s, c["both"], c["large"] == 1, c["large"] == 0),
}


@pytest.mark.parametrize("name", STRATIFIED)
def test_a_stratified_sample_gives_what_r_gives(name: str) -> None:
    found, sample = stratified()
    _same(STRATIFIED[name](found, sample), by_r("stratified")[name])


@pytest.mark.parametrize("name", POISSON)
def test_a_poisson_sample_gives_what_r_gives(name: str) -> None:
    found = columns("poisson")
    _same(POISSON[name](found, PoissonSample(found["probability"])), by_r("poisson")[name])


def test_the_published_mean_is_the_one_with_the_finite_population_correction() -> None:
    found, sample = stratified()
    api = mean(sample, found["api00"])
    assert api.value == pytest.approx(662.2873631593, abs=1e-6)  # the package's own weights are rounded to seven digits
    assert api.standard_error == pytest.approx(9.4089408028, abs=1e-6)  # 9.5361322969 without the correction


def test_over_every_sample_there_is_totals_and_their_variances_are_right_on_average() -> None:
    """Nothing is simulated: all 2^6 samples of six encounters, each with its probability."""
    values = np.array([3.0, 0.0, 5.0, 1.0, 2.0, 7.0])
    probability = np.array([0.2, 0.5, 0.9, 1.0, 0.3, 0.6])
    averages = _over_every_poisson_sample(values, probability)
    assert averages["total"] == pytest.approx(values.sum(), rel=1e-12)
    assert averages["variance"] == pytest.approx(averages["squares"] - averages["total"] ** 2, rel=1e-9)


def test_over_every_sample_the_coverage_stream_is_counted_right() -> None:
    """Two officers, five encounters: every main sample, and every choice of the coverage stream in it, with its probability."""
    values, probability = np.array([3.0, 1.0, 4.0, 2.0, 6.0]), np.array([0.3, 0.2, 0.1, 0.5, 0.25])
    group = np.array([0, 0, 0, 1, 1])
    nothing = np.array([np.prod(1 - probability[group == name]) for name in (0, 1)])
    chosen = probability + nothing[group] / np.bincount(group)[group]
    mean_total = mean_variance = mean_square = 0.0
    for drawn, chance in _covered_samples(probability, group):
        sample = CoveredSample(probability[drawn], chosen[drawn], group[drawn])
        found = total(sample, values[drawn])
        mean_total += chance * found.value
        mean_square += chance * found.value**2
        mean_variance += chance * sample.variance(values[drawn])
    assert mean_total == pytest.approx(values.sum(), rel=1e-12)
    assert mean_variance == pytest.approx(mean_square - mean_total**2, rel=1e-9)


def test_weights_that_know_the_frame_reproduce_its_counts() -> None:
    strata = np.array([0, 0, 1, 1, 1])
    sample = PoissonSample(np.array([0.5, 0.5, 0.1, 0.1, 0.2]), strata, np.array([5.0, 40.0]))
    assert np.bincount(strata, weights=sample.weight) == pytest.approx([5.0, 40.0])
    known = total(sample, (strata == 1).astype(float))
    assert (known.value, known.standard_error) == (pytest.approx(40.0), pytest.approx(0.0, abs=1e-9))


def test_one_encounter_that_stands_for_others_is_refused_and_a_whole_stratum_is_certain() -> None:
    with pytest.raises(ValueError, match="stratum 1 has 1 drawn of 9"):
        total(StratifiedSample(np.array([0, 0, 1]), np.array([4.0, 9.0])), np.array([1.0, 2.0, 3.0]))
    assert total(StratifiedSample(np.array([0, 0]), np.array([2.0])), np.array([1.0, 2.0])) == Estimate(3.0, 0.0)


def test_nothing_is_divided_by_nothing() -> None:
    sample = PoissonSample(np.array([0.5, 0.5]))
    nobody, everybody = np.array([False, False]), np.array([True, True])
    with pytest.raises(ValueError, match="nothing to divide by"):
        mean(sample, np.array([1.0, 0.0]), nobody)
    with pytest.raises(ValueError, match="nobody of this group"):
        difference(sample, np.array([1.0, 0.0]), everybody, nobody)
    with pytest.raises(ValueError, match="both above 0"):
        log_ratio(sample, np.array([1.0, 0.0]), np.array([True, False]), np.array([False, True]))


def _same(found: Estimate, wanted: Estimate) -> None:
    assert found.value == pytest.approx(wanted.value, rel=1e-9)
    assert found.standard_error == pytest.approx(wanted.standard_error, rel=1e-8)


def _over_every_poisson_sample(values: NDArray[np.float64], probability: NDArray[np.float64]) -> dict[str, float]:
    averages = {"total": 0.0, "squares": 0.0, "variance": 0.0}
    for drawn in itertools.product([False, True], repeat=len(values)):
        chosen = np.array(drawn)
        chance = float(np.prod(np.where(chosen, probability, 1 - probability)))
        sample = PoissonSample(probability[chosen])
        found = total(sample, values[chosen])
        averages["total"] += chance * found.value
        averages["squares"] += chance * found.value**2
        averages["variance"] += chance * sample.variance(values[chosen])
    return averages


def _covered_samples(probability: NDArray[np.float64], group: NDArray[np.int64]):  # noqa: ANN202 -- pairs of a sample and its chance
    for drawn in itertools.product([False, True], repeat=len(probability)):
        chosen = np.array(drawn)
        chance = float(np.prod(np.where(chosen, probability, 1 - probability)))
        open_groups = [np.flatnonzero(group == name) for name in np.unique(group) if not chosen[group == name].any()]
        for picks in itertools.product(*open_groups):
            covered = chosen.copy()
            covered[list(picks)] = True
            yield covered, chance / float(np.prod([len(members) for members in open_groups]))
