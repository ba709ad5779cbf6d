"""Tables of actions and their public words; of reports and releases for the public; of released comments: themes, languages, translations.

And saved views; and of how far the force is: assessments of its competencies, and alerts of missing film.

All that hangs on a released comment goes with it: who deletes a text, or the nightly erasure, takes these along.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.codes.competencies import Light
from stop_search.database.base import Base, Identified, one_of
from stop_search.learning.action_rules import ActionKind, ActionState
from stop_search.learning.theme_rules import CommentReading

TRANSLATED_OR_NOT = (
    "(sealed IS NULL AND key_version IS NULL AND wrapped_key IS NULL AND translated_by IS NULL AND translated_at IS NULL)"
    " OR (NOT is_english AND language IS NOT NULL AND sealed IS NOT NULL AND key_version IS NOT NULL AND wrapped_key IS NOT NULL"
    " AND translated_by IS NOT NULL AND translated_at IS NOT NULL)"
)


class LearningAction(Identified, Base):
    """One action. `about`: a theme's key or a criterion's id; `measure`: the criterion it is measured by, never changed (a trigger).

    `means`: the training module or policy by which it is done, as the force calls it.
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
    means: Mapped[str | None] = mapped_column(Text)
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


class PublicRelease(Identified, Base):
    """What is let out of one quarter ("2026Q3") and, with it, corrections of quarters before. `released_by` is another than `prepared_by`.

    `withheld`: the criteria on which readers differed too much. Once it is out, nothing of it changes (triggers).
    """

    __tablename__ = "public_release"
    __table_args__ = (
        CheckConstraint("released_by IS NULL OR released_by <> prepared_by", name="released_by_another"),
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released_by_a_person"),
    )

    quarter: Mapped[str] = mapped_column(unique=True)
    withheld: Mapped[list[str]]
    prepared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    prepared_at: Mapped[datetime]
    released_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime | None]


class ReleasedTables(Identified, Base):
    """One quarter's tables in one release: `version` 1, or a correction. `counted`: exact, never shown; `told`: what the public gets."""

    __tablename__ = "released_tables"
    __table_args__ = (UniqueConstraint("quarter", "version", name="uq_released_tables_quarter_version"),)

    release_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("public_release.id", ondelete="CASCADE"), index=True)
    quarter: Mapped[str]
    version: Mapped[int]
    counted: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    told: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    digest: Mapped[str]


def of_comment(*, unique: bool = False) -> Mapped[uuid.UUID]:
    """Return the column that names the released comment, and goes with it."""
    return mapped_column(ForeignKey("comment_decision.id", ondelete="CASCADE"), index=not unique, unique=unique or None)


class CommentSuggestion(Identified, Base):
    """One reading of a comment by a model (`model`: its digest). `is_english`: whether the text looks English. Nothing here counts."""

    __tablename__ = "comment_suggestion"
    __table_args__ = (UniqueConstraint("comment_id", "codebook", "model", name="uq_comment_suggestion_comment_id_codebook_model"),)

    comment_id: Mapped[uuid.UUID] = of_comment()
    codebook: Mapped[int]
    model: Mapped[str]
    is_english: Mapped[bool]
    made_at: Mapped[datetime]


class SuggestedTheme(Base):
    """A theme that the model suggests, with its score."""

    __tablename__ = "suggested_theme"
    __table_args__ = (CheckConstraint("score BETWEEN 0 AND 1", name="score"),)

    suggestion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment_suggestion.id", ondelete="CASCADE"), primary_key=True)
    theme: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float]


class CommentCoding(Identified, Base):
    """What one person ticked for one comment, by one version of the codebook; no rows of `coded_theme` means: none of the themes."""

    __tablename__ = "comment_coding"
    __table_args__ = (
        one_of("reading", CommentReading),
        UniqueConstraint("comment_id", "codebook", "reading", name="uq_comment_coding_comment_id_codebook_reading"),
        UniqueConstraint("comment_id", "codebook", "coder_id", name="uq_comment_coding_comment_id_codebook_coder_id"),
    )

    comment_id: Mapped[uuid.UUID] = of_comment()
    codebook: Mapped[int]
    reading: Mapped[str]
    coder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    coded_at: Mapped[datetime]


