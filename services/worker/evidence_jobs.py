"""Asking the force's evidence system to hold and release files: signed requests by HTTPS, sent in slots, each noted by itself."""

import logging
import uuid
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPException
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.audit.rules import WORKER
from stop_search.errors import Invalid
from stop_search.footage.evidence_links import answer_request
from stop_search.footage.evidence_requests import ask_what_was_missed, note_try, open_requests
from stop_search.footage.evidence_rules import Answer, RequestToSend, body_of, signature, understood
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim

log = logging.getLogger(__name__)

WAITED_SECONDS = 10
ANSWER_LIMIT_BYTES = 1 << 16
NO_ADDRESS = "STOP_SEARCH_EVIDENCE_URL is not set, so nothing can be sent."


class Unreachable(Exception):
    """Nobody answered: the next request would fare no better."""


class _NoRedirects(HTTPRedirectHandler):
    """A signed request goes where the settings say and nowhere else."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str) -> None:
        """Follow none."""


OPENER = build_opener(_NoRedirects)


def ask_evidence_system(installation: Installation, _claim: Claim) -> Effect:
    """Send what is due. Each answer is written down at once: a kill in between costs one request more, which they know by its id."""
    now = datetime.now(UTC)
    with installation.writing() as session:
        ask_what_was_missed(session, now=now)
    with installation.reading() as session:
        due = open_requests(session, due_at=now)
    trouble = None if installation.settings.evidence_url else NO_ADDRESS
    for request in due:
        if trouble is None:
            trouble = _sent(installation, request)
        else:
            _tried(installation, request.request_id, trouble)
    return _nothing_more


def _sent(installation: Installation, request: RequestToSend) -> str | None:
    """Send one request and note what came of it; return the trouble where the next need not be tried."""
    try:
        answer = posted(installation, request)
    except Unreachable as error:
        _tried(installation, request.request_id, str(error))
        return str(error)
    except ValueError as error:
        _tried(installation, request.request_id, str(error))
        return None
    if answer is None:
        _tried(installation, request.request_id, None)
        return None
    try:
        with installation.writing() as session:
            answer_request(session, request_id=request.request_id, answer=answer, actor=WORKER, now=datetime.now(UTC))
    except Invalid as error:
        _tried(installation, request.request_id, str(error))
    return None


def posted(installation: Installation, request: RequestToSend) -> Answer | None:
    """Post one signed request; return the answer, None where it will come later.

    Raises:
        Unreachable: nobody answered within WAITED_SECONDS.
        ValueError: the answer is none; the message says what it was.

    """
    settings, body = installation.settings, body_of(request)
    signed = signature(settings.evidence_key.get_secret_value().encode(), body=body, at=datetime.now(UTC))
    headers = {"Content-Type": "application/json", "Stop-Search-Request": str(request.request_id), "Stop-Search-Signature": signed}
    asked = Request(settings.evidence_url, data=body, headers=headers, method="POST")  # noqa: S310 -- the settings let https through
    try:
        with OPENER.open(asked, timeout=WAITED_SECONDS) as answer:
            return understood(answer.status, answer.read(ANSWER_LIMIT_BYTES))
    except HTTPError as error:
        with error:
            return understood(error.code, b"")
    except (URLError, OSError, HTTPException) as error:
        message = f"The evidence system cannot be reached: {getattr(error, 'reason', error)}"
        raise Unreachable(message) from error


def _tried(installation: Installation, request_id: uuid.UUID, trouble: str | None) -> None:
    if trouble:
        log.warning("request %s to the evidence system: %s", request_id, trouble)
    with installation.writing() as session:
        note_try(session, request_id=request_id, trouble=trouble, now=datetime.now(UTC))


def _nothing_more(_session: Session, _now: datetime) -> None:
    pass
