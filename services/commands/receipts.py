"""`stop-search receipt …`: drawing a receipt from the command line."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from receipts.content import notice_content, receipt_content
from receipts.forms import FORMS, NOTICE_FORMS, notice_file, receipt_file
from receipts.signed import SIGNING_USE
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.handing_out import hand_out_notice, hand_out_receipt_of_person
from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.errors import Invalid
from stop_search.force import read_force
from stop_search.installation import open_installation
from stop_search.settings import read_settings

ESCPOS_ENDINGS = frozenset({".escpos", ".bin"})  # a thermal form written to such a file is meant for the printer itself
FORMS_TOLD = "; ".join(f"{name}: {form.about}" for name, form in FORMS.items()) + "."

receipt = typer.Typer(no_args_is_help=True, help="Receipts as people hold them.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(receipt, name="receipt")


@receipt.callback()
def about() -> None:
    """Receipts as people hold them."""


def known_form(form: str) -> str:
    """Return the form if there is such a one. Raises typer.BadParameter, which names those there are."""
    if form not in FORMS:
        message = f"There is no form “{form}”. There is: {', '.join(FORMS)}."
        raise typer.BadParameter(message)
    return form


@receipt.command()
def render(
    reference: Annotated[str, typer.Argument(help="The encounter's reference, as it stands on the receipt.")],
    out: Annotated[Path, typer.Option(help="The file to write; - is the standard output.")],
    form: Annotated[str, typer.Option(callback=known_form, help=FORMS_TOLD)] = "a6",
    person: Annotated[int, typer.Option(min=1, help="Which person of the encounter, counted from 1.")] = 1,
    language: Annotated[str | None, typer.Option(help="A short code such as pl. Left out: the language in which it was issued.")] = None,
) -> None:
    """Draw the receipt of one person of an encounter. Equal receipts are equal to the byte."""
    drawn_as = _for_the_file(form, out)
    settings = read_settings()
    installation = open_installation(settings)
    key = installation.key_for(KEY_USE)
    with installation.writing() as session:
        held = hand_out_receipt_of_person(
            session, reference=reference, person=person, form=drawn_as, key=key, actor=COMMAND_LINE, now=datetime.now(UTC)
        )
        content = receipt_content(
            held.facts, code=held.code, force_name=read_force(settings.force).name, public_url=settings.public_url, language=language
        )
        drawn = receipt_file(content, drawn_as, seed=installation.key_for(SIGNING_USE))
    written(out, drawn)
    typer.echo(f"receipt {content.code} ({drawn_as}) of person {person} of {held.facts.reference}: {out}", err=True)


@receipt.command()
def notice(
    reference: Annotated[str, typer.Argument(help="The reference of the search of a vehicle that nobody was with.")],
    out: Annotated[Path, typer.Option(help="The file to write; - is the standard output.")],
    form: Annotated[str, typer.Option(help=f"One of: {', '.join(NOTICE_FORMS)}.")] = "a6",
    language: Annotated[str, typer.Option(help="A short code such as pl.")] = "en",
) -> None:
    """Draw the notice that is left with a vehicle that nobody was with."""
    settings = read_settings()
    now = datetime.now(UTC)
    with open_installation(settings).writing() as session:
        facts = hand_out_notice(session, reference=reference, form=form, viewer=None, actor=COMMAND_LINE, now=now, language=language)
        drawn = notice_file(notice_content(facts, force_name=read_force(settings.force).name, language=language), form)
    written(out, drawn)
    typer.echo(f"notice ({form}) of {facts.reference}: {out}", err=True)


def _for_the_file(form: str, out: Path) -> str:
    """Return the form in which a file of this name is meant: thermal80 is a picture, but for a file to send to the printer."""
    printers = f"{form}-escpos"
    return printers if printers in FORMS and out.suffix in ESCPOS_ENDINGS else form


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
