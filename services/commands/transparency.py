"""`stop-search transparency …`: a quarter's tables for the public are prepared, checked, and let out by a second person."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from stop_search.accounts.queries import account_by_email, roles_at
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotAllowed
from stop_search.force import read_force
from stop_search.installation import Installation, open_installation
from stop_search.learning.quarters import quarter_from
from stop_search.learning.transparency.checking import faults_in
from stop_search.learning.transparency.released import prepared_digest
from stop_search.learning.transparency.releasing import prepare_release, release_tables
from stop_search.settings import read_settings

commands = typer.Typer(no_args_is_help=True)
QuarterOption = Annotated[str, typer.Option("--quarter", help="The quarter, as in 2026Q3.")]
ByOption = Annotated[str, typer.Option("--by", help="The e-mail address of who does it: somebody of the learning team.")]

SeenOption = Annotated[str, typer.Option("--seen", help="What was looked at, as `transparency check` names it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(commands, name="transparency")


@commands.callback()
def about() -> None:
    """Tables for the public: one prepares them, another lets them out. Also at /learning/releases."""


@commands.command()
def prepare(quarter: QuarterOption, by: ByOption) -> None:
    """Count a quarter, keep back what is small, and put the tables aside for a second person."""
    installation, found, now = open_installation(read_settings()), quarter_from(quarter), datetime.now(UTC)
    declared = read_force(installation.settings.force).public_tables
    with installation.writing() as session:
        prepare_release(session, declared=declared, quarter=found, viewer=_viewer(installation, by, now), now=now)
    typer.echo(f"{found} is prepared. Look at it at /learning/releases/{found}; somebody else lets it out.")


@commands.command()
def check(quarter: QuarterOption) -> None:
    """Check that nothing small can be worked out from a release and everything that is out; exit 1 if it can."""
    found = quarter_from(quarter)
    with open_installation(read_settings()).reading() as session:
        faults, digest = faults_in(session, quarter=found), prepared_digest(session, quarter=found.key)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{found}: no count that is kept back can be placed within fewer than 5.")
    typer.echo(f"Who has looked at it lets it out with --seen {digest}")


@commands.command()
def release(quarter: QuarterOption, by: ByOption, seen: SeenOption) -> None:
    """Let a prepared quarter out: by somebody else than who prepared it. What is out stays as it is."""
    installation, found, now = open_installation(read_settings()), quarter_from(quarter), datetime.now(UTC)
    with installation.writing() as session:
        release_tables(session, quarter=found, seen=seen, viewer=_viewer(installation, by, now), now=now)
    typer.echo(f"{found} is out: /transparency/{found}")


def _viewer(installation: Installation, email: str, now: datetime) -> Viewer:
    """Return who acts. Raises NotFound, and NotAllowed where it is nobody of the learning team."""
    with installation.reading() as session:
        account_id = account_by_email(session, email=email)
        viewer = Viewer(account_id, email, frozenset(roles_at(session, account_id=account_id, now=now)))
    if not viewer.has(Role.LEARNING_TEAM):
        message = f"{email} is not of the learning team."
        raise NotAllowed(message)
    return viewer
