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
    order: Places
    starts: Places

    def severity(self, place: Numbers) -> Numbers:
        return self.centred @ place[: self.centred.shape[1]]

    def by_clip(self, of_review: Numbers) -> Numbers:
        """Add up what stands for each review, clip by clip (C x Q)."""
        return np.add.reduceat(of_review[self.order], self.starts, axis=0)

    def steps(self, place: Numbers) -> Numbers:
        return place[self.centred.shape[1] : -1].reshape(-1, STEPS)


@dataclass(frozen=True)
class _Look:
    """A place among the parameters: log likelihood with its prior, slope, and each clip's quality there (C x 21)."""

    place: Numbers
    value: float
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
    inverse, has_settled = _uncertainty(facts, here), False
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
    certain = facts.centred @ _uncertainty(facts, here)[:readers, :readers] @ facts.centred.T
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
    return _reached(theta, steps).sum(-1)


def _facts(given: Readings) -> _Facts:
    readers = int(given.reader.max()) + 1
    edges = np.searchsorted(given.reader, np.arange(readers + 1))
    centred = np.vstack([np.eye(readers - 1), -np.ones((1, readers - 1))])
    at_least, order = given.at_least, np.argsort(given.clip, kind="stable").astype(np.int64)
    return _Facts(
        given=given,
        is_scored=given.is_scored,
        at_least=at_least,
        total=at_least.sum((1, 2)),
        parts=[slice(int(start), int(end)) for start, end in itertools.pairwise(edges)],
        clips=int(given.clip.max()) + 1,
        centred=np.linalg.qr(centred)[0],
        order=order,
        starts=np.searchsorted(given.clip[order], np.arange(int(given.clip.max()) + 1)).astype(np.int64),
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


def _odds(theta: Numbers, steps: Numbers) -> Numbers:
    """Return the log odds of levels 0 to 3 against 0 at each quality, for any number of readers (... x I x Q x 4)."""
    odds = np.cumsum(theta[..., None, :, None] - steps[:, None, :], axis=-1)
    return np.concatenate([np.zeros((*odds.shape[:-1], 1)), odds], axis=-1)


def _reached(theta: Numbers, steps: Numbers) -> Numbers:
    """Return how likely level k or more is, for k = 1, 2, 3 (... x I x Q x 3)."""
    odds = _odds(theta, steps)
    chance = np.exp(odds - odds.max(-1, keepdims=True))
    chance /= chance.sum(-1, keepdims=True)
    return np.cumsum(chance[..., ::-1], axis=-1)[..., -2::-1]


def _normaliser(theta: Numbers, steps: Numbers) -> Numbers:
    odds = _odds(theta, steps)
    highest = odds.max(-1, keepdims=True)
    return highest[..., 0] + np.log(np.exp(odds - highest).sum(-1))


def _looked_at(facts: _Facts, place: Numbers) -> _Look:
    severity, steps, given = facts.severity(place), facts.steps(place), facts.given
    theta = float(np.exp(place[-1])) * NODES - severity[:, None]
    likely = facts.total[:, None] * theta[given.reader] - np.tensordot(facts.at_least, steps, axes=2)[:, None]
    for rows, normaliser in zip(facts.parts, _normaliser(theta, steps), strict=True):
        likely[rows] -= facts.is_scored[rows] @ normaliser
    of_clip = facts.by_clip(likely) + np.log(WEIGHTS)
    highest = of_clip.max(1, keepdims=True)
    chance = np.exp(of_clip - highest)
    summed = chance.sum(1, keepdims=True)
    quality = chance / summed
    value = float((highest + np.log(summed)).sum()) + _prior(facts, place)
    return _Look(place, value, _slope(facts, place, quality) + _prior_slope(facts, place), quality)


def _slope(facts: _Facts, place: Numbers, quality: Numbers) -> Numbers:
    """Return the slope of the log likelihood, which is the sum of the clips' scores, from how many marks each node expects."""
    theta = float(np.exp(place[-1])) * NODES
    reached = _reached(theta - facts.severity(place)[:, None], facts.steps(place))
    of_review = quality[facts.given.clip]
    marks = np.stack([facts.is_scored[rows].T @ of_review[rows] for rows in facts.parts])  # J x I x Q
    expected = marks[..., None] * reached
    by_reader = np.array([facts.total[rows].sum() for rows in facts.parts]) - expected.sum((1, 2, 3))
    by_step = facts.at_least.sum(0) - expected.sum((0, 2))
    by_spread = facts.total @ (of_review @ theta) - expected.sum((0, 1, 3)) @ theta
    return np.concatenate([-by_reader @ facts.centred, -by_step.ravel(), [by_spread]])


def _scores(facts: _Facts, here: _Look) -> tuple[Numbers, Numbers]:
    """Return each clip's own slope: by the severity of every reader (C x J), and by steps and spread (C x others)."""
    place, quality, given = here.place, here.quality, facts.given
    severity, steps, theta = facts.severity(place), facts.steps(place), float(np.exp(place[-1])) * NODES
    by_reader, by_other = np.zeros((facts.clips, len(severity))), np.zeros((facts.clips, steps.size + 1))
    for reader, rows in enumerate(facts.parts):
        reached, clip = _reached(theta - severity[reader], steps), given.clip[rows]
        expected = (quality[clip] @ reached.transpose(1, 0, 2).reshape(len(NODES), -1)).reshape(-1, *steps.shape)
        over = facts.at_least[rows] - expected * facts.is_scored[rows][:, :, None]
        by_reader[clip, reader] -= over.sum((1, 2))
        by_other[clip, :-1] -= over.reshape(-1, steps.size)
        left = facts.total[rows][:, None] - facts.is_scored[rows] @ reached.sum(2)
        by_other[clip, -1] += (quality[clip] * left) @ theta
    return by_reader, by_other


def _uncertainty(facts: _Facts, here: _Look) -> Numbers:
    """Return the inverse of the information that the clips' scores hold, with the prior's.

    Readers are centred in the small matrix, not clip by clip: with many clips and readers the scores are what fills the memory.
    """
    by_reader, by_other = _scores(facts, here)
    of_readers = facts.centred.T @ (by_reader.T @ by_reader) @ facts.centred
    of_both = facts.centred.T @ (by_reader.T @ by_other)
    information = np.block([[of_readers, of_both], [of_both.T, by_other.T @ by_other]])
    return np.asarray(np.linalg.inv(information + np.diag(1 / _prior_widths(facts) ** 2)), dtype=np.float64)


def _prior(facts: _Facts, place: Numbers) -> float:
    return float(-(place**2 / (2 * _prior_widths(facts) ** 2)).sum())


def _prior_slope(facts: _Facts, place: Numbers) -> Numbers:
    return -place / _prior_widths(facts) ** 2


def _prior_widths(facts: _Facts) -> Numbers:
    readers, criteria = facts.centred.shape[1], facts.at_least.shape[1]
    return np.concatenate([np.full(readers, SEVERITY_PRIOR), np.full(criteria * STEPS, STEP_PRIOR), [SPREAD_PRIOR]])
