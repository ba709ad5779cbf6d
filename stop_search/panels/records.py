"""Tables of community panels: meetings, who sits in one, the searches it looks at, votes, recommendations and their answers."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.panels.rules import Decision, RecommendationKind, ReminderKind
from stop_search.reviews.rules import MarkKind


class PanelMeeting(Identified, Base):
    """A panel's meeting. All of it votes by one version of the rubric, the one in force when it was called."""

    __tablename__ = "panel_meeting"
    __table_args__ = (CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_a_person"),)

    name: Mapped[str] = mapped_column(Text)
    meets_on: Mapped[date]
    rubric: Mapped[str]
    rubric_version: Mapped[int]
    called_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    called_at: Mapped[datetime]
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]


class PanelSeat(Base):
    """A member who votes in a meeting."""

    __tablename__ = "panel_seat"

    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panel_meeting.id"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)


class PanelCase(Identified, Base):
    """A search that a meeting looks at. `grounds`: the recorded grounds as a person checked them for the panel. `place` counts from 1."""

    __tablename__ = "panel_case"
    __table_args__ = (
        UniqueConstraint("meeting_id", "encounter_id", name="uq_panel_case_meeting_id_encounter_id"),
        UniqueConstraint("meeting_id", "place", name="uq_panel_case_meeting_id_place"),
        UniqueConstraint("id", "meeting_id", name="uq_panel_case_id_meeting_id"),
    )

    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panel_meeting.id"))
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), index=True)
    place: Mapped[int]
    grounds: Mapped[str] = mapped_column(Text)
    added_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    added_at: Mapped[datetime]


class PanelVote(Identified, Base):
    """What one member with a seat answered of one search. Who `stood_back` gave no vote: they know somebody in it."""

    __tablename__ = "panel_vote"
    __table_args__ = (
        UniqueConstraint("case_id", "member_id", name="uq_panel_vote_case_id_member_id"),
        ForeignKeyConstraint(["case_id", "meeting_id"], ["panel_case.id", "panel_case.meeting_id"], name="fk_panel_vote_case"),
        ForeignKeyConstraint(["meeting_id", "member_id"], ["panel_seat.meeting_id", "panel_seat.account_id"], name="fk_panel_vote_seat"),
        CheckConstraint("stood_back = (overall IS NULL)", name="overall_unless_stood_back"),
    )

    case_id: Mapped[uuid.UUID]
    meeting_id: Mapped[uuid.UUID]
    member_id: Mapped[uuid.UUID]
    stood_back: Mapped[bool]
    overall: Mapped[str | None]
    said: Mapped[str] = mapped_column(Text)
    voted_at: Mapped[datetime]


class PanelMark(Base):
    """A member's answer for one criterion."""

    __tablename__ = "panel_mark"
    __table_args__ = (one_of("kind", MarkKind), CheckConstraint("(kind = 'scored') = (level IS NOT NULL)", name="level_iff_scored"))

    vote_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panel_vote.id", ondelete="CASCADE"), primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    level: Mapped[int | None]


class Recommendation(Identified, Base):
    """What a panel asks of the force, or praises; what the force answers by `due_on`; who let both out. `case_id` None: no one search."""

    __tablename__ = "recommendation"
    __table_args__ = (
        one_of("kind", RecommendationKind),
        one_of("decision", Decision),
        CheckConstraint("(decision IS NULL) = (answer IS NULL)", name="decision_with_words"),
        CheckConstraint("(decision IS NULL) = (answered_by IS NULL)", name="answered_by_a_person"),
        CheckConstraint("(decision IS NULL) = (answered_at IS NULL)", name="time_iff_answered"),
        CheckConstraint("published_at IS NULL OR answered_at IS NOT NULL", name="answered_before_published"),
        CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published_by_a_person"),
        CheckConstraint("published_by IS NULL OR published_by <> answered_by", name="published_by_another"),
    )

    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panel_meeting.id"), index=True)
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("panel_case.id"), index=True)
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    due_on: Mapped[date]
    decision: Mapped[str | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]


class RecommendationReminder(Base):
    """What the learning team was told of a recommendation without an answer."""

    __tablename__ = "recommendation_reminder"
    __table_args__ = (one_of("kind", ReminderKind),)

    recommendation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("recommendation.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    told_on: Mapped[date]
