"""`stop-search retention …`: erase the recordings whose last day is over, or say beforehand what that would do."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from stop_search.audit.rules import COMMAND_LINE
from stop_search.footage.erasing import holds_too_late
from stop_search.footage.retention import RetentionRun, erase_all_past_their_time, retention_forecast
from stop_search.installation import open_installation
from stop_search.settings import read_settings

commands = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(commands, name="retention")


@commands.callback()
def about() -> None:
    """How long recordings are kept. A hold always wins."""


@commands.command()
def run(
    *, dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased and what is held; change nothing.")] = False
) -> None:
    """Erase every recording whose last day is over and that nothing holds. A worker then removes it from storage."""
    installation, now = open_installation(read_settings()), datetime.now(UTC)
    if dry_run:
        with installation.reading() as session:
            found = retention_forecast(session, now=now)
    else:
        found = erase_all_past_their_time(installation.reading, installation.writing, now=now, actor=COMMAND_LINE)
    with installation.reading() as session:
        late = holds_too_late(session)
    for line in _lines(found, dry_run=dry_run):
        typer.echo(line)
    typer.echo(f"holds that came too late, ever: {late.total()}")
    for reason, number in sorted(late.items()):
        typer.echo(f"  {reason}: {number}")


def _lines(found: RetentionRun, *, dry_run: bool) -> list[str]:
    verb = "would be erased" if dry_run else "erased"
    reasons = [f"  held for {reason}: {number}" for reason, number in sorted(found.reasons.items())]
    return [f"{verb}: {found.erased}", f"past their time and held: {found.held}", *reasons]
