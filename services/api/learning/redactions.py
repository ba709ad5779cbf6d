"""Redacting a recording: the list, the workplace of whoever draws boxes, and what its script saves while one works.

The learning team does this, because it prepares what panels see. Who was part of the stop finds nothing here; what is opened is opened
recording by recording, and every playback of an original is in the audit log with its purpose.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Form, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.learning import released_copies
from services.api.learning.redaction_words import KIND_WORDS, STATE_WORDS, stage_words
from services.api.media import media_router
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.audit.rules import Purpose
from stop_search.panels.candidates import redaction_candidates
from stop_search.redactions.actions import open_redaction, put_sound, put_track, remove_sound, remove_track
from stop_search.redactions.copies import ask_for_copy
from stop_search.redactions.queries import RedactionShown, may_play_original, redaction_shown
from stop_search.redactions.rules import Part, RedactionState

SHOWN = 200
IN_WORK = frozenset({RedactionState.OPENED, RedactionState.ASKED, RedactionState.MADE})
redactions = APIRouter(prefix="/learning/redactions", dependencies=[opens_to(Role.LEARNING_TEAM)], include_in_schema=False)
originals = media_router(may_play_original, Role.LEARNING_TEAM, purpose=Purpose.REDACTION_WORK)


class TrackBody(BaseModel):
    """One box over time, as the script sends it."""

    model_config = ConfigDict(extra="forbid")
    kind: Annotated[str, Field(max_length=20)]
    key_frames: Annotated[list[Annotated[list[float], Field(max_length=5)]], Field(max_length=5000)]


class SoundBody(BaseModel):
    """One sound range, in seconds."""

    model_config = ConfigDict(extra="forbid")
    start: float
    end: float
    cover: Annotated[str, Field(max_length=20)]


@redactions.get("")
def recordings(
    request: Request, session: ReadSession, viewer: CurrentViewer, stop: Annotated[str, Query(max_length=40)] = ""
) -> HTMLResponse:
    """List the recordings that may be redacted, and where each stands."""
    reference = stop.strip().upper()
    found = redaction_candidates(session, viewer=viewer, most=SHOWN, reference=reference)
    return page(request, "learning/redactions.html", viewer=viewer, found=found, stop=reference, state_words=STATE_WORDS)


@redactions.post("")
def begin(session: WriteSession, viewer: CurrentViewer, now: Now, footage_id: Annotated[UUID, Form()]) -> RedirectResponse:
    """Begin with one recording."""
    redaction_id = open_redaction(session, footage_id=footage_id, viewer=viewer, now=now)
    return RedirectResponse(f"/learning/redactions/{redaction_id}", status_code=303)


@redactions.get("/{redaction_id}")
def workplace(request: Request, redaction_id: UUID, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Show the recording with its boxes."""
    shown = redaction_shown(session, redaction_id=redaction_id, viewer=viewer)
    return page(
        request,
        "learning/redaction.html",
        viewer=viewer,
        shown=shown,
        kinds=KIND_WORDS,
        state_words=STATE_WORDS,
        may_draw=shown.part is not Part.CHECKER,
        may_check=shown.part is not Part.EDITOR and shown.state is RedactionState.VERIFIED,
    )


@redactions.get("/{redaction_id}/boxes")
def boxes(redaction_id: UUID, session: ReadSession, viewer: CurrentViewer) -> dict[str, Any]:
    """Return all boxes, sound ranges and the loudness, for the script."""
    shown = redaction_shown(session, redaction_id=redaction_id, viewer=viewer)
    tracks = [{"id": str(one.track_id), "kind": one.kind, "origin": one.origin, "key_frames": one.key_frames} for one in shown.tracks]
    sounds = [{"id": str(one.sound_id), "start": one.start, "end": one.end, "cover": one.cover} for one in shown.sounds]
    return _stage(shown) | {
        "tracks": tracks,
        "sounds": sounds,
        "loudness": shown.loudness,
        "loudness_seconds": shown.loudness_seconds,
        "length_seconds": shown.length_seconds,
    }


@redactions.get("/{redaction_id}/stage")
def stage(redaction_id: UUID, session: ReadSession, viewer: CurrentViewer) -> dict[str, Any]:
    """Return how far the work has got, for the page that waits."""
    return _stage(redaction_shown(session, redaction_id=redaction_id, viewer=viewer))


@redactions.put("/{redaction_id}/tracks/{track_id}")
def save_track(
    redaction_id: UUID, track_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, body: Annotated[TrackBody, Body()]
) -> dict[str, int]:
    """Save one box."""
    where = {"redaction_id": redaction_id, "track_id": track_id}
    return {"version": put_track(session, **where, kind=body.kind, key_frames=body.key_frames, viewer=viewer, now=now)}


@redactions.delete("/{redaction_id}/tracks/{track_id}")
def drop_track(redaction_id: UUID, track_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> dict[str, int]:
    """Take one box away."""
    return {"version": remove_track(session, redaction_id=redaction_id, track_id=track_id, viewer=viewer, now=now)}


@redactions.put("/{redaction_id}/sounds/{sound_id}")
def save_sound(
    redaction_id: UUID, sound_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, body: Annotated[SoundBody, Body()]
) -> dict[str, int]:
    """Save one sound range."""
    where = {"redaction_id": redaction_id, "sound_id": sound_id}
    return {"version": put_sound(session, **where, start=body.start, end=body.end, cover=body.cover, viewer=viewer, now=now)}


@redactions.delete("/{redaction_id}/sounds/{sound_id}")
def drop_sound(redaction_id: UUID, sound_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> dict[str, int]:
    """Take one sound range away."""
    return {"version": remove_sound(session, redaction_id=redaction_id, sound_id=sound_id, viewer=viewer, now=now)}


@redactions.post("/{redaction_id}/copy")
def ask(redaction_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Have the copy made and checked, for somebody else to release."""
    ask_for_copy(session, redaction_id=redaction_id, viewer=viewer, now=now)
    return RedirectResponse(f"/learning/redactions/{redaction_id}", status_code=303)


def _stage(shown: RedactionShown) -> dict[str, Any]:
    is_busy = shown.state in IN_WORK or not shown.is_proposed
    return {"state": shown.state, "version": shown.version, "is_busy": is_busy, "per_cent": shown.progress, "words": stage_words(shown)}


router = APIRouter()
router.include_router(redactions)
router.include_router(released_copies.router)
router.include_router(originals, prefix="/learning/originals", include_in_schema=False)
