"""What an Axis body worn system's containers and objects are called, and what their details say: users, devices, times, places. Pure.

The names are those of the Body Worn Content Destination API, README.md of version 1.6.13; docs/decisions/0020 says what is sure of them.
"""

import enum
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import unquote

from stop_search.errors import Invalid
from stop_search.footage.rules import possible_start

SIGN_IN_PATH = "/api/axis/auth/v1.0"  # the connection file names it
CLIPS = (".mkv", ".mp4")
TRACK = "_gpstrail.json"
SMALL_BYTES = 4 << 20  # a track of twelve hours has half a megabyte
NAME_LENGTH = 256  # Swift's own limit for a container
DETAILS_LENGTH = 8192
MILLISECONDS_FROM = 10**11  # the document says "epoch" and no unit; in seconds this would be the year 5138
NEAR = timedelta(minutes=1)

CAPABILITIES: Mapping[str, Mapping[str, bool]] = {
    "Read": {"ReadCategories": False},
    "Store": {
        "StoreBookmarks": True,
        "StoreRejectedContent": True,
        "StoreUserIDKey": True,
        "StoreSignedVideo": True,
        "StoreGNSSTrackRecording": True,
    },
    "StoreAndRead": {"StoreReadSystemID": True},
}
CAPABILITIES_NAMES = ("Capabilities.json", "Capability.json")  # as it is called since 1.6.10, and as documents before that have it

_RECORDING = re.compile(r"(?P<user>[^_]+)_(?P<device>[^_]+)_(?P<time>.+)")
_COMPACT = re.compile(r"([0-9]{8})[T_]?([0-9]{6})")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_POINT = re.compile(r"POINT\s*\(\s*([+-]?[0-9.]+)\s+([+-]?[0-9.]+)\s*\)", re.IGNORECASE)


class ContainerKind(enum.StrEnum):
    """What a container holds; RECORDING is every one with a name of its own."""

    SYSTEM = "System"
    USERS = "Users"
    DEVICES = "Devices"
    REJECTED = "RejectedContent"
    RECORDING = "Recording"


@dataclass(frozen=True)
class Filmed:
    """Who wore which camera when a recording began, as its container's name says; what it does not say is None."""

    user: str | None
    device: str | None
    began_at: datetime | None


@dataclass(frozen=True)
class Place:
    """Where a camera was at a moment; degrees in WGS 84, accuracy in metres."""

    at: datetime
    longitude: float
    latitude: float
    accuracy_metres: float | None = None

    def as_position(self) -> dict[str, float]:
        """Return it as a recording's row keeps it."""
        accuracy = {} if self.accuracy_metres is None else {"accuracy_metres": self.accuracy_metres}
        return {"longitude": self.longitude, "latitude": self.latitude} | accuracy


def container_kind(name: str) -> ContainerKind:
    """Return what a container holds, by its name."""
    if name in {ContainerKind.SYSTEM, ContainerKind.USERS, ContainerKind.DEVICES}:
        return ContainerKind(name)
    return ContainerKind.REJECTED if name.startswith("RejectedContent_") else ContainerKind.RECORDING


def checked_name(name: str) -> str:
    """Return the name of a container or object if it can be one. Raises Invalid."""
    if not name or len(name.encode("utf-8", "surrogatepass")) > NAME_LENGTH or not name.isprintable():
        message = f"A name has 1 to {NAME_LENGTH} bytes and no control characters."
        raise Invalid(message, {"name": message})
    return name


def is_clip(name: str) -> bool:
    """Return whether an object is video."""
    return name.lower().endswith(CLIPS)


def details_in(headers: Iterable[tuple[str, str]], prefix: str) -> dict[str, str]:
    """Return the details that headers with a prefix ("x-object-meta-") give: names in small letters, values decoded from %XX.

    Raises:
        Invalid: they are longer than DETAILS_LENGTH together.

    """
    found = {name.lower().removeprefix(prefix): unquote(value) for name, value in headers if name.lower().startswith(prefix)}
    if sum(len(name) + len(value) for name, value in found.items()) > DETAILS_LENGTH:
        message = f"The details have more than {DETAILS_LENGTH} characters."
        raise Invalid(message, {"details": message})
    return {name: "".join(letter for letter in value if letter.isprintable()) for name, value in found.items()}


