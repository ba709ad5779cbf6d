"""`stop-search nearness …`: lines of command, relations and days away, by which nobody near a stop reviews it."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from stop_search.accounts.nearness import declare_relation, note_absence, put_above
from stop_search.accounts.queries import account_by_email, team_by_name
from stop_search.audit.rules import COMMAND_LINE
from stop_search.errors import Invalid
from stop_search.installation import open_installation
from stop_search.settings import read_settings

nearness = typer.Typer(no_args_is_help=True, help="Lines of command, relations, days away: who is too near to a stop to review it.")
Email = Annotated[str, typer.Argument(help="The account's e-mail address.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(nearness, name="nearness")


@nearness.command()
def above(
    team: Annotated[str, typer.Argument(help="The team's name.")],
    next_up: Annotated[str, typer.Argument(help="The team above it in the line of command; empty for none.")],
    since: Annotated[
        str, typer.Option(help="From which day on, as in 2026-11-01. Default: today; where nothing was said of the team yet, always.")
    ] = "",
) -> None:
    """Say which team is the next one up: whoever leads it reviews nothing that the teams below did in these days."""
    first = _day(since) if since else None
    with open_installation(read_settings()).writing() as session:
        above_id = team_by_name(session, name=next_up) if next_up else None
        team_id = team_by_name(session, name=team)
        put_above(session, team_id=team_id, above_id=above_id, actor=COMMAND_LINE, now=datetime.now(UTC), since=first)
    typer.echo(f"{team} stands below {next_up}." if next_up else f"Nothing stands above {team}.")


@nearness.command()
def relation(one: Email, other: Email) -> None:
    """Note that two people are too near to judge one another's work. Why is not asked and not kept."""
    with open_installation(read_settings()).writing() as session:
        account_id, other_id = account_by_email(session, email=one), account_by_email(session, email=other)
        declare_relation(session, account_id=account_id, other_id=other_id, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo("Noted. Neither reviews what the other did or was at.")


@nearness.command()
def away(
    email: Email,
    from_: Annotated[str, typer.Option("--from", help="First day away, as in 2026-12-21.")],
    to: Annotated[str, typer.Option(help="Last day away. Default: until told otherwise.")] = "",
) -> None:
    """Note days on which somebody does no reviews; what is due meanwhile goes to somebody else."""
    with open_installation(read_settings()).writing() as session:
        account_id = account_by_email(session, email=email)
        first, last = _day(from_), _day(to) if to else None
        note_absence(session, account_id=account_id, starts_on=first, ends_on=last, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo("Noted.")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        message = f"{written!r} is no day. Write it like 2026-12-21."
        raise Invalid(message) from error
