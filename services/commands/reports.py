"""`stop-search report`: a quarter's figures as a folder of files, always the same for the same snapshot."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from stop_search.audit.rules import COMMAND_LINE
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.force import read_force
from stop_search.installation import Installation, open_installation
from stop_search.learning.quarters import Quarter, quarter_from
from stop_search.learning.reports.actions import make_report, note_taken_away
from stop_search.learning.reports.queries import Report, newest_snapshot, report_kept
from stop_search.settings import read_settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    quarter: Annotated[str, typer.Option(help="The quarter, as in 2026Q3.")],
    out: Annotated[Path, typer.Option(help="The folder to write; it must be new or empty.")],
    reason: Annotated[
        str, typer.Option(help="Why the figures are worked out again; without it, those of the quarter's newest report are drawn.")
    ] = "",
    version: Annotated[int | None, typer.Option(min=1, help="Draw this version, not the newest.")] = None,
) -> None:
    """Write the report of a quarter: page, PDF, a CSV and a Parquet file for each table, codebook, manifest."""
    from services.api.reports.files import report_files  # the worker's image has this command, and no web framework

    wanted, said = quarter_from(quarter), Console(stderr=True)
    _refuse_full(out)
    installation = open_installation(read_settings())
    with said.status(f"Working out the figures of {wanted.words} …"):
        snapshot_id, is_new = _snapshot(installation, wanted, reason=reason, version=version)
    with said.status("Drawing the files …"):
        with installation.writing() as session:
            kept = report_kept(session, snapshot_id=snapshot_id)
            note_taken_away(session, snapshot_id=snapshot_id, form="all files", actor=COMMAND_LINE, now=datetime.now(UTC))
        files = report_files(kept)
        _write(out, files)
    typer.echo(f"{len(files)} files in {out}: {kept.days}, version {kept.version}{'' if is_new else ', as it was made before'}.")
    typer.echo(_told(kept))


def _snapshot(installation: Installation, quarter: Quarter, *, reason: str, version: int | None) -> tuple[UUID, bool]:
    if version is not None and reason:
        message = "Give a version to draw, or a reason to work the figures out again, not both."
        raise Invalid(message)
    with installation.reading() as session:
        found = newest_snapshot(session, quarter=quarter, version=version)
    if version is not None and found is None:
        message = f"There is no version {version} of {quarter.key}."
        raise NotFound(message)
    if found is not None and not reason:
        return found, False
    force = read_force(installation.settings.force)
    with installation.writing() as session:
        return make_report(session, quarter=quarter, reason=reason, force=force, actor=COMMAND_LINE, now=datetime.now(UTC)), True


def _told(kept: Report) -> str:
    return f"snapshot {kept.snapshot}"


def _refuse_full(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        message = f"{out} is not an empty folder. Give another: a report is never written over."
        raise Conflict(message)


def _write(out: Path, files: dict[str, bytes]) -> None:
    """Write beside the folder first, so that a folder of this name is always whole. Raises Invalid where it cannot be written."""
    beside = out.with_name(f".{out.name}.part")
    try:
        beside.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (beside / name).write_bytes(content)
        if out.exists():
            out.rmdir()
        beside.replace(out)
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror or error}."
        raise Invalid(message) from error
