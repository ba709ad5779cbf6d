"""Coefficients of agreement against published values, and what they do where marks are missing or all the same.

Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section C: four observers, twelve units. The same data are in Gwet 2014,
Handbook of Inter-Rater Reliability, 4th edition, page 120, with the last unit's one mark given by the third reader.
"""

from collections import Counter

import numpy as np
import pytest

from stop_search.reviews.coefficients import (
    Chance,
    Metric,
    Patterns,
    Weights,
    alpha,
    beyond_chance,
    drawn_anew,
    gwet_error,
    patterns_from,
    patterns_of,
    percent_agreement,
)

NO = None
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, NO, NO, NO),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NO, NO),
    (NO, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NO),
)
PUBLISHED = list(zip(*OBSERVERS, strict=True))
# Gwet 2014, table 3.5: 100 pregnancies sorted by two abstractors into three kinds (rows by the one, columns by the other)
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
# Cohen 1960, table 1, in hundreds: kappa .492
COHEN_1960 = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]


def table(counts: list[list[int]]) -> Patterns:
    return patterns_from(Counter({(float(one), float(other)): n for one, row in enumerate(counts) for other, n in enumerate(row) if n}))


@pytest.mark.parametrize(
    ("metric", "published"),
    [
        (Metric.NOMINAL, 0.7434210526),
        (Metric.ORDINAL, 0.8153875038),
        (Metric.INTERVAL, 0.8491071429),
        (Metric.RATIO, 0.7974027747),
    ],
)
def test_alpha_is_the_published_one_with_each_metric(metric: Metric, published: float) -> None:
    assert alpha(patterns_of(PUBLISHED), metric)[0] == pytest.approx(published, abs=1e-9)


@pytest.mark.parametrize(
    ("chance", "weights", "published"),
    [
        (Chance.GWET, Weights.IDENTITY, 0.77544407),
        (Chance.GWET, Weights.QUADRATIC, 0.91400072),
        (Chance.FLEISS, Weights.IDENTITY, 0.76116928),
        (Chance.CONGER, Weights.IDENTITY, 0.76281744),
        (Chance.BRENNAN_PREDIGER, Weights.IDENTITY, 0.77272727),
    ],
)
def test_agreement_beyond_chance_is_the_published_one(chance: Chance, weights: Weights, published: float) -> None:
    assert beyond_chance(patterns_of(PUBLISHED), chance, weights)[0] == pytest.approx(published, abs=1e-7)


@pytest.mark.parametrize(("weights", "published"), [(Weights.IDENTITY, 0.14294995), (Weights.QUADRATIC, 0.10396224)])
def test_gwets_standard_errors_are_the_published_ones(weights: Weights, published: float) -> None:
    assert gwet_error(patterns_of(PUBLISHED), weights) == pytest.approx(published, abs=1e-7)


@pytest.mark.parametrize(
    ("counts", "weights", "published"),
    [
        (COHEN_1960, Weights.IDENTITY, 0.492),
        (ABSTRACTORS, Weights.IDENTITY, 0.796),
        (ABSTRACTORS, Weights.LINEAR, 0.843),
        (ABSTRACTORS, Weights.ORDINAL, 0.872),
        (ABSTRACTORS, Weights.QUADRATIC, 0.892),
        ([[40, 4, 4, 17], [6, 25, 2, 13], [4, 1, 21, 12], [15, 5, 9, 45]], Weights.IDENTITY, 0.432),
    ],
)
def test_cohens_kappa_is_the_published_one(counts: list[list[int]], weights: Weights, published: float) -> None:
    assert beyond_chance(table(counts), Chance.CONGER, weights)[0] == pytest.approx(published, abs=5e-4)


def test_kappa_worked_out_by_hand() -> None:
    both = table([[4, 1], [2, 3]])  # agree in 7 of 10; by chance .5 x .6 + .5 x .4 = .5
    assert beyond_chance(both, Chance.CONGER, Weights.IDENTITY)[0] == pytest.approx((0.7 - 0.5) / 0.5)


