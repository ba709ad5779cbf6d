"""What the camera wrote about itself into the file: who made it, which software ran, where it was. Runs in the sandboxed child."""

import re
from typing import Any

POSITION_TAGS = ("com.apple.quicktime.location.iso6709", "location", "location-eng")  # ffmpeg names MP4's "©xyz" `location`
DEVICE_TAGS = {
    "make": ("com.apple.quicktime.make", "make", "com.android.manufacturer"),
    "model": ("com.apple.quicktime.model", "model", "com.android.model"),
    "software": ("com.apple.quicktime.software", "software", "firmware", "com.android.version"),
}
ISO_6709 = re.compile(r"([+-])(\d{1,6})(\.\d+)?([+-])(\d{1,7})(\.\d+)?")
LONGEST_WORD = 100


def position(probed: dict[str, Any]) -> dict[str, float] | None:
    """Return {latitude_degrees, longitude_degrees}, or None where none is told or the receiver had none (0, 0)."""
    for tags in _all_tags(probed):
        for name in POSITION_TAGS:
            if (found := point(tags.get(name, ""))) is not None:
                return {"latitude_degrees": found[0], "longitude_degrees": found[1]}
    return None


def point(said: str) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees out of an ISO 6709 string (annex H: degrees, or with minutes, or with seconds).

    >>> point("+51.5074-000.1278+010.0/")
    (51.5074, -0.1278)
    >>> point("+5130.45-00007.66/")
    (51.5075, -0.127667)
    """
    told = ISO_6709.match(said.strip())
    if told is None:
        return None
    latitude = _degrees(told.group(1), told.group(2), told.group(3) or "", whole=2)
    longitude = _degrees(told.group(4), told.group(5), told.group(6) or "", whole=3)
    if abs(latitude) > 90 or abs(longitude) > 180 or latitude == longitude == 0:  # noqa: PLR2004 -- degrees
        return None
    return round(latitude, 6), round(longitude, 6)


def device(probed: dict[str, Any]) -> dict[str, str | None]:
    """Return {make, model, software}, each None where the file does not say."""
    found: dict[str, str | None] = dict.fromkeys(DEVICE_TAGS)
    for part, names in DEVICE_TAGS.items():
        said = (tags[name] for tags in _all_tags(probed) for name in names if tags.get(name))
        found[part] = next((_plain(word) for word in said if _plain(word)), None)
    return found


def _degrees(sign: str, digits: str, fraction: str, *, whole: int) -> float:
    """Return degrees: `digits` are degrees alone, or with two digits of minutes, or with two more of seconds, as long as they are."""
    if len(digits) <= whole:
        value = float(digits + fraction)
    elif len(digits) <= whole + 2:
        value = int(digits[:-2]) + float(digits[-2:] + fraction) / 60
    else:
        value = int(digits[:-4]) + int(digits[-4:-2]) / 60 + float(digits[-2:] + fraction) / 3600
    return -value if sign == "-" else value


def _all_tags(probed: dict[str, Any]) -> list[dict[str, str]]:
    """Return the tags of the container and of every stream, their names in small letters."""
    parts = [probed.get("format", {}), *probed.get("streams", [])]
    return [{str(name).lower(): str(word) for name, word in part.get("tags", {}).items()} for part in parts]


def _plain(word: str) -> str:
    return "".join(letter for letter in word if letter.isprintable()).strip()[:LONGEST_WORD]
