"""`stop-search account` and `stop-search token`: who signs in, with which role, in which team; machines' tokens."""

import uuid
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from stop_search.accounts.actions import (
    close_account,
    end_role,
    grant_role,
    make_machine_token,
    make_sign_in_link,
    open_account,
    open_team,
    take_post,
)
from stop_search.accounts.queries import account_by_email, all_accounts, machine_tokens, team_by_name
from stop_search.accounts.ranks import note_rank
from stop_search.accounts.rules import PostKind, Rank, Role, sign_in_address
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.allocation import revoke_device
from stop_search.errors import Invalid
from stop_search.installation import open_installation
from stop_search.settings import read_settings

account = typer.Typer(no_args_is_help=True, help="People who sign in: open, grant roles, put into teams, make sign-in links.")
token = typer.Typer(no_args_is_help=True, help="Bearer tokens of devices and cameras.")

Email = Annotated[str, typer.Argument(help="The account's e-mail address.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(account, name="account")
    app.add_typer(token, name="token")


@account.command(name="open")
def open_(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    email: Email,
    role: Annotated[list[Role] | None, typer.Option(help="A role to begin with; may be given more than once.")] = None,
    officer_number: Annotated[str | None, typer.Option(help="Collar or warrant number, for officers and supervisors.")] = None,
    station: Annotated[str | None, typer.Option(help="The station that receipts name.")] = None,
) -> None:
    """Open an account."""
    now = datetime.now(UTC)
    with open_installation(read_settings()).writing() as session:
        account_id = open_account(
            session, name=name, email=email, officer_number=officer_number, station=station, actor=COMMAND_LINE, now=now
        )
        session.flush()
        for each in role or []:
            grant_role(session, account_id=account_id, role=each, actor=COMMAND_LINE, now=now)
    typer.echo(f"Opened account {account_id}.")


@account.command()
def close(email: Email) -> None:
    """Close an account: its sessions end at once, its past stays."""
    with open_installation(read_settings()).writing() as session:
        close_account(session, account_id=account_by_email(session, email=email), actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo("Closed.")


@account.command()
def grant(email: Email, role: Annotated[Role, typer.Argument(help="The role.")]) -> None:
    """Give an account a role from now on."""
    with open_installation(read_settings()).writing() as session:
        account_id = account_by_email(session, email=email)
        grant_role(session, account_id=account_id, role=role, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"{email} is {role} now.")


@account.command(name="end")
def end(email: Email, role: Annotated[Role, typer.Argument(help="The role.")]) -> None:
    """End a role of an account: its next request is judged without it."""
    with open_installation(read_settings()).writing() as session:
        end_role(session, account_id=account_by_email(session, email=email), role=role, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"{email} is {role} no longer.")


@account.command()
def rank(email: Email, rank: Annotated[Rank | None, typer.Argument(help="Inspector or above. Left out: none of these.")] = None) -> None:
    """Note which rank somebody holds: an inspector or above on the learning team decides which drawn stops are refused."""
    with open_installation(read_settings()).writing() as session:
        account_id = account_by_email(session, email=email)
        note_rank(session, account_id=account_id, rank=rank, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"{email} is {rank.replace('_', ' ')}." if rank else f"{email} has no rank of inspector or above.")


@account.command()
def team(
    name: Annotated[str, typer.Argument(help="The team's name.")],
    unit: Annotated[str, typer.Option(help="The borough, district or specialist unit that it belongs to.")],
) -> None:
    """Open a team."""
    with open_installation(read_settings()).writing() as session:
        open_team(session, name=name, unit=unit, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"Opened team {name}.")


@account.command()
def post(
    email: Email,
    team: Annotated[str, typer.Argument(help="The team's name.")],
    kind: Annotated[PostKind, typer.Option(help="Member of the team, or the one who leads it.")] = PostKind.MEMBER,
    from_: Annotated[str, typer.Option("--from", help="First day, as in 2026-11-16. Default: today.")] = "",
    to: Annotated[str, typer.Option(help="Last day. Default: open.")] = "",
) -> None:
    """Put somebody into a team; an open membership of another team ends the day before."""
    with open_installation(read_settings()).writing() as session:
        take_post(
            session,
            account_id=account_by_email(session, email=email),
            team_id=team_by_name(session, name=team),
            kind=kind,
            starts_on=_day(from_) if from_ else datetime.now(UTC).date(),
            ends_on=_day(to) if to else None,
            actor=COMMAND_LINE,
            now=datetime.now(UTC),
        )
    typer.echo(f"{email} is {kind} of {team}.")


@account.command()
def link(email: Email) -> None:
    """Make a sign-in link: it works once, and for 15 minutes."""
    settings = read_settings()
    with open_installation(settings).writing() as session:
        made = make_sign_in_link(session, account_id=account_by_email(session, email=email), actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(sign_in_address(settings.public_url, made))


@account.command(name="list")
def list_accounts() -> None:
    """List the accounts and their roles."""
    with open_installation(read_settings()).reading() as session:
        lines = all_accounts(session, now=datetime.now(UTC))
    table = Table("name", "e-mail", "officer number", "roles", "state")
    for line in lines:
        table.add_row(line.name, line.email, line.officer_number or "", ", ".join(line.roles), "open" if line.is_open else "closed")
    Console().print(table if lines else "There is no account yet. Open one with: stop-search account open NAME EMAIL")


@token.command()
def create(
    role: Annotated[Role, typer.Option(help="device, camera, or learning_team for its own program.")],
    label: Annotated[str, typer.Option(help="What it is for, as in 'Radio app, north'.")],
) -> None:
    """Make a bearer token for a machine. It is shown this once."""
    with open_installation(read_settings()).writing() as session:
        made = make_machine_token(session, role=role, label=label, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo("Shown this once; only its digest is kept:", err=True)
    typer.echo(made)


@token.command()
def revoke(token_id: Annotated[uuid.UUID, typer.Argument(help="The token's id, from: stop-search token list.")]) -> None:
    """Refuse a token from now on; the receipt codes that the device has not used are void."""
    with open_installation(read_settings()).writing() as session:
        voided = revoke_device(session, token_id=token_id, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"Revoked. Unused receipt codes that are void now: {voided}.")


@token.command(name="list")
def list_tokens() -> None:
    """List the tokens, without their secrets."""
    with open_installation(read_settings()).reading() as session:
        lines = machine_tokens(session)
    if not lines:
        typer.echo("No machine has a token. Make one with: stop-search token create")
    for line in lines:
        state = "revoked" if line.revoked_at else "in force"
        typer.echo(f"{line.token_id}  {line.role}  since {line.created_at:%d %b %Y}  {state}  {line.label}")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        message = f"{typed} is no day. Write it as in 2026-11-16."
        raise Invalid(message) from error
