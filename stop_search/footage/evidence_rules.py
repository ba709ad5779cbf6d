"""What is asked of the force's evidence system, how it is signed, and when it is asked again. Pure."""

import enum
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=1)
ALERT_AFTER = timedelta(hours=1)  # an erasure runs once a day in most systems: an hour leaves time to telephone
LONGEST_ID = 200


class Wanted(enum.StrEnum):
    """What the evidence system is asked for: keep the file until further notice, or go by its own rules again."""

    HOLD = "hold"
    RELEASE = "release"


class Answer(enum.StrEnum):
    """What came of a request. `superseded`: a later one took its place before it was answered."""

    HELD = "held"
    RELEASED = "released"
    GONE = "gone"
    SUPERSEDED = "superseded"


class GoneAs(enum.StrEnum):
    """In what standing a file went there: nothing held it; before our hold was acknowledged; after they had said that they hold it."""

    NOT_HELD = "not_held"
    BEFORE_HOLD = "before_hold"
    DESPITE_HOLD = "despite_hold"


ANSWERS_TO = {Wanted.HOLD: Answer.HELD, Wanted.RELEASE: Answer.RELEASED}


@dataclass(frozen=True)
class RequestToSend:
    """One request as it is sent: which file by their id, what is wanted, and its place among the requests about this file."""

    request_id: uuid.UUID
    evidence_id: str
    sha256: str
    number: int
    wanted: Wanted
    tries: int


def body_of(request: RequestToSend) -> bytes:
    """Return the body of a request: JSON that says nothing of why, because that would tell that somebody spoke up."""
    said = {
        "request": str(request.request_id),
        "number": request.number,
        "evidence_id": request.evidence_id,
        "sha256": request.sha256,
        "wanted": request.wanted.value,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def signature(key: bytes, *, body: bytes, at: datetime) -> str:
    """Return the header that proves where a body comes from: `t=SECONDS,v1=HEX`, HMAC-SHA256 over `SECONDS.body`.

    The receiver refuses one whose time is more than five minutes from its own, so that an old one cannot be played again.
    """
    seconds = str(int(at.timestamp()))
    digest = hmac.new(key, seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries without an answer: 5, 10, 20, 40 minutes, then an hour each time, without an end.

    >>> [pause_after(tries) // timedelta(minutes=1) for tries in (1, 2, 3, 4, 5, 50)]
    [5, 10, 20, 40, 60, 60]
    """
    return min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)


def understood(status: int, content: bytes) -> Answer | None:
    """Return what an evidence system answered: `{"answer": "held"}`; None where it only took the request and will call back.

    Raises:
        ValueError: it is neither; the message says what it was.

    """
    if status == 202:  # noqa: PLR2004 -- Accepted
        return None
    if status != 200:  # noqa: PLR2004 -- OK
        message = f"it answered with status {status}"
        raise ValueError(message)
    try:
        said = json.loads(content)["answer"]
        return {"held": Answer.HELD, "released": Answer.RELEASED, "gone": Answer.GONE}[said]
    except (ValueError, KeyError, TypeError) as error:
        message = 'it answered 200 without {"answer": "held"}, "released" or "gone"'
        raise ValueError(message) from error
