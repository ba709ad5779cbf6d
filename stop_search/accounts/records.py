"""Tables of accounts, roles, ranks, teams, posts in time, relations, absences, sign-in links, sessions and machines' tokens."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.accounts.rules import TOKEN_ROLES, PostKind, Rank, Role
from stop_search.database.base import Base, Identified, one_of


class Account(Identified, Base):
    """A person who signs in. `officer_number` is the collar or warrant number, for officers and supervisors."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("email", name="uq_account_email"),)

    name: Mapped[str]
    email: Mapped[str]
    officer_number: Mapped[str | None] = mapped_column(unique=True)
    station: Mapped[str | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class RoleGrant(Identified, Base):
    """A role, from when to when; an ended grant stays, so that who could do what on a day can be told."""

    __tablename__ = "role_grant"
    __table_args__ = (
        one_of("role", Role),
        Index("ix_role_grant_account_id", "account_id"),
        Index(
            "uq_role_grant_in_force",
            "account_id",
            "role",
            unique=True,
            sqlite_where=text("ends_at IS NULL"),
            postgresql_where=text("ends_at IS NULL"),
        ),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class HeldRank(Base):
    """The rank that somebody holds now, as an administrator noted it; before, and who noted it, is in the audit log."""

    __tablename__ = "held_rank"
    __table_args__ = (one_of("rank", Rank),)

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    rank: Mapped[str]
    noted_at: Mapped[datetime]


class Team(Identified, Base):
    """A shift team within a unit (a borough, a district, a specialist unit), or what stands above teams: a sector, the unit itself.

    Whoever leads a team leads all teams below it: `StandsBelow` says which is the next one up the line of command.
    """

    __tablename__ = "team"

    name: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str]


class StandsBelow(Identified, Base):
    """Which team was the next one up the line of command from which day to which (inclusive; None: still)."""

    __tablename__ = "stands_below"
    __table_args__ = (
        CheckConstraint("above_id <> team_id", name="not_itself"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        Index("ix_stands_below_team_id", "team_id"),
        Index(
            "uq_stands_below_still",
            "team_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
    )

    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("team.id"))
    above_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("team.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Post(Identified, Base):
    """Who was in (or led) which team from which day to which (inclusive; None: still)."""

    __tablename__ = "post"
    __table_args__ = (one_of("kind", PostKind), Index("ix_post_account_id", "account_id"), Index("ix_post_team_id", "team_id"))

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("team.id"))
    kind: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class DeclaredRelation(Identified, Base):
    """Two people who are too near to judge one another's work. What they are to each other is nobody's business and not kept."""

    __tablename__ = "declared_relation"
    __table_args__ = (
        CheckConstraint("account_id <> other_id", name="of_two_people"),
        Index("ix_declared_relation_account_id", "account_id"),
        Index("ix_declared_relation_other_id", "other_id"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    other_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Absence(Identified, Base):
    """Days, both inclusive, on which somebody does no reviews: leave, a course. Why is not kept. `ends_on` None: until told otherwise."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="in_order"),
        Index("ix_absence_account_id", "account_id"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    noted_at: Mapped[datetime]


class SignInLink(Identified, Base):
    """A one-time link; only the SHA-256 of its 256 random bits is kept."""

    __tablename__ = "sign_in_link"

    token_digest: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInSession(Identified, Base):
    """A signed-in browser; only the SHA-256 of its cookie's 256 random bits is kept.

    `confirmed_at`: when it was last shown that the person is there; None for sessions from before that was asked.
    """

    __tablename__ = "sign_in_session"

    token_digest: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class MachineToken(Identified, Base):
    """A bearer token for a device or camera; shown once, kept as SHA-256."""

    __tablename__ = "machine_token"
    __table_args__ = (one_of("role", sorted(TOKEN_ROLES)),)

    token_digest: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    label: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AnsweredRequest(Identified, Base):
    """What a repeated POST is answered with: the caller's Idempotency-Key, a digest of the request, and what came of it."""

    __tablename__ = "answered_request"
    __table_args__ = (UniqueConstraint("caller", "key", name="uq_answered_request_caller_key"),)

    caller: Mapped[str]
    key: Mapped[str]
    request_digest: Mapped[str]
    subject_id: Mapped[str]
    answered_at: Mapped[datetime]
