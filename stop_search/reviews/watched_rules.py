"""What of the footage a reviewer really watched: what a report can mean, and how large a share that comes to. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stop_search.footage.timing import Span, merged, total

WATCHED_SHARE = 0.8  # of the stop's part of the footage: less needs a reason; a force may set its own
FASTEST = 4.0  # times the usual speed: no player of ours goes faster
SLACK = 2.0  # seconds: clocks, and what was played before the first report left
FIRST_REPORT = 15.0  # seconds: a page reports every few seconds, so the first report of a recording tells of no more
LONGEST_PAUSE = 900.0  # seconds between two reports that are believed to have been spent watching: a line that was down for a while


@dataclass(frozen=True)
class Part:
    """One recording of a stop, all in seconds. `began`: on the clock that all recordings share, None where nobody knows.

    `needed`: the stretch that shows the stop. `watched` is merged.
    """

    began: float | None
    needed: Span
    watched: tuple[Span, ...]


def believable(spans: Iterable[Span], *, length: float, since_last: float | None) -> list[Span]:
    """Return as much of a report as can have been played since the report before (None: this is the first), inside the recording.

    What is over is cut from the end: somebody who says to have watched an hour within a minute has watched four minutes at most.
    """
    left = SLACK + FASTEST * (FIRST_REPORT if since_last is None else min(max(since_last, 0.0), LONGEST_PAUSE))
    found: list[Span] = []
    for start, end in spans:
        first, last = max(0.0, start), min(end, length, max(0.0, start) + left)
        if last > first:
            found.append((first, last))
            left -= last - first
    return found


def share_watched(parts: Sequence[Part]) -> float | None:
    """Return which share of the stop was watched on any camera, 0 to 1; None where there is nothing to watch.

    Recordings whose beginning is known lie on one clock: a minute that two cameras show is watched on either. Each of the others counts
    for itself.
    """
    needed = watched = 0.0
    for group in _groups(parts):
        stop = merged((part.needed[0] + shift, part.needed[1] + shift) for part, shift in group)
        seen = merged((start + shift, end + shift) for part, shift in group for start, end in part.watched)
        needed += total(stop)
        watched += total(overlap(stop, seen))
    return watched / needed if needed > 0 else None


def overlap(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """Return what two merged lists of spans share.

    >>> overlap([(0.0, 10.0)], [(2.0, 4.0), (9.0, 12.0)])
    [(2.0, 4.0), (9.0, 10.0)]
    """
    shared = [(max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other]
    return sorted((start, end) for start, end in shared if end > start)


def _groups(parts: Sequence[Part]) -> list[list[tuple[Part, float]]]:
    on_one_clock = [(part, part.began) for part in parts if part.began is not None]
    return [group for group in (on_one_clock, *([(part, 0.0)] for part in parts if part.began is None)) if group]
