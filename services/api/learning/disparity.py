"""The page of disparity, and its two tables as files. Every look is noted in the audit log."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.api.archives import as_csv
from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.learning.axes import LogAxis, log_axis
from services.api.learning.routes import note_look
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.learning.disclosure import WITHIN_THE_HOUSE
from stop_search.learning.disparity.criteria import CAVEAT
from stop_search.learning.disparity.findings import (
    NO_BENCHMARK,
    NO_THRESHOLD_TEST,
    OUTCOME_TEST,
    PITFALLS,
    alerts,
    chance_in_words,
    headline,
    more_than_live_here,
)
from stop_search.learning.disparity.groups import SHORT, Basis
from stop_search.learning.disparity.measures import MEASURES
from stop_search.learning.disparity.periods import LATEST
from stop_search.learning.disparity.population import PopulationTable
from stop_search.learning.disparity.shown import DisparityShown, disparity_shown
from stop_search.learning.disparity.tables import INSIDE_HEADING, POPULATION_HEADING, inside_rows, population_rows
from stop_search.learning.disparity.telling import ToldComparison
from stop_search.learning.disparity.telling_page import told_page
from stop_search.learning.estimates import GATE
from stop_search.learning.findings import of_100
from stop_search.learning.ratios import in_figures

router = APIRouter(prefix="/learning/disparity", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)


def chosen(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    now: Now,
    basis: Annotated[Basis, Query()] = Basis.SELF_DEFINED,
    period: Annotated[str, Query(max_length=20)] = LATEST,
    measure: Annotated[str, Query(max_length=20)] = "nothing",
) -> DisparityShown | None:
    """Return what was chosen in the address."""
    force = request.app.state.force
    return disparity_shown(session, viewer=viewer, force=force, period=period, basis=basis, measure=measure, now=now)


Chosen = Annotated[DisparityShown | None, Depends(chosen)]


@router.get("")
def disparity_page(request: Request, viewer: CurrentViewer, shown: Chosen) -> Response:
    """Show the finding, who must be looked at, the pictures, the tables, and what must be kept in mind."""
    told = told_page(shown, minimum=WITHIN_THE_HOUSE) if shown else None
    table = told.table.table if told and told.table else None
    return page(
        request,
        "learning/disparity.html",
        viewer=viewer,
        shown=shown,
        told=told,
        headline=headline(table, [one.comparison for one in (*told.of_search, *told.by_object)], shown.basis) if shown and told else "",
        alerts=alerts([one.comparison for one in told.of_film]) if told else (),
        more_than_live_here=more_than_live_here(table) if table else "",
        ratio_axis=_population_axis(table) if table else None,
        axis_of=_inside_axis,
        bases=SHORT,
        measures=MEASURES,
        gate=GATE,
        minimum=WITHIN_THE_HOUSE,
        pitfalls=PITFALLS,
        outcome_test=OUTCOME_TEST,
        no_threshold_test=NO_THRESHOLD_TEST,
        no_benchmark=NO_BENCHMARK,
        review_caveat=CAVEAT,
        of_100=of_100,
        in_figures=in_figures,
        chance_in_words=chance_in_words,
    )


@router.get("/population.csv")
def population_file(request: Request, shown: Chosen) -> Response:
    """Return the searches for every 1,000 residents; empty where there is no benchmark."""
    minimum = request.app.state.force.publication_minimum
    rows = population_rows(shown.table, period=shown.period.words, minimum=minimum) if shown and shown.table else ()
    return _file(as_csv(POPULATION_HEADING, rows), "searches-per-1000.csv")


@router.get("/inside.csv")
def inside_file(request: Request, shown: Chosen) -> Response:
    """Return what became of the searches, by group."""
    minimum = request.app.state.force.publication_minimum
    rows = inside_rows(shown.inside, period=shown.period.words, minimum=minimum) if shown else ()
    return _file(as_csv(INSIDE_HEADING, rows), "inside-the-search.csv")


def _population_axis(table: PopulationTable) -> LogAxis:
    return log_axis(end for row in table.rows if row.ratio for end in (row.ratio.low, row.ratio.high, *(row.bounds or ())))


def _inside_axis(told: Sequence[ToldComparison]) -> LogAxis:
    """Return one axis for a family of comparisons, so that they can be compared with one another."""
    return log_axis(end for one in told for row in one.comparison.rows if row.ratio for end in (row.ratio.low, row.ratio.high))


def _file(content: bytes, name: str) -> Response:
    return Response(content, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})
