"""What may be told of everything that the page of disparity shows."""

from dataclasses import dataclass

from stop_search.learning.disclosure import told_counts
from stop_search.learning.disparity.shown import DisparityShown
from stop_search.learning.disparity.telling import ToldComparison, ToldPopulation, told_comparisons, told_population
from stop_search.learning.disparity.telling_cells import ToldCells, told_cells


@dataclass(frozen=True)
class ToldPage:
    """The page as it may be told, in parts as `DisparityShown` has them; None is withheld."""

    table: ToldPopulation | None
    of_search: tuple[ToldComparison, ...]
    by_object: tuple[ToldComparison, ...]
    of_film: tuple[ToldComparison, ...]
    of_reviews: tuple[ToldComparison, ...]
    within: ToldCells
    imported: int | None


def told_page(shown: DisparityShown, *, minimum: int) -> ToldPage:
    """Return what may be told of a page. What stands together is looked at together."""
    told = iter(told_comparisons(shown.inside, minimum=minimum))
    of_search, by_object, of_film, of_reviews = (
        tuple(next(told) for _ in family) for family in (shown.of_search, shown.by_object, shown.of_film, shown.of_reviews)
    )
    return ToldPage(
        table=told_population(shown.table, minimum=minimum) if shown.table else None,
        of_search=of_search,
        by_object=by_object,
        of_film=of_film,
        of_reviews=of_reviews,
        within=told_cells(shown.within, minimum=minimum),
        imported=told_counts({"own": shown.searched - shown.imported, "imported": shown.imported}, minimum=minimum)["imported"],
    )
