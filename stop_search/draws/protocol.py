"""What the protocol hashes: tokens, groups, evidence, manifest, seed, tickets. Pure; docs/draws.md says the same byte by byte."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

TOKEN_DOMAIN = b"stop-search/draw-token/v1\n"
GROUP_DOMAIN = b"stop-search/draw-group/v1\n"
EVIDENCE_DOMAIN = b"stop-search/draw-evidence/v1\n"
KEY_DOMAIN = b"stop-search/draw-period-key/v1\n"
MANIFEST_DOMAIN = b"stop-search/draw-manifest/v2\n"
SEED_DOMAIN = b"stop-search/draw-seed/v2\n"
MANIFEST_FORMAT = "stop-search/draw-manifest/v2"
DRAW_FORMAT = "stop-search/draw/v2"
ANCHORS_FORMAT = "stop-search/draw-anchors/v1"
GROUP_DIGITS = 16
REVIEW, COVER, SECOND = "review", "cover", "second"  # the streams of tickets that one seed gives


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return canonical JSON: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


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


def manifest_digest(document: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 over the domain tag and the manifest's canonical JSON."""
    return hashlib.sha256(MANIFEST_DOMAIN + canonical(document)).hexdigest()


def draw_seed(digest: str, randomness_text: str) -> str:
    """Return the seed (64 hex digits): bound to the manifest, so that no frame can be changed once the randomness is known."""
    return hashlib.sha256(SEED_DOMAIN + bytes.fromhex(digest) + b"\n" + randomness_text.encode()).hexdigest()


def stream_digest(seed: str, stream: str) -> bytes:
    """Return what every ticket of a stream begins with: the hex SHA-256 of "<seed>/<stream>", as ASCII."""
    return hashlib.sha256(f"{seed}/{stream}".encode()).hexdigest().encode()


def ticket(stream: bytes, token: str) -> str:
    """Return a token's ticket as its digits D: it stands for the number 0.D, evenly spread over 0 … 1, exact and never cut off.

    As in R. L. Rivest's consistent sampler (2018). The last digit is never 0, so that two tickets compare as their texts do.
    """
    return str(int.from_bytes(hashlib.sha256(stream + token.encode()).digest(), "big"))[::-1]


def is_below(digits: str, numerator: int, denominator: int) -> bool:
    """Return whether a ticket is smaller than num/den, in exact integers."""
    return int(digits) * denominator < numerator * 10 ** len(digits)
