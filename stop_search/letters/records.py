"""Tables of letters, their sealed parts, and the public keys that they are sealed to. What somebody wrote stands nowhere in clear."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.letters.rules import LetterCame, LetterKind, LetterState, PartOfLetter, ReviewTold


class SealingKey(Identified, Base):
    """A public key (an uncompressed point on P-256, 65 bytes). The private half is in its reader's file and not here."""

    __tablename__ = "sealing_key"

    fingerprint: Mapped[str] = mapped_column(unique=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class Letter(Identified, Base):
    """One letter: what is needed to answer it in time, and nothing of what is in it. Days only, never a clock time.

    A closed one has a disposition and names the account of who decided; a closed complaint says too whether the person was told of
    the right to a review.
    """

    __tablename__ = "letter"
    __table_args__ = (
        one_of("kind", LetterKind),
        one_of("state", LetterState),
        one_of("came", LetterCame),
        one_of("review_told", ReviewTold),
        CheckConstraint(
            "state <> 'closed' OR (disposition IS NOT NULL AND closed_by IS NOT NULL AND closed_on IS NOT NULL)", name="closed_by_a_person"
        ),
        CheckConstraint("kind <> 'complaint' OR state <> 'closed' OR review_told IS NOT NULL", name="review_right"),
        UniqueConstraint("reference", name="uq_letter_reference"),
        UniqueConstraint("submission_id", name="uq_letter_submission_id"),
        UniqueConstraint("feedback_id", name="uq_letter_feedback_id"),
        Index("ix_letter_state_answer_due_on", "state", "answer_due_on"),
    )

    reference: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    came: Mapped[str]
    language: Mapped[str]
    submission_id: Mapped[str | None]
    receipt_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("receipt.id"))
    encounter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("encounter.id"), index=True)
    feedback_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("feedback.id"))
    received_on: Mapped[date]
    answer_due_on: Mapped[date]
    taken_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    disposition: Mapped[str | None]
    review_told: Mapped[str | None]
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    closed_on: Mapped[date | None]


class NamedInLetter(Base):
    """An officer or member of staff whom a complaint is about, as the complaints handler reads it. The names in it stay sealed."""

    __tablename__ = "named_in_letter"

    letter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("letter.id"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    named_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    named_on: Mapped[date]


class LetterPart(Identified, Base):
    """A sealed part: what the person wrote, or a note of whoever deals with it."""

    __tablename__ = "letter_part"
    __table_args__ = (one_of("part", PartOfLetter), Index("ix_letter_part_letter_id", "letter_id"))

    letter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("letter.id"))
    part: Mapped[str]
    ordinal: Mapped[int]
    written_on: Mapped[date]
    written_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    sealing_key_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sealing_key.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
