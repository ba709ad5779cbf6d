"""The picture of one measure over the force's units: how many across, the share upwards, a curve where chance alone would end."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Any

from stop_search.learning.funnels import LIMITS, limits_at
from stop_search.learning.reports.tables import Picture

HEIGHT, FOOT, TOP = 260, 40, 12
STEPS = 16  # of a curve
ROOM = 1.1  # beyond the largest
DASHES = ("7 4", "2 4")  # of 95 and of 998 in 1,000
Values = Mapping[str, Any]


def funnel_marks(picture: Picture, rows: Sequence[Values], said: Callable[[str, Values], str]) -> tuple[str, str, str, int]:
    """Return what the numbers stand for, the picture's words, its marks and its height. Units have the numbers of the table's order."""
    told = [(number, row) for number, row in enumerate(rows, start=1) if row[picture.value] is not None and row["n"] is not None]
    centre = float(told[0][1]["centre"]) if told else 0.0
    most = max([1.0, *(float(row["n"]) for _, row in told)]) * ROOM
    top = min(1.0, max([0.05, *(float(row[name]) for _, row in told for name in (picture.value, picture.high))]) * ROOM)

    def place(n: float, share: float) -> tuple[str, str]:
        return f"{n / most * 100:.2f}%", f"{HEIGHT - FOOT - min(share / top, 1.0) * (HEIGHT - FOOT - TOP):.1f}"

    marks = [*_scale(place, most, top), *_line(place, most, centre)]
    if 0 < centre < 1:
        marks += [mark for level, dashes in zip(LIMITS, DASHES, strict=True) for mark in _curves(place, most, centre, level, dashes)]
    for number, row in told:
        marks += _dot(*place(float(row["n"]), float(row[picture.value])), str(number), is_beyond=bool(row["beyond_chance"]))
    names = ", ".join(f"{number} {row[picture.label[0]]}" for number, row in told)
    words = "; ".join(_said(picture, row, said) for _, row in told)
    return names, f"{words}. All units together: {centre * 100:.0f} of 100.", "".join(marks), HEIGHT


def _said(picture: Picture, row: Values, said: Callable[[str, Values], str]) -> str:
    beyond = ", beyond chance" if row["beyond_chance"] else ""
    return f"{row[picture.label[0]]}: {said(picture.value, row)} of 100{beyond}"


def _scale(place: Callable[[float, float], tuple[str, str]], most: float, top: float) -> Iterator[str]:
    for share in (0.0, top / 2, top):
        _, y = place(0, share)
        yield f'<line x1="0" x2="100%" y1="{y}" y2="{y}" stroke="currentColor" stroke-opacity=".35"/>'
        yield f'<text x="0" y="{float(y) - 4:.1f}">{share * 100:.0f} of 100</text>'
    yield f'<text x="100%" y="{HEIGHT - 20}" text-anchor="end">{most:,.0f}</text><text x="0" y="{HEIGHT - 20}">0</text>'
    yield f'<text x="50%" y="{HEIGHT - 4}" text-anchor="middle">how many in the unit</text>'


def _line(place: Callable[[float, float], tuple[str, str]], most: float, centre: float) -> Iterator[str]:
    _, y = place(most, centre)
    yield f'<line x1="0" x2="100%" y1="{y}" y2="{y}" stroke="currentColor" stroke-width="2"/>'


def _curves(place: Callable[[float, float], tuple[str, str]], most: float, centre: float, level: float, dashes: str) -> Iterator[str]:
    numbers = [most * step / STEPS for step in range(2, STEPS + 1)]
    ends = [_ends(number, centre, level) for number in numbers]
    for side in (0, 1):
        points = [place(number, end[side]) for number, end in zip(numbers, ends, strict=True)]
        for (x1, y1), (x2, y2) in pairwise(points):
            yield f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="currentColor" stroke-dasharray="{dashes}"/>'


@lru_cache(maxsize=4096)
def _ends(number: float, centre: float, level: float) -> tuple[float, float]:
    """Return the limits; the page and the paper of one report ask for the same ones."""
    return limits_at(number, centre, level)


def _dot(x: str, y: str, number: str, *, is_beyond: bool) -> Iterator[str]:
    if is_beyond:
        yield f'<svg x="{x}" y="{y}" overflow="visible"><path d="M0 -9 L9 0 L0 9 L-9 0 Z" fill="currentColor"/></svg>'
    else:
        yield f'<circle cx="{x}" cy="{y}" r="5" fill="currentColor"/>'
    yield f'<text x="{x}" y="{float(y) - 12:.1f}" text-anchor="middle" font-weight="700">{escape(number)}</text>'
