"""The pictures of a report as SVG, drawn from its tables alone: with a title and words for who cannot see them, and without colour.

Places are percentages of the width, so that a picture stretches with the page while words and marks keep their size; in print it has a
fixed width, and is otherwise the same. Nothing but the text's own colour is used.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from services.api.learning.axes import LogAxis, log_axis
from services.api.reports.cells import written
from services.api.reports.funnel_charts import funnel_marks
from stop_search.learning.funnels import FEWEST_UNITS
from stop_search.learning.reports.tables import Picture, Scale, Table

AXIS = 26  # height of the scale below all rows
PRINTED = 760  # units across in print
LEVELS = 3.0  # to either side
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Room:
    """How a row is laid out: its height, where its line stands within it, whether its words stand beside its name or below."""

    row: int
    middle: int
    is_wide: bool


PAGE, PAPER = Room(58, 45, is_wide=False), Room(42, 30, is_wide=True)


@dataclass(frozen=True)
class Chart:
    """One picture: what it shows, in a line; the same in words; its marks and height on a page, and on paper.

    `key` is unlike any other's in the report. `names`: what its numbers stand for, "" where it has none.
    """

    key: str
    title: str
    words: str
    marks: str
    height: int
    paper_marks: str
    paper_height: int
    names: str = ""

    @property
    def on_page(self) -> str:
        """The SVG for a page: as wide as there is room."""
        names = f'aria-labelledby="{self.key}-title {self.key}-words"'
        said = f'<title id="{self.key}-title">{escape(self.title)}</title><desc id="{self.key}-words">{escape(self.words)}</desc>'
        return (
            f'<svg class="report-chart" width="100%" height="{self.height}" role="img" {names} focusable="false">{said}{self.marks}</svg>'
        )

    @property
    def in_print(self) -> str:
        """The SVG for paper: with a width of its own, and a font that is there."""
        size = f'width="{PRINTED}" height="{self.paper_height}" viewBox="0 0 {PRINTED} {self.paper_height}"'
        font = 'font-family="Noto Sans" font-size="15" fill="#000" color="#000"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>{self.paper_marks}</svg>'


def charts_of(table: Table) -> list[Chart]:
    """Return the pictures of a table: one, or one for each value of the column by which it is split; none where nothing is told."""
    picture = table.picture
    if picture is None:
        return []
    parts: dict[str, list[Values]] = {}
    for row in table.values():
        parts.setdefault(" ".join(str(row[name]) for name in picture.by), []).append(row)
    fewest = FEWEST_UNITS if picture.scale is Scale.FUNNEL else 1
    told = [(part, rows) for part, rows in parts.items() if sum(row[picture.value] is not None for row in rows) >= fewest]
    return [_chart(table, picture, part, rows, f"{table.name}-{place}") for place, (part, rows) in enumerate(told, start=1)]


def _chart(table: Table, picture: Picture, part: str, rows: Sequence[Values], key: str) -> Chart:
    title = f"{picture.says}: {part}" if part else picture.says
    if picture.scale is Scale.FUNNEL:
        names, words, marks, height = funnel_marks(picture, rows, lambda name, row: _in_words(table, name, row))
        return Chart(key, title, words, marks, height, marks, height, names)
    axis = _axis(picture, rows)
    on_page, on_paper = (_rows(table, picture, axis, rows, room) for room in (PAGE, PAPER))
    words = " ".join(f"{_label(picture, row)}: {_said(table, picture, row)}." for row in rows)
    return Chart(key, title, words, *on_page, *on_paper)


def _rows(table: Table, picture: Picture, axis: "_Axis", rows: Sequence[Values], room: Room) -> tuple[str, int]:
    foot = room.row * len(rows)
    drawn = (mark for place, row in enumerate(rows) for mark in _row(table, picture, axis, row, room, room.row * place))
    return "".join([*drawn, *_foot(axis, foot)]), foot + AXIS


@dataclass(frozen=True)
class _Axis:
    """Where a value stands, from 0 to 1; `most`: the largest count, `log`: the axis of ratios."""

    scale: Scale
    most: float
    log: LogAxis | None

    def place(self, value: float) -> float:
        if self.log:
            return self.log.place(value)
        if self.scale is Scale.LEVELS:
            return min(1.0, max(0.0, (value + LEVELS) / (2 * LEVELS)))
        return min(1.0, max(0.0, value / self.most))

    @property
    def ticks(self) -> list[tuple[float, str, bool]]:
        """Place, label, and whether it is the middle, at which nothing differs."""
        if self.log:
            return [(place, label, label == "1") for place, label in self.log.ticks]
        if self.scale is Scale.LEVELS:
            return [(0.0, "3 worse", False), (0.5, "the same", True), (1.0, "3 better", False)]
        if self.scale is Scale.SHARES:
            return [(tick / 100, str(tick), False) for tick in (0, 25, 50, 75, 100)]
        return [(0.0, "0", False), (1.0, f"{self.most:,.0f}", False)]


def _axis(picture: Picture, rows: Sequence[Values]) -> _Axis:
    names = [name for name in (picture.value, picture.low, picture.high) if name]
    values = [float(row[name]) for row in rows for name in names if row[name] is not None]
    if picture.scale is Scale.RATIOS:
        return _Axis(picture.scale, 1.0, log_axis(values))
    return _Axis(picture.scale, max([1.0, *values]) if picture.scale is Scale.COUNTS else 1.0, None)


def _foot(axis: _Axis, foot: int) -> Iterator[str]:
    for place, label, _ in axis.ticks:
        anchor = "start" if place == 0 else "end" if place == 1 else "middle"
        yield f'<text x="{at(place)}" y="{foot + 18}" text-anchor="{anchor}">{escape(label)}</text>'


def _row(table: Table, picture: Picture, axis: _Axis, row: Values, room: Room, top: int) -> Iterator[str]:
    value, height = row[picture.value], top + room.middle
    beside = f'x="100%" y="{top + 15}" text-anchor="end"' if room.is_wide else f'x="0" y="{top + 33}"'
    yield f'<text x="0" y="{top + 15}" font-weight="700">{escape(_label(picture, row))}</text>'
    yield f"<text {beside}>{escape(_said(table, picture, row))}</text>"
    for place, _, is_middle in axis.ticks:
        weight = 'stroke-width="2"' if is_middle else 'stroke-opacity=".4"'
        yield f'<line x1="{at(place)}" x2="{at(place)}" y1="{height - 7}" y2="{height + 7}" stroke="currentColor" {weight}/>'
    if value is None:
        yield f'<line x1="0" x2="100%" y1="{height}" y2="{height}" stroke="currentColor" stroke-width="2" stroke-dasharray="2 8"/>'
    elif picture.scale is Scale.COUNTS:
        yield f'<rect x="0" y="{height - 6}" width="{at(axis.place(value))}" height="12" fill="currentColor"/>'
    else:
        low, high = at(axis.place(row[picture.low])), at(axis.place(row[picture.high]))
        yield f'<line x1="{low}" x2="{high}" y1="{height}" y2="{height}" stroke="currentColor" stroke-width="3"/>'
        for end in (low, high):
            yield f'<line x1="{end}" x2="{end}" y1="{height - 5}" y2="{height + 5}" stroke="currentColor" stroke-width="3"/>'
        yield f'<circle cx="{at(axis.place(value))}" cy="{height}" r="6" fill="currentColor"/>'


def _label(picture: Picture, row: Values) -> str:
    return ", ".join(str(row[name]) for name in picture.label)


def _said(table: Table, picture: Picture, row: Values) -> str:
    if row[picture.value] is None:
        return str(row.get("why_not") or "withheld").split(":")[0]
    said = _in_words(table, picture.value, row)
    if picture.scale is Scale.RATIOS and row[picture.low] == row[picture.high] == 1:
        return "the others are compared with these"
    unit = {Scale.SHARES: " of 100", Scale.RATIOS: " times", Scale.LEVELS: " levels", Scale.COUNTS: ""}[picture.scale]
    between = f", between {_in_words(table, picture.low, row)} and {_in_words(table, picture.high, row)}" if picture.low else ""
    return f"{said}{unit}{between}"


def _in_words(table: Table, name: str, row: Values) -> str:
    return written(table.columns[table.place(name)], row[name])


def at(share: float) -> str:
    """Return a place as a percentage of the width or height."""
    return f"{share * 100:.2f}%"
