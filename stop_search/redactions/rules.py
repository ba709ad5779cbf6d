"""What a redaction holds, which step follows which, and what a panel may be served. Pure.

A key frame is five numbers: seconds from the start, then left, top, width and height as fractions (0 to 1) of the picture as it is shown.
Between two of them a box goes in a straight line (`services/worker/video/tracks.py` works it out); before the first and after the last
it is not there.

Sources: the ICO asks for redaction of picture and sound where third parties can be known (video surveillance guidance, governance after
deployment); a clip without a completed redaction that a second person checked is not served to a panel.
"""

import enum
import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from stop_search.errors import Conflict, Invalid

MOST_TRACKS, MOST_KEY_FRAMES, MOST_SOUNDS = 2000, 5000, 500
LEAST_SIDE = 0.002  # of the picture: a smaller box was a slip of the hand
LONGEST_SECONDS = 24 * 3600.0
SHORTEST_SOUND = 0.05
KEY_FRAME_NUMBERS = 5
LONGEST_REASON = 2000


class CoverKind(enum.StrEnum):
    """What is under a box."""

    FACE = "face"
    PLATE = "plate"
    SCREEN = "screen"
    DOCUMENT = "document"
    OTHER = "other"


class Origin(enum.StrEnum):
    """Who drew a box first; a person who moves a detector's box makes it the person's."""

    DETECTOR = "detector"
    PERSON = "person"


class SoundCover(enum.StrEnum):
    """What is heard in place of a sound range."""

    MUTE = "mute"
    TONE = "tone"


class Part(enum.StrEnum):
    """What one person did in one redaction: draw boxes, or check the copy. Never both."""

    EDITOR = "editor"
    CHECKER = "checker"


class RedactionState(enum.StrEnum):
    """opened: waits for the detector; asked: a copy is being made; made: being checked by the machine; verified: waits for a second person.

    refused: the machine or the second person found something; the reason says what.
    """

    OPENED = "opened"
    PROPOSED = "proposed"
    EDITED = "edited"
    ASKED = "asked"
    MADE = "made"
    VERIFIED = "verified"
    RELEASED = "released"
    REFUSED = "refused"


FOLLOWS: Mapping[RedactionState, frozenset[RedactionState]] = {
    RedactionState.OPENED: frozenset({RedactionState.PROPOSED, RedactionState.EDITED}),
    RedactionState.PROPOSED: frozenset({RedactionState.EDITED, RedactionState.ASKED}),
    RedactionState.EDITED: frozenset({RedactionState.EDITED, RedactionState.ASKED}),
    RedactionState.ASKED: frozenset({RedactionState.EDITED, RedactionState.MADE, RedactionState.REFUSED}),
    RedactionState.MADE: frozenset({RedactionState.EDITED, RedactionState.VERIFIED, RedactionState.REFUSED}),
    RedactionState.VERIFIED: frozenset({RedactionState.EDITED, RedactionState.RELEASED, RedactionState.REFUSED}),
    RedactionState.RELEASED: frozenset({RedactionState.EDITED, RedactionState.REFUSED}),
    RedactionState.REFUSED: frozenset({RedactionState.EDITED, RedactionState.ASKED}),
}


@dataclass(frozen=True)
class Track:
    """One box over time."""

    kind: CoverKind
    key_frames: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class SoundRange:
    """A stretch of sound that is replaced, in seconds from the start."""

    start: float
    end: float
    cover: SoundCover


@dataclass(frozen=True)
class Served:
    """What decides whether a copy may be shown: the state, which version it was made of, and which digests the two manifests have."""

    state: RedactionState
    version: int
    copy_version: int
    manifest_sha256: str
    copy_manifest_sha256: str
    is_verified: bool
    is_released: bool
    is_removed: bool
    is_erased: bool


