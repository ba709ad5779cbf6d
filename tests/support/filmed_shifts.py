"""Invented shifts with cameras whose clocks drift: what was truly filmed is known, and what matching gets to see of it.

The chances below were set before the rule was measured, from what officers do, not from what the rule does well. A stop is filmed by a
recording if their true times overlap and the wearer was there.
"""

import math
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from stop_search.footage.rules import MatchableEncounter, Position, Recording

START = datetime(2026, 9, 7, 6, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SHIFT_LENGTH = 9 * HOUR
LARGEST_DRIFT = 180  # seconds
TEAMS, TEAM_SIZE, POOL_SIZE = 6, 8, 9
CITY = Position(51.45, -2.59)
METRES_PER_DEGREE = 111_195


@dataclass
class Camera:
    """One camera: its clock's error on a day in seconds, whether it cuts recordings into parts, whether it knows where it is."""

    serial: str
    drift: float
    creep: float
    set_on: int | None
    set_to: float
    cuts_after: timedelta | None
    has_position: bool

    def ahead(self, day: int) -> float:
        """Return by how many seconds the clock is ahead."""
        base, days = (self.set_to, day - self.set_on) if self.set_on is not None and day >= self.set_on else (self.drift, day)
        return max(-LARGEST_DRIFT, min(LARGEST_DRIFT, base + self.creep * days))


@dataclass
class Stop:
    """A stop as it was: who was there, from when to when, where; `marks` are the classes that it counts under."""

    id: uuid.UUID
    searcher: int
    officers: frozenset[int]
    started: datetime
    ended: datetime
    place: tuple[float, float]
    marks: set[str] = field(default_factory=set[str])


@dataclass
class Clip:
    """What one camera filmed in one go, in true time; wearer and camera as they were."""

    wearer: int
    camera: Camera
    started: datetime
    ended: datetime
    place: tuple[float, float]
    marks: set[str] = field(default_factory=set[str])


@dataclass(frozen=True)
class Force:
    """What matching sees (`recordings`, `encounters`), what is true (pairs of ids), and the classes of each id.

    `whole`: by the id of each part that a camera made, the id of what was filmed in one go.
    """

    recordings: tuple[Recording, ...]
    encounters: tuple[MatchableEncounter, ...]
    truth: frozenset[tuple[uuid.UUID, uuid.UUID]]
    marks: dict[uuid.UUID, frozenset[str]]
    whole: dict[uuid.UUID, uuid.UUID]


class Shifts:
    """Makes one force from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- invented shifts, the same each time
        self.ids = [self.new_id() for _ in range(TEAMS * TEAM_SIZE)]
        self.own = [self._camera(f"C{n}") for n in range(len(self.ids))]
        self.pools = [[self._camera(f"P{team}-{n}") for n in range(POOL_SIZE)] for team in range(TEAMS)]
        self.has_own = [self.chance.random() < 0.65 for _ in self.ids]
        self.mixed_up: dict[tuple[int, int], int] = {}
        self.stops: list[Stop] = []
        self.clips: list[Clip] = []

    def new_id(self) -> uuid.UUID:
        """Return an id."""
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def _camera(self, serial: str) -> Camera:
        c = self.chance
        return Camera(
            serial=serial,
            drift=c.uniform(-LARGEST_DRIFT, LARGEST_DRIFT),
            creep=c.gauss(0, 2),
            set_on=c.randrange(3, 40) if c.random() < 0.2 else None,
            set_to=c.uniform(-LARGEST_DRIFT, LARGEST_DRIFT),
            cuts_after=c.choice((5, 10, 15)) * MINUTE if c.random() < 0.3 else None,
            has_position=c.random() < 0.5,
        )

    def worked(self, stops: int) -> Force:
        """Work shifts until there are so many stops, and return the force."""
        day = 0
        while len(self.stops) < stops:
            for team in range(TEAMS):
                self._shift(day, team)
            day += 1
        return _Seen(self).force()

    def _shift(self, day: int, team: int) -> None:
        c = self.chance
        begins = START + timedelta(days=day) + (day + team) % 3 * 8 * HOUR
        members = [team * TEAM_SIZE + n for n in range(TEAM_SIZE)]
        on_duty = c.sample(members, 6)
        pool = c.sample(self.pools[team], POOL_SIZE)
        worn = {who: self.own[who] if self.has_own[who] else pool.pop() for who in on_duty}
        mixed_up = sorted(on_duty) if c.random() < 0.02 else []  # the docking station took the wrong list
        groups, left = list[tuple[int, ...]](), list(on_duty)
        while left:
            size = min(len(left), 2 if c.random() < 0.65 else 1)
            groups.append(tuple(left.pop() for _ in range(size)))
        stops: list[Stop] = []
        for number, group in enumerate(groups):
            others = [who for one in groups[:number] for who in one]
            stops += self._stops_of(group, begins, others, stops)
        self.stops += stops
        for who in on_duty:
            self._films(who, worn[who], day, [one for one in stops if who in one.officers], begins)
        self.mixed_up |= {(who, day): c.choice(members) for who in mixed_up}

    def _stops_of(self, group: tuple[int, ...], begins: datetime, others: list[int], before: list[Stop]) -> Iterator[Stop]:
        c = self.chance
        at, place, follows = begins + c.uniform(5, 60) * MINUTE, self._place(), False
        while at < begins + SHIFT_LENGTH - HOUR:
            length = min(45.0, max(3.0, c.lognormvariate(math.log(10), 0.5))) * MINUTE
            if not follows:
                place = self._place()
            searcher = c.choice(group)
            busy = {who for one in before if one.started < at + length + 9 * MINUTE and at < one.ended + 9 * MINUTE for who in one.officers}
            free = [who for who in others if who not in busy]
            third = {c.choice(free)} if free and c.random() < 0.06 else set[int]()
            officers = frozenset(group) | third
            stop = Stop(self.new_id(), searcher, officers, at, at + length, place)
            stop.marks |= {"back to back"} if follows else set()
            follows = c.random() < 0.15
            gap = c.uniform(1, 6) * MINUTE if follows else (8 + c.expovariate(1 / 110)) * MINUTE
            stop.marks |= {"back to back"} if follows else set()
            at = stop.ended + gap
            yield stop

    def _place(self) -> tuple[float, float]:
        return self.chance.gauss(0, 2500), self.chance.gauss(0, 2500)

    def _films(self, who: int, camera: Camera, day: int, stops: list[Stop], begins: datetime) -> None:
        """Switch the camera on and off as people do; what would overlap is one recording."""
        c, spans = self.chance, list[tuple[datetime, datetime, tuple[float, float]]]()
        for stop in sorted(stops, key=lambda one: one.started):
            if c.random() > (0.975 if stop.searcher == who else 0.85):
                continue
            late = c.random() < 0.08
            on = stop.started + (c.uniform(20, 180) * SECOND if late else -c.lognormvariate(math.log(45), 0.8) * SECOND)
            kind = c.random()
            runs_on = c.uniform(5, 35) * MINUTE if kind < 0.08 else c.lognormvariate(math.log(40), 0.7) * SECOND
            off = stop.ended - c.uniform(20, 120) * SECOND if kind > 0.88 else stop.ended + runs_on
            off = max(off, on + 30 * SECOND)
            if c.random() < 0.04 and off - on > 6 * MINUTE:
                pause = on + (off - on) * c.uniform(0.3, 0.6)
                spans += [(on, pause, stop.place), (pause + c.uniform(40, 150) * SECOND, off, stop.place)]
            else:
                spans.append((on, off, stop.place))
        for _ in range(c.choice((0, 1, 1, 2))):
            other = begins + c.random() * SHIFT_LENGTH
            until = other + c.uniform(2, 25) * MINUTE
            if all(until < one.started or one.ended < other for one in stops):
                spans.append((other, until, self._place()))
        merged: list[tuple[datetime, datetime, tuple[float, float]]] = []
        for on, off, place in sorted(spans):
            if merged and on <= merged[-1][1] + 5 * SECOND:
                merged[-1] = (merged[-1][0], max(off, merged[-1][1]), merged[-1][2])
            else:
                merged.append((on, off, place))
        self.clips += [Clip(who, camera, on, off, place, {f"day {day}"}) for on, off, place in merged]


class _Seen:
    """What of a force's shifts arrives: with drift, gaps, wrong numbers, late records."""

    def __init__(self, shifts: Shifts) -> None:
        self.shifts, self.chance = shifts, random.Random(shifts.chance.random())  # noqa: S311 -- as above
        self.worn: dict[tuple[int, str], Camera] = {}

    def force(self) -> Force:
        marks: dict[uuid.UUID, frozenset[str]] = {}
        whole: dict[uuid.UUID, uuid.UUID] = {}
        truth: set[tuple[uuid.UUID, uuid.UUID]] = set()
        recordings: list[Recording] = []
        cameras_of: dict[uuid.UUID, set[str]] = {}
        camera_at: dict[uuid.UUID, str] = {}
        by_wearer: dict[int, list[Stop]] = {}
        for stop in self.shifts.stops:
            for who in stop.officers:
                by_wearer.setdefault(who, []).append(stop)
        for clip in self.shifts.clips:
            day = int(next(mark for mark in clip.marks if mark.startswith("day "))[4:])
            shown = [one for one in by_wearer.get(clip.wearer, ()) if min(one.ended, clip.ended) > max(one.started, clip.started)]
            for stop in shown:
                cameras_of.setdefault(stop.id, set()).add(clip.camera.serial)
                if clip.wearer == stop.searcher:
                    camera_at[stop.id] = clip.camera.serial
            if self.chance.random() < 0.04:
                continue  # never arrives
            clip_marks = ({"several stops on one recording"} if len(shown) > 1 else set()) | (
                {"camera from a pool"} if clip.camera.serial.startswith("P") else set()
            )
            in_one_go = self.shifts.new_id()
            for recording, started, ended, more in self._arrives(clip, day):
                whole[recording.footage_id or in_one_go] = in_one_go
                marks[recording.footage_id or uuid.UUID(int=0)] = frozenset(clip_marks | more)
                recordings.append(recording)
                truth |= {(recording.footage_id, one.id) for one in shown if min(one.ended, ended) > max(one.started, started)}
        encounters = []
        for stop in self.shifts.stops:
            several = {"several cameras on one stop"} if len(cameras_of.get(stop.id, ())) > 1 else set()
            encounter, more = self._recorded(stop, camera_at.get(stop.id))
            marks[stop.id] = frozenset(stop.marks | several | more)
            encounters.append(encounter)
        return Force(tuple(recordings), tuple(encounters), frozenset(truth), marks, whole)

    def _arrives(self, clip: Clip, day: int) -> Iterator[tuple[Recording, datetime, datetime, set[str]]]:
        c, ahead, marks = self.chance, clip.camera.ahead(day) * SECOND, set[str]()
        officer: uuid.UUID | None = self.shifts.ids[clip.wearer]
        wrong = self.shifts.mixed_up.get((clip.wearer, day))
        if wrong is not None and wrong != clip.wearer:
            officer = self.shifts.ids[wrong]
            marks.add("wrong officer on the recording")
        elif c.random() < 0.04:
            officer = None
            marks.add("no officer on the recording")
        serial = clip.camera.serial
        if c.random() < 0.02 and officer is not None:
            serial = None
            marks.add("no camera on the recording")
        position = self._measured(clip.place, 20) if clip.camera.has_position and c.random() < 0.9 else None
        if abs(ahead) > 2 * MINUTE:
            marks.add("clock 2 to 3 minutes off")
        at, cut = clip.started, clip.camera.cuts_after
        if cut and clip.ended - clip.started > cut:
            marks.add("cut into parts by the camera")
        while at < clip.ended:
            until = min(clip.ended, at + cut) if cut else clip.ended
            begun = at + ahead + (c.uniform(0, 2) * SECOND if at > clip.started else timedelta(0))
            made = Recording(officer, serial, begun, until + ahead, self.shifts.new_id(), position)
            yield made, at, until, marks
            at = until

    def _recorded(self, stop: Stop, camera: str | None) -> tuple[MatchableEncounter, set[str]]:
        c, marks = self.chance, set[str]()
        ids = self.shifts.ids
        late = c.random() < 0.07
        if late:
            marks.add("record made hours later")
        present = {who for who in stop.officers if who == stop.searcher or c.random() < 0.985}
        ended = self._told(stop.ended, late=late) if c.random() < 0.6 else None
        started = self._told(stop.started, late=late)
        if ended is None:
            marks.add("no end on the record")
        named = camera if c.random() < 0.6 else None
        if named and c.random() < 0.02:
            named = c.choice(self.shifts.own).serial
        return MatchableEncounter(
            encounter_id=stop.id,
            officers=frozenset(ids[who] for who in present),
            camera_serial=named,
            started_at=started,
            ended_at=None if ended is None else max(ended, started + MINUTE),
            searcher=ids[stop.searcher],
            recorded_at=stop.ended + (c.uniform(2, 20) * HOUR if late else c.uniform(1, 20) * MINUTE),
            position=self._measured(stop.place, 30) if c.random() < 0.8 else None,
        ), marks

    def _told(self, moment: datetime, *, late: bool) -> datetime:
        """Return a moment as the record has it: stamped by the device, typed to the minute or to five, or from memory."""
        c = self.chance
        if late:
            return _rounded(moment + c.gauss(0, 150) * SECOND, 5)
        if c.random() < 0.65:
            return moment + c.gauss(0, 25) * SECOND
        return _rounded(moment + c.gauss(0, 45) * SECOND, 5 if c.random() < 0.3 else 1)

    def _measured(self, place: tuple[float, float], metres: float) -> Position:
        north, east = (one + self.chance.gauss(0, metres) for one in place)
        degrees = METRES_PER_DEGREE * math.cos(math.radians(CITY.latitude))
        return Position(CITY.latitude + north / METRES_PER_DEGREE, CITY.longitude + east / degrees)


def _rounded(moment: datetime, minutes: int) -> datetime:
    step = minutes * MINUTE
    return START + round((moment - START) / step) * step
