"""Missing, late and cut film by group: counts, shares, exact tests, and what the shares could be whatever nobody knows. Pure.

Every test of film that is shown is one family: three measures over every basis, adjusted together (Benjamini and Hochberg).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stop_search.learning.disparity.comparing import ComparedRow, Comparison, compared, together
from stop_search.learning.disparity.groups import IN_WORDS, Basis, SearchedPerson, group_of
from stop_search.learning.disparity.measures import OF_THE_FILM, Measure
from stop_search.learning.ratios import Group

SAID = {"no_video": "Video is missing", "late_video": "Video begins late", "cut_video": "Video is cut short"}


@dataclass(frozen=True)
class FilmRow:
    """One group beside its reference. Of `unknown` people it cannot be told.

    `bounds`: the lowest and highest share if none, or all, of them were so; None where the share may not be said.
    """

    compared: ComparedRow
    unknown: int
    bounds: tuple[float, float] | None


@dataclass(frozen=True)
class FilmTable:
    """One measure by one basis."""

    measure: Measure
    basis: Basis
    rows: tuple[FilmRow, ...]
    comparison: Comparison


@dataclass(frozen=True)
class FilmAlert:
    """A difference of film beyond chance. `people`: the group's key; `is_more`: more often than the group's reference."""

    measure: str
    basis: Basis
    people: str
    is_more: bool
    words: str


def film_tables(people: Sequence[SearchedPerson]) -> tuple[FilmTable, ...]:
    """Return every measure of film by every basis, the tests of all of them adjusted together."""
    asked = [(measure, basis) for measure in OF_THE_FILM for basis in Basis]
    found = together([compared(people, measure, basis) for measure, basis in asked])
    return tuple(film_table(one, _unknown(one, people)) for one in found)


def film_alerts(tables: Sequence[FilmTable]) -> tuple[FilmAlert, ...]:
    """Return what stands out, in the order of the tables."""
    return tuple(_alert(table, row.compared) for table in tables for row in table.rows if row.compared.stands_out)


def whatever_is_unknown(group: Group, unknown: int) -> tuple[float, float]:
    """Return the lowest and highest share over the known and the unknown, who may all be without the event, or all with it.

    The bounds of Manski (1989) for a share with missing values: no assumption is made about the unknown. There must be somebody.
    """
    whole = group.size + unknown
    return group.events / whole, (group.events + unknown) / whole


def film_table(found: Comparison, unknown: Mapping[str, int]) -> FilmTable:
    """Return the table of a comparison; of so many `unknown` people of a group it cannot be told."""
    rows = [_row(row, unknown.get(row.name.key, 0)) for row in found.rows]
    return FilmTable(found.measure, found.basis, tuple(rows), found)


def _row(row: ComparedRow, unknown: int) -> FilmRow:
    return FilmRow(row, unknown, whatever_is_unknown(row.group, unknown) if row.interval else None)


def _unknown(found: Comparison, people: Sequence[SearchedPerson]) -> dict[str, int]:
    measure = found.measure
    groups = (group_of(person, found.basis) for person in people if measure.concerns(person) and measure.verdict(person) is None)
    return {group: number for group, number in Counter(groups).items() if group is not None}


def _alert(table: FilmTable, row: ComparedRow) -> FilmAlert:
    reference = table.comparison.reference
    is_more = row.group.rate > reference.group.rate
    often = "more often" if is_more else "less often"
    words = f"{SAID[table.measure.key]} {often} of {row.name.people} than of {reference.name.people}, by more than chance"
    return FilmAlert(table.measure.key, table.basis, row.name.key, is_more, f"{words} ({IN_WORDS[table.basis]}).")
