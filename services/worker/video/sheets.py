"""A picture every ten seconds of a long recording, on sheets of a hundred with one index. Runs in the sandboxed child.

For whoever looks for a moment in hours of recording. Made after the facts, so it costs them nothing.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.worker.video import confine, sprites
from services.worker.video.pointing import refused
from services.worker.video.probe import UnusableError, container_facts, picture_stream
from services.worker.video.recognise import SEND

if TYPE_CHECKING:
    from services.worker.video.frames import Wanted

STEP_SECONDS, ON_A_SHEET = 10.0, 100
MOST = 4400  # half a day; of a longer recording they are further apart
INDEX = "sheets.vtt"


def make_sheets(recording: Path, folder: Path, *, ffprobe: str) -> dict[str, Any]:
    """Make the sheets and their index in `folder`; return {sheets: names, index: name or None, failure: {reason, advice} or None}."""
    if found := refused(recording):
        return _failed(found.reason, found.advice)
    try:
        probed = container_facts(recording, ffprobe)
        confine.filter_calls(may_fork=False)
        return _made(recording, folder, probed, picture_stream(probed))
    except UnusableError as unusable:
        return _failed(unusable.refusal.reason, unusable.refusal.advice)


def _made(recording: Path, folder: Path, probed: dict[str, Any], stream: dict[str, Any]) -> dict[str, Any]:
    from services.worker.video import frames
    from services.worker.video.reading import walked
    from services.worker.video.row import drawings
    from services.worker.video.takers import Takers

    takers = Takers(recording, int(stream["index"]), drawings(stream)[0])
    timeline, _ = walked(recording, probed, stream, takers, 1, is_heard=False)
    at = frames.evenly(timeline.length_seconds, min(MOST, max(1, round(timeline.length_seconds / STEP_SECONDS))))
    step = timeline.length_seconds / len(at)
    takers.know(timeline, step)
    names: list[str] = []
    cues: list[str] = []
    for some in _in_parts(frames.plan(timeline, at, step)):
        taken = sorted((place, picture) for place, (_, picture) in takers.take(some).items())
        takers.kept.clear()
        for first in range(0, len(taken), ON_A_SHEET):
            part = taken[first : first + ON_A_SHEET]
            name, pictures = f"sheet-{len(names):02d}.jpg", [picture for _, picture in part]
            (folder / name).write_bytes(frames.jpeg(sprites.sheet(pictures), 75))
            names.append(name)
            height, width = pictures[0].shape[:2]
            cues += sprites.cues(name, [(place * step, (place + 1) * step) for place, _ in part], (width, height))
    if not names:
        return _failed("Not one picture of this recording can be decoded.", SEND)
    (folder / INDEX).write_text(sprites.index(cues), encoding="utf-8")
    return {"sheets": names, "index": INDEX, "failure": None}


def _in_parts(groups: "list[list[Wanted]]") -> "list[list[list[Wanted]]]":
    """Return groups in order, as many together as fill one sheet."""
    parts: list[list[list[Wanted]]] = [[]]
    for group in groups:
        if sum(map(len, parts[-1])) + len(group) > ON_A_SHEET and parts[-1]:
            parts.append([])
        parts[-1].append(group)
    return parts


def _failed(reason: str, advice: str) -> dict[str, Any]:
    return {"sheets": [], "index": None, "failure": {"reason": reason, "advice": advice}}
