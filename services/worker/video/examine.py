"""The whole examination of one recording, inside the sandboxed child: facts, thumbnails, poster, sprite sheet, or why not."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.worker.video import confine
from services.worker.video.probe import (
    OPEN_OPTIONS,
    Timeline,
    UnusableError,
    container_facts,
    facts,
    picture_stream,
    read_timeline,
    rotation_of,
    shape_of,
)
from services.worker.video.recognise import HEAD_BYTES, SEND, refusal

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

POSTER, SPRITES, SPRITES_VTT = "poster.jpg", "sprites.jpg", "sprites.vtt"
CUT_OFF_SECONDS, CUT_OFF_SHARE = 2.0, 0.05  # shorter than declared by more than both: cut off
DAMAGED_SHARE = 0.1  # of the pictures wanted: fewer missing is a blemish, more is a failure
COPY_AGAIN = "Copy it again from the camera or the docking station. What can be read is shown; the file that arrived is kept."


def examine(recording: Path, folder: Path, *, ffprobe: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return {facts, pictures, failure}; the pictures' files lie in `folder`. `failure` is None or {reason, advice}."""
    with recording.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    if refused := refusal(head):
        return _failed(refused.reason, refused.advice)
    try:
        probed = container_facts(recording, ffprobe)
        stream = picture_stream(probed)
        confine.filter_calls(may_fork=False)
        return _with_pictures(recording, folder, probed, stream, int(wanted.get("pictures", 60)))
    except UnusableError as unusable:
        return _failed(unusable.refusal.reason, unusable.refusal.advice)
    except MemoryError:
        return _failed("It needs more memory than one recording may take.", "Send the recording as the camera wrote it.")


def _with_pictures(recording: Path, folder: Path, probed: dict[str, Any], stream: dict[str, Any], most: int) -> dict[str, Any]:
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(recording), options=OPEN_OPTIONS, container_options=OPEN_OPTIONS, metadata_errors="replace") as container:
            picture = next((one for one in container.streams.video if one.index == int(stream["index"])), None)
            if picture is None or getattr(picture, "codec_context", None) is None:
                message = f"The picture codec {stream.get('codec_name', 'of this recording')} is not known."
                raise UnusableError(message, SEND)
            timeline = read_timeline(container, picture)
            if not timeline.times:
                message = "There is not one picture in this recording that can be read."
                raise UnusableError(message, SEND)
            found = facts(probed, stream, timeline)
            pictures, missing = _pictures(container, picture, timeline, stream, folder, most)
    except FFmpegError as error:
        message = "The recording cannot be decoded: it is damaged or encrypted."
        raise UnusableError(message, SEND) from error
    found["undecodable_frames"] = missing["undecodable_frames"]
    found["flags"] = _flags(found, missing)
    return {"facts": found, "pictures": pictures, "failure": _failure(found, missing)}


def _pictures(
    container: "InputContainer", picture: "VideoStream", timeline: Timeline, stream: dict[str, Any], folder: Path, most: int
) -> tuple[dict[str, Any] | None, dict[str, int]]:
    from services.worker.video import frames, sprites

    at = frames.moments(timeline, most)
    step = timeline.length_seconds / len(at)
    rotation, shape = rotation_of(stream), shape_of(stream)
    size = frames.fitted(shape, frames.WIDTH, frames.TALLEST)
    taker = frames.Taker(container, picture, timeline, step)
    taken = [
        (one.place, timeline.seconds(one.time), one.time, frames.drawn(one.frame, size, rotation))
        for one in taker.take(frames.plan(timeline, at, step))
    ]
    counts = {"wanted": len(at), "taken": len(taken), "undecodable_frames": taker.undecodable}
    if not taken:
        return None, counts
    thumbnails = []
    for place, seconds, _, thumbnail in taken:
        name = f"thumbnail-{place:02d}.jpg"
        (folder / name).write_bytes(frames.jpeg(thumbnail, 80))
        thumbnails.append({"name": name, "at_seconds": round(seconds, 3)})
    (folder / SPRITES).write_bytes(frames.jpeg(sprites.sheet([thumbnail for *_, thumbnail in taken]), 75))
    spans = [(place * step, (place + 1) * step) for place, *_ in taken]
    (folder / SPRITES_VTT).write_text(sprites.index(SPRITES, spans, size), encoding="utf-8")
    best = max(taken, key=lambda one: frames.merit(one[3]))
    poster_size = frames.fitted(shape, min(frames.POSTER_WIDTH, shape[0]), frames.POSTER_WIDTH)
    again = list(taker.take([[frames.Wanted(best[0], best[2], _key_before(timeline, best[2]))]]))
    poster = frames.drawn(again[0].frame, poster_size, rotation) if again else best[3]
    (folder / POSTER).write_bytes(frames.jpeg(poster, 85))
    made = {"poster": POSTER, "sprites": SPRITES, "sprites_vtt": SPRITES_VTT, "thumbnails": thumbnails}
    return made | {"poster_at_seconds": round(best[1], 3), "width_pixels": size[0], "height_pixels": size[1]}, counts


def _key_before(timeline: Timeline, time: int) -> int:
    return max((key for key in timeline.keyframes if key <= time), default=timeline.times[0])


def _flags(found: dict[str, Any], missing: dict[str, int]) -> list[str]:
    named = {
        "cut_off": _is_cut_off(found),
        "damaged": bool(found["unreadable_packets"] or found["undecodable_frames"] or missing["taken"] < missing["wanted"]),
        "no_sound": not found["has_sound"],
        "variable_frame_rate": found["is_frame_rate_variable"],
        "not_playable_in_browser": not found["is_playable_in_browser"],
    }
    return [name for name, is_so in named.items() if is_so]


def _failure(found: dict[str, Any], counts: dict[str, int]) -> dict[str, str] | None:
    if not counts["taken"]:
        return _words("Not one picture of this recording can be decoded: it is damaged or encrypted.", COPY_AGAIN)
    if _is_cut_off(found):
        said, there = found["declared_length_seconds"], found["length_seconds"]
        return _words(
            f"The recording was cut off: it says that it lasts {said:.0f} seconds, and {there:.0f} seconds can be read.", COPY_AGAIN
        )
    if counts["wanted"] - counts["taken"] > DAMAGED_SHARE * counts["wanted"]:
        return _words(f"The recording is damaged: {counts['taken']} of {counts['wanted']} pictures could be decoded.", COPY_AGAIN)
    return None


def _is_cut_off(found: dict[str, Any]) -> bool:
    said, there = found["declared_length_seconds"], found["length_seconds"]
    return said is not None and said - there > max(CUT_OFF_SECONDS, CUT_OFF_SHARE * said)


def _failed(reason: str, advice: str) -> dict[str, Any]:
    return {"facts": None, "pictures": None, "failure": _words(reason, advice)}


def _words(reason: str, advice: str) -> dict[str, str]:
    return {"reason": reason, "advice": advice}
