"""Roles, posts in time, how long links and sessions live, and what an account must state. Pure."""

import enum
import hashlib
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stop_search.audit.rules import Actor
from stop_search.errors import Invalid

LINK_LIVES = timedelta(minutes=15)
IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=10)
FRESH_FOR = timedelta(minutes=5)  # what is asked of a session before it opens what others wrote (ASVS 5.0 V7.5.3)
NOTE_SEEN_AFTER = timedelta(minutes=1)  # so that reading pages does not write a row for each
SECRET_BYTES = 32

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST = 200


class Role(enum.StrEnum):
    """What an account may be; the public has no account. The last three are machines', which have tokens."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    LEARNING_TEAM = "learning_team"
    PANEL_MEMBER = "panel_member"
    COMPLAINTS_HANDLER = "complaints_handler"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    DEVICE = "device"
    CAMERA = "camera"
    EVIDENCE_SYSTEM = "evidence_system"


MACHINE_ROLES = frozenset({Role.DEVICE, Role.CAMERA, Role.EVIDENCE_SYSTEM})
TOKEN_ROLES = MACHINE_ROLES | {Role.LEARNING_TEAM}  # what a bearer token may be: also the learning team's own program, which asks for draws


class PostKind(enum.StrEnum):
    """A post in a team: a member, or the one who leads (supervises) it."""

    MEMBER = "member"
    LEAD = "lead"


class Rank(enum.StrEnum):
    """The ranks of an inspector and above, the lowest first: who may refuse a drawn stop; published with the refusal."""

    INSPECTOR = "inspector"
    CHIEF_INSPECTOR = "chief_inspector"
    SUPERINTENDENT = "superintendent"
    CHIEF_SUPERINTENDENT = "chief_superintendent"
    ASSISTANT_CHIEF_CONSTABLE = "assistant_chief_constable"
    DEPUTY_CHIEF_CONSTABLE = "deputy_chief_constable"
    CHIEF_CONSTABLE = "chief_constable"


@dataclass(frozen=True)
class Viewer:
    """Who is asking: the account (or machine token), its roles today, and its name for the page's corner.

    `confirmed_at`: when this person last signed in or confirmed the sign-in, in this browser; None for machines.
    """

    id: uuid.UUID
    name: str
    roles: frozenset[Role]
    is_machine: bool = False
    confirmed_at: datetime | None = None

    def has(self, *roles: Role) -> bool:
        """Return whether the viewer has at least one of `roles`."""
        return not self.roles.isdisjoint(roles)

    def is_fresh(self, now: datetime) -> bool:
        """Return whether it was shown within FRESH_FOR that the person is there."""
        return self.confirmed_at is not None and now - self.confirmed_at < FRESH_FOR

    def acting_as(self, role: Role) -> Actor:
        """Return the actor that the audit log names when the viewer acts in `role`."""
        prefix = f"{role}:" if self.is_machine or role in MACHINE_ROLES else ""
        return Actor(id=f"{prefix}{self.id}", role=role)


@dataclass(frozen=True)
class HeldPost:
    """A post that somebody held: both days inclusive; `ends_on` None means still."""

    team_id: uuid.UUID
    kind: PostKind
    starts_on: date
    ends_on: date | None

    def holds_on(self, day: date) -> bool:
        """Return whether the post was held on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def meets(self, start: date, end: date) -> bool:
        """Return whether the post was held on any day from `start` to `end`, both inclusive."""
        return self.starts_on <= end and (self.ends_on is None or start <= self.ends_on)


def shares_a_team(these: Iterable[HeldPost], those: Iterable[HeldPost], *, start: date, end: date) -> bool:
    """Return whether two people were in, or led, one team from `start` to `end`, not necessarily on the same day.

    A leader's post counts like a member's, so this also finds the line of command.
    """
    mine = {post.team_id for post in these if post.meets(start, end)}
    return any(post.team_id in mine for post in those if post.meets(start, end))


def secret_digest(token: str) -> str:
    """Return the hex SHA-256 of a secret of 256 random bits: all that is stored of it (ASVS 5.0 V6.5.2 asks no salt at this length)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def session_is_open(*, started_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Return whether a session was seen within IDLE_LIMIT and is younger than ABSOLUTE_LIMIT."""
    return now < last_seen_at + IDLE_LIMIT and now < started_at + ABSOLUTE_LIMIT


def checked_email(typed: str) -> str:
    """Return the address as it is stored and compared: trimmed, lower case. Raises Invalid."""
    email = typed.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > _LONGEST:
        message = "Enter an e-mail address, like name@example.police.uk."
        raise Invalid(message, {"email": message})
    return email


def checked_line(typed: str, *, field: str) -> str:
    """Return one line of text, trimmed: 1 to 200 characters, none of them a control character. Raises Invalid."""
    line = typed.strip()
    if not line or len(line) > _LONGEST or _CONTROL.search(line):
        words = field.replace("_", " ")
        message = f"Enter the {words}: one line of 1 to {_LONGEST} characters."
        raise Invalid(message, {field: message})
    return line


def sign_in_address(public_url: str, token: str) -> str:
    """Return the whole address of a one-time link."""
    return f"{public_url.rstrip('/')}/sign-in/link/{token}"
