"""The numbers behind severity: the many-facet Rasch model, fitted by marginal maximum likelihood. Pure.

Adjacent categories (Linacre 1989, Many-Facet Rasch Measurement; Andrich 1978, Psychometrika 43): the log odds of level k against k - 1
are quality of the stop - severity of the reader - step k of the criterion. Quality is normal over stops and integrated out at 21 nodes
(Bock and Aitkin 1981, Psychometrika 46), so that a stop read once counts too. A reader's severity is one number for all criteria.
"""

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
NODES = np.linspace(-4.0, 4.0, 21)  # in standard deviations of quality; even, because many marks on one stop leave it sharply known
WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()
STEPS = 3  # from level 0 to 3
SEVERITY_PRIOR, STEP_PRIOR, SPREAD_PRIOR = 1.5, 3.0, 2.0  # logits; weak, so that who gave nothing but threes is not infinitely lenient
ROUNDS, HALVINGS, CLOSE_ENOUGH = 200, 25, 1e-7


@dataclass(frozen=True)
class Readings:
    """Reviews as arrays, sorted by reader. `clip[r]`, `reader[r]`: whose; `levels[r, i]`: the level of criterion i, -1 where none.

    Readers and clips are numbered from 0 without gaps, and no reader has a clip twice.
    """

    clip: Places
    reader: Places
    levels: Places

    @property
    def is_scored(self) -> Numbers:
        """1 where there is a level (R x I)."""
        return (self.levels >= 0).astype(np.float64)

    @property
    def at_least(self) -> Numbers:
        """1 where the level is at least k, for k = 1, 2, 3 (R x I x 3)."""
        return (self.levels[:, :, None] >= np.arange(1, STEPS + 1)).astype(np.float64)


@dataclass(frozen=True)
class Fitted:
    """What was found, in logits. `severity` sums to 0; `errors` are its standard errors; `spread` is quality's standard deviation.

    `quality[c]`: how likely each node is for a clip, given its marks (C x 21).
    """

    severity: Numbers
    errors: Numbers
    steps: Numbers
    spread: float
    quality: Numbers
    has_settled: bool


@dataclass(frozen=True)
class _Facts:
    """What stays the same from round to round."""

    given: Readings
    is_scored: Numbers
    at_least: Numbers
    total: Numbers
    parts: list[slice]
    clips: int
    centred: Numbers

    def severity(self, place: Numbers) -> Numbers:
        return self.centred @ place[: self.centred.shape[1]]

    def steps(self, place: Numbers) -> Numbers:
        return place[self.centred.shape[1] : -1].reshape(-1, STEPS)


@dataclass(frozen=True)
class _Look:
    """A place among the parameters: log likelihood with its prior, score of each clip (C x parameters), slope, quality (C x 21)."""

    place: Numbers
    value: float
    scores: Numbers
    slope: Numbers
    quality: Numbers


def fitted(given: Readings) -> Fitted:
    """Return the severities that make the marks most likely. There must be two readers or more.

    The first step goes along the scores of the clips, weighted by their own covariance (Berndt, Hall, Hall and Hausman 1974, Annals of
    Economic and Social Measurement 3); later ones learn the curvature from how the slope changes (BFGS). The covariance of the scores
    where it ends gives the standard errors.
    """
    facts = _facts(given)
    here = _looked_at(facts, _start(facts))
    inverse: Numbers = np.asarray(np.linalg.inv(_curvature(facts, here.scores)), dtype=np.float64)
    has_settled = False
    for _ in range(ROUNDS):
        step = inverse @ here.slope
        gain = float(here.slope @ step)
        has_settled = gain < CLOSE_ENOUGH
        there = None if has_settled else _moved(facts, here, step, gain)
        if there is None:
            break
        inverse = _learned(inverse, there.place - here.place, here.slope - there.slope)
        here = there
    readers = facts.centred.shape[1]
    certain = facts.centred @ np.linalg.inv(_curvature(facts, here.scores))[:readers, :readers] @ facts.centred.T
    spread = float(np.exp(here.place[-1]))
    return Fitted(facts.severity(here.place), np.sqrt(np.diag(certain)), facts.steps(here.place), spread, here.quality, has_settled)


def _learned(inverse: Numbers, moved: Numbers, flatter: Numbers) -> Numbers:
    """Return the inverse curvature with what one step taught (Broyden, Fletcher, Goldfarb, Shanno 1970), if it taught anything."""
    along = float(moved @ flatter)
    if along <= 0:
        return inverse
    straight = np.eye(len(moved)) - np.outer(moved, flatter) / along
    return straight @ inverse @ straight.T + np.outer(moved, moved) / along


def expected_level(theta: Numbers, steps: Numbers) -> Numbers:
    """Return the level that an average reader would give a stop of that quality (Q), criterion by criterion (I x Q)."""
    return _reached(theta, steps).sum(2)


