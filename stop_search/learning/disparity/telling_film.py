"""What may be told of missing, late and cut film by group: as of every comparison, and of how many nobody knows. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from stop_search.learning.disclosure import told_counts
from stop_search.learning.disparity.comparing import ComparedRow
from stop_search.learning.disparity.film import FilmTable
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.measures import Measure
from stop_search.learning.disparity.telling import ToldComparison, told_comparisons


@dataclass(frozen=True)
class ToldFilmRow:
    """One group; None is withheld, or too few to say. `known`, `unknown`: of how many people it can and cannot be told."""

    compared: ComparedRow
    known: int | None
    unknown: int | None
    bounds: tuple[float, float] | None
    chance: float | None


@dataclass(frozen=True)
class ToldFilm:
    """One measure by one basis; `table`: with everything, `told`: with what may be told."""

    table: FilmTable
    told: ToldComparison
    rows: tuple[ToldFilmRow, ...]

    @property
    def measure(self) -> Measure:
        """What is told of the film."""
        return self.table.measure

    @property
    def basis(self) -> Basis:
        """By what people are told apart."""
        return self.table.basis


def told_film(tables: Sequence[FilmTable], *, minimum: int) -> tuple[ToldFilm, ...]:
    """Return what may be told of tables that stand together, in their order."""
    told = told_comparisons([table.comparison for table in tables], minimum=minimum)
    return tuple(_told(table, one, minimum) for table, one in zip(tables, told, strict=True))


def _told(table: FilmTable, told: ToldComparison, minimum: int) -> ToldFilm:
    """Return a table as it may be told. What a share could be would give of how many it is not known, so it goes with that."""
    of_groups: dict[str | None, int] = {row.compared.name.key: row.unknown for row in table.rows}
    unknown = told_counts({**of_groups, None: table.comparison.untold - sum(of_groups.values())}, minimum=minimum)
    rows = [
        ToldFilmRow(
            compared=said,
            known=told.people[said.name.key],
            unknown=unknown[said.name.key],
            bounds=row.bounds if said.interval and unknown[said.name.key] is not None else None,
            chance=told.chance(said),
        )
        for row, said in zip(table.rows, told.comparison.rows, strict=True)
    ]
    return ToldFilm(table, told, tuple(rows))
