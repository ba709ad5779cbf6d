"""Tables over what was coded: how often each theme, by month, by unit, together. Pure; small counts are withheld here and nowhere else.

A theme's total is told, so its counts by month, and by unit, are rows of counts with their sum beside them (`disclosure.py`). No
table crosses months with units, and no filter narrows one by the other: two tables apart by one text would tell who wrote it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stop_search.codes.themes import Theme
from stop_search.learning.disclosure import told_count, told_counts
from stop_search.learning.theme_rules import Themed, co_occurrence

FEWEST = 10  # texts of a unit, as on the page of units: with fewer it stands together with others
FEW_TEXTS = "Units with few texts, together"


@dataclass(frozen=True)
class ThemeRow:
    """One theme: in how many texts, and by month or unit; a count is None where it is withheld."""

    theme: Theme
    total: int
    by_place: Mapping[str, int | None]


@dataclass(frozen=True)
class Spread:
    """Themes over places (months or units): `places` in order, `texts` coded in each (None where withheld), a row for each theme."""

    places: tuple[str, ...]
    texts: Mapping[str, int | None]
    rows: tuple[ThemeRow, ...]


@dataclass(frozen=True)
class Pair:
    """Two themes ticked for the same text, so many times; None where that is withheld."""

    one: Theme
    other: Theme
    count: int | None


def totals(coded: Sequence[Themed], codebook: Sequence[Theme]) -> tuple[tuple[Theme, int], ...]:
    """Return each theme with the number of texts: the most frequent first, then in the codebook's order."""
    counts = Counter[str]()
    for text in coded:
        counts.update(dict.fromkeys(text.themes, text.texts))
    return tuple(sorted(((theme, counts[theme.key]) for theme in codebook), key=lambda each: -each[1]))


def by_month(coded: Sequence[Themed], codebook: Sequence[Theme], *, minimum: int) -> Spread:
    """Return the themes over all months from the first to the last, those in which nothing was coded among them."""
    months = _months([text.month for text in coded])
    return _spread([(text.month, text) for text in coded], months, codebook, minimum)


def by_unit(coded: Sequence[Themed], codebook: Sequence[Theme], *, minimum: int) -> Spread:
    """Return the themes over units, by name; those of fewer than FEWEST texts stand together as FEW_TEXTS, and last.

    One such unit alone would stand there under another name, so the next smallest joins it.
    """
    sizes = Counter[str]()
    for text in coded:
        sizes[text.unit] += text.texts
    small = {unit for unit, number in sizes.items() if number < FEWEST}
    if len(small) == 1:
        small |= set(sorted(sizes.keys() - small, key=lambda unit: (sizes[unit], unit))[:1])
    places = sorted(sizes.keys() - small) + ([FEW_TEXTS] if small else [])
    return _spread([(FEW_TEXTS if text.unit in small else text.unit, text) for text in coded], places, codebook, minimum)


def pairs(coded: Sequence[Themed], codebook: Sequence[Theme], *, minimum: int) -> tuple[Pair, ...]:
    """Return the pairs that occur: the most frequent first; those that are withheld stand last, in the codebook's order."""
    known = {theme.key: theme for theme in codebook}
    counted = co_occurrence(coded, list(known))
    found = [(known[a], known[b], told_count(count, minimum=minimum)) for (a, b), count in counted.items() if count]
    return tuple(Pair(*each) for each in sorted(found, key=lambda each: -(each[2] or 0)))


@dataclass(frozen=True)
class Heat:
    """Themes side by side: `themes` that occur at all, by how often; for each pair of places in it the count, None where withheld."""

    themes: tuple[Theme, ...]
    counts: Mapping[tuple[int, int], int | None]
    most: int


def heat(found: Sequence[Pair], ordered: Sequence[tuple[Theme, int]]) -> Heat:
    """Return pairs as a triangle: the row's theme is later in the order than the column's. Themes that occur in no pair are left out."""
    paired = {theme.key for pair in found for theme in (pair.one, pair.other)}
    shown = tuple(theme for theme, _ in ordered if theme.key in paired)
    places = {theme.key: place for place, theme in enumerate(shown)}
    counts = {
        (max(places[pair.one.key], places[pair.other.key]), min(places[pair.one.key], places[pair.other.key])): pair.count for pair in found
    }
    return Heat(shown, counts, max((count for count in counts.values() if count), default=0))


def _spread(placed: Sequence[tuple[str, Themed]], places: Sequence[str], codebook: Sequence[Theme], minimum: int) -> Spread:
    texts, ticked = Counter(dict.fromkeys(places, 0)), {theme.key: Counter(dict.fromkeys(places, 0)) for theme in codebook}
    for place, text in placed:
        texts[place] += text.texts
        for key in text.themes & ticked.keys():
            ticked[key][place] += text.texts
    rows = [ThemeRow(theme, ticked[theme.key].total(), told_counts(ticked[theme.key], minimum=minimum)) for theme in codebook]
    return Spread(tuple(places), told_counts(texts, minimum=minimum), tuple(sorted(rows, key=lambda row: -row.total)))


def _months(found: Sequence[str]) -> list[str]:
    if not found:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (min(found), max(found)))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]
