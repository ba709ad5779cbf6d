"""Tables for everybody: which quarters are out, one quarter's tables, and each as a file."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.archives import as_csv
from services.api.dependencies import ReadSession, opens_to_all
from services.api.language import language_of, link
from services.api.pages import page
from services.api.site_words import ENGLISH, site_words
from services.api.told_tables import Labels, ShownTable, quarter_words, shown_tables
from stop_search.errors import NotFound
from stop_search.learning.transparency.released import QuarterTold, criterion_names, quarter_out, quarters_out
from stop_search.wording import london

router = APIRouter(prefix="/transparency", dependencies=[opens_to_all()])


@router.get("")
def listed(request: Request, session: ReadSession) -> Response:
    """List the quarters of which tables are out, the newest first."""
    site = site_words(language_of(request))
    quarters = [(told.quarter, quarter_words(site, told.quarter), _days(request, told)) for told in quarters_out(session)]
    return page(request, "public/transparency.html", quarters=quarters, filled=_filled(request))


@router.get("/{quarter}")
def quarter_page(request: Request, quarter: str, session: ReadSession) -> Response:
    """Show one quarter's tables."""
    told, site = quarter_out(session, quarter=quarter), site_words(language_of(request))
    names = criterion_names(session)
    return page(
        request,
        "public/transparency_quarter.html",
        told=told,
        words=quarter_words(site, quarter),
        days=_days(request, told),
        tables=_tables(request, session, told),
        withheld=[names.get(criterion, criterion) for criterion in told.withheld],
        is_english=site.language == ENGLISH,
        filled=_filled(request),
    )


@router.get("/{quarter}/{name}.csv")
def table_file(request: Request, quarter: str, name: str, session: ReadSession) -> Response:
    """Give one table as a file, with the same numbers and words as the page."""
    table = next((one for one in _tables(request, session, quarter_out(session, quarter=quarter)) if one.name == name), None)
    if table is None:
        message = "There is no such table."
        raise NotFound(message).worded("errors.no_table")
    too_few = site_words(language_of(request)).plain("transparency.too_few")
    rows = ([row.label, *(too_few if number is None else number for number in row.numbers)] for row in table.rows)
    headers = {"Content-Disposition": f'attachment; filename="{quarter}-{name}.csv"'}
    return Response(as_csv([table.title, *table.columns], rows), media_type="text/csv; charset=utf-8", headers=headers)


def _tables(request: Request, session: ReadSession, told: QuarterTold) -> tuple[ShownTable, ...]:
    labels = Labels(site_words(language_of(request)), criterion_names(session))
    return shown_tables(told, labels, others=quarters_out(session))


def _days(request: Request, told: QuarterTold) -> dict[str, str]:
    day = site_words(language_of(request)).receipt.day
    return {"day": day(london(told.released_at).date()), "first": day(london(told.first_at).date())}


def _filled(request: Request) -> dict[str, str]:
    return {"force": request.app.state.force.name, "about": link(request, "/about-the-numbers")}
