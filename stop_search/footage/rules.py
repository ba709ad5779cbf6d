"""States of a recording, what is known when one arrives, and how it is matched to encounters. Pure."""

import enum
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from stop_search.codes.retention import Clocks
from stop_search.errors import Invalid, TooLarge

RUN_UP = timedelta(minutes=15)  # cameras are switched on before the search: Code A asks for the words before it too
DRIFT = timedelta(minutes=5)  # how far a camera and a record may disagree: its clock by 3 minutes, the record by 2
SUPPOSED_LENGTH = timedelta(minutes=30)  # of an encounter whose end was not recorded
ASKED_AFTER = timedelta(hours=24)  # recordings arrive when a camera is put into its dock, after the shift at the latest
EARTH_RADIUS_METRES = 6_371_000

EXAMINE = "examine_footage"  # the job
KEPT_FOR_ORDER = timedelta(days=31)  # how long a recording that nobody said a last day of is taken to be kept, in the order of work only


class FootageState(enum.StrEnum):
    """received: stored and hashed; examined: facts and pictures are there; failed: says why; erased: only its hashes remain.

    A recording that the evidence system keeps is examined from the start: what it told is what is known, until it sends the bytes.
    """

    RECEIVED = "received"
    EXAMINED = "examined"
    FAILED = "failed"
    ERASED = "erased"


class CopyState(enum.StrEnum):
    """Of a review copy. asked: waits its turn or is being made; made: can be played; failed: says why."""

    ASKED = "asked"
    MADE = "made"
    FAILED = "failed"


def plays_in_browser(facts: Mapping[str, Any]) -> bool:
    """Return whether browsers play a recording itself, by what its examination found. Pure."""
    return "not_playable_in_browser" not in facts.get("flags", ())


class CopyReason(enum.StrEnum):
    """Why a review copy is made."""

    UNPLAYABLE = "unplayable"
    SLOW_LINE = "slow_line"


class MatchedBy(enum.StrEnum):
    """How a recording came to belong to an encounter."""

    DECLARED = "declared"
    OFFICER_AND_TIME = "officer_and_time"
    DEVICE_AND_TIME = "device_and_time"
    PLACE_AND_TIME = "place_and_time"
    PERSON = "person"


WORKED_OUT = frozenset({MatchedBy.OFFICER_AND_TIME, MatchedBy.DEVICE_AND_TIME, MatchedBy.PLACE_AND_TIME})  # may be worked out anew


class FilmState(enum.StrEnum):
    """Whether there is footage of an encounter: that there is none is a result too, and not the same as none yet.

    filmed; in_doubt: a person has to decide; awaited: less than a day old; no_video: somebody said why there is none;
    said_on: the record names a camera, and nothing came; unexplained: nothing came, and nobody said why.
    """

    FILMED = "filmed"
    IN_DOUBT = "in_doubt"
    AWAITED = "awaited"
    NO_VIDEO = "no_video"
    SAID_ON = "said_on"
    UNEXPLAINED = "unexplained"


ASKS_FOR_REASON = frozenset({FilmState.SAID_ON, FilmState.UNEXPLAINED})


class HoldReason(enum.StrEnum):
    """Why footage may not be erased yet; a hold always wins over a retention date."""

    DRAWN = "drawn"
    FEEDBACK = "feedback"
    COMPLAINT = "complaint"
    RECORD_REQUEST = "record_request"
    PANEL = "panel"
    CONCERN = "concern"
    FRAMED = "framed"
    COVERAGE = "coverage"
    TRAINING = "training"


class Way(enum.StrEnum):
    """How a recording arrived, where that is noted: handed in on the page, found in the watched folder, found in the bucket."""

    PAGE = "page"
    FOLDER = "folder"
    BUCKET = "bucket"


@dataclass(frozen=True)
class StoredOriginal:
    """An original that lies whole in storage: `sha256` in hex, and the key that is made from it.

    Without a key it is kept in the force's evidence system, and hash and size are what that told.
    """

    sha256: str
    size_bytes: int
    storage_key: str | None


@dataclass(frozen=True)
class ReceivedFile:
    """A recording as it arrives. `encounter_reference` is what the sender declares; `clocks` are the force's, in force on that day.

    `evidence_id`: under which the evidence system has it; `passing_key`: where its bytes lie until they were looked at once; `position`:
    as on the row.
    """

    original: StoredOriginal
    name: str
    clocks: Clocks
    device_serial: str | None = None
    officer_id: uuid.UUID | None = None
    started_at: datetime | None = None
    encounter_reference: str | None = None
    ended_at: datetime | None = None
    position: dict[str, float] | None = None
    evidence_id: str | None = None
    passing_key: str | None = None