def may_be_served(copy: Served) -> bool:
    """Return whether a panel may watch a copy: checked by machine, released by a person, of this very manifest, and nothing erased."""
    return (
        copy.state is RedactionState.RELEASED
        and copy.is_verified
        and copy.is_released
        and copy.version == copy.copy_version
        and copy.manifest_sha256 == copy.copy_manifest_sha256
        and not copy.is_removed
        and not copy.is_erased
    )


def moved(state: RedactionState, to: RedactionState) -> RedactionState:
    """Return the next state. Raises Conflict where it does not follow."""
    if to in FOLLOWS[state]:
        return to
    message = f"This redaction is {state}, so it cannot be {to} now. Load the page again to see where it stands."
    raise Conflict(message)


def checked_track(kind: str, key_frames: Sequence[Sequence[float]]) -> Track:
    """Return a box over time whose key frames stand in order of time, inside the picture.

    Raises:
        Invalid: something is missing, not a number, outside the picture, too small, or out of order.

    """
    if kind not in set(CoverKind):
        _refuse("kind", "Say what is under the box: a face, a plate, a screen, a document, or something else.")
    if not 1 <= len(key_frames) <= MOST_KEY_FRAMES:
        _refuse("key_frames", f"A box needs 1 to {MOST_KEY_FRAMES} key frames.")
    frames = tuple(_checked_frame(frame) for frame in key_frames)
    if any(later[0] <= earlier[0] for earlier, later in pairwise(frames)):
        _refuse("key_frames", "Key frames stand in order of time, each at a moment of its own.")
    return Track(CoverKind(kind), frames)


def checked_sound(start: float, end: float, cover: str) -> SoundRange:
    """Return a sound range, to a hundredth of a second.

    Raises:
        Invalid: it is shorter than a twentieth of a second, begins before the start, or is neither muted nor a tone.

    """
    if cover not in set(SoundCover):
        _refuse("cover", "Choose mute or tone.")
    if not (math.isfinite(start) and math.isfinite(end)) or not 0 <= start <= end - SHORTEST_SOUND or end > LONGEST_SECONDS:
        _refuse("to", "The sound range must end after it begins.")
    return SoundRange(round(start, 2), round(end, 2), SoundCover(cover))


def checked_reason(typed: str) -> str:
    """Return why a copy is sent back, trimmed. Raises Invalid where nothing is said or too much."""
    reason = typed.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        _refuse("reason", f"Say what has to change, in 1 to {LONGEST_REASON} characters: when it is seen or heard, and where.")
    return reason


def manifest_of(tracks: Iterable[Track], sounds: Iterable[SoundRange]) -> dict[str, Any]:
    """Return the manifest as a worker takes it, {tracks, sounds}: the same content in the same order, whatever order it came in."""
    return {
        "tracks": sorted([list(frame) for frame in track.key_frames] for track in tracks),
        "sounds": sorted([one.start, one.end, str(one.cover)] for one in sounds),
    }


def manifest_digest(manifest: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 of a manifest's canonical JSON: sorted keys, no spaces."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()).hexdigest()


def _checked_frame(frame: Sequence[float]) -> tuple[float, ...]:
    if len(frame) != KEY_FRAME_NUMBERS or not all(math.isfinite(number) for number in frame):
        _refuse("key_frames", "A key frame is five numbers: seconds, left, top, width and height.")
    at, left, top, width, height = (float(number) for number in frame)
    if not 0 <= at <= LONGEST_SECONDS:
        _refuse("key_frames", "A key frame lies at a moment of the recording.")
    right, bottom = min(1.0, left + width), min(1.0, top + height)
    left, top = max(0.0, left), max(0.0, top)
    if right - left < LEAST_SIDE or bottom - top < LEAST_SIDE:
        _refuse("key_frames", "The box is too small or lies outside the picture. Draw it over what is to be covered.")
    return (round(at, 3), *(round(number, 5) for number in (left, top, right - left, bottom - top)))


def _refuse(field: str, sentence: str) -> None:
    raise Invalid(sentence, {field: sentence})
