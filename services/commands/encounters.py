"""`stop-search encounter …`: which records are not finished, and how complete records are."""

import enum
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from stop_search.encounters.gap_counts import Completeness, completeness_of_records
from stop_search.encounters.unfinished import all_unfinished_records
from stop_search.installation import open_installation
from stop_search.settings import read_settings
from stop_search.wording import age_in_words

encounter = typer.Typer(no_args_is_help=True, help="Records of stops: which are not finished, how complete they are.")


class Source(enum.StrEnum):
    """Whose records."""

    OWN = "own"
    POLICE_UK = "police_uk"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(encounter, name="encounter")


@encounter.callback()
def about() -> None:
    """Look after records of stops: which are not finished, how complete they are."""


@encounter.command()
def unfinished(
    hours: Annotated[int, typer.Option(min=0, max=24 * 366, help="Only those recorded at least so many hours ago.")] = 24,
) -> None:
    """List unfinished records, the oldest first: reference, age, officer's number, and the fields that are missing."""
    with open_installation(read_settings()).reading() as session:
        lines = all_unfinished_records(session, older_than=timedelta(hours=hours), now=datetime.now(UTC))
    if not lines:
        typer.echo(f"No record is unfinished that was recorded at least {hours} hours ago.")
        return
    table = Table("reference", "age", "officer", "missing")
    for line in lines:
        table.add_row(line.reference, age_in_words(line.waited), line.officer_number or "", ", ".join(line.missing))
    _printed(table)
    typer.echo("1 record is unfinished." if len(lines) == 1 else f"{len(lines):,} records are unfinished.")


@encounter.command()
def completeness(
    source: Annotated[Source, typer.Option(help="Our own records, or those imported from data.police.uk.")] = Source.OWN,
) -> None:
    """Count the records that state all that they must; what the others lack, how often, and which rule asks for it."""
    published = source is Source.POLICE_UK
    with open_installation(read_settings()).reading() as session:
        found = completeness_of_records(session, published=published)
    judged = found.records - found.not_judged
    typer.echo(f"{found.records:,} records.")
    if found.not_judged:
        typer.echo(f"{found.not_judged:,} of them were kept before anybody looked at what is missing; they are not counted below.")
    if not judged:
        return
    if published:
        typer.echo(f"{_of(found.complete_in_files, judged)} state all that they must of what a published file can hold.")
        typer.echo(f"{_of(judged - found.complete_in_files, judged)} do not.")
    else:
        typer.echo(f"{_of(found.complete, judged)} are finished: they state all that they must.")
        typer.echo(f"{_of(judged - found.complete, judged)} are not.")
    _printed(_lacking(found, judged, published=published))


def _lacking(found: Completeness, judged: int, *, published: bool) -> Table:
    table = Table("missing", *([] if not published else ["in files"]), "records", "share", "rule that asks for it")
    for line in sorted(found.lacking, key=lambda one: not one.is_held) if published else found.lacking:
        held = ["yes" if line.is_held else "never"] if published else []
        table.add_row(line.path, *held, f"{line.records:,}", f"{line.records / judged:.1%}", line.rule)
    for column in table.columns:
        if column.header in {"records", "share"}:
            column.justify = "right"
    return table


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({part / whole:.1%})"


def _printed(table: Table) -> None:
    """Print a table as wide as the terminal; in a log, wide enough for all of it."""
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200)
    console.print(table)
