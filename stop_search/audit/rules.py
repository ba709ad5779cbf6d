"""What an audit entry holds and how its hash is worked out. Pure; `verify/audit.py` says the same without this code."""

import enum
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

DOMAIN = b"stop-search/audit/v1\n"
FIRST = "0" * 64


class Operation(enum.StrEnum):
    """The six operations of the Data Protection Act 2018 s.62, and security events."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    SECURITY = "security"


class Purpose(enum.StrEnum):
    """Why it was done; kept with every entry, whether or not the law still asks for it."""

    RECORDING = "recording"
    PUBLIC_SERVICE = "public_service"
    SUPERVISOR_REVIEW = "supervisor_review"
    SECOND_REVIEW = "second_review"
    PANEL_PREPARATION = "panel_preparation"
    PANEL_VIEWING = "panel_viewing"
    LEARNING_ANALYSIS = "learning_analysis"
    COMPLAINT = "complaint"
    SUBJECT_ACCESS = "subject_access"
    COPY_OF_RECORD_REQUEST = "copy_of_record_request"
    REDACTION_WORK = "redaction_work"
    TECHNICAL_WORK = "technical_work"
    RETENTION_ACTION = "retention_action"
    ADMINISTRATION = "administration"


@dataclass(frozen=True)
class Actor:
    """Who acts: an account's id, `device:<id>`, `worker`, `command-line` or `public`; never a name."""

    id: str
    role: str


PUBLIC = Actor(id="public", role="public")
WORKER = Actor(id="worker", role="service")
COMMAND_LINE = Actor(id="command-line", role="administrator")


@dataclass(frozen=True)
class Act:
    """What happened. `fields` are names of fields, never their values: personal values never enter the log."""

    operation: Operation
    action: str
    object_type: str
    object_id: str
    purpose: Purpose
    fields: tuple[str, ...] = ()
    reason: str = ""


def entry_text(n: int, at: datetime, actor: Actor, act: Act) -> str:
    """Return the canonical JSON of an entry: sorted keys, no spaces, ASCII, time in UTC with microseconds."""
    return json.dumps(
        {
            "n": n,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": actor.id,
            "role": actor.role,
            "operation": act.operation,
            "action": act.action,
            "object_type": act.object_type,
            "object_id": act.object_id,
            "purpose": act.purpose,
            "fields": list(act.fields),
            "reason": act.reason,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )


def chained_hash(previous: str, text: str) -> str:
    """Return the hex SHA-256 over the domain tag, the previous entry's hash and this entry's canonical text."""
    return hashlib.sha256(DOMAIN + previous.encode() + b"\n" + text.encode()).hexdigest()
