"""How severe each reader is beside the others, and what the results would be if all had been average. Pure.

The figure is for the learning team and for the reader it is about. It corrects what is said of the force as a whole, beside the raw
figure and never in its place; the record of a single officer or stop is never adjusted. Source of the model: `severity_fit.py`.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from stop_search.reviews.severity_fit import NODES, Fitted, Readings, expected_level, fitted

ENOUGH_PAIRS = 50  # clips read twice; below, readers cannot be told from the stops they happened to get
ENOUGH_OWN = 10  # clips of one reader; below, nothing is said of that reader


@dataclass(frozen=True)
class Reading:
    """One reader's levels for one clip, in the order of the rubric's criteria; None where no level was given."""

    clip: uuid.UUID
    reader: uuid.UUID
    levels: tuple[int | None, ...]


@dataclass(frozen=True)
class Beside:
    """A mean level as given, as an average reader would have given it, and the second less the first."""

    raw: float
    adjusted: float

    @property
    def difference(self) -> float:
        """How much the adjustment adds."""
        return self.adjusted - self.raw


@dataclass(frozen=True)
class ReaderSeverity:
    """One reader: logits above 0 are severe, with the standard error; None where the reader has too few clips to say."""

    reader: uuid.UUID
    clips: int
    severity: float | None
    error: float | None
    levels: Beside | None


@dataclass(frozen=True)
class Severities:
    """What was found. `refused` says in words why nothing was: then the rest is empty.

    `readers` by their id, which is no order of severity. `spread`: the standard deviation of stops' quality, in logits.
    """

    refused: str | None
    readers: tuple[ReaderSeverity, ...] = ()
    criteria: tuple[tuple[str, Beside], ...] = ()
    spread: float | None = None


def severities(readings: Iterable[Reading], *, criteria: Sequence[str]) -> Severities:
    """Return readers' severities, or why they cannot be told: too few clips read twice, or readers that no shared clip joins."""
    once = {(one.reader, one.clip): one for one in readings if any(level is not None for level in one.levels)}
    scored = [once[key] for key in sorted(once)]
    twice = clips_read_twice(scored)
    if twice < ENOUGH_PAIRS:
        return Severities(f"Too few to say: {twice} stops were read twice, {ENOUGH_PAIRS} are needed.")
    groups = groups_of_readers(scored)
    if len(groups) > 1:
        return Severities(
            f"Not comparable: the readers fall into {len(groups)} groups that share no stop, of {', '.join(str(len(g)) for g in groups)}."
        )
    given = _arrays(scored)
    found = fitted(given)
    if not found.has_settled:
        return Severities("The estimate did not settle, so it is not shown.")
    return _told(given, found, criteria, sorted({reading.reader for reading in scored}))


def clips_read_twice(readings: Iterable[Reading]) -> int:
    """Return how many clips at least two readers scored."""
    readers: dict[uuid.UUID, set[uuid.UUID]] = {}
    for reading in readings:
        readers.setdefault(reading.clip, set()).add(reading.reader)
    return sum(len(found) > 1 for found in readers.values())


def groups_of_readers(readings: Iterable[Reading]) -> list[frozenset[uuid.UUID]]:
    """Return the readers in groups that are joined by shared clips, the largest first; one group means that all can be compared."""
    group: dict[uuid.UUID, set[uuid.UUID]] = {}
    first_reader: dict[uuid.UUID, uuid.UUID] = {}
    for reading in readings:
        own = group.setdefault(reading.reader, {reading.reader})
        other = group[first_reader.setdefault(reading.clip, reading.reader)]
        if own is not other:
            larger, smaller = (own, other) if len(own) >= len(other) else (other, own)
            larger |= smaller
            group.update(dict.fromkeys(smaller, larger))
    return sorted({frozenset(found) for found in group.values()}, key=lambda found: (-len(found), min(found)))


def _arrays(scored: Sequence[Reading]) -> Readings:
    """Return the readings as arrays, in their order, which is by reader."""
    clips = {clip: n for n, clip in enumerate(sorted({reading.clip for reading in scored}))}
    readers = {reader: n for n, reader in enumerate(sorted({reading.reader for reading in scored}))}
    return Readings(
        np.array([clips[reading.clip] for reading in scored], dtype=np.int64),
        np.array([readers[reading.reader] for reading in scored], dtype=np.int64),
        np.array([[-1 if level is None else level for level in reading.levels] for reading in scored], dtype=np.int64),
    )


def _told(given: Readings, found: Fitted, criteria: Sequence[str], readers: Sequence[uuid.UUID]) -> Severities:
    is_scored = given.is_scored
    by_average = found.quality[given.clip] @ expected_level(found.spread * NODES, found.steps).T * is_scored
    raw = given.levels * is_scored

    def beside(rows: np.ndarray, columns: slice) -> Beside:
        number = is_scored[rows, columns].sum()
        return Beside(float(raw[rows, columns].sum() / number), float(by_average[rows, columns].sum() / number))

    def of_reader(n: int) -> ReaderSeverity:
        rows = given.reader == n
        clips = int(rows.sum())
        if clips < ENOUGH_OWN:
            return ReaderSeverity(readers[n], clips, None, None, None)
        return ReaderSeverity(readers[n], clips, float(found.severity[n]), float(found.errors[n]), beside(rows, slice(None)))

    everyone = np.ones(len(given.reader), dtype=bool)
    return Severities(
        refused=None,
        readers=tuple(of_reader(n) for n in range(len(readers))),
        criteria=tuple((name, beside(everyone, slice(n, n + 1))) for n, name in enumerate(criteria) if is_scored[:, n].any()),
        spread=found.spread,
    )