def merged(before: Mapping[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    """Return a container's details with new ones put over them; an empty value takes one away (Swift).

    >>> merged({"status": "Transferring", "tags": "x"}, {"status": "Complete", "tags": ""})
    {'status': 'Complete'}
    """
    return {name: value for name, value in {**before, **new}.items() if value != ""}


def filmed(container: str, details: Mapping[str, Any]) -> Filmed:
    """Return what `<UserID>_<BWCSerialNumber>_<TriggerOnTime>` says; of rejected content the container that it was meant for.

    >>> filmed("u-1_B8A4_20261118T120000Z", {}).device
    'B8A4'
    """
    named = str(details.get("rejectedcontentoriginalcontainer", "")) if container_kind(container) is ContainerKind.REJECTED else container
    parts = _RECORDING.fullmatch(named)
    if parts is None:
        return Filmed(_text(details, "userid"), _text(details, "bwcserialnumber"), moment_in(details, "starttime"))
    return Filmed(parts["user"], parts["device"], _compact(parts["time"]))


def moment_in(details: Mapping[str, Any], name: str) -> datetime | None:
    """Return a time that the details give as `<name>iso` (RFC 3339) or `<name>` (RFC 3339 or epoch); None where they do not."""
    for written in (_text(details, f"{name}iso"), _text(details, name)):
        if written and (moment := _moment(written)):
            return moment
    return None


def clip_times(name: str, details: Mapping[str, Any], *, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return when a clip began and ended; a beginning that cannot be is not known, because footage is never refused for a clock."""
    started_at = moment_in(details, "starttime") or _compact(name)
    if started_at is None or not possible_start(started_at, now):
        return None, None
    ended_at = moment_in(details, "stoptime")
    return started_at, ended_at if ended_at and ended_at >= started_at else None


def place_in(details: Mapping[str, Any], name: str) -> Place | None:
    """Return a place from `<lat><long><accuracy><epoch>`. How the four are told apart is not documented: they are read as four numbers.

    >>> place_in({"triggeronlocation": "55.718409 13.221184 5 1661255290"}, "triggeronlocation").latitude
    55.718409
    """
    numbers = [float(one) for one in _NUMBER.findall(str(details.get(name, "")))]
    if len(numbers) != 4:  # noqa: PLR2004 -- the four that the document names
        return None
    latitude, longitude, accuracy, epoch = numbers
    at = _epoch(epoch)
    return Place(at, longitude, latitude, accuracy) if at and _on_earth(longitude, latitude) else None


def places_of(track: bytes) -> list[Place]:
    """Return the places of a track (`CoordinateEntries` of `POINT(longitude latitude)`); what cannot be read is left out."""
    try:
        entries: list[Any] = list(json.loads(track)["CoordinateEntries"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [place for entry in entries if isinstance(entry, dict) and (place := _place(cast("dict[str, Any]", entry)))]


def place_at(places: Iterable[Place], moment: datetime) -> Place | None:
    """Return the place nearest in time, if it is within NEAR."""
    near = [place for place in places if abs(place.at - moment) <= NEAR]
    return min(near, key=lambda place: (abs(place.at - moment), place.at), default=None)


def _place(entry: Mapping[str, Any]) -> Place | None:
    point, at = _POINT.fullmatch(str(entry.get("LocationWKT", "")).strip()), _moment(str(entry.get("Timestamp", "")))
    if point is None or at is None:
        return None
    try:
        longitude, latitude = float(point[1]), float(point[2])
    except ValueError:
        return None
    return Place(at, longitude, latitude) if _on_earth(longitude, latitude) else None


def _moment(written: str) -> datetime | None:
    if re.fullmatch(r"[0-9]{1,15}(\.[0-9]+)?", written):
        return _epoch(float(written))
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _epoch(number: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(number / 1000 if number >= MILLISECONDS_FROM else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _compact(written: str) -> datetime | None:
    found = _COMPACT.match(written)
    try:
        return datetime.strptime("".join(found.groups()), "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _on_earth(longitude: float, latitude: float) -> bool:
    return abs(longitude) <= 180 and abs(latitude) <= 90  # noqa: PLR2004 -- degrees


def _text(details: Mapping[str, Any], name: str) -> str | None:
    return str(details.get(name, "")).strip() or None
