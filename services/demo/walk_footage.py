"""The walk's footage: a real recording is uploaded in two pieces with a break between them, then examined by a worker."""

import base64
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2

from services.demo.clips import marked_copy, real_clips
from services.demo.setting_up import ffmpeg_of
from services.demo.walk import API, StepFailed, Walk, answered, waited_for
from services.demo.walk_stop import officer_number

TUS = {"Tus-Resumable": "1.0.0"}
EXPECTED_FACTS = {
    "width_pixels": 640,
    "height_pixels": 272,
    "has_sound": False,
    "frame_count": 250,
}  # the known truth of the real recording
LENGTH_SECONDS, TOLERANCE_SECONDS = 10.0, 0.1


def upload(walk: Walk) -> str:
    """Send half of a real recording, break off, ask how much arrived, send the rest; it is tied to the stop by officer and time."""
    clip = _own_recording(walk)
    content = clip.read_bytes()
    place = _created(walk, clip.name, len(content))
    _sent(walk, place, content, 0, len(content) // 2)
    arrived = int(walk.camera.head(place, headers=TUS).headers["Upload-Offset"])
    if arrived != len(content) // 2:
        message = f"{arrived} of {len(content) // 2} bytes arrived before the break"
        raise StepFailed(message)
    _sent(walk, place, content, arrived, len(content))
    body = {
        "upload": place.rsplit("/", 1)[-1],
        "device": "CAM-WALK",
        "officer": officer_number(),
        "started_at": (walk.started_at - timedelta(seconds=20)).isoformat(),
    }
    key = str(uuid.uuid4())
    first, again = (walk.camera.post(f"{API}/footage", json=body, headers={"Idempotency-Key": key}) for _ in range(2))
    walk.footage_id = answered(first, 201, 202)["id"]
    if answered(again, 200, 201, 202)["id"] != walk.footage_id:
        message = "the same request with the same key made another recording"
        raise StepFailed(message)
    return f"{len(content):,} bytes in two pieces, hashed, stored, queued as {walk.footage_id[:8]}…"


def examine(walk: Walk) -> str:
    """Wait for the worker, and compare its facts with the known truth; poster, thumbnails and sprites with their index are there."""
    shown = waited_for("the worker's examination", lambda: _examined(walk))
    facts: dict[str, Any] = shown["facts"]
    wrong = {name: facts.get(name) for name, value in EXPECTED_FACTS.items() if facts.get(name) != value}
    if wrong or abs(facts["length_seconds"] - LENGTH_SECONDS) > TOLERANCE_SECONDS:
        message = f"the facts differ from the known truth: {wrong or facts['length_seconds']}"
        raise StepFailed(message)
    if not shown["poster"] or not shown["sprites_vtt"]:
        message = "the pictures are missing"
        raise StepFailed(message)
    picture = f"{facts['video_codec']}, {facts['width_pixels']} x {facts['height_pixels']}, {facts['frame_rate_hz']:g} Hz"
    return f"{facts['length_seconds']:.1f} s, {picture}; poster, sprites and index"


STEPS = (("3 upload the footage", upload), ("3 examine it", examine))


def _own_recording(walk: Walk) -> Path:
    """Return a copy of a real street recording with a comment of this walk's own: the same bytes twice would be one recording."""
    name = f"walk-{uuid.uuid4().hex[:8]}"
    folder = walk.installation.settings.data_folder / "demo-clips"
    return marked_copy(real_clips()[0].path, folder / f"{name}.mp4", name, ffmpeg_of(walk.installation))


def _created(walk: Walk, name: str, length: int) -> str:
    metadata = f"filename {base64.b64encode(name.encode()).decode()}"
    made = walk.camera.post(f"{API}/uploads", headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata})
    answered(made, httpx2.codes.CREATED)
    return made.headers["Location"]


def _sent(walk: Walk, place: str, content: bytes, start: int, end: int) -> None:
    headers = {**TUS, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
    answered(walk.camera.patch(place, content=content[start:end], headers=headers), httpx2.codes.NO_CONTENT)


def _examined(walk: Walk) -> dict[str, Any] | None:
    shown = answered(walk.camera.get(f"{API}/footage/{walk.footage_id}"), httpx2.codes.OK)
    if shown["state"] == "failed":
        message = f"the recording failed: {shown.get('failure_reason')}"
        raise StepFailed(message)
    return shown if shown["state"] == "examined" else None