class CodedTheme(Base):
    """A theme that a person ticked."""

    __tablename__ = "coded_theme"

    coding_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment_coding.id", ondelete="CASCADE"), primary_key=True)
    theme: Mapped[str] = mapped_column(primary_key=True)


class CommentLanguage(Identified, Base):
    """What a person says of a comment's language, and the translation, sealed, once somebody has typed it."""

    __tablename__ = "comment_language"
    __table_args__ = (CheckConstraint(TRANSLATED_OR_NOT, name="translated_or_not"),)

    comment_id: Mapped[uuid.UUID] = of_comment(unique=True)
    is_english: Mapped[bool]
    said_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    said_at: Mapped[datetime]
    language: Mapped[str | None]
    key_version: Mapped[int | None]
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    translated_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    translated_at: Mapped[datetime | None]


class ThemeView(Identified, Base):
    """What somebody chose to look at, under a name of their own."""

    __tablename__ = "theme_view"
    __table_args__ = (UniqueConstraint("owner_id", "name", name="uq_theme_view_owner_id_name"),)

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    filters: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class ReportSnapshot(Identified, Base):
    """The figures of one quarter as they were worked out once: `content` is canonical JSON, `digest` its SHA-256. Triggers refuse changes.

    `version` counts from 1 for each quarter; from the second on there is a reason. `made_by`: the actor's id, as the audit log names it.
    """

    __tablename__ = "report_snapshot"
    __table_args__ = (
        UniqueConstraint("quarter", "version", name="uq_report_snapshot_quarter_version"),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("version = 1 OR reason <> ''", name="reason_for_another"),
    )

    quarter: Mapped[str]
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str]


class MaturityAssessment(Identified, Base):
    """What a person said of one competency. Never changed nor deleted (a trigger): the newest counts, the others are its history.

    `rule`: the rule's words for each light as they stood; `figures`: the evidence as it stood; `number`: from 1 for each competency.
    """

    __tablename__ = "maturity_assessment"
    __table_args__ = (
        one_of("light", Light),
        CheckConstraint("number >= 1", name="number_from_one"),
        UniqueConstraint("competency", "number", name="uq_maturity_assessment_competency_number"),
    )

    competency: Mapped[str]
    number: Mapped[int]
    light: Mapped[str]
    reasons: Mapped[str] = mapped_column(Text)
    rule: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    assessed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    assessed_at: Mapped[datetime]
    look_again_on: Mapped[date]


class FilmAlertRaised(Identified, Base):
    """Film is missing, late or cut of one group more often, or less, than of another. `ended_at`: since when it is not any more.

    `people`: the group's key within `basis`. It is one row while it stands and for some time after, so that it is mailed once.
    """

    __tablename__ = "film_alert"
    __table_args__ = (
        Index(
            "uq_film_alert_standing",
            "measure",
            "basis",
            "people",
            "is_more",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    measure: Mapped[str]
    basis: Mapped[str]
    people: Mapped[str]
    is_more: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class KeptSums(Base):
    """What the reviews of a draw came to in counts, added up once and read many times, with when they were counted.

    They can be counted again from the rows at any time, and are, every night or every hour (`draw_sums.py`). They name nobody.
    """

    __tablename__ = "kept_sums"

    draw_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    sums: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]


class KeptMonth(Base):
    """What people, film, feedback and reviews of one month ("2026-11") came to in counts, one `part` for each thing that a page reads.

    They can be counted again from the rows at any time, and are, every night (`month_sums.py`). They name nobody.
    """

    __tablename__ = "kept_month"

    month: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    sums: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]
