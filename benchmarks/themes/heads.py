"""Logistic heads by Newton's method over a kernel: a thousand texts and any number of features, in numpy alone."""

import numpy as np

ROUNDS = 6


def trained(kernel: np.ndarray, ticks: np.ndarray, *, ridge: float) -> tuple[np.ndarray, np.ndarray]:
    """Return (weights of the texts, biases), a column for each theme; both answers weigh the same whatever their number.

    `kernel`: products of the texts' features (n, n); `ticks`: 1 where a text has the theme (n, themes).
    """
    columns = [_one(kernel, ticks[:, place], ridge) for place in range(ticks.shape[1])]
    return np.array([alpha for alpha, _ in columns]).T, np.array([bias for _, bias in columns])


def _one(kernel: np.ndarray, ticked: np.ndarray, ridge: float) -> tuple[np.ndarray, float]:
    n, ones = len(ticked), max(ticked.sum(), 1)
    weight = np.where(ticked == 1, n / (2 * ones), n / (2 * (n - ones)))
    alpha, bias = np.zeros(n), 0.0
    for _ in range(ROUNDS):
        score = kernel @ alpha + bias
        likely = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
        steep = np.maximum(weight * likely * (1 - likely), 1e-6)
        target = score + weight * (ticked - likely) / steep
        system = np.zeros((n + 1, n + 1))
        system[:n, :n] = kernel + np.diag(ridge / steep)
        system[:n, n] = system[n, :n] = 1
        found = np.linalg.solve(system, np.append(target, 0))
        alpha, bias = found[:n], found[n]
    return alpha, bias


def macro_f1(ticks: np.ndarray, said: np.ndarray) -> float:
    """Return the mean of the themes' F1."""
    return float(np.mean(f1_each(ticks, said)))


def f1_each(ticks: np.ndarray, said: np.ndarray) -> np.ndarray:
    """Return each theme's F1; 0 where it was neither there nor said."""
    right = ((ticks == 1) & (said == 1)).sum(axis=0)
    return 2 * right / np.maximum(ticks.sum(axis=0) + said.sum(axis=0), 1)
