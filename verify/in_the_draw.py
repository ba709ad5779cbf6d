"""Check that a stop is on the list of a draw, with Python's standard library alone: python3 verify/in_the_draw.py FILE [MANIFEST].

FILE is in-the-draw.json, as the receipt's page gives it. MANIFEST is the draw's manifest.json as it was published: without it, this
shows only that the row leads to the root that the file itself names. Exit 0: it does; 1: it does not; 2: cannot read.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

HASH_BYTES = 32


def root_of(row: str, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Return the root to which the path leads from a row (RFC 9162, 2.1.3.2), or None where it does not fit a list of this size."""
    if not 0 <= index < size:
        return None
    found, last = hashlib.sha256(b"\x00" + row.encode("ascii")).digest(), size - 1
    while last > 0:
        if index % 2 or index < last:
            if not path:
                return None
            beside, path = path[0], path[1:]
            pair = beside + found if index % 2 else found + beside
            found = hashlib.sha256(b"\x01" + pair).digest()
        index, last = index // 2, last // 2
    return None if path else found


def problems_of(proof: dict, manifest: dict | None) -> list[str]:
    """Return what does not agree."""
    hashes = base64.b64decode(proof["path"], validate=True)
    path = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    root = root_of(proof["row"], proof["index"], proof["size"], path)
    problems = [] if root is not None and root.hex() == proof["root"] else ["The row does not lead to the root."]
    if manifest is not None and [manifest["draw"], manifest["root"], manifest["size"]] != [proof["draw"], proof["root"], proof["size"]]:
        problems.append("The manifest is of another list.")
    return problems


def main(arguments: list[str]) -> int:
    """Check one file, print what was found, return the exit code."""
    if len(arguments) not in {1, 2}:
        print(__doc__)
        return 2
    try:
        proof, manifest = ([json.loads(Path(name).read_text("ascii")) for name in arguments] + [None])[:2]
        problems = problems_of(proof, manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        print(f"Cannot read it: {type(error).__name__}: {error}")
        return 2
    for problem in problems:
        print(problem)
    if problems:
        return 1
    print(f"OK: row {proof['index'] + 1} of {proof['size']} is on the list with the root {proof['root']}")
    if manifest is None:
        print("Not checked: whether that is the list that was published. Give the draw's manifest.json to check it.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
