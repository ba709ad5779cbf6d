"""The forms of a published draw, how its files are read, and its arithmetic: hashes, tree, tickets, who is drawn. Used by draw.py."""

import json
import re
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from hashlib import sha256
from math import prod
from typing import Any

from beacon import QUICKNET

Fields = dict[str, Any]  # a JSON object
Row = list[str]  # the cells of a line
DIGITS = 15  # of a whole number that every program can hold
FILES = ("manifest.json", "frame.csv", "draw.json", "tickets.csv", "outcomes.csv")
N, HEX, DAY, TEXT = "(0|[1-9][0-9]{0,9})", "[0-9a-f]{64}", "[0-9]{4}-[01][0-9]-[0-3][0-9]", r'"([^"\\]|\\.)*"'
DIGEST, DATE, MOMENT, UUID = (
    f'"{HEX}"',
    f'"{DAY}"',
    f'"{DAY}T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z"',
    '"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"',
)
DICE, PAIR = r'\{"count":20,"kind":"dice","sides":10\}', rf"\[{N},{N}\]"
DRAND = rf'\{{"chain":"{QUICKNET.chain_hash}","kind":"drand","round":[1-9][0-9]{{0,9}},"round_at":{MOMENT}\}}'
DESIGN = rf'\{{"classes":\{{({TEXT}:{PAIR},?)+\}},("method":"stratified",)?"panel":{PAIR},"second":{PAIR}\}}'
PLACE = {"scope": '"force"', "stream": '"(main|cover)"', "period_start": DATE, "period_end": DATE, "sequence": "[1-9][0-9]{0,9}"}
MANIFEST = PLACE | {"format": '"stop-search/draw-manifest/v2"', "draw": UUID, "previous": f"(null|{DIGEST})", "committed_at": MOMENT} | {
    "design": DESIGN, "key_digest": DIGEST, "register": rf'\{{"hash":{DIGEST},"n":{N}\}}', "randomness": f"({DICE}|{DRAND})",
    "code_version": TEXT, "size": N, "counts": rf"\[(\[{N},{N},{N}\],?)*\]", "root": DIGEST}  # fmt: skip
THROWN = rf'\{{"digits":"[0-9]{{20}}","kind":"dice","witnesses":\[{TEXT}(,{TEXT})+\]\}}'
SIGNED = rf'\{{"kind":"drand","round":{N},"signature":"[0-9a-f]{{96}}"\}}'
DRAW = {
    "format": TEXT,
    "draw": TEXT,
    "manifest_sha256": TEXT,
    "seed": TEXT,
    "drawn": N,
    "drawn_at": MOMENT,
    "randomness": f"({THROWN}|{SIGNED})",
}
ANCHORS = {"format": '"stop-search/draw-anchors/v1"', "anchors": r"\[.*\]", "outcomes": r"\[.*\]"}
ANCHOR, LINK = PLACE | {"manifest_sha256": DIGEST, "anchored_at": MOMENT, "where": TEXT}, {"draw": UUID, "n": N, "hash": DIGEST}
STOP = {"format": '"stop-search/draw-stop/v1"', "draw": UUID, "row": TEXT, "index": N, "size": N, "path": rf"\[({DIGEST},?)*\]"}
FRAME = {"main": ("token,numerator,denominator,evidence", rf"{HEX},[1-9]\d{{0,9}},[1-9]\d{{0,9}},{HEX}")}
FRAME["cover"] = (FRAME["main"][0] + ",group,drawn_before", FRAME["main"][1] + ",[0-9a-f]{16},(yes|no)")
OUTCOME_LINE = rf"[1-9]\d{{0,9}},{HEX},(reviewed,,,{HEX}|no_footage,[a-z0-9_]+,,|refused,[a-z0-9_]+,[a-z0-9_]+,),{DAY},{HEX}"
OUTCOME = ("n,token,outcome,reason,rank,review,at,hash", OUTCOME_LINE)


def digest(*parts: bytes | str) -> bytes:
    """Return the SHA-256 of the parts, one behind the other."""
    return sha256(b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)).digest()


