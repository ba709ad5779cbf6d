"""What is wrong with a rubric that somebody is writing, each with its line; `rubric_from` stops at the first. Pure."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import jsonschema
import yaml

from stop_search.reviews.rubric import STOP_SEARCH, BrokenRubric, rubric_from, rubric_schema
from stop_search.reviews.rules import Rubric

LONGEST = 200_000  # characters; the first version has 20,000
DEEPEST = 20  # lists and names in one another; the first version has 4
SOURCE = "The draft"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, written in C where it is there


@dataclass(frozen=True)
class Problem:
    """One thing to put right. `line` counts from 1, None where it is about the whole; `place` is the path in the file."""

    line: int | None
    place: str
    words: str


@dataclass(frozen=True)
class Checked:
    """What a text came to: a rubric, or what is wrong with it; never both."""

    rubric: Rubric | None
    problems: tuple[Problem, ...]


def checked(content: str, *, version: int, name: str = STOP_SEARCH) -> Checked:
    """Return the rubric that a text holds if it can be published under this version, or all that is wrong with it."""
    problems = tuple(_problems(content, version, name))
    if problems:
        return Checked(None, problems)
    try:
        return Checked(rubric_from(content.encode(), source=SOURCE), ())
    except BrokenRubric as error:
        words = str(error).removeprefix(f"{SOURCE}: ").removeprefix(f"{SOURCE}, ")
        return Checked(None, tuple(Problem(None, "", one) for one in words.split("; ")))


def _problems(content: str, version: int, name: str) -> Iterator[Problem]:
    if len(content) > LONGEST:
        yield Problem(None, "", f"It is too long: at most {LONGEST:,} characters.")
        return
    try:
        content.encode()
        if refused := _refused(content):
            yield refused
            return
        node, read = _read(content)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        yield Problem(mark.line + 1 if mark else None, "", f"This is not readable YAML: {error.problem or error.context}.")
    except (yaml.YAMLError, TypeError, ValueError) as error:
        yield Problem(None, "", f"This is not readable YAML: {str(error)[:200]}.")
    else:
        if node is None:
            yield Problem(None, "", "There is nothing here.")
            return
        yield from _repeated(node, "")
        yield from _against_schema(node, read)
        for key, wanted in (("rubric", name), ("version", version)):
            if isinstance(read, dict) and cast("dict[str, object]", read).get(key) != wanted:
                yield Problem(_line_of(node, [key]), key, f"This must be “{key}: {wanted}”.")


def _read(content: str) -> tuple[yaml.Node | None, object]:
    """Return a text as nodes, which know their lines, and as what it says in JSON's terms."""
    node = cast("yaml.Node | None", yaml.compose(content, LOADER))  # pyright: ignore[reportUnknownMemberType]
    return node, json.loads(json.dumps(yaml.load(content, LOADER)))  # noqa: S506 -- both loaders are the safe one


def _against_schema(node: yaml.Node, read: Any) -> Iterator[Problem]:  # noqa: ANN401 -- whatever JSON holds
    found = jsonschema.Draft202012Validator(rubric_schema()).iter_errors(read)  # pyright: ignore[reportUnknownMemberType]
    for error in sorted(found, key=lambda one: _line_of(node, one.absolute_path)):
        path = list(error.absolute_path)
        yield Problem(_line_of(node, path), _place(read, path), _plain(error.message))


def _refused(content: str) -> Problem | None:
    """Say what no rubric needs and a reader could choke on: references, which multiply, and lists in lists without end."""
    depth = 0
    for event in cast("Iterator[yaml.Event]", yaml.parse(content, LOADER)):  # pyright: ignore[reportUnknownMemberType]
        if isinstance(event, yaml.AliasEvent):
            return Problem(event.start_mark.line + 1, "", "Write everything out: “*” refers to another place.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return Problem(event.start_mark.line + 1, "", "This is nested too deep to be a rubric.")
    return None


def _plain(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:300]} …"  # noqa: PLR2004 -- a message repeats the whole value


def _repeated(node: yaml.Node, place: str) -> Iterator[Problem]:
    """Yield names that stand twice in one place: YAML takes the last of them without a word."""
    if isinstance(node, yaml.MappingNode):
        known: set[str] = set()
        for key, value in node.value:
            if key.value in known:
                yield Problem(key.start_mark.line + 1, f"{place}.{key.value}".lstrip("."), f"“{key.value}” stands here twice.")
            known.add(key.value)
            yield from _repeated(value, f"{place}.{key.value}".lstrip("."))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item, place)


def _line_of(node: yaml.Node, path: Iterable[str | int]) -> int:
    for step in path:
        inner = _inner(node, step)
        if inner is None:
            break
        node = inner
    return node.start_mark.line + 1


def _inner(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    return None


def _place(read: Any, path: list[str | int]) -> str:  # noqa: ANN401 -- whatever JSON holds
    """Return a path in words: of a criterion by its id, "C4, anchors, 2"; of one without an id "criterion 6"."""
    words: list[str] = []
    here = read
    for step in path:
        here = here[step]
        named = _id_of(here)
        words.append(named if isinstance(step, int) and named else str(step + 1) if isinstance(step, int) else step)
    if words[:1] == ["criteria"] and len(words) > 1:
        return ", ".join([f"criterion {words[1]}" if words[1].isdigit() else words[1], *words[2:]])
    return ", ".join(words)


def _id_of(read: Any) -> str:  # noqa: ANN401 -- whatever JSON holds
    return str(cast("dict[str, object]", read).get("id", "")) if isinstance(read, dict) else ""
