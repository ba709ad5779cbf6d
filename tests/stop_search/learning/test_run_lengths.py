"""Run lengths against a Markov chain of many small steps, and against the published figures, within 2 %."""

from statistics import NormalDist

import numpy as np
import pytest

from stop_search.learning.control_charts import average_deviation
from stop_search.learning.run_lengths import cusum_run_length, decision_for, ewma_limit_for, ewma_run_length

STANDARD = NormalDist()


def ewma_by_chain(limit: float, *, weight: float = 0.1, shift: float = 0.0, states: int = 401) -> float:
    """Return the run length by a Markov chain (Lucas and Saccucci 1990)."""
    end = limit * average_deviation(weight)
    width = 2 * end / states
    middles = [-end + width * (k + 0.5) for k in range(states)]
    moves = np.array(
        [
            [
                STANDARD.cdf((to + width / 2 - (1 - weight) * at) / weight - shift)
                - STANDARD.cdf((to - width / 2 - (1 - weight) * at) / weight - shift)
                for to in middles
            ]
            for at in middles
        ]
    )
    return float(np.linalg.solve(np.eye(states) - moves, np.ones(states))[states // 2])


def cusum_by_chain(decision: float, *, slack: float = 0.5, states: int = 401) -> float:
    """Return the run length of one side by a Markov chain (Brook and Evans 1972)."""
    width = 2 * decision / (2 * states - 1)
    moves = np.zeros((states, states))
    for at in range(states):
        moves[at, 0] = STANDARD.cdf(width / 2 - at * width + slack)
        for to in range(1, states):
            moves[at, to] = STANDARD.cdf((to - at + 0.5) * width + slack) - STANDARD.cdf((to - at - 0.5) * width + slack)
    return float(np.linalg.solve(np.eye(states) - moves, np.ones(states))[0])


@pytest.mark.parametrize(("found", "published"), [(ewma_run_length(), 499.5), (cusum_run_length(), 167.7), (cusum_run_length(5.0), 465.4)])
def test_run_lengths_are_the_published_ones(found: float, published: float) -> None:
    assert found == pytest.approx(published, rel=0.001)


def test_the_ewmas_run_length_is_that_of_a_markov_chain() -> None:
    assert ewma_run_length() == pytest.approx(ewma_by_chain(2.814), rel=0.02)
    assert ewma_run_length(shift=1.0) == pytest.approx(ewma_by_chain(2.814, shift=1.0), rel=0.02)
    assert ewma_run_length(shift=1.0) == pytest.approx(10.3, abs=0.1)


@pytest.mark.parametrize("decision", [4.0, 5.0])
def test_the_cusums_run_length_is_half_of_that_of_one_side_by_a_markov_chain(decision: float) -> None:
    assert cusum_run_length(decision) == pytest.approx(cusum_by_chain(decision) / 2, rel=0.02)


def test_many_charts_together_signal_no_more_often_than_one() -> None:
    assert ewma_limit_for(1) == pytest.approx(2.814, abs=0.001)
    assert ewma_run_length(ewma_limit_for(12)) / 12 == pytest.approx(499.5, rel=0.02)
    assert cusum_run_length(decision_for(12)) / 12 == pytest.approx(167.7, rel=0.02)
