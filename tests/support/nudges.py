"""Every field and cell of published files changed by a little, one at a time: nothing may be there that a check does not look at."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Files = dict[str, bytes]
UNBOUND = {("draw.json", "drawn_at"), ("draw.json", "witnesses")}  # what the force says and nothing else depends on
_SAME = object()


def _letter(value: Any) -> Any:
    return f"{'2' if value[:1] == '1' else '1'}{value[1:]}" if isinstance(value, str) else _SAME


CHANGES: dict[str, Callable[[Any], Any]] = {
    "a letter": _letter,
    "plus one": lambda value: value + 1 if isinstance(value, int) else _SAME,
    "minus one": lambda value: value - 1 if isinstance(value, int) else _SAME,
    "as text": lambda value: str(value) if isinstance(value, int) else _SAME,
    "as a fraction": lambda value: float(value) if isinstance(value, int) else _SAME,
    "nothing": lambda value: None if value is not None else "",
    "a list": lambda value: [value],
}


def nudged(files: Mapping[str, bytes]) -> Iterator[tuple[str, Files]]:
    """Yield (what was done, files)."""
    for name in ("manifest.json", "draw.json"):
        yield from _fields(files, name)
    for name in ("frame.csv", "tickets.csv", "outcomes.csv"):
        yield from _cells(files, name)
        yield from _lines(files, name)


def _fields(files: Mapping[str, bytes], name: str) -> Iterator[tuple[str, Files]]:
    document = json.loads(files[name])
    for place in _leaves(document):
        if any((name, step) in UNBOUND for step in place):
            continue
        for how, change in CHANGES.items():
            changed = copy.deepcopy(document)
            *way, last = place
            inner: Any = changed
            for step in way:
                inner = inner[step]
            if (new := change(inner[last])) is not _SAME:
                inner[last] = new
                yield f"{name} {place} {how}", _with(files, name, _json(changed))
    for key in document:
        yield f"{name} without {key}", _with(files, name, _json({k: v for k, v in document.items() if k != key}))
    yield f"{name} with a field more", _with(files, name, _json(document | {"note": "x"}))
    text = files[name].decode()
    yield f"{name} with a field twice", _with(files, name, text.replace("{", '{"draw":"x",', 1).encode())
    yield f"{name} with its fields in another order", _with(files, name, json.dumps(dict(reversed(document.items()))).encode())


def _cells(files: Mapping[str, bytes], name: str) -> Iterator[tuple[str, Files]]:
    lines = files[name].decode().splitlines()
    for number, line in enumerate(lines[:5]):
        cells = line.split(",")
        for column, cell in enumerate(cells):
            for how, new in {"a letter": _letter(cell), "nothing": "", "a space": f"{cell} ", "capitals": cell.upper()}.items():
                if new != cell:
                    changed = ",".join([*cells[:column], new, *cells[column + 1 :]])
                    whole = "\n".join([*lines[:number], changed, *lines[number + 1 :], ""])
                    yield f"{name} line {number + 1} column {column + 1} {how}", _with(files, name, whole.encode())


def _lines(files: Mapping[str, bytes], name: str) -> Iterator[tuple[str, Files]]:
    lines = files[name].decode().splitlines()
    for how, changed in {
        "without its first line": lines[1:],
        "with a line more": [*lines, lines[-1]],
        "with an empty line": [*lines, ""],
        "with a line twice": [lines[0], lines[1], *lines[1:]],
        "with a cell more": [lines[0], f"{lines[1]},", *lines[2:]],
    }.items():
        yield f"{name} {how}", _with(files, name, "".join(f"{line}\n" for line in changed).encode())
    whole = files[name].decode()
    yield f"{name} with other ends of lines", _with(files, name, whole.replace("\n", "\r\n").encode())
    yield f"{name} without its last end of a line", _with(files, name, whole[:-1].encode())


def _with(files: Mapping[str, bytes], name: str, content: bytes) -> Files:
    return dict(files) | {name: content}


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True).encode()


def _leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key in value:
            yield from _leaves(value[key], (*way, key))
    elif isinstance(value, list):
        for n in range(len(value)):
            yield from _leaves(value[n], (*way, n))
    else:
        yield way
