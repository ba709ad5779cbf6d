"""A made-up manifest, its published files, and ways of tampering with them as somebody who wants another sample would."""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from stop_search.draws.publication import published_files
from stop_search.draws.rules import Manifest, Unit, period_key_digest

DESIGN = {"certainty": (1, 1), "high": (7, 20), "base": (3, 50), "late": (1, 1)}
RANDOMNESS = "4 0 9 1 7 3 3 8 0 5 6 2 2 9 1 4 8 7 5 0"


def a_manifest(*, size: int = 24, draw_id: str = "7f1d4a52-0d0c-4b73-9a1e-6d8a5a1f0c11") -> Manifest:
    """Return a frame of `size` units in the classes of DESIGN by turns, sorted by token."""
    chances = list(DESIGN.values())[1:3]
    units = [Unit(hashlib.sha256(f"unit {n}".encode()).hexdigest(), *chances[n % 2]) for n in range(size)]
    return Manifest(
        draw_id=draw_id,
        scope="force",
        period_start=date(2026, 10, 1),
        period_end=date(2026, 10, 31),
        design=DESIGN,
        period_key_digest=period_key_digest(b"k" * 32),
        units=tuple(sorted(units, key=lambda unit: unit.token)),
    )


def some_files(*, size: int = 24) -> dict[str, bytes]:
    """Return what is published of a draw from that frame."""
    return dict(published_files(a_manifest(size=size), randomness=RANDOMNESS).files)


def written(files: dict[str, bytes], folder: Path) -> Path:
    """Write published files into a new folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def tampered(files: dict[str, bytes]) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield (what was done, files) for every field of every file changed, one at a time, and for rows moved, added and left out."""
    for name in ("manifest.json", "draw.json"):
        document = json.loads(files[name])
        for place in _leaves(document):
            for how, change in CHANGES.items():
                changed = copy.deepcopy(document)
                *way, last = place
                inner: Any = changed
                for step in way:
                    inner = inner[step]
                if (new := change(inner[last])) is not _SAME:
                    inner[last] = new
                    yield f"{name} {place} {how}", files | {name: json.dumps(changed).encode()}
        for key in document:
            yield f"{name} without {key}", files | {name: json.dumps({k: v for k, v in document.items() if k != key}).encode()}
        yield f"{name} with a field more", files | {name: json.dumps(document | {"note": "x"}).encode()}
    yield from _frame_changes(files)
    yield from _ticket_changes(files)


def _frame_changes(files: dict[str, bytes]) -> Iterator[tuple[str, dict[str, bytes]]]:
    for how, change in {
        "a row left out": lambda rows: rows[1:],
        "a row twice": lambda rows: [rows[0], *rows],
        "rows swapped": lambda rows: [rows[1], rows[0], *rows[2:]],
        "a row more": lambda rows: [*rows, ["f" * 64, 7, 20]],
    }.items():
        document = json.loads(files["manifest.json"])
        document["frame"] = change(document["frame"])
        document["size"] = len(document["frame"])
        yield f"manifest.json {how}", files | {"manifest.json": json.dumps(document).encode()}


def _ticket_changes(files: dict[str, bytes]) -> Iterator[tuple[str, dict[str, bytes]]]:
    lines = files["tickets.csv"].decode().splitlines()
    for number, line in enumerate(lines[:6]):
        cells = line.split(",")
        for column in range(len(cells)):
            changed = [*cells[:column], CHANGES["a letter"](cells[column]), *cells[column + 1 :]]
            yield (
                f"tickets.csv line {number + 1} column {column + 1}",
                files | {"tickets.csv": "\n".join([*lines[:number], ",".join(changed), *lines[number + 1 :]]).encode()},
            )
    yield "tickets.csv without its last line", files | {"tickets.csv": "\n".join(lines[:-1]).encode()}
    yield "tickets.csv with a line more", files | {"tickets.csv": "\n".join([*lines, lines[-1]]).encode()}


_SAME = object()


def _letter(value: Any) -> Any:
    return (f"1{value[1:]}" if value[:1] != "1" else f"2{value[1:]}") if isinstance(value, str) else _SAME


CHANGES: dict[str, Callable[[Any], Any]] = {
    "a letter": _letter,
    "plus one": lambda value: value + 1 if isinstance(value, int) else _SAME,
    "as text": lambda value: str(value) if isinstance(value, int) else _SAME,
    "as a fraction": lambda value: float(value) if isinstance(value, int) else _SAME,
    "nothing": lambda _: None,
}


def _leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every leaf; of a long list only the first three and the last."""
    if isinstance(value, dict):
        for key in value:
            yield from _leaves(value[key], (*way, key))
    elif isinstance(value, list):
        for n in sorted({*range(min(3, len(value))), len(value) - 1}):
            yield from _leaves(value[n], (*way, n))
    else:
        yield way
