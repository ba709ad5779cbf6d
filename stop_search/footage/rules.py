"""States of a recording, what is known when one arrives, and how it is matched to encounters. Pure."""

import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from stop_search.errors import Invalid, TooLarge

RUN_UP = timedelta(minutes=15)  # cameras are switched on before the search: Code A asks for the words before it too
DRIFT = timedelta(minutes=2)  # how far a camera's clock and a device's may disagree
SUPPOSED_LENGTH = timedelta(minutes=30)  # of an encounter whose end was not recorded


class FootageState(enum.StrEnum):
    """received: stored and hashed; examined: facts and pictures are there; failed: says why; erased: only its hashes remain."""

    RECEIVED = "received"
    EXAMINED = "examined"
    FAILED = "failed"
    ERASED = "erased"


class MatchedBy(enum.StrEnum):
    """How a recording came to belong to an encounter."""

    DECLARED = "declared"
    OFFICER_AND_TIME = "officer_and_time"
    DEVICE_AND_TIME = "device_and_time"
    PERSON = "person"


class HoldReason(enum.StrEnum):
    """Why footage may not be erased yet; a hold always wins over a retention date."""

    DRAWN = "drawn"
    FEEDBACK = "feedback"
    COMPLAINT = "complaint"
    RECORD_REQUEST = "record_request"
    PANEL = "panel"


class Way(enum.StrEnum):
    """How a recording arrived, where that is noted: handed in on the page, found in the watched folder, found in the bucket."""

    PAGE = "page"
    FOLDER = "folder"
    BUCKET = "bucket"


@dataclass(frozen=True)
class StoredOriginal:
    """An original that lies whole in storage: `sha256` in hex, and the key that is made from it."""

    sha256: str
    size_bytes: int
    storage_key: str


@dataclass(frozen=True)
class ReceivedFile:
    """A recording as it arrives. `encounter_reference` is what the sender declares; `kept_for` is the force's retention."""

    original: StoredOriginal
    name: str
    kept_for: timedelta
    device_serial: str | None = None
    officer_id: uuid.UUID | None = None
    started_at: datetime | None = None
    encounter_reference: str | None = None


@dataclass(frozen=True)
class Recording:
    """Whose camera ran from when to when; the end is not known before the recording was examined."""

    officer_id: uuid.UUID | None
    device_serial: str | None
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class MatchableEncounter:
    """What of an encounter a recording is compared with; `officers` are the one who searched and all others present."""

    encounter_id: uuid.UUID
    officers: frozenset[uuid.UUID]
    camera_serial: str | None
    started_at: datetime
    ended_at: datetime | None


def content_folder(sha256: str) -> str:
    """Return below what key lies everything of the recording with these bytes: the original and all that was ever made from it."""
    return f"footage/{sha256[:2]}/{sha256}"


def original_key(sha256: str) -> str:
    """Return where an original lies: named by its content, so that the same bytes lie there once."""
    return f"{content_folder(sha256)}/original"


def derived_folder(sha256: str, job_id: uuid.UUID, token: int) -> str:
    """Return where one attempt of one job puts what it made; no two attempts ever share a key."""
    return f"{content_folder(sha256)}/derived/{job_id}-{token}"


def picture_keys(pictures: Mapping[str, Any]) -> list[str]:
    """Return the storage keys among a recording's pictures, as an examination wrote them down."""
    single = [pictures.get(name) for name in ("poster", "sprites", "sprites_vtt")]
    return [key for key in (*single, *(one["key"] for one in pictures.get("thumbnails", ()))) if key]


def plain_name(name: str) -> str:
    r"""Return a sender's file name made harmless: its last part, printable, at most 200 characters.

    >>> plain_name("../../etc/pass\nwd.mp4")
    'passwd.mp4'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(letter for letter in last if letter.isprintable()).strip().strip(".")
    return printable[-200:].strip() or "unnamed"


def refuse_size(size_bytes: int, *, limit: int) -> None:
    """Refuse a file that is empty or larger than is accepted, in words for whoever put it there.

    Raises:
        Invalid: it is empty.
        TooLarge: it has more than `limit` bytes.

    """
    if size_bytes == 0:
        message = "This file is empty. Copy the recording again."
        raise Invalid(message)
    if size_bytes > limit:
        message = f"This recording has {size_bytes} bytes; at most {limit} are accepted (STOP_SEARCH_UPLOAD_LIMIT_BYTES)."
        raise TooLarge(message)


def possible_start(started_at: datetime, now: datetime) -> bool:
    """Return whether a camera's clock can be believed: not before cameras were worn, not more than a day ahead of ours."""
    return datetime(2005, 1, 1, tzinfo=UTC) <= started_at <= now + timedelta(days=1)


def erase_after(*, recorded_at: datetime | None, received_at: datetime, kept_for: timedelta) -> date:
    """Return the last day on which footage is kept unless held: counted from the recording; a wrong, later clock gains nothing."""
    since = received_at if recorded_at is None else min(recorded_at, received_at)
    return max((since + kept_for).date(), received_at.date())


def earliest_start(recording: Recording) -> datetime:
    """Return the earliest start of an encounter without a recorded end that the recording may show; a bound for searching."""
    return recording.started_at - SUPPOSED_LENGTH - DRIFT


def latest_start(recording: Recording) -> datetime:
    """Return the latest start of an encounter that the recording may show; a bound for searching."""
    return (recording.ended_at or recording.started_at) + RUN_UP + DRIFT


def match(recording: Recording, encounter: MatchableEncounter) -> MatchedBy | None:
    """Return how the recording belongs to the encounter, or None.

    The officer decides; the device decides only where one side names no officer. In time they must overlap, from RUN_UP before the
    encounter to its end, with DRIFT allowed on both sides.
    """
    if not _overlap(recording, encounter):
        return None
    if recording.officer_id is not None and encounter.officers:
        return MatchedBy.OFFICER_AND_TIME if recording.officer_id in encounter.officers else None
    if recording.device_serial is not None and recording.device_serial == encounter.camera_serial:
        return MatchedBy.DEVICE_AND_TIME
    return None


def _overlap(recording: Recording, encounter: MatchableEncounter) -> bool:
    from_then = encounter.started_at - RUN_UP - DRIFT
    until_then = (encounter.ended_at or encounter.started_at + SUPPOSED_LENGTH) + DRIFT
    return recording.started_at <= until_then and (recording.ended_at or recording.started_at) >= from_then
