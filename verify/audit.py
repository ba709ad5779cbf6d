"""Checks an exported audit log with Python's standard library alone: python3 audit.py FILE [--head HASH].

The file has one JSON object per line, as `stop-search audit export` writes it: for each entry its `text` (canonical JSON),
`previous_hash` and `hash`; on the last line the `head`: number and hash of the newest entry.

    hash = SHA-256( "stop-search/audit/v1" LF previous_hash LF text ), in hex; the first previous_hash is 64 zeros

Found: an entry that was changed, taken out, put in, moved or doubled, and a cut end. Not found by the chain alone: a chain
that somebody made anew from some entry on, and an older copy. For these, give the newest hash that you noted down
elsewhere with --head: it must occur in the chain. Exit code 0: nothing is wrong; 1: something is, as listed; 2: not readable.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

DOMAIN = b"stop-search/audit/v1\n"
FIRST = "0" * 64
FIELDS = {"n", "at", "actor", "role", "operation", "action", "object_type", "object_id", "purpose", "fields", "reason"}


class NoEntryError(ValueError):
    """A line that is JSON but no object."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number} is no entry")


def problems_in(lines: Iterable[str], noted: str = "") -> tuple[int, str, list[str]]:
    """Return how many entries there are, the newest hash, and what is wrong (empty where nothing is).

    Raises ValueError where a line is no JSON object.
    """
    problems: list[str] = []
    count, previous, head, seen_noted = 0, FIRST, None, noted in {"", FIRST}
    for number, line in enumerate(lines, start=1):
        read = json.loads(line)
        if not isinstance(read, dict):
            raise NoEntryError(number)
        if head is not None:
            problems.append(f"line {number} stands after the head")
        if "head" in read:
            head = read["head"] or {}
            continue
        count += 1
        problems += wrong_in_entry(read, count, previous)
        previous = read.get("hash")
        seen_noted = seen_noted or previous == noted
    if head is None:
        problems.append("the head is missing: the file was cut off")
    elif (head.get("n"), head.get("hash")) != (count, previous):
        problems.append("the head does not match the newest entry: entries were cut off or added")
    if not seen_noted:
        problems.append("the hash that you noted down does not occur: the chain was made anew, or this is an older copy")
    return count, str(previous), problems


def wrong_in_entry(entry: dict, expected: int, previous: str) -> list[str]:
    """Return what is wrong with one entry: `expected` is the number that it must have, `previous` the hash before it."""
    text = entry.get("text", "")
    try:
        told = json.loads(text)
    except (TypeError, ValueError):
        return [f"entry {expected}: its text is no JSON"]
    problems = []
    if not isinstance(told, dict) or set(told) != FIELDS or canonical(told) != text:
        problems.append(f"entry {expected}: its text is not written as it must be")
    elif told["n"] != expected or isinstance(told["n"], bool):
        problems.append(f"entry {expected}: its number is {told['n']}; entries are missing, doubled or moved")
    if entry.get("previous_hash") != previous:
        problems.append(f"entry {expected}: it does not follow the one before it")
    chained = hashlib.sha256(DOMAIN + str(entry.get("previous_hash")).encode() + b"\n" + text.encode()).hexdigest()
    if entry.get("hash") != chained:
        problems.append(f"entry {expected}: it was changed")
    return problems


def canonical(told: dict) -> str:
    """Return the one way to write an entry: sorted keys, no spaces, ASCII."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def main() -> int:
    """Check the file and print what was found."""
    parser = argparse.ArgumentParser(description="Checks an exported audit log.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--head", default="", help="the newest hash that you noted down before, 64 hex digits")
    asked = parser.parse_args()
    try:
        with asked.file.open(encoding="utf-8") as lines:
            count, newest, problems = problems_in(lines, asked.head.strip().lower())
    except (OSError, ValueError) as error:
        print(f"{asked.file} cannot be read: {error}", file=sys.stderr)
        return 2
    for problem in problems:
        print(problem)
    print(f"{count} entries, newest hash {newest}: {f'{len(problems)} problems' if problems else 'nothing is wrong'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
