"""The page on which the public and the reviewers stand side by side, on the same encounters and the same dimensions."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response

from services.api.archives import as_csv
from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, opens_to
from services.api.learning.routes import note_look
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.learning.practice_queries import LOTS_USE, stops_to_practise_on
from stop_search.learning.queries import response_of
from stop_search.learning.together import LEAST, Together, compared
from stop_search.learning.together_queries import pairs_by_criterion
from stop_search.reviews.versions import newest_published

router = APIRouter(prefix="/learning/together", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)
WIDEST = 3.0  # levels to either side of the picture


@dataclass(frozen=True)
class Row:
    """One criterion; `left`, `from_` and `width` are shares of the picture's width, None where there is too little to say."""

    id: str
    name: str
    found: Together
    left: float | None
    from_: float | None
    width: float | None


@router.get("")
def together(request: Request, viewer: CurrentViewer, session: ReadSession, installation: InstallationDep, now: Now) -> Response:
    """Show each criterion that both were asked about, and the stops that are worth practising on."""
    rows = _rows(session)
    told = [row for row in rows if row.found.mean is not None]
    lower = sorted((row for row in told if row.found.high is not None and row.found.high < 0), key=lambda row: row.found.mean or 0.0)
    proposed = stops_to_practise_on(session, viewer=viewer, key=installation.key_for(LOTS_USE), now=now)
    shown = {"rows": rows, "told": told, "lower": lower, "least": LEAST, "proposed": proposed, "response": response_of(session)}
    return page(request, "learning/together.html", viewer=viewer, **shown)


@router.get("/table.csv")
def table(session: ReadSession) -> Response:
    """Return the table; counts only where there are enough."""
    header = ("criterion", "name", "encounters", "people", "mean_public_less_reviewer", "low", "high", "said_of_it")
    lines = [
        (
            row.id,
            row.name,
            row.found.n,
            row.found.people,
            _number(row.found.mean),
            _number(row.found.low),
            _number(row.found.high),
            row.found.too_few or "",
        )
        for row in _rows(session)
    ]
    headers = {"Content-Disposition": 'attachment; filename="together.csv"'}
    return Response(as_csv(*response_of(session).beside(header, lines)), media_type="text/csv; charset=utf-8", headers=headers)


def _rows(session: ReadSession) -> list[Row]:
    pairs = pairs_by_criterion(session)
    return [
        _row(criterion.id, criterion.name, compared(pairs[criterion.id]))
        for criterion in newest_published(session).criteria
        if criterion.id in pairs
    ]


def _row(criterion_id: str, name: str, found: Together) -> Row:
    if found.mean is None or found.low is None or found.high is None:
        return Row(criterion_id, name, found, None, None, None)
    low, high = _place(found.low), _place(found.high)
    return Row(criterion_id, name, found, _place(found.mean), low, high - low)


def _place(levels: float) -> float:
    return min(1.0, max(0.0, (levels + WIDEST) / (2 * WIDEST)))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
