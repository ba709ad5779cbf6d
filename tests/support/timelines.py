"""Timelines as an examination stores them, put beside a recording."""

import json
import math
import uuid
from typing import Any

from sqlalchemy.orm import Session

from stop_search.footage.records import Footage
from stop_search.installation import Installation

SPEECH = [[3.0, 20.0], [26.0, 130.0], [150.0, 320.5], [330.0, 512.0]]
LANES: dict[str, list[list[float]]] = {
    "speech": SPEECH,
    "silence": [[0.0, 3.0], [130.0, 150.0]],
    "muted": [[200.0, 215.0]],
    "dark": [[410.0, 470.0]],
    "covered": [],
    "frozen": [],
}


def a_timeline(length: float = 600.0, *, lanes: dict[str, list[list[float]]] | None = None, **changed: Any) -> dict[str, Any]:
    """Return a timeline of the contract's form: a voice that comes and goes, some lanes with stretches, some without."""
    shown = LANES if lanes is None else lanes
    steps = int(length * 10)
    rms = [round(-34 + 16 * math.sin(place / 37) * math.sin(place / 211), 1) for place in range(steps)]
    told = {
        "version": 1,
        "length_seconds": length,
        "sound": {"step_seconds": 0.1, "rms_dbfs": rms, "peak_dbfs": [min(-1.0, level + 11) for level in rms]},
        "lanes": [{"name": name, "source": f"how {name} was found", "spans": spans} for name, spans in shown.items()],
        "moments": [{"name": "scene_change", "at_seconds": at} for at in (45.0, 301.5) if at < length],
    }
    return told | changed


def put_timeline(installation: Installation, session: Session, footage: Footage, told: dict[str, Any] | bytes | None = None) -> str:
    """Store a timeline beside a recording's pictures; return its key."""
    key = f"footage/aa/{footage.id.hex}/derived/{uuid.uuid4()}/timeline.json"
    installation.storage.put_bytes(key, told if isinstance(told, bytes) else json.dumps(told or a_timeline()).encode())
    footage.pictures = (footage.pictures or {}) | {"timeline": key}
    session.flush()
    return key
