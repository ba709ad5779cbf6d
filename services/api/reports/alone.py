"""A report as one page that needs nothing else: no script, no address, its style within."""

from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from services.api.pages import environment
from services.api.reports.cells import NUMERIC, written
from services.api.reports.charts import charts_of
from stop_search.learning.reports.gathering import LAYOUT
from stop_search.learning.reports.queries import Report

STYLE = Path(__file__).parents[1] / "static" / "report.css"


def report_page(report: Report) -> str:
    """Return the page."""
    return environment().get_template("reports/alone.html").render(style=_style(), **shown(report))


def shown(report: Report) -> dict[str, Any]:
    """Return what the template of a report's body finds, alone or within the site."""
    return {"report": report, "charts_of": charts_of, "written": written, "numeric": NUMERIC, "drawn_by": LAYOUT}


@cache
def _style() -> Markup:
    """Return the style sheet as part of the page: a file that somebody keeps can ask no server for it."""
    return Markup("<style>\n{}</style>").format(Markup(STYLE.read_text(encoding="utf-8")))  # noqa: S704 -- our own file