def _facts(given: Readings) -> _Facts:
    readers = int(given.reader.max()) + 1
    edges = np.searchsorted(given.reader, np.arange(readers + 1))
    centred = np.vstack([np.eye(readers - 1), -np.ones((1, readers - 1))])
    at_least = given.at_least
    return _Facts(
        given=given,
        is_scored=given.is_scored,
        at_least=at_least,
        total=at_least.sum((1, 2)),
        parts=[slice(int(start), int(end)) for start, end in itertools.pairwise(edges)],
        clips=int(given.clip.max()) + 1,
        centred=np.linalg.qr(centred)[0],
    )


def _start(facts: _Facts) -> Numbers:
    """Begin with readers alike, steps as often reached as they were, and a spread of one logit."""
    reached, scored = facts.at_least.sum(0) + 0.5, facts.is_scored.sum(0)[:, None] + 1.0
    steps = -np.log(reached / np.maximum(np.concatenate([scored, reached[:, :-1]], axis=1) - reached, 0.5))
    return np.concatenate([np.zeros(facts.centred.shape[1]), steps.ravel(), [0.0]])


def _moved(facts: _Facts, here: _Look, step: Numbers, gain: float) -> _Look | None:
    """Return where the step leads, halved until the likelihood rises enough; None where it rises no more."""
    size = 1.0
    for _ in range(HALVINGS):
        there = _looked_at(facts, here.place + size * step)
        if np.isfinite(there.value) and there.value > here.value + 1e-4 * size * gain:
            return there
        size /= 2
    return None


def _reached(theta: Numbers, steps: Numbers) -> Numbers:
    """Return how likely level k or more is, for k = 1, 2, 3 (I x Q x 3)."""
    odds = np.cumsum(theta[None, :, None] - steps[:, None, :], axis=2)
    odds = np.concatenate([np.zeros((*odds.shape[:2], 1)), odds], axis=2)
    chance = np.exp(odds - odds.max(2, keepdims=True))
    chance /= chance.sum(2, keepdims=True)
    return np.cumsum(chance[:, :, ::-1], axis=2)[:, :, ::-1][:, :, 1:]


def _normaliser(theta: Numbers, steps: Numbers) -> Numbers:
    odds = np.cumsum(theta[None, :, None] - steps[:, None, :], axis=2)
    highest = np.maximum(odds.max(2), 0)
    return highest + np.log(np.exp(-highest) + np.exp(odds - highest[:, :, None]).sum(2))


def _looked_at(facts: _Facts, place: Numbers) -> _Look:
    severity, steps, spread = facts.severity(place), facts.steps(place), float(np.exp(place[-1]))
    theta, given = spread * NODES, facts.given
    likely = facts.total[:, None] * (theta[None, :] - severity[given.reader][:, None])
    likely -= np.tensordot(facts.at_least, steps, axes=2)[:, None]
    for reader, rows in enumerate(facts.parts):
        likely[rows] -= facts.is_scored[rows] @ _normaliser(theta - severity[reader], steps)
    of_clip = np.zeros((facts.clips, len(NODES)))
    np.add.at(of_clip, given.clip, likely)
    of_clip += np.log(WEIGHTS)
    highest = of_clip.max(1, keepdims=True)
    chance = np.exp(of_clip - highest)
    summed = chance.sum(1, keepdims=True)
    quality = chance / summed
    value = float((highest + np.log(summed)).sum()) + _prior(facts, place)
    scores = _scores(facts, quality, theta, severity, steps)
    return _Look(place, value, scores, scores.sum(0) + _prior_slope(facts, place), quality)


def _scores(facts: _Facts, quality: Numbers, theta: Numbers, severity: Numbers, steps: Numbers) -> Numbers:
    given, criteria = facts.given, len(steps)
    by_reader, by_step = np.zeros((facts.clips, len(severity))), np.zeros((facts.clips, criteria * STEPS))
    by_spread = np.zeros(facts.clips)
    for reader, rows in enumerate(facts.parts):
        reached = _reached(theta - severity[reader], steps)
        clip = given.clip[rows]
        expected = (quality[clip] @ reached.transpose(1, 0, 2).reshape(len(NODES), -1)).reshape(-1, criteria, STEPS)
        expected *= facts.is_scored[rows][:, :, None]
        over = facts.at_least[rows] - expected
        by_reader[clip, reader] -= over.sum((1, 2))
        by_step[clip] -= over.reshape(-1, criteria * STEPS)
        left = facts.total[rows][:, None] - facts.is_scored[rows] @ reached.sum(2)
        by_spread[clip] += (quality[clip] * left) @ theta
    return np.concatenate([by_reader @ facts.centred, by_step, by_spread[:, None]], axis=1)


def _prior(facts: _Facts, place: Numbers) -> float:
    return float(-(place**2 / (2 * _prior_widths(facts) ** 2)).sum())


def _prior_slope(facts: _Facts, place: Numbers) -> Numbers:
    return -place / _prior_widths(facts) ** 2


def _prior_widths(facts: _Facts) -> Numbers:
    readers, criteria = facts.centred.shape[1], facts.at_least.shape[1]
    return np.concatenate([np.full(readers, SEVERITY_PRIOR), np.full(criteria * STEPS, STEP_PRIOR), [SPREAD_PRIOR]])


def _curvature(facts: _Facts, scores: Numbers) -> Numbers:
    return scores.T @ scores + np.diag(1 / _prior_widths(facts) ** 2)
