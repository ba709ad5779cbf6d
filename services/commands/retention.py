"""`stop-search retention …`: plan and run the erasing of recordings, compare clocks, read certificates, confirm the clock."""

import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from services.retention_lines import certificate_lines, compared_lines, night_lines, plan_lines, too_late_lines
from stop_search.audit.rules import COMMAND_LINE
from stop_search.codes.retention import retention_classes
from stop_search.database.session import database_now
from stop_search.footage.certificates import certificate_document, erasure_certificate
from stop_search.footage.clock_watch import confirm_clock, erasing_moment, newest_look, this_machine
from stop_search.footage.erasing import holds_too_late
from stop_search.footage.plan import compared, retention_plan
from stop_search.force import read_force
from stop_search.installation import open_installation
from stop_search.reviews.before_review import gone_before_review
from stop_search.reviews.retention_night import run_retention
from stop_search.settings import read_settings

commands = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(commands, name="retention")


@commands.callback()
def about() -> None:
    """How long recordings are kept. A hold always wins."""


@commands.command()
def plan(
    *, within_days: Annotated[int, typer.Option(min=0, max=400, help="Also what becomes due in so many days from today.")] = 0
) -> None:
    """Say what the next run would erase, what is held and why, and what is new since the last run. Changes nothing."""
    installation = open_installation(read_settings())
    with installation.reading() as session:
        found = retention_plan(session, at=erasing_moment(session, shown=database_now(session)) + timedelta(days=within_days))
        for line in plan_lines(found):
            typer.echo(line)


@commands.command()
def run(
    *, dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased and what is held; change nothing.")] = False
) -> None:
    """Release the holds that are over and erase what is past its time and held by nothing. A worker then removes it from storage."""
    settings = read_settings()
    installation = open_installation(settings)
    if dry_run:
        plan(within_days=0)
    else:
        classes = read_force(settings.force).retention
        night = run_retention(installation.reading, installation.writing, classes=classes, witness=this_machine(), actor=COMMAND_LINE)
        for line in night_lines(night):
            typer.echo(line)
    with installation.reading() as session:
        for line in too_late_lines(holds_too_late(session), gone_before_review(session)):
            typer.echo(line)


@commands.command()
def compare(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Another retention file.")],
) -> None:
    """Say what other clocks would do to the recordings that are kept now. Changes nothing: those keep the day that they were given."""
    settings = read_settings()
    ours, others = read_force(settings.force).retention, retention_classes(file.resolve())
    installation = open_installation(settings)
    with installation.reading() as session:
        found = compared(session, now_in_force=ours, others=others, today=database_now(session).date())
    for line in compared_lines(found):
        typer.echo(line)


@commands.command()
def certificate(
    footage_id: Annotated[uuid.UUID, typer.Argument(metavar="ID", help="Of the recording that was erased.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a file.")] = False,
) -> None:
    """Print the certificate of an erasure: what went, its hashes, when, under which class, and the entry of the audit log."""
    installation = open_installation(read_settings())
    with installation.reading() as session:
        found = erasure_certificate(session, footage_id=footage_id)
    if as_json:
        typer.echo(json.dumps(certificate_document(found), indent=2, sort_keys=True))
        return
    for line in certificate_lines(found):
        typer.echo(line)


@commands.command(name="confirm-clock")
def confirm(*, yes: Annotated[bool, typer.Option("--yes", help="Do not ask: you have compared it with another clock.")] = False) -> None:
    """Say that the database's clock is right, after a leap or a long outage. Until then nothing that became due in that time is erased."""
    installation = open_installation(read_settings())
    with installation.reading() as session:
        shown, look = database_now(session), newest_look(session)
    typer.echo(f"The database's clock shows {_moment(shown)}.")
    before = f"When it last showed {_moment(look.shown)}, {_moment(look.proven)} was proven." if look else "Nobody has looked at it before."
    typer.echo(before)
    if not yes:
        typer.confirm("Have you compared it with a clock elsewhere, and is it right?", abort=True)
    with installation.writing() as session:
        confirm_clock(session, shown=database_now(session), witness=this_machine(), actor=COMMAND_LINE)
    typer.echo("Confirmed. The next run goes by it.")


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
