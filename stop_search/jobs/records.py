"""The table of jobs: one row per piece of work, inserted in the transaction that causes it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.jobs.rules import JobState, Queue


class Job(Identified, Base):
    """Ids only in `arguments`: no personal value ever travels through the queue. `held_by` names host and process of the holder.

    `urgent_at`: the moment by which it had better be done; the earlier goes first, and before it what has none.
    `claimed_at`: when the newest attempt began, kept when it ended.
    """

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", JobState),
        one_of("queue", Queue),
        Index("ix_job_state_run_after", "state", "run_after"),
        Index("ix_job_queue_state_urgent_at", "queue", "state", "urgent_at", "run_after"),
    )

    name: Mapped[str]
    queue: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    run_after: Mapped[datetime]
    urgent_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    held_by: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    token: Mapped[int]
    attempts: Mapped[int]
    requested_at: Mapped[datetime]
    rung_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
