"""A form that is sent twice is answered once: with what it came to the first time."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from services.api.dependencies import WriteSession
from services.api.officers.typed import TypedStop
from stop_search.accounts.actions import remember_answer
from stop_search.accounts.queries import answered_before
from stop_search.accounts.rules import Viewer

LONGEST_SUBMISSION = 64


def sent_once(session: WriteSession, viewer: Viewer, typed: TypedStop, form: str, now: datetime, send: Callable[[], str]) -> str:
    """Return what this form came to, now or when it was first sent; `form`: its kind, "stop-form".

    Raises:
        Conflict: it was sent before with other answers.

    """
    digest, caller = _digest(typed), str(viewer.id)
    key = f"{form}/{typed.one('submission')[:LONGEST_SUBMISSION]}"
    before = answered_before(session, caller=caller, key=key, request_digest=digest)
    if before:
        return before
    came_to = send()
    remember_answer(session, caller=caller, key=key, request_digest=digest, subject_id=came_to, now=now)
    return came_to


def _digest(typed: TypedStop) -> str:
    kept = {name: values for name, values in typed.values.items() if name not in {"csrf", "do"}}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
