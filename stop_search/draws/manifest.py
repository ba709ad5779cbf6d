"""The manifest: what is fixed before the chance is known, as the JSON whose digest is made known. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from stop_search.codes.design import NEVER, Design, Method, Probability
from stop_search.draws.chance import NamedChance
from stop_search.draws.protocol import MANIFEST_FORMAT, moment_text
from stop_search.draws.rules import Stream
from stop_search.draws.selection import Row
from stop_search.draws.tickets import merkle_root


@dataclass(frozen=True)
class RegisterHead:
    """The head of the audit log, which has an entry for every record and every recording, when the frame was fixed."""

    n: int
    hash: str


@dataclass(frozen=True)
class Commitment:
    """Everything of a manifest but the rows. `previous`: the digest of the manifest before it in this scope."""

    draw_id: str
    scope: str
    stream: Stream
    sequence: int
    previous: str | None
    period_start: date
    period_end: date
    committed_at: datetime
    design: Design
    key_digest: str
    register: RegisterHead
    chance: NamedChance
    code_version: str


def manifest_document(fixed: Commitment, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the manifest. Of single encounters it tells nothing but their number by probability, and the root of the rows."""
    return {
        "format": MANIFEST_FORMAT,
        "draw": fixed.draw_id,
        "scope": fixed.scope,
        "stream": fixed.stream.value,
        "sequence": fixed.sequence,
        "previous": fixed.previous,
        "period_start": fixed.period_start.isoformat(),
        "period_end": fixed.period_end.isoformat(),
        "committed_at": moment_text(fixed.committed_at),
        "design": _design(fixed.design, fixed.stream),
        "key_digest": fixed.key_digest,
        "register": {"n": fixed.register.n, "hash": fixed.register.hash},
        "randomness": fixed.chance.document(),
        "code_version": fixed.code_version,
        "size": len(rows),
        "counts": counts(rows),
        "root": frame_root(rows),
    }


def counts(rows: Sequence[Row]) -> list[list[int]]:
    """Return how many rows have which probability: [num, den, rows], sorted."""
    counted = Counter((row.numerator, row.denominator) for row in rows)
    return [[num, den, n] for (num, den), n in sorted(counted.items())]


def frame_root(rows: Sequence[Row]) -> str:
    """Return the root of the rows in hex."""
    return merkle_root([row.written() for row in rows])


def _design(design: Design, stream: Stream) -> dict[str, Any]:
    """Return the design; only one that draws by strata names its method, and coverage draws nothing for the panel."""
    told: dict[str, Any] = {
        "classes": {name: list(chance) for name, chance in design.classes.items()},
        "second": list(design.second),
        "panel": list(design.panel if stream is Stream.MAIN else NEVER),
    }
    return told | ({"method": Method.STRATIFIED.value} if design.method is Method.STRATIFIED else {})


def share(document: Mapping[str, Any], name: str) -> Probability:
    """Return the share `second` or `panel` of a manifest. Raises KeyError, TypeError, ValueError where it is something else."""
    numerator, denominator = document["design"][name]
    return int(numerator), int(denominator)


def is_stratified(document: Mapping[str, Any]) -> bool:
    """Return whether a manifest's frame is drawn by strata."""
    return document["design"].get("method") == Method.STRATIFIED
