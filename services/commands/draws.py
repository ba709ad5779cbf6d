"""`stop-search draw …`: plan, run, publish, verify and assign; the random sample of a period, from the command line."""

import secrets
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.actions import draw_sample
from stop_search.draws.publication import FILES, draw_problems
from stop_search.draws.queries import planned_frame, published_draw
from stop_search.draws.rules import FORCE_SCOPE
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.force import read_force
from stop_search.installation import open_installation
from stop_search.reviews.actions import assign_reviews
from stop_search.settings import read_settings

DICE = 20
draw = typer.Typer(no_args_is_help=True, help="The random sample of a period: plan, run, publish, verify.")
PeriodOption = Annotated[str, typer.Option(help="First and last day, both included: 2026-10-01..2026-10-31.")]
DrawArgument = Annotated[uuid.UUID, typer.Argument(help="The draw's id.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(draw, name="draw")


@draw.command()
def plan(period: PeriodOption) -> None:
    """Show what a draw of the period would be made from now, class by class. Nothing is fixed by it."""
    start, end = period_days(period)
    settings = read_settings()
    design = read_force(settings.force).design
    with open_installation(settings).reading() as session:
        lines = planned_frame(session, period_start=start, period_end=end, design=design)
    table = Table("class", "encounters", "probability", "expected")
    for line in lines:
        table.add_row(
            line.risk_class,
            str(line.size),
            f"{line.numerator}/{line.denominator}",
            f"{line.size * line.numerator / line.denominator:.1f}",
        )
    Console().print(table)


@draw.command()
def run(
    period: PeriodOption,
    seed: Annotated[str | None, typer.Option(help="Public randomness: the dice as thrown, or a beacon's value.")] = None,
) -> None:
    """Draw the period's sample, hold its footage and ask for reviewers. Once per period: there is no redraw."""
    start, end = period_days(period)
    settings = read_settings()
    randomness = seed if seed is not None else thrown_here()
    with open_installation(settings).writing() as session:
        drawn = draw_sample(
            session,
            scope=FORCE_SCOPE,
            period_start=start,
            period_end=end,
            design=read_force(settings.force).design,
            seed=randomness,
            actor=COMMAND_LINE,
            now=datetime.now(UTC),
        )
    if seed is None:
        typer.echo("The dice were thrown by this computer: nobody else can vouch for them. Use --seed with dice thrown before witnesses.")
    typer.echo(f"randomness {randomness}")
    typer.echo(f"manifest {drawn.frame_digest}")
    typer.echo(f"drawn {drawn.drawn} of {drawn.frame_size}")
    typer.echo(f"draw {drawn.draw_id}")


@draw.command()
def publish(draw_id: DrawArgument, out: Annotated[Path, typer.Option(help="The folder to write; it must not hold a draw yet.")]) -> None:
    """Write the folder that anyone may have: manifest, draw and tickets. It names tokens and no encounter."""
    with open_installation(read_settings()).reading() as session:
        published = published_draw(session, draw_id=draw_id)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        message = f"{out} is not empty. Give a new folder, so that nothing published is overwritten."
        raise Conflict(message)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in published.files.items():
        (out / name).write_bytes(content)
    typer.echo(f"draw {out}")


@draw.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A published folder.")],
    digest: Annotated[str | None, typer.Option(help="The manifest's SHA-256 as it was known before the randomness was.")] = None,
) -> None:
    """Draw again from a published folder and say what does not agree. Needs no settings and no database."""
    files = {name: (folder / name).read_bytes() for name in FILES if (folder / name).is_file()}
    if not files:
        message = f"{folder} holds no published draw."
        raise NotFound(message)
    problems = draw_problems(files, digest_before=digest)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("The draw agrees with itself." if digest is None else "The draw agrees with itself and with the digest known before it.")


@draw.command()
def assign(draw_id: DrawArgument) -> None:
    """Assign reviewers now to what has none: after somebody became a supervisor, or when the job was given up."""
    settings = read_settings()
    force = read_force(settings.force)
    asked = {"within": force.review_within, "calibration_clips": force.calibration_clips}
    with open_installation(settings).writing() as session:
        done = assign_reviews(session, draw_id=draw_id, **asked, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"{done.assigned} assigned, {done.unassigned} without a reviewer")


def period_days(written: str) -> tuple[date, date]:
    """Return the first and last day of "2026-10-01..2026-10-31". Raises Invalid."""
    first, _, last = written.partition("..")
    try:
        return date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError as error:
        message = f"{written!r} is no period. Write the first and the last day, like 2026-10-01..2026-10-31."
        raise Invalid(message, {"period": message}) from error


def thrown_here() -> str:
    """Return twenty ten-sided dice thrown by this computer."""
    return " ".join(str(secrets.randbelow(10)) for _ in range(DICE))
