"""Tables of reviews: marks, moments, forms, watching, themes, flags; reminders, concerns, refusals; gold clips; officers' answers."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.draws.rules import RefusalReason
from stop_search.reviews.calibration_rules import GoldBasis, GoldState
from stop_search.reviews.rules import ItemAnswer, MarkKind, Reading, RefusalDecision, ReminderKind, ResponseKind, ReviewState


class Review(Identified, Base):
    """One reader's review of one drawn encounter, by one immutable version of the rubric.

    A review that was given back (recused) stays, with its reason; beside it there is at most one other for the same reading. Nobody
    has an encounter twice, and triggers refuse whoever has a conflict of interest (view `review_conflict`). `criteria`: those that this
    reading is asked for, None for all. A gold clip is read for calibration by many, by each once. `grade_replaced_by`: the review whose
    grade counts in place of this one's (`replacing.py`). One without footage was handed in and has no grade (`without_footage.py`).
    """

    __tablename__ = "review"
    __table_args__ = (
        Index(
            "uq_review_frame_entry_id_reading",
            "frame_entry_id",
            "reading",
            unique=True,
            sqlite_where=text("state <> 'recused' AND reading <> 'calibration'"),
            postgresql_where=text("state <> 'recused' AND reading <> 'calibration'"),
        ),
        Index(
            "uq_review_calibration",
            "frame_entry_id",
            "reviewer_id",
            unique=True,
            sqlite_where=text("reading = 'calibration'"),
            postgresql_where=text("reading = 'calibration'"),
        ),
        one_of("state", ReviewState),
        one_of("reading", Reading),
        CheckConstraint("(state = 'recused') = (recused_reason IS NOT NULL)", name="reason_iff_recused"),
        CheckConstraint("(state IN ('submitted', 'without_footage')) = (submitted_at IS NOT NULL)", name="time_iff_submitted"),
        CheckConstraint("(state = 'submitted') = (grade IS NOT NULL)", name="grade_iff_submitted"),
        UniqueConstraint("encounter_id", "reviewer_id", name="uq_review_encounter_id_reviewer_id"),
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
    criteria: Mapped[list[str] | None]
    assigned_at: Mapped[datetime]
    due_on: Mapped[date]
    started_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    recused_reason: Mapped[str | None] = mapped_column(Text)
    grade: Mapped[str | None]
    summary: Mapped[str | None] = mapped_column(Text)
    watched_share: Mapped[float | None]
    watched_reason: Mapped[str | None] = mapped_column(Text)
    grade_replaced_by: Mapped[uuid.UUID | None]


class Mark(Base):
    """One criterion's answer, complete. A level exists exactly where it was scored; the other kinds carry a reason.

    `locked_at`: since when it cannot be changed any more, which triggers see to: that of the grounds (C1), once the outcome was shown.
    `replaced_by`: the later review that decided this criterion, None where this mark counts (`replacing.py`); triggers let it be written.
    The two `evidence_…_seconds` hold the first moment for the version of the programs before; MarkMoment holds all.
    """

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
    locked_at: Mapped[datetime | None]
    replaced_by: Mapped[uuid.UUID | None]


class MarkMoment(Identified, Base):
    """A place in the footage that a mark or a flag rests on: a stretch, or a moment where `to_seconds` is NULL.

    `item`: the item of the criterion's checklist that it shows. `footage_id` is NULL where nobody said which recording.
    """

    __tablename__ = "mark_moment"
    __table_args__ = (
        CheckConstraint("(criterion IS NULL) <> (flag IS NULL)", name="of_mark_or_flag"),
        CheckConstraint("item IS NULL OR criterion IS NOT NULL", name="item_of_criterion"),
        CheckConstraint("from_seconds >= 0", name="from_seconds"),
        CheckConstraint("to_seconds IS NULL OR to_seconds >= from_seconds", name="in_order"),
    )

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), index=True)
    criterion: Mapped[str | None]
    item: Mapped[str | None]
    flag: Mapped[str | None]
    place: Mapped[int]
    footage_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("footage.id"))
    from_seconds: Mapped[float]
    to_seconds: Mapped[float | None]
    note: Mapped[str | None] = mapped_column(Text)


class ReviewDraft(Base):
    """What stands in one form of a review (`form`: a criterion, or "themes") as it was last kept, complete or not.

    `revision` grows with every change; who saves says which one was changed. `saved_by` names the open page that saved last. `other` is
    what a page sent that did not know of the newest revision: it waits until somebody chooses between the two.
    """

    __tablename__ = "review_draft"
    __table_args__ = (CheckConstraint("(other IS NULL) = (other_saved_at IS NULL)", name="other_with_time"),)

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    other: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    other_saved_at: Mapped[datetime | None]


class WatchedFootage(Base):
    """Which stretches of a recording were played in a review, as [[from, to], …] in seconds, merged and in order."""

    __tablename__ = "watched_footage"

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), primary_key=True)
    spans: Mapped[list[Any]] = mapped_column(JSON)
    told_at: Mapped[datetime]


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


class ReviewReminder(Base):
    """What a reviewer was told of a review and when: once each."""

    __tablename__ = "review_reminder"
    __table_args__ = (one_of("kind", ReminderKind),)

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    told_on: Mapped[date]


class CopyWish(Base):
    """A reader asked for a copy that a slow line can carry. `shown_from`: from when it is shown to this reader, once it is made."""

    __tablename__ = "copy_wish"

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), primary_key=True)
    asked_at: Mapped[datetime]
    shown_from: Mapped[datetime]


class Concern(Identified, Base):
    """A serious concern that a reader raised: out of the line of reviews, into the hands of professional standards, held until closed."""

    __tablename__ = "concern"
    __table_args__ = (
        UniqueConstraint("review_id", name="uq_concern_review_id"),
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (decision IS NULL)", name="closed_by_a_person"
        ),
    )

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    at_seconds: Mapped[float | None]
    raised_at: Mapped[datetime]
    taken_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    decision: Mapped[str | None] = mapped_column(Text)
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]


class GoldClip(Identified, Base):
    """A drawn stop that was reviewed before and whose marks two people have agreed, for calibration. `because`: what it teaches.

    A retired one is given to nobody any more; what was read of it stays.
    """

    __tablename__ = "gold_clip"
    __table_args__ = (
        one_of("state", GoldState),
        one_of("basis", GoldBasis),
        CheckConstraint("agreed_by <> proposed_by", name="agreed_by_another"),
        CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name="agreed_by_somebody"),
        CheckConstraint("state <> 'agreed' OR agreed_at IS NOT NULL", name="time_if_agreed"),
        CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="time_iff_retired"),
    )

    frame_entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_entry.id"), unique=True)
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), index=True)
    state: Mapped[str]
    basis: Mapped[str]
    rubric: Mapped[str]
    rubric_version: Mapped[int]
    because: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    agreed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    agreed_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class GoldMark(Base):
    """The agreed answer to one criterion of a gold clip, and why it is that."""

    __tablename__ = "gold_mark"
    __table_args__ = (
        one_of("kind", MarkKind),
        CheckConstraint("level IN (0, 1, 2, 3)", name="level"),
        CheckConstraint("(kind = 'scored') = (level IS NOT NULL)", name="level_iff_scored"),
    )

    gold_clip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gold_clip.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    level: Mapped[int | None]
    rationale: Mapped[str] = mapped_column(Text)


class CalibrationReading(Base):
    """Of which gold clip a review is a calibration reading, and whether the reader was to know: a hidden one looks like any other."""

    __tablename__ = "calibration_reading"

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    gold_clip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gold_clip.id"), index=True)
    is_hidden: Mapped[bool]


class ReaderLetter(Base):
    """The letter under which figures tell of a reader, given by lot once and kept."""

    __tablename__ = "reader_letter"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    letter: Mapped[str] = mapped_column(unique=True)


class RefusalRequest(Identified, Base):
    """A reader says that a drawn stop must not be reviewed; somebody of rank, who is not that reader, refuses the stop or has it reviewed.

    `because`: the reader's words, for who decides. `answer`: what the reader is told where it is to be reviewed.
    """

    __tablename__ = "refusal_request"
    __table_args__ = (
        UniqueConstraint("review_id", name="uq_refusal_request_review_id"),
        one_of("reason", RefusalReason),
        one_of("decision", RefusalDecision),
        CheckConstraint("decided_by <> asked_by", name="decided_by_another"),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (decision IS NULL)", name="decided_by_a_person"
        ),
        CheckConstraint("(decision IS NULL) = (rank IS NULL)", name="decided_with_a_rank"),
        CheckConstraint("decision <> 'kept' OR answer IS NOT NULL", name="answer_if_kept"),
    )

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    frame_entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_entry.id"), index=True)
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), index=True)
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    reason: Mapped[str]
    because: Mapped[str] = mapped_column(Text)
    decision: Mapped[str | None]
    answer: Mapped[str | None] = mapped_column(Text)
    rank: Mapped[str | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]


class KeptFigures(Base):
    """What a job worked out once and pages read many times, under its name, with when that was. It can be worked out again at any time."""

    __tablename__ = "kept_figures"

    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]
