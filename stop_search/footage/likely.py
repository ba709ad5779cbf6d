"""Which encounters the recordings of one camera show: decided, in doubt, or not, each with its reason in words. Pure.

The rule, in six steps; docs/matching.md tells it with its measured errors.
1. Parts that a camera made of one recording are taken as one run.
2. The camera's clock is read from runs and encounters that can belong to nothing else (`camera_clocks`), and put right.
3. A run SURELY meets an encounter if no error that we allow for (of the clock, of the record's times) could move them apart, and surely
   does not if none could move them together. Between the two it MAY.
4. Firm evidence of who (`whose`) and a sure meeting decide. Where a run only may meet an encounter, the camera's other runs count:
   one that surely shows it leaves no room for a run before or after it.
5. What stays open is in doubt: a person decides.
6. Of a run that shows an encounter, those parts are tied in which the encounter likelier than not still went on (`endings`).
"""

import enum
import uuid
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stop_search.footage.camera_clocks import LARGEST_DRIFT, Clock, Reading, clock_at, reading_of
from stop_search.footage.endings import LONGEST_TOLD, Told, still_going
from stop_search.footage.rules import RUN_UP, SUPPOSED_LENGTH, MatchableEncounter, MatchedBy, Recording
from stop_search.footage.runs import Run, Stops, gap, joined
from stop_search.footage.wearers import Worn, worn_instead
from stop_search.footage.whose import ALL_SHIFT, NOBODY, SHIFT, Evidence, Named, evidence, namings, said_by

SHORTEST = timedelta(minutes=5)  # an encounter without a recorded end lasted at least about so long
RECORDED_ON_THE_SPOT = timedelta(hours=1)
DOUBT_ON_THE_SPOT = timedelta(minutes=2)
DOUBT_LATER = timedelta(minutes=10)  # times told from memory
FARTHEST = LARGEST_DRIFT * 2 + DOUBT_LATER + RUN_UP
PAUSE = timedelta(minutes=4)  # a camera that is switched off in an encounter and on again
LIKELIER_THAN_NOT = 0.5
ALONE = timedelta(minutes=10)  # what lies so far from everything else is fit to read a clock from
LONGEST_READ = timedelta(minutes=10)  # a run that lasts longer than its encounter by more was not made for it alone


class Meeting(enum.StrEnum):
    """Whether a run and an encounter overlap, within the errors allowed for."""

    SURE = "sure"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True)
class Likeness:
    """A recording shows an encounter (decided), or may (a person decides). `filmed_until`: the run's end by the clock put right."""

    footage_id: uuid.UUID
    encounter_id: uuid.UUID
    how: MatchedBy
    is_decided: bool
    why: str
    filmed_until: datetime


@dataclass(frozen=True)
class Option:
    """One run and one encounter that it may show. `depth`: by how much they would have to be moved apart so as not to meet."""

    run: Run
    encounter: MatchableEncounter
    clock: Clock
    evidence: Evidence
    meeting: Meeting
    depth: timedelta
    doubt: timedelta
    latest_end: datetime
    over_by: datetime
    others_ended: datetime | None

    @property
    def is_sure(self) -> bool:
        """Whether it is decided by itself."""
        return self.evidence.is_firm and self.meeting is Meeting.SURE


def likenesses(
    recordings: Iterable[Recording], encounters: Iterable[MatchableEncounter], *, filmed_until: Mapping[uuid.UUID, datetime]
) -> list[Likeness]:
    """Return what the recordings of one camera show, by recording and start of the encounter.

    `recordings`: of one camera (or, without its number, of one officer), whose start is known. `encounters`: all that can concern them.
    `filmed_until`: when another camera that surely showed an encounter was switched off, for those where that is known.
    """
    stops = Stops(encounters, filmed_until)
    runs = joined(recordings)
    named = (*namings(runs[0].whole.device_serial if runs else None, stops.all), *said_by([run.whole for run in runs]))
    readings = list(_readings(runs, stops, named))
    options = list(_options(runs, stops, named, readings))
    rivals = _beside(options)
    found: list[Likeness] = []
    for option in options:
        beside = rivals(option)
        if decided := _decision(option, beside):
            found += _of_parts(option, decided, beside)
    return found


