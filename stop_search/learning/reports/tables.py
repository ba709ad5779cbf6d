"""The form of a report's tables: columns with what they mean, rows of plain values, and what a picture of them shows. Pure.

A table is turned into JSON and back without loss, so that a report drawn later rests on its snapshot alone.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Cell = str | int | float | bool | None
Row = tuple[Cell, ...]
PLACES = 4  # of a share; more would say more than is known, and would differ between machines


class Kind(enum.StrEnum):
    """What a column holds. COUNT: None is withheld; elsewhere None is nothing to say. SHARE: of 1; POINTS: between two shares.

    LEVELS: of the rubric, between two; DAY: "2026-09-30"; CHANCE: a p-value.
    """

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    POINTS = "points"
    LEVELS = "levels"
    RATIO = "ratio"
    DAY = "day"
    YES = "yes"
    CHANCE = "chance"


class Scale(enum.StrEnum):
    """Along what marks stand: shares of 100, ratios (logarithmic, 1 marked), levels from -3 to 3, counts, the numbers of a funnel."""

    SHARES = "shares"
    RATIOS = "ratios"
    LEVELS = "levels"
    COUNTS = "counts"
    FUNNEL = "funnel"


@dataclass(frozen=True)
class Column:
    """One column, as the codebook tells it. `is_shown`: on the page and in print; files have all."""

    name: str
    words: str
    kind: Kind
    meaning: str
    unit: str
    source: str
    is_shown: bool = True


@dataclass(frozen=True)
class Picture:
    """What a picture shows of a table: names of columns. `by`: a picture for each value of this column; `dashed`: second ends."""

    scale: Scale
    says: str
    label: tuple[str, ...]
    value: str
    low: str = ""
    high: str = ""
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of a report. `note`: what must be kept in mind; `empty`: what is said where there is no row."""

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    picture: Picture | None = None
    empty: str = "There is nothing to show of this quarter."

    @property
    def width(self) -> int:
        """How many columns it has."""
        return len(self.columns)

    def place(self, name: str) -> int:
        """Return where a column stands."""
        return next(place for place, column in enumerate(self.columns) if column.name == name)

    def values(self) -> list[dict[str, Any]]:
        """Return each row by the columns' names."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


def table_of(*, name: str, title: str, note: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], **also: Any) -> Table:  # noqa: ANN401 -- picture and empty
    """Return a table, its figures rounded as `settled` says. Raises ValueError: a row has not as many cells as there are columns."""
    settled_rows = tuple(tuple(settled(cell) for cell in row) for row in rows)
    if any(len(row) != len(columns) for row in settled_rows):
        message = f"the table {name} has {len(columns)} columns, and a row has not"
        raise ValueError(message)
    return Table(name=name, title=title, note=note, columns=tuple(columns), rows=settled_rows, **also)


def settled(cell: Cell) -> Cell:
    """Return a figure as it is kept: rounded, and never minus zero, so that every machine writes the same."""
    return round(cell, PLACES) + 0.0 if isinstance(cell, float) else cell


def as_json(table: Table) -> dict[str, Any]:
    """Return a table as plain values."""
    return asdict(table)


def from_json(kept: Mapping[str, Any]) -> Table:
    """Return the table that `as_json` gave."""
    picture = kept["picture"]
    return Table(
        name=kept["name"],
        title=kept["title"],
        note=kept["note"],
        columns=tuple(Column(**(column | {"kind": Kind(column["kind"])})) for column in kept["columns"]),
        rows=tuple(tuple(row) for row in kept["rows"]),
        picture=None if picture is None else _picture(picture),
        empty=kept["empty"],
    )


def _picture(kept: Mapping[str, Any]) -> Picture:
    return Picture(Scale(kept["scale"]), kept["says"], tuple(kept["label"]), kept["value"], kept["low"], kept["high"], tuple(kept["by"]))


def count(name: str, words: str, meaning: str, source: str, unit: str = "stops", *, is_shown: bool = True) -> Column:
    """Return a column of counts."""
    why = "Empty: withheld, as it is above 0 and small, or would give such a count away."
    return Column(name, words, Kind.COUNT, f"{meaning} {why}", unit, source, is_shown)


def text(name: str, words: str, meaning: str, source: str = "the report", *, is_shown: bool = True) -> Column:
    """Return a column of words."""
    return Column(name, words, Kind.TEXT, meaning, "words", source, is_shown)


def interval(source: str, *, of: str = "stops", words: str = "Of 100") -> tuple[Column, Column, Column]:
    """Return the columns of a share with its 95 % interval."""
    unit = f"share of {of}, 0 to 1"
    return (
        Column("share", words, Kind.SHARE, "The share. Empty: too few to say, or withheld; the reason stands in its column.", unit, source),
        Column("low", "From", Kind.SHARE, "The lower end of its 95 % interval.", unit, source),
        Column("high", "To", Kind.SHARE, "The upper end of its 95 % interval.", unit, source),
    )


def apart(source: str, words: str, meaning: str) -> tuple[Column, Column, Column]:
    """Return the columns of a mean difference of levels with its 95 % interval."""
    unit = "levels of the rubric, -3 to 3"
    return (
        Column("mean", words, Kind.LEVELS, meaning, unit, source),
        Column("low", "From", Kind.LEVELS, "The lower end of its 95 % interval.", unit, source),
        Column("high", "To", Kind.LEVELS, "The upper end of its 95 % interval.", unit, source),
    )


def unseen(source: str, *, of: str = "stops") -> tuple[Column, Column]:
    """Return the columns of what a share could be, whatever was not seen (worst-case bounds)."""
    unit = f"share of {of}, 0 to 1"
    who = "drawn stops without an answer: no footage, refused, not reviewed yet, or it cannot be told"
    return (
        Column("unseen_low", "If none unseen met it", Kind.SHARE, f"The share if the standard was met at none of the {who}.", unit, source),
        Column("unseen_high", "If all unseen met it", Kind.SHARE, f"The share if it was met at all of the {who}.", unit, source),
    )


WHY_NOT = Column("why_not", "Why not", Kind.TEXT, "Why no figure is told; empty where one is.", "words", "the publication gate")
