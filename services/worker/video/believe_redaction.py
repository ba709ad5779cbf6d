"""Checking what the child says of proposals, a copy and its check, before it is believed: it parsed hostile bytes."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.worker.video.believe import Amount, Count, Failure, Sentence, believed_size

MOST_TRACKS, MOST_KEY_FRAMES = 2000, 5000
Share = Annotated[float, Field(ge=0, le=1)]
KeyFrameTold = Annotated[list[Amount], Field(min_length=5, max_length=5)]


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


class TrackTold(_Told):
    """A box that the detector proposes."""

    kind: Literal["face", "plate"]
    certainty: Share
    key_frames: Annotated[list[KeyFrameTold], Field(min_length=1, max_length=MOST_KEY_FRAMES)]


class ProposalTold(_Told):
    """What the detector found, or why the recording could not be read."""

    tracks: Annotated[list[TrackTold], Field(max_length=10 * MOST_TRACKS)] = []
    loudness: Annotated[list[Annotated[int, Field(ge=0, le=100)]], Field(max_length=100_000)] = []
    loudness_seconds: Annotated[float, Field(gt=0, le=3600)] = 0.1
    has_detector: bool = False
    failure: Failure | None


class CopyTold(_Told):
    """What was written into the copy."""

    frames: Count
    length_seconds: Amount
    failure: Failure | None


class FaceTold(_Told):
    """A face that is not covered: when, and where."""

    at_seconds: Amount
    box: Annotated[list[Share], Field(min_length=4, max_length=4)]


class CheckTold(_Told):
    """What the check of a copy found."""

    passed: bool
    reasons: Annotated[list[Sentence], Field(max_length=100)]
    faces: Annotated[list[FaceTold], Field(max_length=100)]
    looks: Count
    frames: Count
    has_detector: bool


def believed_copy(path: Path) -> Path:
    """Return the path of a copy that is a plain file and begins as an MP4 does. Raises UnbelievableError."""
    believed_size(path.parent, path.name)
    return path