def _readings(runs: Sequence[Run], stops: Stops, named: Sequence[Named]) -> Iterator[Reading]:
    """Yield what runs tell of the clock that can belong to one encounter only, and it to them only."""
    apart = LARGEST_DRIFT + ALONE
    for run in runs:
        near = [stop for stop in stops.near(run, apart) if evidence(run.whole, stop, named=named, has_own_stop=False)]
        if len(near) != 1 or run.whole.ended_at is None or _record_doubt(near[0]) > DOUBT_ON_THE_SPOT:
            continue
        stop = near[0]
        is_rival = any(other is not run and gap(other, stop) <= apart for other in runs)
        is_long = stop.ended_at and (run.ended_at - run.whole.started_at) - (stop.ended_at - stop.started_at) > LONGEST_READ
        found = evidence(run.whole, stop, named=named, has_own_stop=False)
        if is_rival or is_long or not found or not found.is_firm:
            continue
        reading = reading_of(filmed=(run.whole.started_at, run.ended_at), recorded=(stop.started_at, stop.ended_at))
        if abs(reading.ahead) <= LARGEST_DRIFT + DOUBT_ON_THE_SPOT:
            yield reading


def _options(runs: Sequence[Run], stops: Stops, named: Sequence[Named], readings: Sequence[Reading]) -> Iterator[Option]:
    clocks = [clock_at(readings, run.whole.started_at) for run in runs]
    met = [_surely_met(run, stops, clock) for run, clock in zip(runs, clocks, strict=True)]
    instead = worn_instead(Worn(runs, clocks, stops))
    for number, (run, clock) in enumerate(zip(runs, clocks, strict=True)):
        usual = _usual_company(number, runs, met)
        own = [stop for stop in met[number] if run.whole.officer_id in stop.officers]
        for stop in stops.near(run, FARTHEST):
            meeting, depth, doubt = _meeting(run, stop, stops, clock)
            has_own_stop = any(one is not stop for one in own)
            found = evidence(run.whole, stop, named=named, usual=usual, has_own_stop=has_own_stop, instead=instead.get(number, NOBODY))
            if found and (meeting is not Meeting.NONE or timedelta(0) < stop.started_at - run.ended_at + clock.ahead <= RUN_UP):
                others = stops.filmed_until.get(stop.encounter_id)
                yield Option(run, stop, clock, found, meeting, depth, doubt, _ends(stop, stops)[1], _over_by(stop, stops), others)


def _surely_met(run: Run, stops: Stops, clock: Clock) -> list[MatchableEncounter]:
    """Return the encounters that the run surely meets in time, whoever was there."""
    return [stop for stop in stops.near(run, FARTHEST) if _meeting(run, stop, stops, clock)[0] is Meeting.SURE]


def _usual_company(number: int, runs: Sequence[Run], met: Sequence[Sequence[MatchableEncounter]]) -> frozenset[uuid.UUID]:
    """Return the officers whose stops most other runs of the camera meet within a shift of this one, at least ALL_SHIFT of them."""
    first = bisect_left(runs, runs[number].whole.started_at - SHIFT, key=_run_start)
    last = bisect_right(runs, runs[number].whole.started_at + SHIFT, key=_run_start)
    others = [one for one in range(first, last) if one != number and met[one]]
    votes = Counter(officer for one in others for officer in {who for stop in met[one] for who in stop.officers})
    most = max(votes.values(), default=0)
    return frozenset(who for who, runs_met in votes.items() if runs_met == most and most >= max(ALL_SHIFT, len(others) / 2))


def _meeting(run: Run, stop: MatchableEncounter, stops: Stops, clock: Clock) -> tuple[Meeting, timedelta, timedelta]:
    started, ended = run.whole.started_at - clock.ahead, run.ended_at - clock.ahead
    doubt = clock.doubt + _record_doubt(stop)
    surely, possibly = _ends(stop, stops)
    deep = min(ended - stop.started_at, surely - started)
    if deep >= min(doubt, (surely - stop.started_at) / 2, max(ended - started, doubt / 2)):
        return Meeting.SURE, deep, doubt
    depth = min(ended - stop.started_at, possibly - started)
    return (Meeting.NONE if depth <= -doubt else Meeting.POSSIBLE), depth, doubt


