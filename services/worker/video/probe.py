"""What a recording is: its container by ffprobe, as our own words and units. Runs in the sandboxed child."""

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ffmpeg

from services.worker.video.packets import Timeline
from services.worker.video.recognise import ATTACHED, FORMATS, SEND, Refusal
from services.worker.video.turning import odd_turn, rotation_of, shape_of

MAX_PIXELS = 8192 * 4320
MAX_STREAMS = 16
LONGEST_SAID = 1e9  # seconds; a container that says more says nothing
PROBE_BYTES = 5_000_000
OPEN_OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "file", "max_streams": str(MAX_STREAMS), "probesize": str(PROBE_BYTES)}
AS_WRITTEN = "Send the recording as the camera wrote it."
BROWSER_CONTAINERS = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"}
BROWSER_PICTURE = {"h264", "vp8", "vp9", "av1"}
BROWSER_SOUND = {"aac", "mp3", "opus", "vorbis", "flac"}
BROWSER_PIXELS = {"yuv420p", "yuvj420p"}


class UnusableError(Exception):
    """This file cannot be examined; holds the Refusal that says why."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.refusal = Refusal(reason, advice)


def container_facts(recording: Path, ffprobe: str) -> dict[str, Any]:
    """Return what ffprobe tells about the container and its streams.

    Raises:
        UnusableError: it is none of the containers that we take, or it cannot be read.

    """
    try:
        return ffmpeg.probe(
            str(recording),
            cmd=ffprobe,
            v="error",
            format_whitelist=FORMATS,
            protocol_whitelist="file",
            max_streams=MAX_STREAMS + 1,
            probesize=PROBE_BYTES,
            max_pixels=MAX_PIXELS,
        )
    except ffmpeg.Error as error:
        raise _unreadable(recording, (error.stderr or b"").decode("utf-8", "replace")) from error
    except json.JSONDecodeError as error:
        raise _unreadable(recording, "") from error


def picture_stream(probed: dict[str, Any]) -> dict[str, Any]:
    """Return the stream that holds the picture.

    Raises:
        UnusableError: there is none, or it is larger than any camera's.

    """
    streams = probed.get("streams", [])
    _refuse_what_else_it_holds(str(probed.get("format", {}).get("format_name", "")), streams)
    moving = [s for s in streams if s.get("codec_type") == "video" and not s.get("disposition", {}).get("attached_pic")]
    if not moving:
        what = "only sound" if any(s.get("codec_type") == "audio" for s in streams) else "no picture"
        message = f"There is {what} in this file."
        raise UnusableError(message, SEND)
    stream = moving[0]
    width, height = int(stream.get("width") or 0), int(stream.get("height") or 0)
    if width * height > MAX_PIXELS:
        message = f"Its picture is {width} by {height} pixels; at most {MAX_PIXELS} pixels are examined."
        raise UnusableError(message, AS_WRITTEN)
    if not width or not height:
        message = "Its picture cannot be read: the file does not say how large it is."
        raise UnusableError(message, SEND)
    if reason := odd_turn(stream):
        raise UnusableError(reason, AS_WRITTEN)
    return stream


def _refuse_what_else_it_holds(container: str, streams: list[dict[str, Any]]) -> None:
    if len(streams) > MAX_STREAMS:
        message = f"There are more than {MAX_STREAMS} streams in this file."
        raise UnusableError(message, AS_WRITTEN)
    if container == "avi" and any(s.get("codec_type") == "subtitle" for s in streams):
        message = "This is an AVI with subtitles (GAB2), which may hold a list of other files. Nothing that it points to was opened."
        raise UnusableError(message, SEND)
    if any(s.get("codec_type") == "attachment" for s in streams):  # those that lie behind pictures of unknown size
        raise UnusableError(ATTACHED.reason, ATTACHED.advice)


def facts(probed: dict[str, Any], stream: dict[str, Any], timeline: Timeline) -> dict[str, Any]:
    """Return the facts of a recording; every name says its unit."""
    sound = [s for s in probed.get("streams", []) if s.get("codec_type") == "audio"]
    shown = shape_of(stream)
    rate = timeline.frame_rate_hz
    found = {
        "length_seconds": round(timeline.length_seconds, 3),
        "declared_length_seconds": declared_seconds(probed, stream),
        "container": str(probed.get("format", {}).get("format_name", "")),
        "video_codec": str(stream.get("codec_name", "unknown")),
        "audio_codec": str(sound[0].get("codec_name", "unknown")) if sound else None,
        "has_sound": bool(sound),
        "width_pixels": int(stream["width"]),
        "height_pixels": int(stream["height"]),
        "shown_width_pixels": shown[0],
        "shown_height_pixels": shown[1],
        "rotation_degrees": rotation_of(stream),
        "frame_count": len(timeline.times),
        "frame_rate_hz": None if rate is None else round(rate, 3),
        "is_frame_rate_variable": timeline.is_variable,
        "longest_keyframe_gap_seconds": round(timeline.longest_keyframe_gap_seconds, 3),
        "unreadable_packets": timeline.unreadable,
        "recorded_at": _recorded_at(probed, stream),
    }
    why_not = unplayable_because(found, str(stream.get("pix_fmt", "")))
    return found | {"is_playable_in_browser": why_not is None, "unplayable_because": why_not}


def unplayable_because(found: dict[str, Any], pixels: str) -> str | None:
    """Return why common browsers cannot play the original, or None where they can."""
    if found["container"] not in BROWSER_CONTAINERS:
        return f"Browsers do not play the container {found['container']}."
    if found["video_codec"] not in BROWSER_PICTURE:
        return f"Browsers do not play the picture codec {found['video_codec']}."
    if pixels not in BROWSER_PIXELS:
        return f"Browsers do not play pictures stored as {pixels or 'unknown'}."
    if found["audio_codec"] is not None and found["audio_codec"] not in BROWSER_SOUND:
        return f"Browsers do not play the sound codec {found['audio_codec']}."
    return None


def declared_seconds(probed: dict[str, Any], stream: dict[str, Any]) -> float | None:
    """Return how long the container says that the picture lasts, in seconds; None where it does not say.

    A Matroska file says it of a stream in a tag, and of the whole from second 0 of its clock on, wherever that starts; an AVI file says
    how many pictures it has (what FFmpeg calls its duration is guessed from its size where it was cut off).
    """
    whole = probed.get("format", {})
    container = str(whole.get("format_name", ""))
    said = [
        _counted(stream, container),
        _number(stream.get("duration")),
        _clock(stream.get("tags", {}).get("DURATION")),
        _number(whole.get("duration")),
    ]
    seconds = next((one for one in said if one is not None and 0 < one < LONGEST_SAID), None)
    starts = _number(whole.get("start_time")) or 0.0
    if seconds is not None and 0 < starts < seconds and container.startswith("matroska"):
        seconds -= starts
    return None if seconds is None else round(seconds, 3)


def _counted(stream: dict[str, Any], container: str) -> float | None:
    if container != "avi":
        return None
    across, _, down = str(stream.get("r_frame_rate")).partition("/")
    count, rate, by = _number(stream.get("nb_frames")), _number(across), _number(down)
    return count * by / rate if count and rate and by else None


def _number(said: object) -> float | None:
    try:
        found = float(str(said))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _clock(said: object) -> float | None:
    """Return 00:01:02.5 as seconds."""
    parts = [_number(part) for part in str(said).split(":")]
    if len(parts) != 3 or None in parts:  # noqa: PLR2004 -- hours, minutes, seconds
        return None
    return sum((part or 0.0) * 60**place for place, part in enumerate(reversed(parts)))


def _recorded_at(probed: dict[str, Any], stream: dict[str, Any]) -> str | None:
    """Return the time that the camera wrote into the file, as ISO 8601 in UTC; cameras without a clock write 1904 or 1970."""
    for tags in (probed.get("format", {}).get("tags", {}), stream.get("tags", {})):
        try:
            moment = datetime.fromisoformat(str(tags.get("creation_time", "")))
        except ValueError:
            continue
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if moment.year >= 2005:  # noqa: PLR2004 -- no body-worn camera is older
            return moment.isoformat(timespec="seconds")
    return None


def _unreadable(recording: Path, told: str) -> UnusableError:
    if "whitelist" in told:
        return UnusableError("This is not a recording in a container that we take, or it points to other files; it was not opened.", SEND)
    if "moov atom not found" in told and _begins_as_mp4(recording):
        return UnusableError(
            "The recording was cut off: its index, which cameras write last, is missing.",
            "Copy it again from the camera or the docking station. The part that arrived is kept.",
        )
    return UnusableError("The file cannot be read as a recording: it is damaged, encrypted or something else.", SEND)


def _begins_as_mp4(recording: Path) -> bool:
    with recording.open("rb") as opened:
        return opened.read(8)[4:] in {b"ftyp", b"mdat", b"wide", b"free", b"skip"}
