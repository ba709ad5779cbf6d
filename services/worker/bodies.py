"""What a job's body is. A body works outside any transaction; what it returns is written in one unit of work with the job's end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.installation import Installation
from stop_search.jobs.rules import Claim

# Writes the result, in the transaction that marks the job done: both happen or neither. The moment is the database's clock.
Effect = Callable[[Session, datetime], None]

# Does the work and returns the effect. It may be killed at any point and begun again: files go to new storage keys (the claim's
# token makes them new), and nothing else is written. An exception is a failed attempt.
Body = Callable[[Installation, Claim], Effect]

# Tells the domain that a job was given up: (session, arguments, reason, moment), in the transaction that buries the job.
OnDeath = Callable[[Session, dict[str, str], str, datetime], None]


@dataclass(frozen=True)
class Work:
    """The jobs that a worker knows, by name. A job of another name is left alone: a newer worker will know it."""

    bodies: Mapping[str, Body]
    on_death: Mapping[str, OnDeath]
