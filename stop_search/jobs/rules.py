"""When a job may be claimed, how long a claim lasts, and when trying again stops. Pure."""

import enum
import uuid
from dataclasses import dataclass
from datetime import timedelta

TURNS = 4  # of so many jobs that are taken, about one is the one that has waited longest, whatever is more urgent


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
    COPIES = "copies"  # review copies and redactions, hours of encoding: never before the facts, with what the machine has to spare


@dataclass(frozen=True)
class Pace:
    """How patient the workers are. The defaults are right in earnest; fault tests shorten them, and nothing else."""

    lease: timedelta = timedelta(seconds=60)
    beat: timedelta = timedelta(seconds=15)  # a held lease is extended so often
    poll: timedelta = timedelta(seconds=2)  # between two looks at the table while the queue server is away
    reconcile: timedelta = timedelta(seconds=15)
    ring_again_after: timedelta = timedelta(seconds=20)
    wall_limit: timedelta = timedelta(hours=1)  # a job that runs longer is killed, and that was an attempt
    first_pause: timedelta = timedelta(seconds=5)
    leftovers_after: timedelta = timedelta(hours=1)  # a half-written file not touched for so long belongs to nobody
    max_attempts: int = 3

    def pause_before_next(self, attempt: int) -> timedelta:
        """Return how long to wait after `attempt` failed ones: 5 s, 25 s, then 125 s each time."""
        return self.first_pause * 5 ** min(attempt - 1, 2)

    def is_exhausted(self, attempts: int) -> bool:
        """Return whether there is no attempt left. They are counted at the claim: a job that kills its worker runs out of them too."""
        return attempts >= self.max_attempts


PACE = Pace()


def goes_by_waiting(rung_for: uuid.UUID) -> bool:
    """Return whether this ring takes the job that has waited longest, and not the most urgent one.

    The ring's id is the die: ids are random (RFC 9562 version 4), and a process that starts anew has nothing to remember. So a job is
    done after about TURNS times as many rings as jobs were asked for before it, however many more urgent ones keep coming.
    """
    return rung_for.int % TURNS == 0


@dataclass(frozen=True)
class Claim:
    """A job in this worker's hands: `token` is the fence; a worker whose token is no longer the row's changes nothing."""

    job_id: uuid.UUID
    name: str
    arguments: dict[str, str]
    token: int
    attempt: int
