"""`stop-search import police-uk` and `export police-uk`: published data.police.uk files in and out."""

import enum
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.police_uk_reading import FLAG_MEANS, Flag, PublishedReading, read_published
from stop_search.encounters.published_coarsening import Coarsened
from stop_search.encounters.published_files import keep_published
from stop_search.encounters.published_months import publish_month
from stop_search.encounters.published_parquet import as_parquet
from stop_search.errors import Conflict, Invalid
from stop_search.force import read_force
from stop_search.installation import Installation, open_installation
from stop_search.settings import read_settings

SHOWN_ROWS = 8
SHOWN_REFUSALS = 20


class Form(enum.StrEnum):
    """How a month is written."""

    CSV = "csv"
    PARQUET = "parquet"


imports = typer.Typer(no_args_is_help=True, help="Take in what others publish.")
exports = typer.Typer(no_args_is_help=True, help="Write what is published.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(imports, name="import")
    app.add_typer(exports, name="export")


@imports.callback()
def _import() -> None:
    """Take in what others publish."""


@exports.callback()
def _export() -> None:
    """Write what is published."""


@imports.command("police-uk")
def import_police_uk(files: Annotated[list[Path], typer.Argument(help="Monthly stop-and-search CSV files as published.")]) -> None:
    """Import published data.police.uk files. A file is kept whole or not at all, and only once; odd rows are kept and flagged."""
    console = Console(stderr=True, highlight=False)
    began = time.monotonic()
    installation = open_installation(read_settings())
    kept = [_import_file(installation, path, console) for path in files]
    rows, took = sum(count or 0 for count in kept), max(time.monotonic() - began, 0.001)
    if rows:
        typer.echo(f"{_rows(rows)} kept in {took:.1f} s ({rows / took:,.0f} rows a second).")
    if not_kept := kept.count(None):
        typer.echo(f"{not_kept} of {len(files)} {'file was' if len(files) == 1 else 'files were'} not kept: see above.")
        raise typer.Exit(1)


@exports.command("police-uk")
def export_police_uk(
    month: Annotated[str, typer.Option(help="The month, as in 2026-11. Months are counted in UTC, as published.")],
    out: Annotated[Path | None, typer.Option(help="The file to write; without it, standard output.")] = None,
    form: Annotated[Form, typer.Option("--format", help="A CSV file as published, or the same columns and words as Parquet.")] = Form.CSV,
) -> None:
    """Write a month in the published form: imported rows to the letter, our own searches without free text, exact time and exact place."""
    if out is not None and not out.absolute().parent.is_dir():
        message = f"There is no folder {out.absolute().parent}. Make it first, or name another file."
        raise Invalid(message)
    installation = open_installation(read_settings())
    minimum = read_force(installation.settings.force).publication_minimum
    with installation.writing() as session:
        published = publish_month(session, month=month, actor=COMMAND_LINE, now=datetime.now(UTC), minimum=minimum)
        _write(out, as_parquet(published.text) if form is Form.PARQUET else published.text.encode())
    typer.echo(f"{month}: {_rows(published.imported)} as imported, {published.own:,} of our own.", err=True)
    if published.own:
        typer.echo(_coarsened(published.checked, minimum), err=True)
    if published.unfinished:
        typer.echo(f"{_rows(published.unfinished)} of our own without an outcome so far: export again when it is known.", err=True)


def _coarsened(checked: Coarsened, minimum: int) -> str:
    """Say what the check before a file leaves has made coarser."""
    return (
        f"Of our own, times are told to the hour; the place of {_rows(checked.near)} to about 1 km, "
        f"of {_rows(checked.far)} to about 10 km, "
        f"and of {_rows(checked.left_out)} not at all: fewer than {minimum} were searched there, or it was a child under 10 or a search "
        "beneath outer clothing."
    )


def _write(out: Path | None, content: bytes) -> None:
    """Write the file, or standard output. What cannot be written is not noted as published: the caller's transaction ends."""
    if out is None:
        typer.get_binary_stream("stdout").write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror}. Nothing was published."
        raise Invalid(message) from error


def _import_file(installation: Installation, path: Path, console: Console) -> int | None:
    """Import one file and say what came of it; return the number of rows kept, None where the file was not kept."""
    try:
        reading = read_published(path.name, path.read_bytes())
        if not reading.refused:
            with installation.writing() as session, _progress(console, reading) as progress:
                task = progress.add_task(path.name, total=len(reading.kept))
                keep_published(
                    session,
                    reading=reading,
                    actor=COMMAND_LINE,
                    now=datetime.now(UTC),
                    progress=lambda rows: progress.advance(task, rows),
                )
    except OSError as error:
        typer.echo(f"{path}: cannot be read: {error.strerror}. Nothing was kept.")
        return None
    except (Invalid, Conflict) as error:
        typer.echo(str(error))
        return None
    for line in report(reading):
        typer.echo(line)
    return None if reading.refused else len(reading.kept)


def report(reading: PublishedReading) -> list[str]:
    """Return what is to be said about a file: rows kept, flagged and refused, with reasons."""
    if reading.refused:
        lines = [f"{reading.name}: {_rows(len(reading.refused))} cannot be understood, so nothing of this file was kept."]
        lines += [f"  refused, row {row.number}: {'; '.join(row.reasons)}" for row in reading.refused[:SHOWN_REFUSALS]]
        more = len(reading.refused) - SHOWN_REFUSALS
        return [*lines, f"  and {more:,} more"] if more > 0 else lines
    flagged = sum(bool(row.flags) for row in reading.kept)
    lines = [f"{reading.name}: {_rows(len(reading.kept))} of {reading.month} kept, {flagged:,} of them flagged."]
    for flag in Flag:
        if numbers := [row.number for row in reading.kept if flag in row.flags]:
            lines.append(f"  flagged, {_rows(len(numbers))} ({_listed(numbers)}): {FLAG_MEANS[flag]}")
    if not reading.same_bytes:
        lines.append("  its quotes, line ends or blank lines are unusual: rows and order will be exported equal, not every byte")
    return lines


def _progress(console: Console, reading: PublishedReading) -> Progress:
    """Return a bar for a terminal; nothing in a log, where the report's line is enough."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not (console.is_terminal and reading.kept))


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:SHOWN_ROWS])
    return f"{shown} …" if len(numbers) > SHOWN_ROWS else shown
