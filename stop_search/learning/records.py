"""The table of actions: what the force does about what it learned, and what it tells of it in public."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.learning.action_rules import ActionKind, ActionState


class LearningAction(Identified, Base):
    """One action. `about`: a theme's key or a criterion's id; `measure`: the criterion it is measured by, never changed (a trigger).

    `you_said` and `we_did` are the public's words for it; `published_by` is another person than `worded_by`.
    """

    __tablename__ = "learning_action"
    __table_args__ = (
        one_of("kind", ActionKind),
        one_of("state", ActionState),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="day_iff_done"),
        CheckConstraint("(state = 'dropped') = (dropped_because IS NOT NULL)", name="reason_iff_dropped"),
        CheckConstraint("published_at IS NULL OR (you_said IS NOT NULL AND we_did IS NOT NULL)", name="words_if_published"),
        CheckConstraint("published_by IS NULL OR published_by <> worded_by", name="published_by_another"),
        CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published_by_a_person"),
    )

    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str]
    about: Mapped[str]
    measure: Mapped[str]
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    state: Mapped[str]
    done_on: Mapped[date | None]
    dropped_because: Mapped[str | None] = mapped_column(Text)
    look_again_on: Mapped[date | None]
    you_said: Mapped[str | None] = mapped_column(Text)
    we_did: Mapped[str | None] = mapped_column(Text)
    worded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]
