"""The tables of the themes page as rows, for the files that people take away. An empty cell is a count that is withheld."""

from collections.abc import Callable, Iterator, Sequence

from stop_search.learning.disclosure import told_count
from stop_search.learning.theme_tables import Spread
from stop_search.learning.theme_views import ThemesShown

Table = tuple[Sequence[str], Iterator[Sequence[object]]]


def counts_file(shown: ThemesShown) -> Table:
    """Return a row for each theme with its total, of so many coded."""
    heading = ("theme", "label", f"{shown.choice.source} ({_withheld(shown)})", "of coded", "of all")
    return heading, (
        (theme.key, theme.label, told_count(total, minimum=shown.minimum), shown.coded, shown.of) for theme, total in shown.totals
    )


def months_file(shown: ThemesShown) -> Table:
    """Return a row for each theme, a column for each month."""
    return _spread(shown, shown.months)


def units_file(shown: ThemesShown) -> Table:
    """Return a row for each theme, a column for each unit."""
    return _spread(shown, shown.units)


def pairs_file(shown: ThemesShown) -> Table:
    """Return a row for each pair of themes that occurs."""
    heading = ("theme", "with", f"together ({_withheld(shown)})")
    return heading, ((pair.one.label, pair.other.label, pair.count) for pair in shown.pairs)


FILES: dict[str, Callable[[ThemesShown], Table]] = {
    "counts": counts_file,
    "months": months_file,
    "units": units_file,
    "pairs": pairs_file,
}


def _spread(shown: ThemesShown, spread: Spread) -> Table:
    heading = (f"theme ({_withheld(shown)})", *spread.places)
    coded = ("all coded", *(spread.texts[place] for place in spread.places))
    rows = [(row.theme.label, *(row.by_place[place] for place in spread.places)) for row in spread.rows]
    return heading, iter([coded, *rows])


def _withheld(shown: ThemesShown) -> str:
    return f"empty: withheld; the minimum is {shown.minimum}"