def canonical(value: object) -> str:
    """Return canonical JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def document(name: str, text: str, patterns: dict[str, str], *, by_hand: bool = False) -> tuple[Fields, list[str]]:
    """Return the object of a JSON file and what is wrong with it. But for white space it must be canonical: there is one way to read it.

    What is written `by_hand`, outside the force, may have its fields in any order.
    """
    try:
        found = json.loads(
            text, parse_int=lambda n: int(n) if len(n) <= DIGITS else None, parse_float=lambda _: None, parse_constant=lambda _: None
        )
        same = by_hand or re.sub(r"[ \t\r\n]", "", text) == re.sub(r"[ \t\r\n]", "", canonical(found))
    except (ValueError, RecursionError):
        found, same = None, False
    if not isinstance(found, dict) or not same:
        return {}, [f"{name}: it is not JSON in ASCII with sorted keys, each once, and whole numbers."]
    right = {field for field in found.keys() & patterns.keys() if re.fullmatch(patterns[field], canonical(found[field]))}
    return found, [f"{name}: {field} is not as the protocol says." for field in sorted((found.keys() | patterns.keys()) - right)]


def days_of(fixed: Fields) -> range:
    """Return the days of a period as numbers: those of `date.toordinal`. None where it has none, or ends before it starts."""
    try:
        first, last = (date.fromisoformat(fixed[name]).toordinal() for name in ("period_start", "period_end"))
    except ValueError:
        return range(0)
    return range(first, last + 1)


def lines_of(name: str, text: str, head: str, pattern: str) -> tuple[list[Row], list[str]]:
    """Return the lines of a CSV file below its first, as cells, and what is wrong with them."""
    first, *lines, last = text.split("\n") if "\n" in text else (text, "?")
    wrong = [n for n, line in enumerate(lines, start=2) if not re.fullmatch(pattern, line, re.ASCII)]
    problems = [f"{name}: it does not begin with the line {head}, or its last line has no end."] if (first, last) != (head, "") else []
    return [line.split(",") for line in lines], problems + [f"{name}, line {n}: it is not as the protocol says." for n in wrong[:3]]


def root_of(rows: Iterable[str]) -> str:
    """Return the Merkle tree hash of RFC 6962, 2.1: level by level, an odd one at the end goes up as it is."""
    level = [digest(b"\0", row) for row in rows] or [digest()]
    while len(level) > 1:
        level = [digest(b"\1", *level[n : n + 2]) if n + 1 < len(level) else level[n] for n in range(0, len(level), 2)]
    return level[0].hex()


def path_holds(row: str, path: list[str], index: int, size: int, root: str) -> bool:
    """Return whether hashes lead from the row at an index, from 0, to the root (RFC 9162, 2.1.3.2)."""
    found, last, left = digest(b"\0", row), size - 1, [bytes.fromhex(one) for one in path]
    if index >= size:
        return False
    while last and left:
        if index % 2 or index < last:  # there is one beside it
            found = digest(b"\1", left.pop(0), found) if index % 2 else digest(b"\1", found, left.pop(0))
        index, last = index // 2, last // 2
    return not last and not left and found.hex() == root


def ticket(stream: str, token: str) -> str:
    """Return the digits behind `0.`: R. L. Rivest's consistent sampler."""
    return str(int(digest(stream, token).hex(), 16))[::-1]


def below(digits: str, *pairs: tuple[int, int]) -> bool:
    """Return whether the ticket is smaller than the product of the probabilities."""
    return int(digits) * prod(den for _, den in pairs) < 10 ** len(digits) * prod(num for num, _ in pairs)


def chosen_of(manifest: Fields, rows: list[Row], tickets: dict[str, str]) -> tuple[set[str], set[str]]:
    """Return the tokens that are drawn, and those for the panel."""
    panel, drawn, shown, strata = manifest["design"]["panel"], set(), set(), {}
    if manifest["stream"] == "cover":
        groups = {}
        for row in rows:
            groups.setdefault(row[4], []).append((tickets[row[0]], row[0], row[5]))
        return {min(group)[1] for group in groups.values() if all(before == "no" for _, _, before in group)}, set()
    for token, num, den, _ in rows:
        pair = (int(num), int(den))
        strata.setdefault(pair, []).append((tickets[token], token))
        drawn |= {token} if below(tickets[token], pair) else set()
        shown |= {token} if below(tickets[token], panel, pair) else set()
    if "method" in manifest["design"]:  # so many of each stratum: those with the smallest tickets
        for (num, den), ranked in strata.items():
            if num < den:
                names = [token for _, token in sorted(ranked)]
                drawn, shown = drawn - {*names} | {*names[:num]}, shown - {*names} | {*names[: num * panel[0] // panel[1]]}
    return drawn, shown & drawn


def added_by_coverage(rows: list[Row]) -> dict[str, Fraction]:
    """Return by how much coverage adds to the probability of each stop of a group: one of its n, where none of them was drawn before."""
    groups: dict[str, list[Fraction]] = {}
    for row in rows:
        groups.setdefault(row[4], []).append(Fraction(int(row[1]), int(row[2])))
    return {group: Fraction(1, len(chances)) * prod(1 - chance for chance in chances) for group, chances in groups.items()}
