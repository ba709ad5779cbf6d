"""When a job may be claimed, how long a claim lasts, and when trying again stops. Pure."""

import enum
import uuid
from dataclasses import dataclass
from datetime import timedelta

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 3
RING_AGAIN_AFTER = timedelta(seconds=20)


class JobState(enum.StrEnum):
    """`dead` means: given up after MAX_ATTEMPTS, kept for a person to look at."""

    READY = "ready"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


class Queue(enum.StrEnum):
    """The queues; each worker process serves exactly one (rq 3.0.0 loses jobs for good when one worker serves two)."""

    FOOTAGE = "footage"
    UPKEEP = "upkeep"


@dataclass(frozen=True)
class Claim:
    """A job in this worker's hands: `token` is the fence; a worker whose token is no longer the row's changes nothing."""

    job_id: uuid.UUID
    name: str
    arguments: dict[str, str]
    token: int
    attempt: int


def pause_before(attempt: int) -> timedelta:
    """Return how long to wait before the next attempt, after `attempt` failed ones: 5 s, 25 s, 125 s."""
    return timedelta(seconds=5**attempt)


def is_exhausted(attempts: int) -> bool:
    """Attempts are counted at the claim, so that a job that kills its worker runs out of them too."""
    return attempts >= MAX_ATTEMPTS
