"""The lanes beneath a timeline that the review itself fills: marks, force, flags, what was watched, and when the other cameras ran. Pure.

Places are shares of the width, like those of the timeline, so that both stand exactly below one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.api.supervisors.shown import Camera
from services.api.supervisors.typed import clock
from stop_search.footage.timing import Span, total
from stop_search.reviews.moments import Moment
from stop_search.reviews.queries import ReviewShown

FORCE_CRITERION, FORCE_FLAG = "C9", "needless_force"
ROW_HEIGHT = 16
MOMENT_SECONDS = 2.0  # how long a single moment is drawn


@dataclass(frozen=True)
class Bar:
    """A stretch of a lane: shares of the width, seconds, what it is called in the picture and in words."""

    left: float
    width: float
    start: float
    end: float
    name: str
    words: str


@dataclass(frozen=True)
class OwnLane:
    """One row. `key` names it for scripts and style sheets; `top` is in pixels."""

    key: str
    name: str
    summary: str
    bars: tuple[Bar, ...]
    top: int


@dataclass(frozen=True)
class OwnLanes:
    """All rows of one recording."""

    lanes: tuple[OwnLane, ...]
    height: int
    words: str


def own_lanes(
    review: ReviewShown, camera: Camera, cameras: Sequence[Camera], offsets: Sequence[float | None], watched: Mapping[UUID, Iterable[Span]]
) -> OwnLanes:
    """Return the lanes of the recording that the player shows; `offsets` say when each of the cameras began, as `cameras` lists them."""
    length = max(camera.seconds or 0.0, 0.001)
    seen = tuple(watched.get(camera.footage_id, ()))
    marks = _marks(review, camera, length)
    force = [bar for bar in marks if bar.name in {FORCE_CRITERION, FORCE_FLAG.replace("_", " ")}]
    rows = [
        ("marks", "Marks", "" if marks else "none yet", marks),
        ("force", "Force", _force_summary(review, force), force),
        (
            "watched",
            "Watched",
            _share(total(seen) / length),
            [_bar(start, end, length, "") for start, end in seen],
        ),
        *_others(camera, cameras, offsets, length),
    ]
    lanes = tuple(OwnLane(key, name, summary, tuple(bars), ROW_HEIGHT * place) for place, (key, name, summary, bars) in enumerate(rows))
    words = ". ".join(f"{lane.name}: {', '.join([lane.summary] * bool(lane.summary) + [bar.words for bar in lane.bars])}" for lane in lanes)
    return OwnLanes(lanes, ROW_HEIGHT * len(lanes), words)


def _marks(review: ReviewShown, camera: Camera, length: float) -> list[Bar]:
    named = [(criterion, moment) for criterion, saved in review.marks.items() for moment in saved.mark.moments]
    named += [(flag.replace("_", " "), moment) for flag, moments in review.flag_moments.items() for moment in moments]
    return [
        _bar(moment.start, _end(moment), length, name if moment.item is None else f"{name} {moment.item}")
        for name, moment in named
        if moment.footage_id in {None, camera.footage_id} and moment.start <= length
    ]


def _share(share: float) -> str:
    return f"{min(100, int(100 * share))}%" if share else "nothing yet"


def _end(moment: Moment) -> float:
    return moment.start + MOMENT_SECONDS if moment.end is None else moment.end


def _bar(start: float, end: float, length: float, name: str) -> Bar:
    first, last = max(0.0, start), min(end, length)
    words = f"{name} {clock(round(start, 1))} to {clock(round(end, 1))}".strip()
    return Bar(first / length, max(0.0, last - first) / length, start, end, name, words)


def _force_summary(review: ReviewShown, force: Sequence[Bar]) -> str:
    recorded = {kind for person in review.stop.people for kind in person.force_used} - {"none"}
    on_record = "on the record, which says no times" if recorded else "none on the record"
    return on_record if not force else f"{on_record}; marked here"


def _others(
    camera: Camera, cameras: Sequence[Camera], offsets: Sequence[float | None], length: float
) -> list[tuple[str, str, str, list[Bar]]]:
    own = offsets[camera.number - 1] if len(offsets) >= camera.number else None
    found: list[tuple[str, str, str, list[Bar]]] = []
    for other, offset in zip(cameras, offsets, strict=False):
        if other.number == camera.number or not other.seconds:
            continue
        name = f"Camera {other.number}"
        if own is None or offset is None:
            found.append((f"camera-{other.number}", name, "nobody knows when it ran", []))
            continue
        start, end = offset - own, offset - own + other.seconds
        inside = [_bar(start, end, length, "")] if end > 0 and start < length else []
        found.append((f"camera-{other.number}", name, _ran(start, end, length), inside))
    return found


def _ran(start: float, end: float, length: float) -> str:
    if end <= 0 or start >= length:
        return f"ran {clock(round(-end if end <= 0 else start - length))} {'before' if end <= 0 else 'after'} this recording"
    first = f"from {clock(round(-start))} before" if start < 0 else f"from {clock(round(start))}"
    last = f"to {clock(round(end - length))} after" if end > length else f"to {clock(round(end))}"
    return f"{first} {last}"
