"""`stop-search receipt …`: drawing a receipt from the command line."""

import enum
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from receipts.content import receipt_content
from receipts.render import a6_pdf, html, plain_text
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.handing_out import hand_out_receipt_of_person
from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.errors import Invalid
from stop_search.force import read_force
from stop_search.installation import open_installation
from stop_search.settings import read_settings

receipt = typer.Typer(no_args_is_help=True, help="Receipts as people hold them.")


class Form(enum.StrEnum):
    """The forms in which a receipt can be drawn."""

    A6 = "a6"
    TEXT = "text"
    HTML = "html"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(receipt, name="receipt")


@receipt.callback()
def about() -> None:
    """Receipts as people hold them."""


@receipt.command()
def render(
    reference: Annotated[str, typer.Argument(help="The encounter's reference, as it stands on the receipt.")],
    out: Annotated[Path, typer.Option(help="The file to write; - is the standard output.")],
    form: Annotated[Form, typer.Option(help="a6: a page to print; text; html: one document to show or send.")] = Form.A6,
    person: Annotated[int, typer.Option(min=1, help="Which person of the encounter, counted from 1.")] = 1,
) -> None:
    """Draw the receipt of one person of an encounter. Equal receipts are equal to the byte."""
    settings = read_settings()
    installation = open_installation(settings)
    key = installation.key_for(KEY_USE)
    with installation.writing() as session:
        held = hand_out_receipt_of_person(
            session, reference=reference, person=person, form=form, key=key, actor=COMMAND_LINE, now=datetime.now(UTC)
        )
    force_name = read_force(settings.force).name
    content = receipt_content(held.facts, code=held.code, force_name=force_name, public_url=settings.public_url)
    drawn = {Form.A6: a6_pdf, Form.TEXT: plain_text, Form.HTML: html}[form](content)
    written(out, drawn.encode() if isinstance(drawn, str) else drawn)
    typer.echo(f"receipt {content.code} ({form}) of person {person} of {held.facts.reference}: {out}", err=True)


def written(out: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        Invalid: the file cannot be written; the message says why.

    """
    if str(out) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    beside = out.with_name(f".{out.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(out)
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror}."
        raise Invalid(message) from error
