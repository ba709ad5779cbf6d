"""The page on which the public, the reviewers and panels stand side by side, on the same encounters and the same dimensions."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response

from services.api.archives import as_csv
from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, opens_to
from services.api.learning.routes import note_look
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.learning.asked import asked_now
from stop_search.learning.both_spoke import gaps_by_criterion
from stop_search.learning.disclosure import told_count
from stop_search.learning.draw_sums import sums_by_draw
from stop_search.learning.panel_together import panel_levels, panels_and_reviewers, public_and_panels
from stop_search.learning.practice_queries import LOTS_USE, stops_to_practise_on
from stop_search.learning.queries import response_of
from stop_search.learning.together import LEAST, Gaps, Together, compared, compared_by
from stop_search.learning.told_criteria import told_together

router = APIRouter(prefix="/learning/together", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)
WIDEST = 3.0  # levels to either side of the picture


@dataclass(frozen=True)
class Placed:
    """Two who saw the same encounters; `left`, `from_` and `width` are shares of the picture's width, None where too little is known."""

    found: Together
    left: float | None = None
    from_: float | None = None
    width: float | None = None


@dataclass(frozen=True)
class Row:
    """One criterion: the public less the reviewers, a panel less the reviewers, the public less a panel."""

    id: str
    name: str
    public: Placed
    panel: Placed
    both: Placed


@router.get("")
def together(request: Request, viewer: CurrentViewer, session: ReadSession, installation: InstallationDep, now: Now) -> Response:
    """Show each criterion that two of the three saw, and the stops that are worth practising on."""
    rows, counted_at = _rows(session, now)
    told = [row for row in rows if row.public.left is not None or row.panel.left is not None]
    lower = [row for row in rows if row.public.found.high is not None and row.public.found.high < 0]
    lower.sort(key=lambda row: row.public.found.mean or 0.0)
    proposed = stops_to_practise_on(session, viewer=viewer, key=installation.key_for(LOTS_USE), now=now)
    shown = {"rows": rows, "told": told, "lower": lower, "least": LEAST, "proposed": proposed, "response": response_of(session, now=now)}
    return page(request, "learning/together.html", viewer=viewer, counted_at=counted_at, **shown)


@router.get("/table.csv")
def table(request: Request, session: ReadSession, now: Now) -> Response:
    """Return the table; a count above 0 and below the force's minimum is left empty, and where it is too few only that is said."""
    minimum = request.app.state.force.publication_minimum
    header = ("criterion", "name", "between", "encounters", "compared", "mean_difference", "low", "high", "said_of_it")
    lines = [
        (row.id, row.name, between, *_counts(one, minimum), _number(one.mean), _number(one.low), _number(one.high), _reason(one))
        for row in _rows(session, now)[0]
        for between, one in (
            ("public_less_reviewer", row.public.found),
            ("panel_less_reviewer", row.panel.found),
            ("public_less_panel", row.both.found),
        )
    ]
    headers = {"Content-Disposition": 'attachment; filename="together.csv"'}
    return Response(as_csv(*response_of(session, now=now).beside(header, lines)), media_type="text/csv; charset=utf-8", headers=headers)


def _rows(session: ReadSession, now: datetime) -> tuple[list[Row], datetime | None]:
    asked = asked_now(session, sums_by_draw(session, now=now))
    gaps, counted_at = gaps_by_criterion(session, asked=asked, now=now)
    of_panels = panel_levels(session)
    panels, both = panels_and_reviewers(session, of_panels, asked=asked), public_and_panels(session, of_panels, asked=asked)
    rows = [
        Row(
            key,
            one.criterion.name,
            _placed(told_together(compared_by(gaps.get(key, Gaps.of([]))), one)),
            _placed(told_together(compared(panels.get(key, [])), one)),
            _placed(compared(both.get(key, []))),
        )
        for key, one in asked.items()
        if key in gaps or key in panels
    ]
    return rows, counted_at


def _placed(found: Together) -> Placed:
    if found.mean is None or found.low is None or found.high is None:
        return Placed(found)
    low, high = _place(found.low), _place(found.high)
    return Placed(found, _place(found.mean), low, high - low)


def _place(levels: float) -> float:
    return min(1.0, max(0.0, (levels + WIDEST) / (2 * WIDEST)))


def _counts(one: Together, minimum: int) -> tuple[int | None, int | None]:
    return told_count(one.n, minimum=minimum), told_count(one.people, minimum=minimum)


def _reason(one: Together) -> str:
    return f"too few to say: {LEAST} encounters with both are needed" if one.too_few else one.why_withheld


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
