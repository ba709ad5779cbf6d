"""Playing a redacted copy, which only who may watch it finds; once in a session the audit log says to whom it was disclosed."""

from datetime import datetime
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from services.api.media import session_mark, stored_response
from services.api.security import session_token
from stop_search.accounts.rules import Viewer
from stop_search.installation import Installation
from stop_search.redactions.copies import note_panel_playback
from stop_search.redactions.queries import served_copy


def played_copy(request: Request, *, redaction_id: UUID, installation: Installation, viewer: Viewer, now: datetime) -> Response:
    """Return the copy, or a piece of it. Raises NotFound where there is none that this viewer may watch."""
    with installation.reading() as session:
        copy = served_copy(session, redaction_id=redaction_id, viewer=viewer)
    mark = session_mark(installation, f"copy/{copy.storage_key}/{session_token(request) or viewer.id}")
    with installation.writing() as session:
        where = {"redaction_id": redaction_id, "footage_id": copy.footage_id, "session_mark": mark}
        note_panel_playback(session, **where, viewer=viewer, now=now)
    return stored_response(request, installation.storage, copy.storage_key, copy.size_bytes, "video/mp4")
