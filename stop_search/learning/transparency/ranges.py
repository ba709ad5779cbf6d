"""Between what a reader can place a count, by one release or by several of the same quarter. Pure.

One release: exactly, by its network. Several: the counts of each lie within what it told, and an attacker may know that people were only
added from one to the next. Two kinds of counts fit all of that for certain: all releases moved by the same flow, and one release moved
between what the others truly were. The range that these span is never wider than the true one, so what is wide enough here is wide enough.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from stop_search.learning.transparency.network import Cell, Network
from stop_search.learning.transparency.rules import LEAST, UNBOUNDED, Span, span_of

Numbers = dict[Cell, int | None]


@dataclass(frozen=True)
class Telling:
    """One release of one universe: the exact counts, between what a reader knows each to be at the outset, and what is kept back."""

    truth: Mapping[Cell, int]
    bounds: Mapping[Cell, Span]
    hidden: tuple[Cell, ...]

    @classmethod
    def of(cls, counts: Mapping[Cell, int | None], numbers: Mapping[Cell, int | None]) -> "Telling":
        """Return what `numbers` tell of `counts`; of what is kept back a reader may know whether it is small."""
        truth = {cell: count or 0 for cell, count in counts.items()}
        hidden = tuple(cell for cell, number in numbers.items() if number is None)
        kept = {cell: (0, LEAST - 1) if truth[cell] < LEAST else (LEAST, UNBOUNDED) for cell in hidden}
        return cls(truth, {cell: span_of(number) for cell, number in numbers.items() if number is not None} | kept, hidden)


def ranges_of(network: Network, place: int, tellings: Sequence[Telling], *, reach: int) -> Iterator[tuple[Cell, Span]]:
    """Yield between what each count that the release at `place` keeps back can be put, at most `reach` from the truth."""
    mine = tellings[place]
    truth = {edge.cell: mine.truth.get(edge.cell, 0) for edge in network.edges}  # 0: a category that was not there yet
    rooms = [network.room(truth, _alone(truth, place, tellings))]
    if len(tellings) > 1:
        rooms.append(network.room(dict.fromkeys(truth, 0), _together(truth, tellings)))
    for cell in mine.hidden:
        if cell in truth:
            steps = [network.reach(cell, room, at_most=reach) for room in rooms]
            yield cell, (truth[cell] - max(down for down, _ in steps), truth[cell] + max(up for _, up in steps))


def _alone(truth: Mapping[Cell, int], place: int, tellings: Sequence[Telling]) -> dict[Cell, Span]:
    """Return the bounds of one release, between what the one before and the one after it truly were."""
    mine, found = tellings[place], dict[Cell, Span]()
    for cell, count in truth.items():
        low, high = mine.bounds.get(cell, (count, count))
        if place > 0:
            low = min(count, max(low, tellings[place - 1].truth.get(cell, 0)))
        if place + 1 < len(tellings):
            high = max(count, min(high, tellings[place + 1].truth.get(cell, count)))
        found[cell] = (low, high)
    return found


def _together(cells: Mapping[Cell, int], tellings: Sequence[Telling]) -> dict[Cell, Span]:
    """Return how far all releases can be moved at once."""
    return {
        cell: (
            max(one.bounds[cell][0] - one.truth[cell] for one in tellings if cell in one.truth),
            min(one.bounds[cell][1] - one.truth[cell] for one in tellings if cell in one.truth),
        )
        for cell in cells
    }
