"""Which tables the public is shown: a force's YAML, checked when it is read. Knows no count and no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from stop_search.codes.lists import NAMES, code_list
from stop_search.errors import SettingMissing

USUAL = Path(__file__).parents[1] / "forces" / "usual_public_tables.yaml"
GIVEN = {"criterion": "reviews", "result": "reviews", "answered": "receipts"}  # dimensions that the program itself knows, and of what
OF = ("people", "reviews", "receipts")
MOST_DIMENSIONS = 2


@dataclass(frozen=True)
class DeclaredDimension:
    """How people are told apart: by the codes of a list (`codes`), by their unit, or by whether there is film.

    `category_of`: code to category; `rest`: the category of any other code; `blank`: of nothing recorded.
    """

    name: str
    categories: tuple[str, ...]
    codes: str | None
    category_of: Mapping[str, str]
    rest: str
    blank: str

    def category(self, code: str | None) -> str:
        """Return the category of a code, or of none."""
        return self.blank if code is None else self.category_of.get(code, self.rest)


@dataclass(frozen=True)
class DeclaredTable:
    """One table: its name, what it counts, and by which dimensions."""

    name: str
    of: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class PublicTables:
    """All tables of a quarter, in the order in which they are shown."""

    dimensions: Mapping[str, DeclaredDimension]
    tables: tuple[DeclaredTable, ...]


@cache
def public_tables(path: Path = USUAL) -> PublicTables:
    """Read a file of public tables.

    Raises:
        SettingMissing: it is not there, or not as it must be; the message says what is wrong.

    """
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        dimensions = {name: _dimension(name, given) for name, given in read["dimensions"].items()}
        tables = tuple(DeclaredTable(one["key"], one["of"], tuple(one["by"])) for one in read["tables"])
        _check(tables, dimensions)
    except (OSError, KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        message = f"public_tables: {path} cannot be used: {error}. Copy {USUAL.name} and fill it in."
        raise SettingMissing(message) from error
    return PublicTables(dimensions, tables)


def _dimension(name: str, given: Mapping[str, Any]) -> DeclaredDimension:
    if given.get("units"):
        return DeclaredDimension(name, (), None, {}, "not_recorded", "not_recorded")
    if given.get("film"):
        return DeclaredDimension(name, ("filmed", "missing", "unknown"), None, {}, "unknown", "unknown")
    categories: Mapping[str, Mapping[str, Any]] = given["categories"]
    if given["codes"] not in NAMES:
        message = f"{name}: there is no list of codes called {given['codes']}"
        raise ValueError(message)
    held = [(code, one) for one, category in categories.items() for code in category.get("holds", ())]
    if len({code for code, _ in held}) != len(held):
        message = f"{name}: a code stands in two categories"
        raise ValueError(message)
    if unknown := sorted({code for code, _ in held} - set(code_list(given["codes"]).keys)):
        message = f"{name}: no such codes: {', '.join(unknown)}"
        raise ValueError(message)
    return DeclaredDimension(
        name, tuple(categories), given["codes"], dict(held), _only(name, categories, "rest"), _only(name, categories, "blank")
    )


def _only(name: str, categories: Mapping[str, Mapping[str, Any]], flag: str) -> str:
    """Return the one category that takes the rest, or what is not recorded: so everybody is counted somewhere."""
    found = [one for one, category in categories.items() if category.get(flag)]
    if len(found) != 1:
        message = f"{name}: exactly one category must say `{flag}: true`"
        raise ValueError(message)
    return found[0]


def _check(tables: Sequence[DeclaredTable], dimensions: Mapping[str, DeclaredDimension]) -> None:
    """Refuse what could not be counted, and sums that would not fit together as a network."""
    used = [name for table in tables for name in table.by]
    if len({table.name for table in tables}) != len(tables) or len(set(used)) != len(used):
        message = "a table's key, and a dimension, may stand there once only"
        raise ValueError(message)
    for table in tables:
        if table.of not in OF or not 1 <= len(table.by) <= MOST_DIMENSIONS:
            message = f"{table.name}: of is one of {', '.join(OF)}, and by names one or two dimensions"
            raise ValueError(message)
        if any(GIVEN.get(name, "people" if name in dimensions else None) != table.of for name in table.by):
            message = f"{table.name}: {', '.join(table.by)} cannot tell {table.of} apart"
            raise ValueError(message)
