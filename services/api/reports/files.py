"""The files of a report: page, PDF, each table as CSV and as Parquet, the codebook, the snapshot, and the list of all with digests."""

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from services.api.archives import as_csv
from services.api.reports.alone import report_page
from services.api.reports.paper import report_pdf
from stop_search.learning.reports.gathering import LAYOUT
from stop_search.learning.reports.queries import Report
from stop_search.learning.reports.tables import Column, Kind, Row, Table

CREATED_BY = "stop-search"
WHOLE = frozenset({Kind.COUNT, Kind.NUMBER})
CODEBOOK = ("table", "column", "kind", "unit", "meaning", "source")


def report_files(report: Report) -> dict[str, bytes]:
    """Return every file by its name; the same report gives the same bytes."""
    files = {"report.html": report_page(report).encode(), "report.pdf": report_pdf(report), "snapshot.json": report.kept.encode()}
    for table in report.tables:
        files[f"{table.name}.csv"] = table_csv(table)
        files[f"{table.name}.parquet"] = table_parquet(table)
    files["codebook.csv"] = as_csv(CODEBOOK, codebook_rows(report))
    return files | {"manifest.json": manifest(report, files)}


def report_file(report: Report, name: str) -> bytes | None:
    """Return one file by its name, or None where there is none of this name; the list of all is drawn from all."""
    if name == "report.html":
        return report_page(report).encode()
    if name == "report.pdf":
        return report_pdf(report)
    if name in {"codebook.csv", "snapshot.json"}:
        return as_csv(CODEBOOK, codebook_rows(report)) if name == "codebook.csv" else report.kept.encode()
    stem, _, ending = name.rpartition(".")
    table = next((one for one in report.tables if one.name == stem), None)
    if table is None:
        return report_files(report)[name] if name == "manifest.json" else None
    return {"csv": table_csv, "parquet": table_parquet}[ending](table) if ending in {"csv", "parquet"} else None


def file_names(report: Report) -> list[str]:
    """Return the names of all files, in the order in which they are offered."""
    tables = [f"{table.name}.{ending}" for table in report.tables for ending in ("csv", "parquet")]
    return ["report.html", "report.pdf", "codebook.csv", *tables, "snapshot.json", "manifest.json"]


def table_csv(table: Table) -> bytes:
    """Return a table as CSV: an empty cell is withheld or nothing to say, as the codebook tells."""
    return as_csv([column.name for column in table.columns], table.rows)


def table_parquet(table: Table) -> bytes:
    """Return a table as Parquet, each column with a type of its own."""
    import arro3.core
    import arro3.io

    columns = {column.name: _typed(column, [row[place] for row in table.rows]) for place, column in enumerate(table.columns)}
    held = io.BytesIO()
    arro3.io.write_parquet(arro3.core.Table.from_pydict(columns), held, created_by=CREATED_BY)
    return held.getvalue()


def codebook_rows(report: Report) -> Iterable[Row]:
    """Return a row for each column of each table: what it holds, in which unit, what it means, where it is from."""
    return ((table.name, c.name, c.kind.value, c.unit, c.meaning, c.source) for table in report.tables for c in table.columns)


def manifest(report: Report, files: dict[str, bytes]) -> bytes:
    """Return the list of all files with their SHA-256, and what the figures rest on. No clock: the time is the snapshot's."""
    told = {
        "quarter": report.quarter,
        "version": report.version,
        "snapshot": report.snapshot,
        "made_at": report.made_at.isoformat(timespec="seconds"),
        "layout_made_by": report.layout,
        "layout_drawn_by": LAYOUT,
        "versions": report.versions,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    return (json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _typed(column: Column, cells: Sequence[object]) -> Any:  # noqa: ANN401 -- arro3's array
    from arro3.core import Array, DataType

    if column.kind in WHOLE:
        return Array(cells, type=DataType.int64())
    if column.kind is Kind.YES:
        return Array(cells, type=DataType.bool())
    if column.kind is Kind.TEXT:
        return Array(cells, type=DataType.utf8())
    if column.kind is Kind.DAY:
        return Array(cells, type=DataType.utf8()).cast(DataType.date32())
    return Array([None if cell is None else float(str(cell)) for cell in cells], type=DataType.float64())
