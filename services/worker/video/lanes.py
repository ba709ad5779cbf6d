"""Lanes: stretches of a recording in which one thing was found, as they are written into timeline.json. Runs in the sandboxed child."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

Span = tuple[float, float]  # from second to second, counted from the first picture


@dataclass(frozen=True)
class Lane:
    """One thing that was looked for: its name, by which measure, and where it was found (nowhere: no spans)."""

    name: str
    source: str
    spans: tuple[Span, ...]

    def told(self, length: float) -> dict[str, Any]:
        """Return it as timeline.json holds it: spans sorted, apart from one another, within the recording."""
        return {"name": self.name, "source": self.source, "spans": [list(span) for span in tidy(self.spans, length)]}


def runs(flags: np.ndarray, step: float, *, at_least: float = 0.0, bridge: float = 0.0) -> list[Span]:
    """Return from when to when flags, one for each `step` seconds, are set for `at_least` seconds; breaks up to `bridge` do not count."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], np.asarray(flags, dtype=np.int8), [0]))))
    found: list[Span] = []
    for start, end in edges.reshape(-1, 2) * step:
        if found and start - found[-1][1] <= bridge + 1e-9:
            found[-1] = (found[-1][0], float(end))
        else:
            found.append((float(start), float(end)))
    return [span for span in found if span[1] - span[0] >= at_least - 1e-9]


def tidy(spans: Iterable[Span], length: float) -> list[Span]:
    """Return spans sorted, those that touch joined, cut to the recording, in whole milliseconds.

    >>> tidy([(5, 7), (1, 2), (6, 99)], 10)
    [(1.0, 2.0), (5.0, 10.0)]
    """
    joined: list[Span] = []
    for start, end in sorted((max(0.0, start), min(end, length)) for start, end in spans):
        if joined and start <= joined[-1][1] + 0.0005:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        elif end > start:
            joined.append((start, end))
    rounded = [(round(start, 3), min(round(end, 3), length)) for start, end in joined]
    return [span for span in rounded if span[1] > span[0]]


def within(spans: Iterable[Span], at: float) -> bool:
    """Return whether a moment lies in one of the spans."""
    return any(start <= at < end for start, end in spans)
