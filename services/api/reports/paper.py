"""A report on paper: PDF/UA-1, set by typst from the same tables, sentences and pictures as the page. Equal reports give equal bytes."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import typst

from receipts.glyphs import FONTS, drawable, font_families, printable
from services.api.reports.cells import MINUS, NUMERIC, written
from services.api.reports.charts import charts_of
from stop_search.learning.reports.gathering import LAYOUT
from stop_search.learning.reports.queries import Report
from stop_search.learning.reports.tables import Table
from stop_search.wording import moment_in_words

TEMPLATE = Path(__file__).parent / "report.typ"
LONG_HEAD = 10  # letters
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # the file's own date: a clock here would make equal reports differ
_own = threading.local()  # typst's compiler must not be shared between threads ("Already borrowed")


def report_pdf(report: Report) -> bytes:
    """Return the report as PDF/UA-1."""
    inputs = {"content": json.dumps(_told(report), ensure_ascii=False)}
    source = TEMPLATE.read_bytes()
    made = _compiler().compile(input=source, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=LONG_AGO)
    return cast("bytes", made)


def _told(report: Report) -> dict[str, Any]:
    there = drawable(font_families("en"))

    def said(text: str) -> str:
        return printable(text if ord(MINUS) in there else text.replace(MINUS, "-"), there)

    return {
        "force": said(report.force),
        "days": report.days,
        "quarter": report.quarter,
        "version": report.version,
        "reason": said(report.reason),
        "made": moment_in_words(report.made_at),
        "is_over": report.is_over,
        "snapshot": report.snapshot,
        "looked_at": [said(each) for each in report.looked_at],
        "findings": [said(each) for each in report.findings],
        "not_known": [said(each) for each in report.not_known],
        "done": [said(each) for each in report.done],
        "tables": [_table(table, said) for table in report.tables],
        "codebook": [[table.name, c.name, c.unit, c.meaning, c.source] for table in report.tables for c in table.columns],
        "rests_on": _rests_on(report),
    }


def _rests_on(report: Report) -> list[str]:
    versions = report.versions
    rubrics = [f"Rubric {one['name']} version {one['version']}, SHA-256 {one['sha256']}" for one in versions["rubric"]]
    others = (
        f"Codebook of themes version {versions['codebook_of_themes']}, of columns version {versions['codebook_of_columns']}, "
        f"estimators version {versions['estimators']}, made by layout {report.layout} and drawn by layout {LAYOUT}, "
        f"software {versions['software']}"
    )
    return [*rubrics, others]


def _table(table: Table, said: Any) -> dict[str, Any]:  # noqa: ANN401 -- the function above
    places = [(place, column) for place, column in enumerate(table.columns) if column.is_shown]
    return {
        "title": table.title,
        "note": said(table.note),
        "empty": table.empty,
        "heads": [_in_lines(column.words) if column.kind in NUMERIC else column.words for _, column in places],
        "numeric": [column.kind in NUMERIC for _, column in places],
        "rows": [[said(written(column, row[place])) for place, column in places] for row in table.rows],
        "charts": [
            {
                "title": said(one.title),
                "names": said(one.names),
                "words": said(f"{one.title}. {one.words}"),
                "svg": said(one.in_print),
                "height": one.paper_height,
            }
            for one in charts_of(table)
        ],
    }


def _in_lines(head: str) -> str:
    """Return the head of a column of figures in two lines where it is long: a column is as wide as its head, and words need the room."""
    breaks = [place for place, letter in enumerate(head) if letter == " "]
    if len(head) <= LONG_HEAD or not breaks:
        return head
    place = min(breaks, key=lambda each: abs(each - len(head) / 2))
    return f"{head[:place]}\n{head[place + 1 :]}"


def _compiler() -> typst.Compiler:
    if not hasattr(_own, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
        _own.compiler = typst.Compiler(root=str(TEMPLATE.parent), font_paths=fonts)
    return cast("typst.Compiler", _own.compiler)
