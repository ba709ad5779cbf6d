"""The page of missing, late and cut film by group, and its table as a file. Every look is noted in the audit log."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.api.archives import as_csv
from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.learning.looks import note_look
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.learning.disclosure import WITHIN_THE_HOUSE
from stop_search.learning.disparity.comparing import FEWEST_TESTED
from stop_search.learning.disparity.film import SAID, film_alerts
from stop_search.learning.disparity.film_alerts import standing_film_alerts
from stop_search.learning.disparity.film_queries import FilmShown, film_shown
from stop_search.learning.disparity.findings import chance_in_words
from stop_search.learning.disparity.groups import SHORT
from stop_search.learning.disparity.measures import OF_THE_FILM
from stop_search.learning.disparity.periods import LATEST
from stop_search.learning.disparity.telling_film import ToldFilm, told_film
from stop_search.learning.estimates import GATE
from stop_search.learning.findings import of_100

HEADING = (
    "period", "measure", "basis", "group", "known", "of_whom", "share", "ci_low", "ci_high", "unknown",
    "share_at_least_whatever_is_unknown", "share_at_most_whatever_is_unknown", "compared_with", "adjusted_p", "too_few_to_say_because",
)  # fmt: skip
router = APIRouter(prefix="/learning/film", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)


def chosen(
    request: Request, viewer: CurrentViewer, session: ReadSession, now: Now, period: Annotated[str, Query(max_length=20)] = LATEST
) -> FilmShown | None:
    """Return what was chosen in the address; a file goes by the force's own minimum."""
    minimum = request.app.state.force.publication_minimum if request.url.path.endswith(".csv") else WITHIN_THE_HOUSE
    return film_shown(session, viewer=viewer, period=period, now=now, minimum=minimum)


Chosen = Annotated[FilmShown | None, Depends(chosen)]


@router.get("")
def film_page(request: Request, viewer: CurrentViewer, session: ReadSession, shown: Chosen) -> Response:
    """Show what stands out, the counts, and every test."""
    return page(
        request,
        "learning/film.html",
        viewer=viewer,
        shown=shown,
        tables=told_film(shown.tables, minimum=WITHIN_THE_HOUSE) if shown else (),
        alerts=film_alerts(shown.tables) if shown else (),
        standing=standing_film_alerts(session),
        measures=OF_THE_FILM,
        bases=SHORT,
        verbs=SAID,
        gate=GATE,
        minimum=WITHIN_THE_HOUSE,
        fewest=FEWEST_TESTED,
        of_100=of_100,
        chance_in_words=chance_in_words,
    )


@router.get("/groups.csv")
def film_file(request: Request, shown: Chosen) -> Response:
    """Return every group of every measure; what is taken away goes by the force's own minimum for published counts."""
    minimum = request.app.state.force.publication_minimum
    told = told_film(shown.tables, minimum=minimum) if shown else ()
    lines = [line for one in told for line in _lines(one, shown.period.words)] if shown else []
    attached = {"Content-Disposition": 'attachment; filename="film-by-group.csv"'}
    return Response(as_csv(HEADING, lines), media_type="text/csv; charset=utf-8", headers=attached)


def _lines(told: ToldFilm, period: str) -> Iterator[Sequence[object]]:
    reference = told.table.comparison.reference.name.label
    for row in told.rows:
        one, found = row.compared, row.compared.interval
        yield (
            period, told.measure.name, told.basis.value, one.name.label, row.known, one.group.events if found else None,
            *([round(end, 4) for end in (found.share, found.low, found.high)] if found else [None] * 3), row.unknown,
            *([round(end, 4) for end in row.bounds] if row.bounds else [None] * 2), reference,
            None if row.chance is None else round(row.chance, 4), one.too_few,
        )  # fmt: skip
