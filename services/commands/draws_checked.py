"""`stop-search draw …`, continued: verify what is published, refuse a drawn stop, ask for a review for cause, plan a reconciliation."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from services.commands.draws import draw
from stop_search.accounts.rules import Rank
from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.publication import FILES
from stop_search.draws.rules import Cause, RefusalReason
from stop_search.draws.sufficiency import records_to_compare
from stop_search.draws.tickets import manifest_digest
from stop_search.draws.verification import draw_problems, draw_remarks
from stop_search.errors import Invalid, NotFound
from stop_search.force import read_force
from stop_search.installation import open_installation
from stop_search.reviews.for_cause import ask_for_review
from stop_search.reviews.refusing import refuse_drawn
from stop_search.settings import read_settings

ReferenceArgument = Annotated[str, typer.Argument(help="The stop's reference.")]


def register(_: typer.Typer) -> None:
    """Add the commands to those of `draws.py`, which are added by it."""
    for command in (verify, refuse, for_cause, reconcile):
        draw.command(name=command.__name__.replace("_", "-"))(command)


def verify(
    folder: Annotated[Path, typer.Argument(help="A published folder.")],
    anchors: Annotated[Path | None, typer.Option(help="anchors.json, as it was kept outside the force.")] = None,
    digest: Annotated[str | None, typer.Option(help="Or only the manifest's digest, as it was known before chance was.")] = None,
) -> None:
    """Draw again from a published folder and say what does not agree. Needs no settings and no database."""
    try:
        files = {name: (folder / name).read_bytes() for name in FILES if (folder / name).is_file()}
        told = anchors.read_bytes() if anchors else None
    except OSError as error:
        message = f"It cannot be read: {error}. Give the folder of a published draw, and anchors.json as it was kept outside."
        raise Invalid(message) from error
    if not files:
        message = f"{folder} holds no published draw."
        raise NotFound(message)
    problems = draw_problems(files, anchors=told)
    if not problems and digest is not None and digest.strip().lower() != manifest_digest(json.loads(files["manifest.json"])):
        problems = ["manifest.json: it is not the manifest whose digest was known before the draw"]
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    for remark in draw_remarks(files, anchors=told):
        typer.echo(remark)
    if anchors is None and digest is None:
        typer.echo("The draw agrees with itself. NOT ANCHORED: nothing shows that the frame was fixed before chance was known.")
    else:
        typer.echo("The draw agrees with itself and with what was kept outside.")


def refuse(
    reference: ReferenceArgument,
    reason: Annotated[RefusalReason, typer.Option(help="Why; published.")],
    rank: Annotated[Rank, typer.Option(help="The rank of who refuses; published.")],
) -> None:
    """End a drawn stop without a review. It stays in the sample, and nothing is drawn in its place."""
    with open_installation(read_settings()).writing() as session:
        line = refuse_drawn(session, reference=reference, reason=reason, rank=rank, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"outcome {line.n} {line.hash}")


def for_cause(reference: ReferenceArgument, cause: Annotated[Cause, typer.Option(help="Why a person asks for it.")]) -> None:
    """Have a stop reviewed because somebody asks for it: beside the sample, and never counted with it."""
    settings = read_settings()
    within = read_force(settings.force).review_within
    with open_installation(settings).writing() as session:
        _, done = ask_for_review(session, reference=reference, cause=cause, within=within, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"{done.assigned} assigned, {done.unassigned} without a reviewer")


def reconcile(
    omitted: Annotated[float, typer.Option(min=0.01, max=99, help="The share left out that must be found, in per cent.")] = 1.0,
    certainty: Annotated[float, typer.Option(min=1, max=99.9, help="With which certainty, in per cent.")] = 95.0,
) -> None:
    """Say how many records of an independent source an auditor compares with the frames (`in-the-draw` of each receipt, or the key)."""
    number = records_to_compare(omitted / 100, certainty / 100)
    typer.echo(f"Compare {number} records, chosen at random from a source that the force does not write (camera index, control room).")
    typer.echo(f"If {omitted:g} % are left out of the frames, one of them is found with {certainty:g} %.")
    typer.echo(f"records {number}")
