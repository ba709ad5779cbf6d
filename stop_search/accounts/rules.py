"""Roles, posts in time, and who may do what by role. Pure."""

import enum
import uuid
from dataclasses import dataclass

from stop_search.audit.rules import Actor


class Role(enum.StrEnum):
    """What an account may be; the public has no account. A machine's token has role DEVICE or CAMERA."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    LEARNING_TEAM = "learning_team"
    PANEL_MEMBER = "panel_member"
    COMPLAINTS_HANDLER = "complaints_handler"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    DEVICE = "device"
    CAMERA = "camera"


MACHINE_ROLES = frozenset({Role.DEVICE, Role.CAMERA})


class PostKind(enum.StrEnum):
    """A post in a team: a member, or the one who leads (supervises) it."""

    MEMBER = "member"
    LEAD = "lead"


@dataclass(frozen=True)
class Viewer:
    """Who is asking: the account (or machine token), its roles today, and its name for the page's corner."""

    id: uuid.UUID
    name: str
    roles: frozenset[Role]

    def has(self, *roles: Role) -> bool:
        """True if the viewer has at least one of `roles`."""
        return not self.roles.isdisjoint(roles)

    def acting_as(self, role: Role) -> Actor:
        """Return the actor that the audit log names when the viewer acts in `role`."""
        prefix = f"{role}:" if role in MACHINE_ROLES else ""
        return Actor(id=f"{prefix}{self.id}", role=role)
