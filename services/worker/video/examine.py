"""The whole examination of one recording, inside the sandboxed child: facts, thumbnails, poster, sprite sheet, or why not."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from services.worker.video import confine
from services.worker.video.pointing import refused
from services.worker.video.probe import UnusableError, container_facts, picture_stream

CUT_OFF_SECONDS, CUT_OFF_SHARE = 2.0, 0.05  # shorter than declared by more than both: cut off
DAMAGED_SHARE = 0.1  # of the pictures wanted: fewer missing is a blemish, more is a failure
COPY_AGAIN = "Copy it again from the camera or the docking station. What can be read is shown; the file that arrived is kept."


def examine(recording: Path, folder: Path, *, ffprobe: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return {facts, pictures, failure}; the pictures' files lie in `folder`. `failure` is None or {reason, advice}.

    `wanted` may ask for another number of `pictures` than 60, or for the `row_alone`: no sound, and nothing is looked for.
    """
    if found := refused(recording):
        return _failed(found.reason, found.advice)
    try:
        with ThreadPoolExecutor(1) as beside:
            asked = beside.submit(container_facts, recording, ffprobe)
            from services.worker.video.reading import read  # takes as long to import as ffprobe takes to answer
        probed = asked.result()
        stream = picture_stream(probed)
        confine.filter_calls(may_fork=False)  # this thread is alone again; those to come inherit it
        found, pictures, counts = read(
            recording, folder, probed, stream, most=int(wanted.get("pictures", 60)), row_alone=bool(wanted.get("row_alone"))
        )
        found["flags"] = _flags(found, counts)
        return {"facts": found, "pictures": pictures, "failure": _failure(found, counts)}
    except UnusableError as unusable:
        return _failed(unusable.refusal.reason, unusable.refusal.advice)
    except MemoryError:
        return _failed("It needs more memory than one recording may take.", "Send the recording as the camera wrote it.")


def _flags(found: dict[str, Any], counts: dict[str, float]) -> list[str]:
    named = {
        "cut_off": _is_cut_off(found, counts),
        "damaged": bool(found["unreadable_packets"] or found["undecodable_frames"] or counts["taken"] < counts["wanted"]),
        "no_sound": not found["has_sound"],
        "variable_frame_rate": found["is_frame_rate_variable"],
        "not_playable_in_browser": not found["is_playable_in_browser"],
    }
    return [name for name, is_so in named.items() if is_so]


def _failure(found: dict[str, Any], counts: dict[str, float]) -> dict[str, str] | None:
    if not counts["taken"]:
        return _words("Not one picture of this recording can be decoded: it is damaged or encrypted.", COPY_AGAIN)
    if _is_cut_off(found, counts):
        said, there = found["declared_length_seconds"], found["length_seconds"]
        return _words(f"The recording was cut off: it says that it lasts {said:,.0f} seconds, and {there:,.1f} can be read.", COPY_AGAIN)
    if counts["wanted"] - counts["taken"] > DAMAGED_SHARE * counts["wanted"]:
        return _words(f"The recording is damaged: {counts['taken']} of {counts['wanted']} pictures could be decoded.", COPY_AGAIN)
    return None


def _is_cut_off(found: dict[str, Any], counts: dict[str, float]) -> bool:
    said, there = found["declared_length_seconds"], max(found["length_seconds"], counts["heard_until"])  # sound may go on alone
    return said is not None and said - there > max(CUT_OFF_SECONDS, CUT_OFF_SHARE * said)


def _failed(reason: str, advice: str) -> dict[str, Any]:
    return {"facts": None, "pictures": None, "failure": _words(reason, advice)}


def _words(reason: str, advice: str) -> dict[str, str]:
    return {"reason": reason, "advice": advice}