def _ends(stop: MatchableEncounter, stops: Stops) -> tuple[datetime, datetime]:
    """Return when an encounter ended at the earliest and at the latest.

    By its record; else before the record was made on the spot, before the same officer's next, before another camera of it was off.
    """
    if stop.ended_at is not None:
        return stop.ended_at, stop.ended_at
    following = [one.started_at for one in stops.after(stop) if stop.searcher in one.officers]
    latest = min([stop.started_at + SUPPOSED_LENGTH, *following])
    if stop.recorded_at is not None and stop.recorded_at >= stop.started_at:
        latest = min(latest, max(stop.recorded_at, stop.started_at + SHORTEST))
    if until := stops.filmed_until.get(stop.encounter_id):
        latest = min(latest, max(until, stop.started_at + SHORTEST))
    return min(stop.started_at + SHORTEST, latest), latest


def _over_by(stop: MatchableEncounter, stops: Stops) -> datetime:
    """Return when an encounter was over for certain: its record was made on the spot, or its officer's next had begun."""
    following = [one.started_at for one in stops.after(stop) if stop.searcher in one.officers and _record_doubt(one) == DOUBT_ON_THE_SPOT]
    latest = min([stop.started_at + LONGEST_TOLD, *following])
    told = stop.recorded_at if _record_doubt(stop) == DOUBT_ON_THE_SPOT else None
    return latest if told is None else min(latest, max(told, stop.ended_at or told, stop.started_at + SHORTEST))


def _record_doubt(stop: MatchableEncounter) -> timedelta:
    late = stop.recorded_at is not None and stop.recorded_at - (stop.ended_at or stop.started_at + SUPPOSED_LENGTH) > RECORDED_ON_THE_SPOT
    return DOUBT_LATER if late else DOUBT_ON_THE_SPOT


def _run_start(run: Run) -> datetime:
    return run.whole.started_at


def _beside(options: Sequence[Option]) -> Callable[[Option], list[Option]]:
    """Return what finds the options that share an option's run or encounter, itself too."""
    of_run: dict[int, list[Option]] = defaultdict(list)
    of_stop: dict[uuid.UUID, list[Option]] = defaultdict(list)
    for one in options:
        of_run[id(one.run)].append(one)
        of_stop[one.encounter.encounter_id].append(one)
    return lambda option: [*of_run[id(option.run)], *(one for one in of_stop[option.encounter.encounter_id] if one.run is not option.run)]


def _decision(option: Option, options: Sequence[Option]) -> tuple[bool, str] | None:
    """Return whether it is decided or in doubt, and what time says; None: the run does not show the encounter."""
    if option.is_sure:
        return True, f"they overlap by at least {_minutes(option.depth)}"
    if option.meeting is Meeting.SURE:
        return False, f"they overlap by at least {_minutes(option.depth)}"
    covering = [one for one in options if one.encounter is option.encounter and one.is_sure]
    elsewhere = [one for one in options if one.run is option.run and one.is_sure]
    if covering:
        is_again = not elsewhere and option.depth > timedelta(0) and (option.encounter.ended_at or _follows(option, covering))
        is_again = is_again or (option.depth >= option.doubt / 2 and option.encounter.ended_at)
        return (True, "the camera was switched off and on again") if is_again else None
    if option.meeting is Meeting.NONE:
        return None if elsewhere else (False, f"it ended {_minutes(-option.depth)} before the stop's recorded start")
    if not option.evidence.is_firm:
        return None if option.depth < timedelta(0) else (False, "they may overlap, by the clocks")
    return _nearest(option, options, is_elsewhere=bool(elsewhere))


