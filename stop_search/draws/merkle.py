"""The Merkle tree over a frame's rows (RFC 6962 section 2.1), and the path that proves one row. Pure."""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf(row: str) -> bytes:
    """Return the hash of a row: its ASCII bytes without the line end, behind a 0x00."""
    return hashlib.sha256(b"\x00" + row.encode("ascii")).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    """Pair the nodes from the left; the odd one out goes up as it is: RFC 6962's tree, whose left part is a power of 2."""
    paired = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return paired + ([level[-1]] if len(level) % 2 else [])


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the tree's hash; of no leaves, the hash of nothing."""
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0] if level else EMPTY


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes beside the way from leaf `index` up to the root, the lowest first (RFC 6962 section 2.1.1).

    Raises:
        IndexError: there is no such leaf.

    """
    level, place, beside = list(leaves), index, list[bytes]()
    if not 0 <= index < len(level):
        message = f"there is no leaf {index}"
        raise IndexError(message)
    while len(level) > 1:
        sibling = place ^ 1
        if sibling < len(level):
            beside.append(level[sibling])
        level, place = _level_above(level), place // 2
    return beside


def root_from_path(row: str, *, index: int, size: int, beside: Sequence[bytes]) -> bytes | None:
    """Return the root to which a row's path leads, or None where the path is too short or too long for a tree of this size."""
    if not 0 <= index < size:
        return None
    found, place, last, left = leaf(row), index, size - 1, list(beside)
    while last > 0:
        if place ^ 1 <= last:
            if not left:
                return None
            sibling = left.pop(0)
            found = _node(sibling, found) if place % 2 else _node(found, sibling)
        place, last = place // 2, last // 2
    return None if left else found
