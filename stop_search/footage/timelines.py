"""A recording's timeline as an examination stores it: how loud it is, stretches by lane, moments. Read and made small. Pure.

This is the one model of timeline.json: the worker believes no child's file that it refuses, and the pages read what was believed.
"""

import math
from collections.abc import Sequence
from dataclasses import KW_ONLY
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from stop_search.errors import Invalid
from stop_search.footage.timing import Clip, total

NAME = "timeline"  # among a recording's pictures
FLOOR_DBFS = -90.0  # as low as levels are told
MOST_STEPS, MOST_SPANS, MOST_LANES, MOST_MOMENTS = 12_000, 2000, 10, 1000
SMALLEST_STEP, SLACK_SECONDS = 0.1, 0.002
AS_WRITTEN = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

Second = Annotated[float, Field(ge=0, le=1e9)]
Level = Annotated[float, Field(ge=FLOOR_DBFS, le=0.0)]
LevelRow = Annotated[tuple[Level, ...], Field(min_length=1, max_length=MOST_STEPS)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]  # a newer worker may measure more than this version knows
Source = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[ -~]+$")]


@dataclass(frozen=True, config=AS_WRITTEN)
class Levels:
    """How loud a recording is: one value a step, in dBFS, from FLOOR_DBFS (no sound) to 0 (as loud as can be recorded)."""

    step_seconds: Annotated[float, Field(ge=SMALLEST_STEP, le=1e6)]
    rms_dbfs: LevelRow
    peak_dbfs: LevelRow

    @model_validator(mode="after")
    def _as_many_of_each(self) -> Self:
        if len(self.rms_dbfs) != len(self.peak_dbfs):
            message = "as many peaks as levels are needed"
            raise ValueError(message)
        return self


@dataclass(frozen=True, config=AS_WRITTEN)
class Lane:
    """The stretches in which one thing was found, sorted and apart from one another; none means that it was looked for and not found.

    `source` says how, in words.
    """

    name: Name
    source: Source
    spans: Annotated[tuple[tuple[Second, Second], ...], Field(max_length=MOST_SPANS)]

    @property
    def seconds(self) -> float:
        """Return how long they are together."""
        return total(self.spans)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        edges = [second for span in self.spans for second in span]
        if any(later < earlier for earlier, later in pairwise(edges)) or any(start >= end for start, end in self.spans):
            message = "spans must be sorted, not empty and apart from one another"
            raise ValueError(message)
        return self


class Moment(NamedTuple):
    """Something at one second."""

    name: Name
    at_seconds: Second


@dataclass(frozen=True, config=AS_WRITTEN)
class Timeline:
    """All of it. A lane that was not measured is absent; `sound` is None without sound."""

    length_seconds: Second
    sound: Levels | None
    lanes: Annotated[tuple[Lane, ...], Field(max_length=MOST_LANES)]
    moments: Annotated[tuple[Moment, ...], Field(max_length=MOST_MOMENTS)]
    _: KW_ONLY
    version: Literal[1]

    def lane(self, name: str) -> Lane | None:
        """Return the lane of this name, or None where it was not measured."""
        return next((lane for lane in self.lanes if lane.name == name), None)

    @model_validator(mode="after")
    def _within_the_recording(self) -> Self:
        ends = [span[1] for lane in self.lanes for span in lane.spans] + [moment.at_seconds for moment in self.moments]
        if any(end > self.length_seconds for end in ends):
            message = "something lies after the end of the recording"
            raise ValueError(message)
        if len({lane.name for lane in self.lanes}) != len(self.lanes):
            message = "a lane is told twice"
            raise ValueError(message)
        if self.sound and (len(self.sound.rms_dbfs) - 1) * self.sound.step_seconds > self.length_seconds + SLACK_SECONDS:
            message = "there is more sound than recording"
            raise ValueError(message)
        return self


STORED = TypeAdapter(Timeline)


def timeline_told(stored: bytes) -> Timeline:
    """Return the timeline that these bytes tell as JSON.

    Raises:
        Invalid: it is of another version, or not what an examination of ours writes.

    """
    try:
        return STORED.validate_json(stored)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"This timeline cannot be read ({place}: {first['msg']}). Examine the recording again."
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


def _mean_power(levels: Sequence[float]) -> float:
    return min(0.0, max(FLOOR_DBFS, 10 * math.log10(sum(10 ** (level / 10) for level in levels) / len(levels))))