def _nearest(option: Option, options: Sequence[Option], *, is_elsewhere: bool) -> tuple[bool, str] | None:
    """Decide where no run of this camera surely shows the encounter, and this one may."""
    rivals = [one for one in options if one.encounter is option.encounter and one is not option and one.evidence.is_firm]
    best = max((one.depth for one in rivals), default=None)
    others = [one for one in options if one.run is option.run and one is not option and one.evidence.is_firm]
    if option.depth < timedelta(0) and best is not None and best > timedelta(0):
        return None
    if is_elsewhere and option.depth < option.doubt / 2:
        return None if option.depth < timedelta(0) else (False, "the recording surely shows another stop, and may reach this one")
    is_nearest = (best is None or best < option.depth - option.doubt / 2) and all(one.depth < option.depth for one in others)
    if (is_nearest or option.depth >= option.doubt / 2) and not _begins_late(option, option.run.whole):
        return True, "no other recording of this camera lies near, nor a nearer stop"
    return False, "they may overlap, but another recording or stop lies near, or the stop was over"


def _goes_on(option: Option, beside: Sequence[Option]) -> bool:
    """Return whether a later run of the camera surely shows the encounter too."""
    return any(one.encounter is option.encounter and one.is_sure and one.run.whole.started_at >= option.run.ended_at for one in beside)


def _follows(option: Option, covering: Sequence[Option]) -> bool:
    """Return whether the run began so soon after one that shows the stop that it goes on."""
    return any(abs(option.run.whole.started_at - one.run.ended_at) <= PAUSE for one in covering)


def _begins_late(option: Option, part: Recording) -> bool:
    """Return whether a recording begins when an encounter without a recorded end may well have been over."""
    since = part.started_at - option.clock.ahead - option.encounter.started_at
    return option.encounter.ended_at is None and since > SUPPOSED_LENGTH / 2


def _of_parts(option: Option, decided: tuple[bool, str], beside: Sequence[Option]) -> Iterator[Likeness]:
    """Yield the run's parts that show the encounter, at least the one that does so most; the clock and reasons in words."""
    is_decided, time_words = decided
    stop, ahead = option.encounter, option.clock.ahead
    goes_on = _goes_on(option, beside)
    still = still_going(_told(option, beside))

    def depth(part: Recording) -> timedelta:
        ended = stop.ended_at or min(option.latest_end, option.run.ended_at - ahead)
        return min((part.ended_at or option.run.ended_at) - ahead - stop.started_at, ended - (part.started_at - ahead))

    deepest = max(option.run.parts, key=depth)
    for part in option.run.parts:
        begun = (part.ended_at or option.run.ended_at) - ahead > stop.started_at
        shows = part is deepest or (begun and (goes_on or still(part.started_at - ahead) >= LIKELIER_THAN_NOT))
        if part.footage_id and shows:
            why = f"{_sentence(option.evidence.words)}; {time_words}{_clock_words(option.clock)}."
            yield Likeness(part.footage_id, stop.encounter_id, option.evidence.how, is_decided, why, option.run.ended_at - ahead)


def _told(option: Option, beside: Sequence[Option]) -> Told:
    """Return what tells of the end of an option's encounter."""
    stop, until = option.encounter, option.run.ended_at - option.clock.ahead
    from_memory = _record_doubt(stop) > DOUBT_ON_THE_SPOT
    shows_later = any(one.run is option.run and one.is_sure and one.encounter.started_at > stop.started_at for one in beside)
    is_known = option.run.whole.ended_at is not None and not shows_later and until > stop.started_at
    return Told(
        started=stop.started_at,
        recorded=stop.ended_at,
        run_ended=until if is_known else None,
        others_ended=option.others_ended,
        latest=option.over_by,
        doubt=option.clock.doubt,
        from_memory=from_memory,
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _minutes(length: timedelta) -> str:
    minutes = round(abs(length) / timedelta(minutes=1))
    return "less than a minute" if minutes < 1 else f"{minutes} minute{'s' if minutes > 1 else ''}"


def _clock_words(clock: Clock) -> str:
    if not clock.readings:
        return ""
    seconds = round(clock.ahead.total_seconds())
    if abs(seconds) < LEAST_TOLD:
        return ""
    return f", with the camera's clock taken to be {abs(seconds)} s {'fast' if seconds > 0 else 'slow'}"


LEAST_TOLD = 10  # seconds
