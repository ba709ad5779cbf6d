"""What the picture of a timeline shows and where: rows, stretches, moments, the declared encounter. Pure.

Places along it are shares of its width, so that it stretches with the page while words keep their size; heights are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.api.pages import duration_in_words
from services.api.supervisors.typed import clock
from stop_search.footage.timelines import FLOOR_DBFS, Lane, Levels, Timeline, narrowed
from stop_search.footage.timing import Timing, merged

COLUMNS, LOUDNESS_HEIGHT = 300, 40
WORDS_HEIGHT, ROW_HEIGHT, BELOW = 17, 16, 4  # a lane's words stand over its bars: everything fits beside a form on a small screen
QUIETEST = -60.0  # dBFS: what is lower is drawn as nothing
PLACES_LISTED = 60  # of one row in the table; the rest is counted
MOST_TICKS = 6
TENTHS_BELOW = 10
DAY = 86400
MANY_HOURS = 2 * DAY
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
LANES = {
    "speech": "Speech",
    "silence": "Silence",
    "clipping": "Sound too loud",
    "muted": "No sound at all",
    "dark": "Dark",
    "covered": "Lens covered",
    "blurred": "Blurred",
    "frozen": "Picture stands still",
    "gap": "Pictures missing",
    "damaged": "Damaged",
}
QUIET = frozenset({"silence", "muted"})
FIRST_WORDS = "speech"  # the lane whose beginning is asked for: who spoke when, and was anything said before hands were laid on
MOMENTS = {"scene_change": "Scene changes"}


@dataclass(frozen=True)
class Place:
    """A stretch or a moment: where it begins in seconds and as a share of the width, how wide it is, and its times in words."""

    at_seconds: float
    left: float
    width: float
    words: str


@dataclass(frozen=True)
class Row:
    """One line of the picture and of the table: what was looked for, where it is, how it was found. `top` is that of its words."""

    name: str
    summary: str
    source: str
    places: tuple[Place, ...]
    top: int
    is_moments: bool
    note: str = ""

    @property
    def listed(self) -> tuple[Place, ...]:
        """Return the places that the table names."""
        return self.places[:PLACES_LISTED]

    @property
    def unlisted(self) -> int:
        """Return how many places the table only counts."""
        return len(self.places) - len(self.listed)


@dataclass(frozen=True)
class Declared:
    """The beginning or the end of the encounter as the record states it. `is_inside`: the recording shows it.

    `short`: the words in the picture, which fit a phone however far away it lies.
    """

    words: str
    short: str
    at_seconds: float
    left: float
    is_inside: bool


@dataclass(frozen=True)
class Loudness:
    """Two outlines in a box of `columns` by LOUDNESS_HEIGHT: of the loudest, and of the mean; and what to say of them."""

    columns: int
    peak: str
    mean: str
    summary: str
    top: int


@dataclass(frozen=True)
class Drawing:
    """The whole picture. `nothing_found` and `not_measured` name lanes that have no row; `quiet` is where a player may hurry."""

    length_seconds: float
    height: int
    loudness: Loudness | None
    rows: tuple[Row, ...]
    declared: tuple[Declared, ...]
    shade: tuple[float, float] | None
    ticks: tuple[tuple[float, str], ...]
    nothing_found: tuple[str, ...]
    not_measured: tuple[str, ...]
    words: str
    quiet: tuple[tuple[float, float], ...] = ()


def drawing_of(timeline: Timeline, timings: Sequence[Timing]) -> Drawing:
    """Return what to draw; `timings` say where the encounters that the reader may know of lie in this recording."""
    length = max(timeline.length_seconds, 0.001)
    declared = tuple(mark for timing in timings for mark in _declared(timing, length))
    top = WORDS_HEIGHT * len(declared) + (BELOW if declared else 0)
    loudness = None if timeline.sound is None else _loudness(timeline.sound, length, top)
    top += LOUDNESS_HEIGHT + BELOW if loudness else 0
    rows: list[Row] = []
    for row in _rows(timeline, length):
        rows.append(replace(row, top=top))
        top += ROW_HEIGHT
    known = {lane.name for lane in timeline.lanes}
    return Drawing(
        length_seconds=length,
        height=top + WORDS_HEIGHT + BELOW,
        loudness=loudness,
        rows=tuple(rows),
        declared=declared,
        shade=_shade(timings, length),
        ticks=_ticks(length),
        nothing_found=tuple(lane_words(lane.name) for lane in timeline.lanes if not lane.spans),
        not_measured=tuple(words for name, words in LANES.items() if name not in known),
        words=_in_words(length, loudness, rows, declared),
        quiet=tuple(merged(span for lane in timeline.lanes if lane.name in QUIET for span in lane.spans)),
    )


def lane_words(name: str) -> str:
    """Return what a lane is called on the page; a name of a newer version is shown as it is."""
    return LANES.get(name, name.replace("_", " ").capitalize())


def _rows(timeline: Timeline, length: float) -> list[Row]:
    order = list(LANES)
    lanes = sorted(timeline.lanes, key=lambda lane: order.index(lane.name) if lane.name in LANES else len(order))
    rows = [_lane_row(lane, length) for lane in lanes if lane.spans]
    for name, words in MOMENTS.items():
        places = tuple(Place(at, min(1.0, at / length), 0.0, clock(round(at, 1))) for found, at in timeline.moments if found == name)
        if places:
            rows.append(Row(words, f"{len(places)} place{'s' if len(places) > 1 else ''}", "", places, 0, is_moments=True))
    return rows


def _lane_row(lane: Lane, length: float) -> Row:
    number = len(lane.spans)
    summary = f"{_length(lane.seconds)} in {number} place{'s' if number > 1 else ''}"
    note = f"first at {clock(round(lane.spans[0][0]))}" if lane.name == FIRST_WORDS else ""
    places = tuple(
        Place(start, start / length, (end - start) / length, f"{clock(round(start, 1))} to {clock(round(end, 1))}")
        for start, end in lane.spans
    )
    return Row(lane_words(lane.name), summary, lane.source, places, 0, is_moments=False, note=note)


def _declared(timing: Timing, length: float) -> list[Declared]:
    ends = [("First contact", timing.contact_at)] + ([] if timing.end_at is None else [("End", timing.end_at)])
    return [_mark(name, at, length) for name, at in ends]


def _mark(name: str, at: float, length: float) -> Declared:
    if 0 <= at <= length:
        words = f"{name} {clock(round(at))}"
        return Declared(words, words, at, at / length, is_inside=True)
    short = f"{name} {_roughly(max(-at, at - length))} {'earlier' if at < 0 else 'later'}"
    beyond = f"{_length(-at)} before the recording" if at < 0 else f"{_length(at - length)} after the recording"
    return Declared(f"{name} {beyond}", short, min(max(at, 0.0), length), 0.0 if at < 0 else 1.0, is_inside=False)


def _shade(timings: Sequence[Timing], length: float) -> tuple[float, float] | None:
    part = timings[0].shown if len(timings) == 1 else None
    return None if part is None else (part[0] / length, (min(part[1], length) - part[0]) / length)


def _loudness(levels: Levels, length: float, top: int) -> Loudness:
    small = narrowed(levels, COLUMNS)
    peak = max(levels.peak_dbfs, default=FLOOR_DBFS)
    at = levels.peak_dbfs.index(peak) * levels.step_seconds if levels.peak_dbfs else 0.0
    loud = f"loudest at {clock(round(min(at, length)))}, {peak:.0f} dB below full scale".replace("-", "") if peak > FLOOR_DBFS else "none"
    return Loudness(len(small.rms_dbfs), _outline(small.peak_dbfs), _outline(small.rms_dbfs), loud, top)


def _outline(levels: Sequence[float]) -> str:
    """Return a filled outline, mirrored about the middle, one column a step; what is too quiet to draw is a hair's breadth."""
    middle = LOUDNESS_HEIGHT / 2
    halves = [max(0.25, middle * max(0.0, 1 - level / QUIETEST)) for level in levels]
    above = "".join(f"L{place} {middle - half:.1f}" for place, half in _corners(halves))
    below = "".join(f"L{place} {middle + half:.1f}" for place, half in reversed(_corners(halves)))
    return f"M0 {middle:g}{above}{below}Z"


