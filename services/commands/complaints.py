"""`stop-search complaints`: the key that letters are sealed to, and opening a letter that was downloaded sealed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from stop_search.audit.rules import COMMAND_LINE
from stop_search.errors import Conflict, NotFound
from stop_search.installation import open_installation
from stop_search.letters.keys import end_key, register_key, sealing_keys
from stop_search.letters.sealing import make_key_pair, open_file
from stop_search.settings import read_settings
from stop_search.wording import london

complaints = typer.Typer(no_args_is_help=True, help="Letters to the force: the key that they are sealed to, and opening one.")
key = typer.Typer(no_args_is_help=True, help="The key that letters are sealed to. Its private half is in a file and never on the server.")
complaints.add_typer(key, name="key")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(complaints, name="complaints")


@key.command()
def new(
    to: Annotated[
        str, typer.Option("--to", help="The file for the private key, which must not be there yet; - writes it to the standard output.")
    ] = "key-of-letters.json",
) -> None:
    """Make a pair of keys: from now on letters are sealed to it. The key before it still opens what it sealed."""
    now = datetime.now(UTC)
    pair = make_key_pair(london(now).date())
    with open_installation(read_settings()).writing() as session:
        _write_once(to, pair.key_file)
        register_key(session, public=pair.public, fingerprint=pair.fingerprint, actor=COMMAND_LINE, now=now)
    typer.echo(f"Letters are sealed to this key from now on: {pair.fingerprint}", err=True)
    typer.echo("Its private half is written there and nowhere else. Give it to the complaints handlers, keep a copy in a safe,", err=True)
    typer.echo("and take it off this machine. Without it nobody can open what it sealed, not even you.", err=True)


@key.command(name="list")
def list_keys() -> None:
    """List the keys by their fingerprints, the newest first."""
    with open_installation(read_settings()).reading() as session:
        lines = sealing_keys(session)
    if not lines:
        typer.echo("There is no key, so no letter can be sent. Make one with: stop-search complaints key new")
    for line in lines:
        until = f"until {line.ends_at:%d %b %Y}" if line.ends_at else "in force"
        typer.echo(f"{line.fingerprint}  since {line.starts_at:%d %b %Y}  {until}")


@key.command()
def end(fingerprint: Annotated[str, typer.Argument(help="The key's fingerprint, from: stop-search complaints key list.")]) -> None:
    """Seal nothing to this key any more. Until there is another one no letter can be sent."""
    with open_installation(read_settings()).writing() as session:
        end_key(session, fingerprint=fingerprint, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo("Ended. What it sealed is still opened by its file.")


@complaints.command(name="open")
def open_(
    file: Annotated[Path, typer.Argument(help="A sealed letter, as its page downloads it.")],
    key_file: Annotated[Path, typer.Option("--key", help="The file with the private key.")],
) -> None:
    """Open a sealed letter on this machine; it asks no server and no database."""
    for part, day, told in open_file(_text(key_file), _text(file)):
        typer.echo(f"{part}, {day}")
        for name, value in told.items():
            typer.echo(f"  {name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


def _write_once(to: str, text: str) -> None:
    if to == "-":
        typer.echo(text, nl=False)
        return
    try:
        Path(to).touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        message = f"{to} is there already. Nothing was made. Choose another file with: --to FILE"
        raise Conflict(message) from error
    Path(to).write_text(text, encoding="utf-8")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror})."
        raise NotFound(message) from error
