"""Tables of rubrics that are written here: drafts, who had which part in them, published versions."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.reviews.rules import DraftPart, DraftState


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