def test_gwets_ordinal_weights_do_not_give_krippendorffs_ordinal_alpha() -> None:
    patterns = patterns_of(PUBLISHED)
    gwet = beyond_chance(patterns, Chance.FLEISS, Weights.ORDINAL)[0]
    assert abs(gwet - alpha(patterns, Metric.ORDINAL)[0]) > 0.01


def test_percent_agreement_is_the_mean_over_clips_with_two_marks() -> None:
    patterns = patterns_of([(1, 1, 2), (1, 1, None), (2, 1, None), (1, None, None)])
    assert (patterns.clips, patterns.paired) == (4, 3)
    assert percent_agreement(patterns)[0] == pytest.approx((1 / 3 + 1 + 0) / 3)


def test_readers_who_always_agree_have_one_and_those_who_always_differ_less_than_nothing() -> None:
    same, apart = patterns_of([(1, 1), (2, 2), (3, 3)]), patterns_of([(0, 3), (3, 0)])
    for metric in (Metric.NOMINAL, Metric.ORDINAL, Metric.INTERVAL, Metric.RATIO):
        assert alpha(same, metric)[0] == pytest.approx(1)
        assert alpha(apart, metric)[0] < 0
    assert beyond_chance(same, Chance.GWET, Weights.QUADRATIC)[0] == pytest.approx(1)


def test_where_every_mark_is_the_same_alpha_says_nothing_and_ac2_still_does() -> None:
    patterns = patterns_of([(2, 2)] * 40, scale=(0, 1, 2, 3))
    assert np.isnan(alpha(patterns, Metric.ORDINAL)[0])
    assert beyond_chance(patterns, Chance.GWET, Weights.QUADRATIC)[0] == pytest.approx(1)


def test_a_ratio_of_nothing_to_nothing_is_no_distance() -> None:
    assert alpha(patterns_of([(0, 0), (0, 0), (4, 4), (1, 2)]), Metric.RATIO)[0] < 1


def test_the_order_of_clips_and_of_readers_changes_nothing_in_alpha() -> None:
    turned = [tuple(reversed(row)) for row in reversed(PUBLISHED)]
    for metric in Metric:
        assert alpha(patterns_of(turned), metric)[0] == pytest.approx(alpha(patterns_of(PUBLISHED), metric)[0], abs=1e-12)


def test_clips_drawn_anew_are_as_many_and_by_their_seed() -> None:
    patterns = patterns_of(PUBLISHED)
    again = drawn_anew(patterns, seed="a", replicates=50)
    assert (again.sum(1) == 12).all()
    assert (again == drawn_anew(patterns, seed="a", replicates=50)).all()
    assert not (again == drawn_anew(patterns, seed="b", replicates=50)).all()


def test_many_draws_at_once_give_what_each_gives_alone() -> None:
    patterns = patterns_of(PUBLISHED)
    again = drawn_anew(patterns, seed="c", replicates=6)
    for n, times in enumerate(again):
        one = Patterns(patterns.values, patterns.given, times, patterns.counts)
        assert alpha(patterns, Metric.ORDINAL, again)[n] == pytest.approx(alpha(one, Metric.ORDINAL)[0], nan_ok=True)
        for chance in Chance:
            found = beyond_chance(patterns, chance, Weights.LINEAR, again)[n]
            assert found == pytest.approx(beyond_chance(one, chance, Weights.LINEAR)[0], nan_ok=True), chance


def test_a_mark_that_is_not_on_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="not on the scale"):
        patterns_of([(1, 7)], scale=(0, 1, 2, 3))


def test_nobody_marked_anything() -> None:
    patterns = patterns_of([], scale=(0, 1, 2, 3))
    assert (patterns.clips, patterns.paired) == (0, 0)
