"""The page of units: one measure over the force's units and over its weeks, and the table as a file. Officers are never compared."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.api.archives import as_csv
from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.learning.axes import Picture, chart_drawn, funnel_drawn
from services.api.learning.routes import note_look
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.learning.disclosure import told_count
from stop_search.learning.disparity.findings import chance_in_words
from stop_search.learning.disparity.periods import LATEST
from stop_search.learning.findings import of_100
from stop_search.learning.funnels import FEWEST, FEWEST_UNITS, Funnel, UnitPoint
from stop_search.learning.unit_queries import UnitsPage, units_page
from stop_search.learning.units import NO_CHART, UnitChart
from stop_search.wording import week_in_words

HEADING = (
    "measure", "unit", "n", "events", "share", "pooled_share", "pooled_low", "pooled_high",
    "limit_95_low", "limit_95_high", "limit_99.8_low", "limit_99.8_high", "adjusted_p",
)  # fmt: skip
router = APIRouter(prefix="/learning/units", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)


def chosen(
    viewer: CurrentViewer,
    session: ReadSession,
    now: Now,
    period: Annotated[str, Query(max_length=20)] = LATEST,
    measure: Annotated[str, Query(max_length=20)] = "no_video",
) -> UnitsPage | None:
    """Return what was chosen in the address."""
    return units_page(session, viewer=viewer, period=period, measure=measure, now=now)


Chosen = Annotated[UnitsPage | None, Depends(chosen)]


@router.get("")
def units_shown_page(request: Request, viewer: CurrentViewer, shown: Chosen) -> Response:
    """Show the finding, the funnel, the table, and the weeks."""
    drawn = funnel_drawn(shown.funnel) if shown and shown.funnel.is_comparison else None
    return page(
        request,
        "learning/units.html",
        viewer=viewer,
        shown=shown,
        headline=_headline(shown) if shown else "",
        funnel=drawn,
        marks=_marks(shown.funnel, drawn) if shown and drawn else [],
        charts=[(one, _drawn(one)) for one in shown.over_time.charts] if shown and shown.over_time else [],
        of_100=of_100,
        chance_in_words=chance_in_words,
        fewest=FEWEST,
        fewest_units=FEWEST_UNITS,
        no_chart=NO_CHART,
    )


@router.get("/funnel.csv")
def funnel_file(request: Request, shown: Chosen) -> Response:
    """Return the units' table; a count above 0 and below the force's minimum is left empty, with its share."""
    rows = _rows(shown.measure, shown.funnel, request.app.state.force.publication_minimum) if shown else ()
    headers = {"Content-Disposition": 'attachment; filename="units.csv"'}
    return Response(as_csv(HEADING, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _headline(shown: UnitsPage) -> str:
    flagged = [point for point in shown.funnel.points if point.is_flagged]
    if shown.withheld:
        return f"Withheld: {shown.withheld}."
    if not shown.funnel.is_comparison:
        return (
            f"Too few units can be compared: {FEWEST_UNITS} are needed of at least {FEWEST} each, and some of whom it is so and some not."
        )
    if not flagged:
        return f"No unit differs from the others by more than chance: in {of_100(shown.funnel.centre)} of 100, {shown.said}."
    sides = {
        "more": [point for point in flagged if point.share > shown.funnel.centre],
        "less": [point for point in flagged if point.share < shown.funnel.centre],
    }
    found = "; ".join(f"{side} often in {_listed(points)}" for side, points in sides.items() if points)
    return f"By more than chance, {shown.said} {found}; in all units together, in {of_100(shown.funnel.centre)} of 100."


def _listed(points: Sequence[UnitPoint]) -> str:
    names = [f"{point.unit.name} ({of_100(point.share)} of 100)" for point in points]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _marks(funnel: Funnel, drawn: Picture) -> list[tuple[float, float, str, bool]]:
    """Return one mark for each place of the picture: units that stand at the same place share it, and its numbers."""
    numbers: dict[tuple[float, float, bool], list[int]] = {}
    for number, (point, (across, up)) in enumerate(zip(funnel.points, drawn.dots, strict=True), start=1):
        numbers.setdefault((round(across, 2), round(up, 2), point.is_flagged), []).append(number)
    return [(across, up, ", ".join(map(str, found)), is_flagged) for (across, up, is_flagged), found in numbers.items()]


def _drawn(one: UnitChart) -> Picture | None:
    if one.chart is None:
        return None
    return chart_drawn(one.chart, week_in_words(one.chart.points[0].name), week_in_words(one.chart.points[-1].name))


def _rows(measure: str, funnel: Funnel, minimum: int) -> Iterator[Sequence[object]]:
    for point in funnel.points:
        events = told_count(round(point.unit.events), minimum=minimum)
        limits = [round(end, 4) for pair in point.limits for end in pair]
        ends = (point.pooled.share, point.pooled.low, point.pooled.high)
        together = [None if events is None else round(end, 4) for end in ends]
        share = None if events is None else round(point.share, 4)
        p = round(point.adjusted_p, 4) if funnel.is_comparison else None
        yield (measure, point.unit.name, round(point.unit.n, 1), events, share, *together, *limits, p)
