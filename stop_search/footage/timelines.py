"""A recording's timeline as an examination stored it: how loud it is, stretches by lane, moments. Read and made small. Pure."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from stop_search.errors import Invalid
from stop_search.footage.timing import Clip, Span, total

NAME = "timeline"  # among a recording's pictures
VERSION = 1
FLOOR_DBFS = -90.0  # as low as levels are told


@dataclass(frozen=True)
class Levels:
    """How loud a recording is: one value a step, in dBFS, from FLOOR_DBFS (no sound) to 0 (as loud as can be recorded)."""

    step_seconds: float
    rms_dbfs: tuple[float, ...]
    peak_dbfs: tuple[float, ...]


@dataclass(frozen=True)
class Lane:
    """The stretches in which one thing was found; none means that it was looked for and not found. `source` says how, in words."""

    name: str
    source: str
    spans: tuple[Span, ...]

    @property
    def seconds(self) -> float:
        """Return how long they are together."""
        return total(self.spans)


@dataclass(frozen=True)
class Timeline:
    """All of it. A lane that was not measured is absent; `moments` are (name, second), by time; `levels` is None without sound."""

    length_seconds: float
    levels: Levels | None
    lanes: tuple[Lane, ...]
    moments: tuple[tuple[str, float], ...]

    def lane(self, name: str) -> Lane | None:
        """Return the lane of this name, or None where it was not measured."""
        return next((lane for lane in self.lanes if lane.name == name), None)


def timeline_told(stored: bytes) -> Timeline:
    """Return the timeline that lies in storage as JSON.

    Raises:
        Invalid: it is of another version, or not what an examination of ours writes.

    """
    try:
        told = json.loads(stored)
        return _timeline(told)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"This timeline cannot be read ({error}). Examine the recording again."
        raise Invalid(message) from error


def narrowed(levels: Levels, columns: int) -> Levels:
    """Return the levels in at most so many steps: the loudest peak of each, and the mean power of its RMS values.

    >>> narrowed(Levels(0.1, (-90.0, -10.0), (-80.0, -5.0)), 1).peak_dbfs
    (-5.0,)
    """
    count = len(levels.rms_dbfs)
    if count <= columns:
        return levels
    cuts = [place * count // columns for place in range(columns + 1)]
    parts = [slice(start, end) for start, end in pairwise(cuts)]
    return Levels(
        step_seconds=levels.step_seconds * count / columns,
        rms_dbfs=tuple(_mean_power(levels.rms_dbfs[part]) for part in parts),
        peak_dbfs=tuple(max(levels.peak_dbfs[part]) for part in parts),
    )


def clip_of(
    facts: dict[str, Any],
    *,
    started_at: datetime | None,
    timeline: Timeline | None,
    clock_ahead_seconds: float | None = None,
    clock_doubt_seconds: float = 0.0,
) -> Clip | None:
    """Return what of a recording can be compared with the record; None where nobody knows when it began or how long it is.

    `facts` may be of an older examination, which measured less. The clock's two values say what is known of the
    device's clock from other recordings.
    """
    length = facts.get("length_seconds")
    if started_at is None or not length:
        return None
    muted = timeline.lane("muted") if timeline else None
    return Clip(
        started_at=started_at,
        length_seconds=length,
        silent_lead_in_seconds=facts.get("silent_lead_in_seconds"),
        muted=muted.spans if muted else (),
        has_sound=facts.get("has_sound", True),
        clock_ahead_seconds=clock_ahead_seconds,
        clock_doubt_seconds=clock_doubt_seconds,
    )


def _timeline(told: dict[str, Any]) -> Timeline:
    if told["version"] != VERSION:
        message = f"it is of version {told['version']}"
        raise ValueError(message)
    length = _seconds(told["length_seconds"])
    return Timeline(
        length_seconds=length,
        levels=None if told["sound"] is None else _levels(told["sound"]),
        lanes=tuple(_lane(lane, length) for lane in told["lanes"]),
        moments=tuple(sorted(((str(one["name"]), _seconds(one["at_seconds"])) for one in told["moments"]), key=lambda one: one[1])),
    )


def _lane(told: dict[str, Any], length: float) -> Lane:
    spans = [(_seconds(start), min(_seconds(end), length)) for start, end in told["spans"]]
    return Lane(str(told["name"]), str(told["source"]), tuple(span for span in spans if span[1] > span[0]))


def _levels(told: dict[str, Any]) -> Levels:
    rms, peak = (tuple(min(0.0, max(FLOOR_DBFS, float(level))) for level in told[name]) for name in ("rms_dbfs", "peak_dbfs"))
    if len(rms) != len(peak):
        message = "as many peaks as levels are needed"
        raise ValueError(message)
    return Levels(_seconds(told["step_seconds"]), rms, peak)


def _seconds(told: object) -> float:
    found = float(told)  # pyright: ignore[reportArgumentType] -- whatever is no number raises
    if not math.isfinite(found) or found < 0:
        message = f"{found} is no number of seconds"
        raise ValueError(message)
    return found


def _mean_power(levels: Sequence[float]) -> float:
    return max(FLOOR_DBFS, 10 * math.log10(sum(10 ** (level / 10) for level in levels) / len(levels)))
