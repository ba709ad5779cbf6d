"""What a quarter's key hides: tokens, groups, evidence; and the names of the published forms. Pure; docs/draws.md says it in words.

What anybody can work out without a key stands in `tickets.py`.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from stop_search.draws.tickets import canonical

TOKEN_DOMAIN = b"stop-search/draw-token/v1\n"
GROUP_DOMAIN = b"stop-search/draw-group/v1\n"
EVIDENCE_DOMAIN = b"stop-search/draw-evidence/v1\n"
KEY_DOMAIN = b"stop-search/draw-period-key/v1\n"
MANIFEST_FORMAT = "stop-search/draw-manifest/v2"
DRAW_FORMAT = "stop-search/draw/v2"
ANCHORS_FORMAT = "stop-search/draw-anchors/v1"
GROUP_DIGITS = 16


def moment_text(moment: datetime) -> str:
    """Return a moment as the protocol writes it: UTC, whole seconds, 2026-11-02T09:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def public_token(quarter_key: bytes, encounter_id: str) -> str:
    """Return the token (64 hex digits) by which published frames name an encounter; without the key nobody can link it."""
    return hmac.new(quarter_key, TOKEN_DOMAIN + encounter_id.encode(), hashlib.sha256).hexdigest()


def officer_group(quarter_key: bytes, account_id: str) -> str:
    """Return the group (16 hex digits) by which coverage frames name an officer for a quarter."""
    return hmac.new(quarter_key, GROUP_DOMAIN + account_id.encode(), hashlib.sha256).hexdigest()[:GROUP_DIGITS]


def evidence_text(encounter_id: str, recorded_at: datetime, recordings: Sequence[str]) -> str:
    """Return what is fixed of a stop before its draw: when it was recorded, and the SHA-256 of each recording, in canonical JSON."""
    told = {"encounter": encounter_id, "recorded_at": moment_text(recorded_at), "recordings": sorted(recordings)}
    return canonical(told).decode()


def evidence_mark(quarter_key: bytes, text: str) -> str:
    """Return the mark (64 hex digits) that fixes an `evidence_text` in the frame without showing it."""
    return hmac.new(quarter_key, EVIDENCE_DOMAIN + text.encode(), hashlib.sha256).hexdigest()


def key_digest(quarter_key: bytes) -> str:
    """Return the digest of a quarter's key: published, so that the key cannot be exchanged afterwards."""
    return hashlib.sha256(KEY_DOMAIN + quarter_key).hexdigest()
