"""Checking timeline.json as the child left it before it is believed and stored: every name, every number, every order."""

import json
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

TIMELINE_BYTES = 2 << 20
MOST_STEPS, MOST_SPANS, MOST_MOMENTS = 12_000, 2000, 1000
SMALLEST_STEP, SLACK_SECONDS = 0.1, 0.002
Second = Annotated[float, Field(ge=0, le=1e9)]
Level = Annotated[float, Field(ge=-90.0, le=0.0)]
LaneName = Literal["speech", "silence", "clipping", "muted", "dark", "covered", "blurred", "frozen", "gap", "damaged"]


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


class Levels(_Told):
    """How loud it is, one value a step, in dBFS."""

    step_seconds: Annotated[float, Field(ge=SMALLEST_STEP, le=1e6)]
    rms_dbfs: Annotated[list[Level], Field(min_length=1, max_length=MOST_STEPS)]
    peak_dbfs: Annotated[list[Level], Field(min_length=1, max_length=MOST_STEPS)]

    @model_validator(mode="after")
    def _as_many_of_each(self) -> Self:
        if len(self.rms_dbfs) != len(self.peak_dbfs):
            message = "as many peaks as levels are needed"
            raise ValueError(message)
        return self


class LaneTold(_Told):
    """The stretches in which one thing was found, in seconds; sorted, apart from one another."""

    name: LaneName
    source: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[ -~]+$")]
    spans: Annotated[list[Annotated[list[Second], Field(min_length=2, max_length=2)]], Field(max_length=MOST_SPANS)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        edges = [second for span in self.spans for second in span]
        if any(later < earlier for earlier, later in pairwise(edges)) or any(start >= end for start, end in self.spans):
            message = "spans must be sorted, not empty and apart from one another"
            raise ValueError(message)
        return self


class Moment(_Told):
    """Something at one second."""

    name: Literal["scene_change"]
    at_seconds: Second


class TimelineTold(_Told):
    """The whole file."""

    version: Literal[1]
    length_seconds: Second
    sound: Levels | None
    lanes: Annotated[list[LaneTold], Field(max_length=10)]
    moments: Annotated[list[Moment], Field(max_length=MOST_MOMENTS)]

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


def what_is_wrong(content: bytes, *, length_seconds: float, has_sound: bool, scene_changes: int) -> str | None:
    """Return what our own code would not have written in these bytes; None where all is right and agrees with the facts."""
    try:
        told = TimelineTold.model_validate(json.loads(content))
    except (ValidationError, ValueError, RecursionError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": "it is no JSON"}
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    if told.length_seconds != length_seconds or len(told.moments) != scene_changes or (told.sound is not None and not has_sound):
        return "it does not agree with the facts"
    return None
