"""Whose stops a camera's recordings of a shift line up with, where they name somebody else: a list that was mixed up. Pure."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from stop_search.footage.camera_clocks import READ_WITHIN, Clock
from stop_search.footage.rules import MatchableEncounter
from stop_search.footage.runs import Run, Stops
from stop_search.footage.whose import SHIFT

LEAD = timedelta(seconds=45)  # a camera is usually switched on so long before
LINES_UP = timedelta(minutes=2)  # and with the clock's doubt: so near lie the run's start and the encounter's, and their ends
CLEARLY = 2  # so many more runs must line up with somebody else's stops


@dataclass(frozen=True)
class Worn:
    """A camera's runs with their clocks, the encounters, and which officers' encounters each run's record-named camera belongs to."""

    runs: Sequence[Run]
    clocks: Sequence[Clock]
    stops: Stops


def worn_instead(worn: Worn) -> Mapping[int, frozenset[uuid.UUID]]:
    """Return, by number of the run, who wore the camera where that was surely not whom the recordings name. Runs not named stand as said.

    Somebody did whose stops line up with CLEARLY more runs of the shift than the stops of the officer whom the recordings name.
    Whom most of the camera's other recordings of that week name is believed by one run less.
    """
    found: dict[int, frozenset[uuid.UUID]] = {}
    for spell in _spells(worn.runs):
        votes = Counter(who for number in spell for who in _lined_up(worn, number))
        usually = _usually(worn.runs, spell)
        if usually is not None and votes[usually]:
            votes[usually] += 1
        if believed := _believed(votes, said=worn.runs[spell[0]].whole.officer_id):
            found |= dict.fromkeys(spell, believed)
    return found


def _believed(votes: Counter[uuid.UUID], *, said: uuid.UUID | None) -> frozenset[uuid.UUID]:
    """Return who is CLEARLY before the one who was named and has the most votes, or one less: officers who work together share stops."""
    most, least = max(votes.values(), default=0), (votes[said] if said else 0) + CLEARLY
    return frozenset(who for who, number in votes.items() if number >= max(most - 1, least))


def _spells(runs: Sequence[Run]) -> Iterator[list[int]]:
    """Yield the numbers of the runs of one shift that name the same officer."""
    spell: list[int] = []
    for number, run in enumerate(runs):
        if run.whole.officer_id is None:
            continue
        last = runs[spell[-1]].whole if spell else None
        if last and (last.officer_id != run.whole.officer_id or run.whole.started_at - last.started_at > SHIFT):
            yield spell
            spell = []
        spell.append(number)
    if spell:
        yield spell


def _lined_up(worn: Worn, number: int) -> set[uuid.UUID]:
    """Return the officers of the encounters that began and ended when the run did."""
    run, clock = worn.runs[number], worn.clocks[number]
    allowed = LINES_UP + clock.doubt
    began, ended = run.whole.started_at - clock.ahead + LEAD, run.ended_at - clock.ahead - LEAD

    def lines_up(stop: MatchableEncounter) -> bool:
        return abs(began - stop.started_at) <= allowed and (stop.ended_at is None or abs(ended - stop.ended_at) <= allowed)

    return {who for stop in worn.stops.near(run, allowed) if lines_up(stop) for who in stop.officers}


def _usually(runs: Sequence[Run], spell: Sequence[int]) -> uuid.UUID | None:
    """Return whom most of a camera's other recordings of the week name."""
    at, inside = runs[spell[0]].whole.started_at, set(spell)
    others = [
        run.whole.officer_id
        for number, run in enumerate(runs)
        if number not in inside and run.whole.officer_id and abs(run.whole.started_at - at) <= READ_WITHIN
    ]
    who, times = Counter(others).most_common(1)[0] if others else (None, 0)
    return who if times * 2 > len(others) else None
