"""The random draw: risk classes, tokens, manifest, seed, tickets, selection. Pure; `verify/draw.py` says the same without this code.

Poisson sampling by ticket: each encounter of the frame is decided alone, by comparing its own ticket with its own inclusion
probability in exact integers, so that the order of arrival and the size of the frame play no part.
"""

import enum
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

MANIFEST_DOMAIN = b"stop-search/draw-manifest/v1\n"
SEED_DOMAIN = b"stop-search/draw-seed/v1\n"
TOKEN_DOMAIN = b"stop-search/draw-token/v1\n"
PERIOD_KEY_DOMAIN = b"stop-search/draw-period-key/v1\n"
MANIFEST_FORMAT = "stop-search/draw-manifest/v1"
DRAW_FORMAT = "stop-search/draw/v1"
FORCE_SCOPE = "force"

MOST = 10**9  # the largest denominator: both numbers fit a column of 32 bits
LATE_AFTER = timedelta(days=14)
INTIMATE_PARTS_EXPOSED = frozenset({"intimate_parts"})  # keys of codes/clothing_level
UNDER_18 = frozenset({"under_10", "10_17"})  # keys of codes/age_band
NO_FORCE = frozenset({"none"})  # keys of codes/force_type

Probability = tuple[int, int]


class FrameOutcome(enum.StrEnum):
    """What became of a drawn encounter. There is no replacement: each of these stays in every denominator."""

    DRAWN = "drawn"
    REVIEWED = "reviewed"
    NO_FOOTAGE = "no_footage"
    REFUSED = "refused"


class RiskClass(enum.StrEnum):
    """How likely an encounter is to be drawn; fixed by the record before the draw, never by what a video shows."""

    CERTAINTY = "certainty"
    HIGH = "high"
    BASE = "base"
    LATE = "late"


@dataclass(frozen=True)
class RecordFacts:
    """What the risk class goes by: one person's values are enough to raise the whole encounter.

    `missed_its_draw` is true where the record arrived after the draw of its own period, so that delay cannot dodge the draw.
    """

    clothing_levels: frozenset[str]
    age_bands: frozenset[str]
    force_used: frozenset[str]
    has_footage: bool
    started_at: datetime
    recorded_at: datetime
    missed_its_draw: bool = False


@dataclass(frozen=True)
class Unit:
    """One encounter as the published frame shows it: its public token and its inclusion probability num/den."""

    token: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Manifest:
    """What is fixed before the randomness is known. `units` are sorted by token; `design` maps class to probability."""

    draw_id: str
    scope: str
    period_start: date
    period_end: date
    design: Mapping[str, Probability]
    period_key_digest: str
    units: tuple[Unit, ...]


def risk_class(facts: RecordFacts) -> RiskClass:
    """Return the class: certainty before late before high before base."""
    if facts.clothing_levels & INTIMATE_PARTS_EXPOSED:
        return RiskClass.CERTAINTY
    if facts.missed_its_draw or facts.recorded_at - facts.started_at > LATE_AFTER:
        return RiskClass.LATE
    if facts.age_bands & UNDER_18 or facts.force_used - NO_FORCE or not facts.has_footage:
        return RiskClass.HIGH
    return RiskClass.BASE


def design_problems(design: Mapping[str, Probability]) -> list[str]:
    """Return what is wrong with a sampling design: every class needs a probability above 0 and at most 1, in whole numbers."""
    problems = [f"the class {name.value!r} has no inclusion probability" for name in RiskClass if name not in design]
    problems += [f"the class {name!r} is unknown" for name in design if name not in set(RiskClass)]
    problems += [
        f"the probability of the class {name!r} is {num}/{den}; it must be above 0 and at most 1, of at most {MOST}"
        for name, (num, den) in design.items()
        if not 0 < num <= den <= MOST
    ]
    return problems


def public_token(period_key: bytes, encounter_id: str) -> str:
    """Return the token (64 hex digits) by which the published frame names an encounter; without the key nobody can link it."""
    return hmac.new(period_key, TOKEN_DOMAIN + encounter_id.encode(), hashlib.sha256).hexdigest()


def period_key_digest(period_key: bytes) -> str:
    """Return the digest of the period's key: published, so that the key cannot be exchanged afterwards."""
    return hashlib.sha256(PERIOD_KEY_DOMAIN + period_key).hexdigest()


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return canonical JSON: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def manifest_document(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest as the JSON that is published. Risk classes of single encounters are not in it, only probabilities."""
    return {
        "format": MANIFEST_FORMAT,
        "draw": manifest.draw_id,
        "scope": manifest.scope,
        "period_start": manifest.period_start.isoformat(),
        "period_end": manifest.period_end.isoformat(),
        "design": {name: list(probability) for name, probability in manifest.design.items()},
        "period_key_digest": manifest.period_key_digest,
        "size": len(manifest.units),
        "frame": [[unit.token, unit.numerator, unit.denominator] for unit in manifest.units],
    }


def manifest_digest(document: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 over the domain tag and the manifest's canonical JSON."""
    return hashlib.sha256(MANIFEST_DOMAIN + canonical(document)).hexdigest()


def draw_seed(frame_digest: str, randomness: str) -> str:
    """Return the seed (64 hex digits): bound to the frame, so that the frame cannot be changed once the randomness is known."""
    return hashlib.sha256(SEED_DOMAIN + bytes.fromhex(frame_digest) + b"\n" + randomness.encode()).hexdigest()


def ticket(seed: str, token: str) -> int:
    """Return the encounter's ticket, evenly spread over 0 … 2^256 - 1."""
    return int.from_bytes(hashlib.sha256(bytes.fromhex(seed) + token.encode()).digest(), "big")


def ticket_text(number: int) -> str:
    """Return a ticket as 64 hex digits."""
    return f"{number:064x}"


def is_selected(number: int, numerator: int, denominator: int) -> bool:
    """Return whether a ticket is drawn: ticket / 2^256 < num / den, in exact integers."""
    return number * denominator < numerator << 256


def selected_tokens(units: Iterable[Unit], seed: str) -> list[str]:
    """Return the tokens that the seed draws, sorted."""
    return sorted(unit.token for unit in units if is_selected(ticket(seed, unit.token), unit.numerator, unit.denominator))