@dataclass(frozen=True)
class Position:
    """Where something was, in degrees (WGS 84)."""

    latitude: float
    longitude: float

    def metres_to(self, other: "Position") -> float:
        """Return the distance along the ground, on a sphere; right to half a per cent within a force's area."""
        north = math.radians(other.latitude - self.latitude)
        east = math.radians(other.longitude - self.longitude) * math.cos(math.radians((self.latitude + other.latitude) / 2))
        return EARTH_RADIUS_METRES * math.hypot(north, east)


@dataclass(frozen=True)
class Recording:
    """Whose camera ran from when to when, by its own clock; the end is not known before the recording was examined."""

    officer_id: uuid.UUID | None
    device_serial: str | None
    started_at: datetime
    ended_at: datetime | None
    footage_id: uuid.UUID | None = None
    position: Position | None = None


@dataclass(frozen=True)
class MatchableEncounter:
    """What of an encounter a recording is compared with; `officers` are the one who searched and all others present.

    `searcher`: the one who searched, whose camera `camera_serial` is. `recorded_at`: when the record was made.
    """

    encounter_id: uuid.UUID
    officers: frozenset[uuid.UUID]
    camera_serial: str | None
    started_at: datetime
    ended_at: datetime | None
    searcher: uuid.UUID | None = None
    recorded_at: datetime | None = None
    position: Position | None = None


def film_state(*, is_filmed: bool, is_in_doubt: bool, has_reason: bool, names_camera: bool, waited: timedelta) -> FilmState:
    """Return whether there is footage of an encounter. `waited`: since it was recorded."""
    if is_filmed:
        return FilmState.FILMED
    if is_in_doubt:
        return FilmState.IN_DOUBT
    if has_reason:
        return FilmState.NO_VIDEO
    if waited < ASKED_AFTER:
        return FilmState.AWAITED
    return FilmState.SAID_ON if names_camera else FilmState.UNEXPLAINED


def content_folder(sha256: str) -> str:
    """Return below what key lies everything of the recording with these bytes: the original and all that was ever made from it."""
    return f"footage/{sha256[:2]}/{sha256}"


def original_key(sha256: str) -> str:
    """Return where an original lies: named by its content, so that the same bytes lie there once."""
    return f"{content_folder(sha256)}/original"


def passing_key(sha256: str, upload_id: str) -> str:
    """Return where bytes lie that an evidence system sent to be looked at once: below the content's folder, where erasing finds them."""
    return f"{content_folder(sha256)}/passing/{upload_id}"


def given_picture_key(sha256: str, digest: str, name: str) -> str:
    """Return where a picture lies that an evidence system gave: `digest` is the picture's own hex SHA-256."""
    return f"{content_folder(sha256)}/derived/given-{digest[:32]}/{name}"


def derived_folder(sha256: str, job_id: uuid.UUID, token: int) -> str:
    """Return where one attempt of one job puts what it made; no two attempts ever share a key."""
    return f"{content_folder(sha256)}/derived/{job_id}-{token}"


def picture_keys(pictures: Mapping[str, Any]) -> list[str]:
    """Return the storage keys among a recording's pictures, as an examination wrote them down."""
    single = [pictures.get(name) for name in ("poster", "sprites", "sprites_vtt", "timeline", "sheets_vtt")]
    return [key for key in (*single, *pictures.get("sheets", ()), *(one["key"] for one in pictures.get("thumbnails", ()))) if key]


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


def better_examined_by(*, erase_after: date | None, received_at: datetime) -> datetime:
    """Return the moment by which an examination had better be done: when the last day begins, in UTC.

    What is nearest to its erasure is examined first: after it there is nothing left to review.
    """
    if erase_after is None:
        return received_at + KEPT_FOR_ORDER
    return datetime(erase_after.year, erase_after.month, erase_after.day, tzinfo=UTC)


def examination_key(footage_id: uuid.UUID, examinations: int) -> str:
    """Return the dedupe key of the job that examines a recording, for the first time (0) or again."""
    return f"{EXAMINE}:{footage_id}:{examinations}"


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
