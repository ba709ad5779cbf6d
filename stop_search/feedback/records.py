"""Tables of feedback. No name, no address, no user agent, no clock time: the ISO week is all that is kept of when."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.feedback.rules import Standing


class Feedback(Identified, Base):
    """One set of answers for a receipt. `submission_id` is in the form, so that sending twice stores once."""

    __tablename__ = "feedback"
    __table_args__ = (
        one_of("standing", Standing),
        UniqueConstraint("submission_id", name="uq_feedback_submission_id"),
        Index(
            "uq_feedback_primary_receipt",
            "receipt_id",
            unique=True,
            sqlite_where=text("standing = 'primary'"),
            postgresql_where=text("standing = 'primary'"),
        ),
    )

    receipt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("receipt.id"), index=True)
    submission_id: Mapped[str]
    standing: Mapped[str]
    answering_as: Mapped[str | None]
    form: Mapped[str]
    form_version: Mapped[int]
    language: Mapped[str]
    week: Mapped[str]
    reply_code_digest: Mapped[str] = mapped_column(unique=True)
    comment: Mapped[str | None] = mapped_column(Text)


class FeedbackAnswer(Base):
    """One answered question; a skipped one has no row."""

    __tablename__ = "feedback_answer"

    feedback_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str]
    criterion: Mapped[str | None]


class NetworkMark(Base):
    """A network was used on this day: `key` is a keyed digest of what for, never an address; the key changes every day.

    `encounters`: of how many encounters of one officer it sent answers. Rows are deleted the day after; nothing else names them.
    """

    __tablename__ = "network_mark"

    key: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    encounters: Mapped[int]