def _corners(halves: Sequence[float]) -> list[tuple[int, float]]:
    return [(place, half) for start, half in enumerate(halves) for place in (start, start + 1)]


def _ticks(length: float) -> tuple[tuple[float, str], ...]:
    step = next((step for step in STEPS if length / step <= MOST_TICKS), STEPS[-1])
    return tuple((at / length, clock(at)) for at in range(0, int(length) + 1, step) if at / length < 0.94 or at == 0)  # noqa: PLR2004 -- room for the last one's words


def _length(seconds: float) -> str:
    """Return a length as briefly as it can be said: tenths matter only where there are few seconds."""
    return f"{seconds:.1f} s" if seconds < TENTHS_BELOW else duration_in_words(seconds)


def _roughly(seconds: float) -> str:
    """Return a length in few characters: days where hours would be hundreds."""
    return _length(seconds) if seconds < MANY_HOURS else f"{round(seconds / DAY)} days"


def _in_words(length: float, loudness: Loudness | None, rows: Sequence[Row], declared: Sequence[Declared]) -> str:
    parts = [
        f"{_length(length)} long",
        *(mark.words for mark in declared),
        f"Sound: {loudness.summary}" if loudness else "No sound",
        *(f"{row.name}: {row.summary}" for row in rows),
    ]
    return ". ".join(parts) + "."
