"""`stop-search handset`: officers' phones and tablets that record stops, and losing one."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.handsets import all_handsets, report_handset_lost
from stop_search.installation import open_installation
from stop_search.settings import read_settings
from stop_search.wording import moment_in_words

handset = typer.Typer(no_args_is_help=True, help="Officers' phones and tablets that record stops, also without a signal.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(handset, name="handset")


@handset.command(name="list")
def list_handsets() -> None:
    """List the phones and tablets, with how many unused receipt codes each holds."""
    with open_installation(read_settings()).reading() as session:
        lines = all_handsets(session)
    table = Table("id", "officer", "name", "since", "unused codes", "state")
    for line in lines:
        state = f"lost {moment_in_words(line.lost_at)}" if line.lost_at else "in use"
        since = f"{line.registered_at:%d %b %Y}"
        table.add_row(str(line.handset_id), line.officer_number or "", line.label, since, str(line.unused_codes), state)
    Console().print(table if lines else "No officer has registered a phone yet. Officers do that themselves: /officer/app")


@handset.command()
def lost(handset_id: Annotated[uuid.UUID, typer.Argument(help="The id, from: stop-search handset list.")]) -> None:
    """Report a phone or tablet lost: nothing is taken from it any more, and its unused receipt codes are void at once."""
    with open_installation(read_settings()).writing() as session:
        voided = report_handset_lost(session, handset_id=handset_id, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"Lost. Unused receipt codes that are void now: {voided}.")
