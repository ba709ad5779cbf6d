"""`stop-search rubric …`: the versions that count here, and a file of one for the force's own folder."""

from pathlib import Path
from typing import Annotated

import typer

from stop_search.errors import NotFound
from stop_search.installation import open_installation
from stop_search.reviews.versions import PublishedVersion, published_versions
from stop_search.settings import read_settings

commands = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(commands, name="rubric")


@commands.callback()
def about() -> None:
    """See the versions of the rubric by which stops are reviewed. New ones are written at /learning/rubric."""


@commands.command("list")
def list_versions() -> None:
    """Say which versions there are, from when each counts, and the SHA-256 of its file."""
    for one in _versions():
        since = f"from {one.starts_on}" if one.starts_on else "as installed"
        typer.echo(f"version {one.version}  {since}  {one.rubric.digest}  {one.rubric.title}")


@commands.command()
def export(
    *,
    version: Annotated[int, typer.Option(min=1, help="Which version.")],
    out: Annotated[Path, typer.Option(help="The file to write; one that is there already is not overwritten.")],
) -> None:
    """Write one version to a file, to the letter: every review names its SHA-256. Raises NotFound where there is no such version."""
    found = next((one for one in _versions() if one.version == version), None)
    if found is None:
        message = f"There is no version {version} of the rubric."
        raise NotFound(message)
    try:
        with out.open("x", encoding="utf-8", newline="") as file:
            file.write(found.content)
    except FileExistsError:
        typer.echo(f"{out} is there already and was left as it is.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{out}: version {version}, SHA-256 {found.rubric.digest}")


def _versions() -> tuple[PublishedVersion, ...]:
    with open_installation(read_settings()).reading() as session:
        return published_versions(session)
