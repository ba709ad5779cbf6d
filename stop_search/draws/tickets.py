"""The arithmetic of a draw: rows, Merkle tree, manifest's digest, seed, tickets, who is drawn. Pure; docs/draws.md says it in words.

`verify/draw.py` and `verify/draw.html` say the same without this code, and share nothing with it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

MANIFEST_DOMAIN = b"stop-search/draw-manifest/v2\n"
SEED_DOMAIN = b"stop-search/draw-seed/v2\n"
OUTCOME_DOMAIN = b"stop-search/draw-outcome/v1\n"
REVIEW, COVER, SECOND = "review", "cover", "second"  # the streams of tickets
_DECIDING = 20  # digits
_LEAF, _NODE = b"\x00", b"\x01"  # RFC 6962, 2.1: a leaf can never pass for a node

Probability = tuple[int, int]


def _sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return canonical JSON: sorted keys, no spaces, ASCII. Raises ValueError for what JSON cannot say."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def manifest_digest(document: Mapping[str, Any]) -> str:
    """Return the digest (hex) by which a manifest is anchored."""
    return _sha256(MANIFEST_DOMAIN, canonical(document)).hex()


def drand_text(chain: str, round_number: int, signature: bytes) -> str:
    """Return the randomness text of a round of the beacon: its randomness is the SHA-256 of its signature."""
    return f"drand:{chain}:{round_number}:{_sha256(signature).hex()}"


def dice_text(digits: str) -> str:
    """Return the randomness text of dice, as thrown; spaces between them count for nothing."""
    return f"dice:{''.join(digits.split())}"


def seed(digest: str, randomness: str) -> str:
    """Return the seed (hex) of a manifest's digest (hex) and the randomness text: no other manifest has it."""
    return _sha256(SEED_DOMAIN, bytes.fromhex(digest), b"\n", randomness.encode("ascii")).hex()


def stream_seed(drawn_seed: str, stream: str) -> str:
    """Return the seed of one stream of tickets."""
    return f"{drawn_seed}/{stream}"


@cache
def _hashed(stream: str) -> bytes:
    return _sha256(stream.encode("ascii")).hex().encode("ascii")


def ticket(stream: str, token: str) -> str:
    """Return a token's ticket in a stream (its seed text) as the digits after `0.`; never cut off, never with a nought at the end.

    Source: R. L. Rivest, Consistent Sampling with Replacement (2018): the SHA-256 read as a decimal number, backwards.
    """
    return str(int.from_bytes(hashlib.sha256(_hashed(stream) + token.encode("ascii")).digest(), "big"))[::-1]


def is_below(digits: str, *probabilities: Probability) -> bool:
    """Return whether the ticket `0.digits` is smaller than the product of the probabilities, exactly.

    The first digits decide, but for one ticket in 10^20; only then are the whole numbers compared.
    """
    above = below = 1
    for numerator, denominator in probabilities:
        above, below = above * numerator, below * denominator
    first = _first_digits(above, below)
    if len(digits) > _DECIDING and not digits.startswith(first):
        return digits < first  # behind the point, text sorts as numbers do
    return int(digits) * below < above * 10 ** len(digits)


@lru_cache(maxsize=1024)  # a draw asks for a few
def _first_digits(above: int, below: int) -> str:
    """Return a fraction's first digits behind the point, cut off; of 1 and more what sorts behind every digit."""
    return ":" if below <= above else str(above * 10**_DECIDING // below).zfill(_DECIDING)


def ticket_order(digits: str, token: str) -> tuple[str, str]:
    """Return what sorts tickets from the smallest: digits behind the point sort as text, and equal tickets go by token."""
    return digits, token


def main_row(token: str, probability: Probability, evidence: str) -> str:
    """Return a row of a main frame, without the line end."""
    return f"{token},{probability[0]},{probability[1]},{evidence}"


def coverage_row(token: str, probability: Probability, evidence: str, group: str, *, drawn_before: bool) -> str:
    """Return a row of a coverage frame, without the line end."""
    return f"{main_row(token, probability, evidence)},{group},{'yes' if drawn_before else 'no'}"


def outcome_hash(previous: str, line: str) -> str:
    """Return the link of an outcome: `line` is `n,token,outcome,reason,rank,review,at`, `previous` the link before (hex, as text)."""
    return _sha256(OUTCOME_DOMAIN, previous.encode("ascii"), b"\n", line.encode("ascii")).hex()


def leaf(row: str) -> bytes:
    """Return the leaf of a row."""
    return _sha256(_LEAF, row.encode("ascii"))


def _levels(rows: Iterable[str]) -> list[list[bytes]]:
    """Return the tree from the leaves to the root. An odd one at the end of a level goes up as it is: RFC 6962's tree, level by level."""
    levels = [[leaf(row) for row in rows]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [_sha256(_NODE, *below[at : at + 2]) for at in range(0, len(below) - 1, 2)]
        levels.append(pairs + below[2 * len(pairs) :])
    return levels


def merkle_root(rows: Sequence[str]) -> str:
    """Return the root (hex) over the rows in order; of no rows the SHA-256 of nothing (RFC 6962, 2.1)."""
    return _levels(rows)[-1][0].hex() if rows else _sha256().hex()


def merkle_path(rows: Sequence[str], index: int) -> tuple[str, ...]:
    """Return the audit path (hex, from the leaf up) of the row at `index`, counted from 0. Raises IndexError."""
    if not 0 <= index < len(rows):
        message = f"there is no row {index} among {len(rows)}"
        raise IndexError(message)
    path: list[str] = []
    for level in _levels(rows)[:-1]:
        if (beside := index ^ 1) < len(level):
            path.append(level[beside].hex())
        index //= 2
    return tuple(path)


def path_holds(row: str, path: Sequence[str], index: int, size: int, root: str) -> bool:
    """Return whether the path leads from the row at `index` of `size` to the root (RFC 9162, 2.1.3.2). Raises ValueError: no hex."""
    found, last, left = leaf(row), size - 1, list(path)
    if not 0 <= index < size:
        return False
    while last:
        if index % 2 or index < last:  # there is one beside it
            if not left:
                return False
            beside = bytes.fromhex(left.pop(0))
            found = _sha256(_NODE, beside, found) if index % 2 else _sha256(_NODE, found, beside)
        index, last = index // 2, last // 2
    return not left and found.hex() == root
