"""timeline.json: how loud a recording is and what was found when, for a person who looks at it. Runs in the sandboxed child.

Facts about the recording, never about anybody's conduct. A lane that was not measured is absent; one that found nothing has no spans.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from services.worker.video.lanes import Lane, Span
from services.worker.video.packets import GAP_SECONDS, GAP_TIMES, Timeline

VERSION = 1
NAME = "timeline.json"
MOST_SPANS = 2000  # of one lane; more say nothing to anybody


def timeline_told(length: float, sound: dict[str, Any] | None, lanes: Iterable[Lane], scene_changes: Iterable[float]) -> dict[str, Any]:
    """Return timeline.json; `length` and all times in seconds, counted from the first picture."""
    length = round(length, 3)
    told = [lane.told(length) for lane in lanes]
    for lane in told:
        lane["spans"] = lane["spans"][:MOST_SPANS]
    moments = [{"name": "scene_change", "at_seconds": round(min(at, length), 3)} for at in sorted(scene_changes)]
    return {"version": VERSION, "length_seconds": length, "sound": sound, "lanes": told, "moments": moments}


def write_timeline(folder: Path, told: dict[str, Any]) -> str:
    """Write it into the folder; return its name."""
    (folder / NAME).write_text(json.dumps(told, allow_nan=False, separators=(",", ":")), encoding="utf-8")
    return NAME


def broken_lanes(timeline: Timeline, heard_damage: Iterable[Span], undecodable: Iterable[Span]) -> list[Lane]:
    """Return where there are no frames where there should be, and what cannot be read or decoded; seconds from the first picture."""
    unread = [(timeline.seconds(start), timeline.seconds(end)) for start, end in timeline.broken]
    damage = tuple((start, max(end, start + timeline.usual_gap * timeline.tick)) for start, end in (*unread, *heard_damage, *undecodable))
    gap = f"no frame for longer than {GAP_SECONDS:.0f} s and than {GAP_TIMES} usual distances, by the times in the container"
    damaged = "packets that cannot be read, sound that cannot be decoded, and pictures among those looked at that cannot"
    return [Lane("gap", gap, tuple(timeline.gaps)), Lane("damaged", damaged, damage)]
