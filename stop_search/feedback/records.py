"""Tables of feedback. No name, no address, no user agent, no clock time: the ISO week is all that is kept of when somebody answered.

Whatever somebody wrote in their own words is sealed (`stop_search/envelopes.py`); a row that is deleted takes its key along.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.accounts.rules import Role
from stop_search.database.base import Base, Identified, one_of
from stop_search.feedback.rules import Decision, Standing, TriageState

OPEN_OR_DECIDED = (
    "(state <> 'open' OR (due_on IS NOT NULL AND disposition IS NULL AND closed_by IS NULL))"
    " AND (state <> 'closed' OR (due_on IS NULL AND disposition IS NOT NULL AND reason IS NOT NULL"
    " AND closed_by IS NOT NULL AND closed_at IS NOT NULL AND closed_late IS NOT NULL))"
)
TOLD_OR_SAID_WHY = (
    "(decision <> 'released' OR (key_version IS NOT NULL AND wrapped_key IS NOT NULL AND sealed IS NOT NULL))"
    " AND (decision <> 'withheld' OR (reason IS NOT NULL AND key_version IS NULL AND wrapped_key IS NULL AND sealed IS NULL))"
)


class Enveloped:
    """A row with a sealed text."""

    key_version: Mapped[int]
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Feedback(Identified, Base):
    """One set of answers for a receipt. `submission_id` is in the form, so that sending twice stores once.

    `version`: of the answers in force. `typed_by`: the role of the staff who typed it for the person, None where nobody did.
    `released_from`: the first month ("2027-01") in which the officer's sums may hold it; `released_in`: the month in which they did.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        one_of("standing", Standing),
        one_of("typed_by", Role),
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
    version: Mapped[int] = mapped_column(default=1)
    typed_by: Mapped[str | None]
    self_scan_suspected: Mapped[bool] = mapped_column(default=False)
    released_from: Mapped[str]
    released_in: Mapped[str | None]


class FeedbackAnswer(Base):
    """One answered question in one version of the answers; a skipped one has no row. Versions are added, never changed."""

    __tablename__ = "feedback_answer"

    feedback_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str]
    criterion: Mapped[str | None]


class FeedbackText(Enveloped, Identified, Base):
    """What the person wrote: number 1 with the form, higher ones when they came back. `week`: the ISO week in which it came."""

    __tablename__ = "feedback_text"
    __table_args__ = (UniqueConstraint("feedback_id", "number", name="uq_feedback_text_feedback_id_number"),)

    feedback_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("feedback.id"))
    number: Mapped[int]
    week: Mapped[str]


class EqualityAnswer(Base):
    """What the person said of themselves, under the consent text of this version; a table of its own, so that it can go alone.

    Only `equality.py` reads it, and only in sums of the whole force.
    """

    __tablename__ = "equality_answer"

    feedback_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str]
    consent_version: Mapped[int]


class TriageItem(Identified, Base):
    """Feedback that may be a complaint: open until a person decides. `signs`: what in it looked like one.

    `due_on` tells nearly the day of sending, so it goes when the item is closed; `closed_late` is what remains of it.
    """

    __tablename__ = "triage_item"
    __table_args__ = (
        one_of("state", TriageState),
        CheckConstraint(OPEN_OR_DECIDED, name="open_or_decided"),
        Index(
            "uq_triage_item_open_feedback",
            "feedback_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    feedback_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("feedback.id"), index=True)
    state: Mapped[str]
    signs: Mapped[list[str]]
    due_on: Mapped[date | None]
    disposition: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(Text)
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]
    closed_late: Mapped[bool | None]


class ForceAnswer(Enveloped, Identified, Base):
    """What the force answers to one feedback; whoever has the four words reads it. Who wrote it is shown to nobody there."""

    __tablename__ = "force_answer"

    feedback_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("feedback.id"), index=True)
    week: Mapped[str]
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))


class CommentDecision(Identified, Base):
    """What a person decided about one text: released to the learning team, masked, or withheld. A text without a row is waiting."""

    __tablename__ = "comment_decision"
    __table_args__ = (one_of("decision", Decision), CheckConstraint(TOLD_OR_SAID_WHY, name="told_or_said_why"))

    text_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("feedback_text.id"), unique=True)
    decision: Mapped[str]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Text)
    key_version: Mapped[int | None]
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class OfficerRelease(Base):
    """One officer's sums, told once, on the first Monday of a month: of so many answers, each about another encounter."""

    __tablename__ = "officer_release"

    officer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[int]


class OfficerAnswerCount(Base):
    """How many of a release's answers fell into one bin of one question; bins that are not told have no row."""

    __tablename__ = "officer_answer_count"

    officer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    bin: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class NetworkMark(Base):
    """A network was used on this day: `key` is a keyed digest of what for, never an address; the key changes every day.

    `encounters`: of how many encounters of one officer it sent answers. Rows are deleted the day after; nothing else names them.
    """

    __tablename__ = "network_mark"

    key: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    encounters: Mapped[int]
