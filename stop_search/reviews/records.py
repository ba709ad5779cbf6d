"""Tables of rubrics, reviews, their marks, themes and flags, and of what officers answer."""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.reviews.rules import DraftPart, DraftState, ItemAnswer, MarkKind, Reading, ResponseKind, ReviewState


class RubricDraft(Identified, Base):
    """A version of a rubric that is being written. `content` is the file as typed; `revision` counts how often it was saved.

    Nobody who wrote in it can decide about it: the foreign key asks for a row of RubricDraftPerson, in which everybody has one part.
    """

    __tablename__ = "rubric_draft"
    __table_args__ = (
        one_of("state", DraftState),
        CheckConstraint("(state IN ('approved', 'rejected')) = (decided_at IS NOT NULL)", name="time_iff_decided"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_at IS NULL) = (decided_part IS NULL)", name="decided_by_no_author"),
        CheckConstraint("decided_part = 'decider'", name="decided_part"),
        CheckConstraint("(state = 'rejected') = (refusal IS NOT NULL)", name="refusal_iff_rejected"),
        CheckConstraint("state = 'draft' OR (asked_at IS NOT NULL AND starts_on IS NOT NULL)", name="asked_with_a_day"),
        ForeignKeyConstraint(
            ["id", "decided_by", "decided_part"],
            ["rubric_draft_person.draft_id", "rubric_draft_person.account_id", "rubric_draft_person.part"],
            use_alter=True,
        ),
        Index(
            "uq_rubric_draft_open",
            "rubric",
            unique=True,
            sqlite_where=text("state IN ('draft', 'asked')"),
            postgresql_where=text("state IN ('draft', 'asked')"),
        ),
    )

    rubric: Mapped[str]
    based_on: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    state: Mapped[str]
    starts_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None]
    decided_part: Mapped[str | None]
    refusal: Mapped[str | None] = mapped_column(Text)


class RubricDraftPerson(Base):
    """Who had which part in a draft: one part each, so that no author decides."""

    __tablename__ = "rubric_draft_person"
    __table_args__ = (UniqueConstraint("draft_id", "account_id", "part"), one_of("part", DraftPart))

    draft_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rubric_draft.id"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    part: Mapped[str]


class RubricVersion(Base):
    """A version that was published here; triggers refuse every change. Those that came with the installation lie in `review_rubrics/`."""

    __tablename__ = "rubric_version"
    __table_args__ = (UniqueConstraint("draft_id"), CheckConstraint("version > 1", name="after_the_first"))

    rubric: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str]
    starts_on: Mapped[date]
    published_at: Mapped[datetime]
    draft_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rubric_draft.id"))


class Review(Identified, Base):
    """One reader's review of one drawn encounter, by one immutable version of the rubric.

    A review that was given back (recused) stays, with its reason; beside it there is at most one other for the same reading.
    """

    __tablename__ = "review"
    __table_args__ = (
        Index(
            "uq_review_frame_entry_id_reading",
            "frame_entry_id",
            "reading",
            unique=True,
            sqlite_where=text("state <> 'recused'"),
            postgresql_where=text("state <> 'recused'"),
        ),
        one_of("state", ReviewState),
        one_of("reading", Reading),
        CheckConstraint("(state = 'recused') = (recused_reason IS NOT NULL)", name="reason_iff_recused"),
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="time_iff_submitted"),
        CheckConstraint("(state = 'submitted') = (grade IS NOT NULL)", name="grade_iff_submitted"),
        Index("ix_review_reviewer_id_state", "reviewer_id", "state"),
    )

    frame_entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_entry.id"))
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), index=True)
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    reading: Mapped[str]
    state: Mapped[str]
    rubric: Mapped[str]
    rubric_version: Mapped[int]
    rubric_digest: Mapped[str]
    assigned_at: Mapped[datetime]
    due_on: Mapped[date]
    started_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    recused_reason: Mapped[str | None] = mapped_column(Text)
    grade: Mapped[str | None]
    summary: Mapped[str | None] = mapped_column(Text)


class Mark(Base):
    """One criterion's answer. A level exists exactly where it was scored; the other kinds carry a reason."""

    __tablename__ = "mark"
    __table_args__ = (
        one_of("kind", MarkKind),
        CheckConstraint("level IN (0, 1, 2, 3)", name="level"),
        CheckConstraint("(kind = 'scored') = (level IS NOT NULL)", name="level_iff_scored"),
        CheckConstraint("kind = 'scored' OR reason IS NOT NULL", name="reason_unless_scored"),
    )

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    level: Mapped[int | None]
    reason: Mapped[str | None]
    evidence: Mapped[str | None] = mapped_column(Text)
    evidence_from_seconds: Mapped[float | None]
    evidence_to_seconds: Mapped[float | None]
    marked_at: Mapped[datetime]


class MarkItem(Base):
    """One item of a criterion's checklist, such as the letter G of GOWISELY under C3."""

    __tablename__ = "mark_item"
    __table_args__ = (one_of("answer", ItemAnswer),)

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str]


class OfficerResponse(Identified, Base):
    """What the officer of a stop answered to its review: that it was read, in words, or that some criteria be read again by somebody else.

    It hangs on the first reading. `answered_at`: when the re-read that a dispute asked for was handed in.
    """

    __tablename__ = "officer_response"
    __table_args__ = (
        one_of("kind", ResponseKind),
        CheckConstraint("(kind = 'disputed') = (criteria IS NOT NULL)", name="criteria_iff_disputed"),
        CheckConstraint("(kind = 'acknowledged') = (text IS NULL)", name="text_unless_acknowledged"),
        CheckConstraint("kind = 'disputed' OR answered_at IS NULL", name="answered_if_disputed"),
        Index(
            "uq_officer_response_review_id_kind",
            "review_id",
            "kind",
            unique=True,
            sqlite_where=text("kind <> 'replied'"),
            postgresql_where=text("kind <> 'replied'"),
        ),
    )

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), index=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]
    criteria: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    text: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class ReviewTheme(Base):
    """A theme that the reviewer picked for this encounter."""

    __tablename__ = "review_theme"

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(primary_key=True)


class ReviewFlag(Base):
    """An injustice or commendation flag of the rubric; counted apart from the marks."""

    __tablename__ = "review_flag"

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    flag: Mapped[str] = mapped_column(primary_key=True)
