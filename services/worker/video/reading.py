"""One reading of a recording: index or packets are gone over while two threads take pictures. Runs in the sandboxed child."""

from pathlib import Path
from typing import Any

import cv2
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from services.worker.video.camera import device, position
from services.worker.video.frames import evenly
from services.worker.video.index import FORMAT, as_timeline, read_index
from services.worker.video.lanes import Lane, Span
from services.worker.video.looking import Looking
from services.worker.video.packets import Timeline, read_timeline
from services.worker.video.probe import AS_WRITTEN, UnusableError, declared_seconds, facts
from services.worker.video.recognise import SEND
from services.worker.video.row import drawings, taken_row, written
from services.worker.video.sound import Ear, Heard
from services.worker.video.sound_lanes import levels, sound_facts, sound_lanes
from services.worker.video.takers import Takers, only, opened
from services.worker.video.timeline import broken_lanes, timeline_told, write_timeline

WORTH_GUESSING_SECONDS = 30.0
LONGEST_SECONDS = 31 * 86_400.0

Reading = tuple[dict[str, Any], dict[str, Any] | None, dict[str, float]]


def read(recording: Path, folder: Path, probed: dict[str, Any], stream: dict[str, Any], *, most: int, row_alone: bool = False) -> Reading:
    """Return the facts, the pictures' names (None: not one could be decoded), how many were wanted and taken, until when there is sound.

    Raises:
        UnusableError: it cannot be opened, or there is not one picture in it.

    """
    cv2.setNumThreads(1)  # the cores are decoding
    draw, draw_poster = drawings(stream)
    takers = Takers(recording, int(stream["index"]), draw, draw_poster)
    timeline, heard = walked(recording, probed, stream, takers, most, is_heard=not row_alone)
    found = facts(probed, stream, timeline) | {"position": position(probed), "device": device(probed)}
    row = taken_row(takers, timeline, most)
    looking = Looking(timeline, takers, row.pictures, found["width_pixels"] * found["height_pixels"])
    changes = [] if row_alone else looking.scene_changes()
    lanes = [] if row_alone else looking.lanes()
    found |= {"undecodable_frames": len(takers.undecodable), "gaps": len(timeline.gaps), "scene_changes": len(changes)}
    found |= sound_facts(heard, timeline.zero_seconds, timeline.length_seconds, has_sound=found["has_sound"])
    counts = {"wanted": row.wanted, "taken": len(row.taken), "heard_until": heard.ends - timeline.zero_seconds if heard else 0.0}
    if not row.taken:
        return found, None, counts
    pictures = written(folder, row, timeline, takers, draw_poster)
    told = _told(timeline, heard, [*lanes, *_broken(timeline, heard, takers)], changes)
    return found, pictures | {"timeline": write_timeline(folder, told)}, counts


def walked(
    recording: Path, probed: dict[str, Any], stream: dict[str, Any], takers: Takers, most: int, *, is_heard: bool
) -> tuple[Timeline, Heard | None]:
    """Ask the index, or walk over all packets once, while `takers` guess at `most` pictures.

    Raises:
        UnusableError: it cannot be opened, or there is not one picture in it.

    """
    try:
        with opened(recording, is_direct=probed.get("format", {}).get("format_name") == FORMAT) as container:
            picture = _picture(container, stream)
            length = declared_seconds(probed, stream) or 0.0
            if length > WORTH_GUESSING_SECONDS:
                takers.guess(evenly(length, most), float((picture.start_time or 0) * (picture.time_base or 0)))
            told = _by_index(recording, container, picture, is_heard=is_heard)
        timeline, heard = told or _by_packets(recording, stream, is_heard=is_heard)
    except FFmpegError as error:
        message = "The recording cannot be decoded: it is damaged or encrypted."
        raise UnusableError(message, SEND) from error
    if not timeline.times:
        message = "There is not one picture in this recording that can be read."
        raise UnusableError(message, SEND)
    if timeline.length_seconds > LONGEST_SECONDS:
        message = f"Its times cannot be right: by them it lasts {timeline.length_seconds / 86_400:,.0f} days."
        raise UnusableError(message, AS_WRITTEN)
    return timeline, heard


def _by_index(recording: Path, container: InputContainer, picture: VideoStream, *, is_heard: bool) -> tuple[Timeline, Heard | None] | None:
    """Return what the index tells of the picture, and the sound, for which alone packets are read; None where the index does not do."""
    index, ear = read_index(recording, container, picture), _ear(container) if is_heard else None
    if index is None:
        return None
    if ear is not None:
        only(container, ear.stream)
        try:
            for packet in container.demux(ear.stream):
                ear.hear(packet)
        except FFmpegError:  # the walk goes on behind it, and says where it was
            return None
    only(container, picture)
    timeline = as_timeline(index, container, picture)
    return None if timeline is None else (timeline, ear.heard() if ear else None)


def _by_packets(recording: Path, stream: dict[str, Any], *, is_heard: bool) -> tuple[Timeline, Heard | None]:
    with opened(recording) as container:
        ear = _ear(container) if is_heard else None
        timeline = read_timeline(container, _picture(container, stream), ear)
        return timeline, ear.heard() if ear else None


def _picture(container: InputContainer, stream: dict[str, Any]) -> VideoStream:
    picture = next((one for one in container.streams.video if one.index == int(stream["index"])), None)
    if picture is None or getattr(picture, "codec_context", None) is None:
        message = f"The picture codec {stream.get('codec_name', 'of this recording')} is not known."
        raise UnusableError(message, SEND)
    return picture


def _ear(container: InputContainer) -> Ear | None:
    """Return who hears the first stream of sound; None where there is none that can be decoded."""
    heard = next((one for one in container.streams.audio if getattr(one, "codec_context", None) is not None), None)
    return None if heard is None else Ear(heard)


def _told(timeline: Timeline, heard: Heard | None, lanes: list[Lane], changes: list[float]) -> dict[str, Any]:
    zero, length = timeline.zero_seconds, timeline.length_seconds
    if heard is None:
        return timeline_told(length, None, lanes, changes)
    return timeline_told(length, levels(heard, zero, length), [*sound_lanes(heard, zero), *lanes], changes)


def _broken(timeline: Timeline, heard: Heard | None, takers: Takers) -> list[Lane]:
    zero = timeline.zero_seconds
    unheard = [(start - zero, end - zero) for start, end in heard.damaged] if heard else []
    return broken_lanes(timeline, unheard, [_lost(timeline, time) for time in takers.undecodable])


def _lost(timeline: Timeline, time: int) -> Span:
    """Return for how long a picture that cannot be decoded is missed: a keyframe until the next one."""
    later = next((key for key in timeline.keyframes if key > time), timeline.times[-1]) if time in timeline.keyframes else time
    return timeline.seconds(time), timeline.seconds(max(later, time + timeline.usual_gap))
