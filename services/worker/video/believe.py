"""Checking what the child says before it is believed: it parsed hostile bytes and may be anybody's by now."""

import os
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from services.worker.video.believe_timeline import TIMELINE_BYTES, what_is_wrong

PICTURES_BYTES, SHEETS_BYTES = 48 << 20, 256 << 20
Amount = Annotated[float, Field(ge=0, le=1e15)]
Count = Annotated[int, Field(ge=0, le=10**12)]
Word = Annotated[str, StringConstraints(max_length=100)]
Sentence = Annotated[str, StringConstraints(max_length=400)]


MARKS = {
    "jpg": (0, b"\xff\xd8\xff"),
    "vtt": (0, b"WEBVTT"),
    "mp4": (4, b"ftyp"),
    "json": (0, b'{"vers'),
}  # what a file begins with, and where


class UnbelievableError(Exception):
    """The child's report is not one that our code writes; the message names the first thing that is wrong."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


Kind = TypeVar("Kind", bound=BaseModel)


class Position(_Told):
    """Where the camera says that it was."""

    latitude_degrees: Annotated[float, Field(ge=-90, le=90)]
    longitude_degrees: Annotated[float, Field(ge=-180, le=180)]


class Device(_Told):
    """What the camera says that it is."""

    make: Word | None
    model: Word | None
    software: Word | None


class Facts(_Told):
    """The facts of a recording as they are kept; every name says its unit."""

    length_seconds: Amount
    declared_length_seconds: Amount | None
    container: Word
    video_codec: Word
    audio_codec: Word | None
    has_sound: bool
    width_pixels: Count
    height_pixels: Count
    shown_width_pixels: Count
    shown_height_pixels: Count
    rotation_degrees: Literal[0, 90, 180, 270]
    frame_count: Count
    frame_rate_hz: Amount | None
    is_frame_rate_variable: bool
    longest_keyframe_gap_seconds: Amount
    unreadable_packets: Count
    undecodable_frames: Count
    sound_starts_at_seconds: Amount | None
    silent_lead_in_seconds: Amount | None
    gaps: Count
    scene_changes: Count
    position: Position | None
    device: Device
    recorded_at: Annotated[AwareDatetime, Field(strict=False)] | None
    is_playable_in_browser: bool
    unplayable_because: Sentence | None
    flags: list[Literal["cut_off", "damaged", "no_sound", "variable_frame_rate", "not_playable_in_browser"]]


class Thumbnail(_Told):
    """One picture of the row, and the time of its frame."""

    name: Annotated[str, StringConstraints(pattern=r"^thumbnail-[0-9]{2}\.jpg$")]
    at_seconds: Amount


class Pictures(_Told):
    """The names of the files that were made, and the size of a thumbnail."""

    poster: Literal["poster.jpg"]
    sprites: Literal["sprites.jpg"]
    sprites_vtt: Literal["sprites.vtt"]
    timeline: Literal["timeline.json"]
    thumbnails: Annotated[list[Thumbnail], Field(min_length=1, max_length=60)]
    poster_at_seconds: Amount
    width_pixels: Count
    height_pixels: Count

    @property
    def files(self) -> tuple[str, ...]:
        """Return every name."""
        return (self.poster, self.sprites, self.sprites_vtt, self.timeline, *(one.name for one in self.thumbnails))


class Failure(_Told):
    """Why an examination failed, and what to do."""

    reason: Sentence
    advice: Sentence


class Report(_Told):
    """What one examination found."""

    facts: Facts | None
    pictures: Pictures | None
    failure: Failure | None

    @property
    def length(self) -> timedelta | None:
        """Return the length, where one was found."""
        return None if self.facts is None else timedelta(seconds=self.facts.length_seconds)

    @property
    def recorded_at(self) -> datetime | None:
        """Return when the camera says that it began."""
        return None if self.facts is None else self.facts.recorded_at


class CopyMade(_Told):
    """The copy that was made, beside the report."""

    name: Literal["copy.mp4"]
    width_pixels: Annotated[int, Field(ge=2, le=10_000)]
    height_pixels: Annotated[int, Field(ge=2, le=10_000)]
    length_seconds: Amount


class CopyReport(_Told):
    """What came of making a copy."""

    copy_made: Annotated[CopyMade | None, Field(alias="copy")]
    failure: Failure | None


class SheetsReport(_Told):
    """What came of making sheets."""

    sheets: Annotated[list[Annotated[str, StringConstraints(pattern=r"^sheet-[0-9]{2}\.jpg$")]], Field(max_length=100)]
    index: Literal["sheets.vtt"] | None
    failure: Failure | None


def believed_sheets(told: dict[str, Any], folder: Path) -> SheetsReport:
    """Return the report on sheets if every value has its kind and every sheet is a plain picture.

    Raises:
        UnbelievableError: something is not as our own code would have written it.

    """
    report = believed_as(SheetsReport, told)
    if report.failure is None and not (report.sheets and report.index):
        message = "neither sheets nor a failure"
        raise UnbelievableError(message)
    files = [*report.sheets, *([report.index] if report.index else [])]
    if len(set(files)) != len(files) or sum(believed_size(folder, name) for name in files) > SHEETS_BYTES:
        message = "the sheets are too large or named twice"
        raise UnbelievableError(message)
    return report


def believed_copy(told: dict[str, Any], folder: Path) -> CopyReport:
    """Return the report on a copy if every value has its kind and the copy is a plain MP4 file.

    Raises:
        UnbelievableError: something is not as our own code would have written it.

    """
    report = believed_as(CopyReport, told)
    if report.copy_made is not None:
        believed_size(folder, report.copy_made.name)
    elif report.failure is None:
        message = "neither a copy nor a failure"
        raise UnbelievableError(message)
    return report


def believed(told: dict[str, Any], folder: Path) -> Report:
    """Return the report if every value has its kind and every picture is a plain file of the folder with the right beginning.

    Raises:
        UnbelievableError: something is not as our own code would have written it.

    """
    report = believed_as(Report, told)
    if report.failure is None and (report.facts is None or report.pictures is None):
        message = "neither facts nor a failure"
        raise UnbelievableError(message)
    files = report.pictures.files if report.pictures else ()
    if len(set(files)) != len(files) or sum(believed_size(folder, name) for name in files) > PICTURES_BYTES:
        message = "the pictures are too large or named twice"
        raise UnbelievableError(message)
    if report.facts and report.pictures:
        _check_timeline(folder, report.facts, report.pictures)
    return report


def believed_as(kind: type[Kind], told: dict[str, Any]) -> Kind:
    """Return what was told, if every value has its kind.

    Raises:
        UnbelievableError: something is not as our own code would have written it.

    """
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        raise UnbelievableError(message) from error


def _check_timeline(folder: Path, facts: Facts, pictures: Pictures) -> None:
    with _opened(folder, pictures.timeline) as opened:
        content = opened.read(TIMELINE_BYTES + 1)
    wrong = what_is_wrong(content, length_seconds=facts.length_seconds, has_sound=facts.has_sound, scene_changes=facts.scene_changes)
    if wrong:
        message = f"{pictures.timeline}: {wrong}"
        raise UnbelievableError(message)


def believed_size(folder: Path, name: str) -> int:
    """Return the size in bytes of a file that is a regular one and begins as its name says. Raises UnbelievableError."""
    with _opened(folder, name) as opened:
        found = os.fstat(opened.fileno())
        head = opened.read(12)
    place, mark = MARKS.get(name.rpartition(".")[2], (0, b""))
    if not mark or head[place : place + len(mark)] != mark:
        message = f"{name} is not what its name says"
        raise UnbelievableError(message)
    return found.st_size


def _opened(folder: Path, name: str) -> BinaryIO:
    """Open a regular file of the folder, never what a link leads to."""
    try:
        opened = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        message = f"{name} is not there"
        raise UnbelievableError(message) from error
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        message = f"{name} is not what its name says"
        raise UnbelievableError(message)
    return os.fdopen(opened, "rb")
