"""Letters that name no receipt come slowly when there are many from one network: whoever waits gets a turn, and no page shuts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy.orm import Session

from stop_search.encounters.code_tries import TRIES_KEY_USE, Tries, count_try, letter_tries, take_turn, turn_is_here, waiting_time
from stop_search.installation import Installation


@dataclass(frozen=True)
class Wait:
    """When to press the button again, and the turn that is kept until then; without a turn too many are waiting."""

    until: datetime
    turn: str


def wait_for(
    request: Request, installation: Installation, session: Session, *, submission_id: str, turn: str, now: datetime
) -> Wait | None:
    """Count one letter and return None, or return how long this one has to wait; then it is counted with its turn."""
    key = installation.key_for(TRIES_KEY_USE)
    if turn and turn_is_here(turn, code=submission_id, key=key, now=now):
        return None
    counted = _counted(request, key, now)
    wait = waiting_time(session, tried=counted, now=now)
    if not wait:
        count_try(session, tried=counted, now=now)
        return None
    given = take_turn(session, code=submission_id, tried=counted, key=key, now=now)
    return Wait(now + wait + timedelta(minutes=1), given or "")


def _counted(request: Request, key: bytes, now: datetime) -> Tries:
    return letter_tries(address=request.client.host if request.client else "", key=key, now=now)
