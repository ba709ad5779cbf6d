"""`stop-search draw …`: plan, commit, anchor, run, publish; the random sample of a period, from the command line."""

import json
import secrets
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.actions import anchor_draw, draw_sample, note_publication
from stop_search.draws.beacon import QUICKNET, round_time
from stop_search.draws.chance import DICE, GivenChance, NamedChance, NamedDice, NamedRound, dice_given, round_given
from stop_search.draws.committing import commit_draw
from stop_search.draws.covering import commit_coverage
from stop_search.draws.outlook import ASSUMED_SHARE, NOTHING_KNOWN, Outlook
from stop_search.draws.periods import days_in_words, month_from
from stop_search.draws.planning import Planned, planned_draw
from stop_search.draws.publication import PublishedDraw
from stop_search.draws.queries import DrawLine, anchors_of, days_in_no_draw, draw_shown, draws_made, published_draw
from stop_search.draws.rules import FORCE_SCOPE, DrawState
from stop_search.draws.running import DrawnSample, run_draw
from stop_search.draws.sufficiency import FEWEST_DRAWN, FEWEST_PAIRS, GOOD_ENOUGH, Workload, simple_sample
from stop_search.errors import Conflict, Invalid
from stop_search.force import read_force
from stop_search.installation import open_installation
from stop_search.learning.expecting import outlook_by_reviews
from stop_search.reviews.assigning import assign_reviews
from stop_search.settings import read_settings
from stop_search.wording import london

TIME_TO_ANCHOR = timedelta(days=1)
LAST_YEAR = 9999  # what comes after its last day no calendar has
draw = typer.Typer(no_args_is_help=True, help="The random sample of a period: plan, commit, anchor, run, publish, verify.")
PeriodOption = Annotated[str, typer.Option(help="First and last day, both included: 2026-10-01..2026-10-31.")]
DrawArgument = Annotated[uuid.UUID, typer.Argument(help="The draw's id.")]
MomentOption = Annotated[str | None, typer.Option(help="A moment with its time zone: 2026-11-09T12:00:00Z.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(draw, name="draw")


@draw.command()
def plan(
    period: PeriodOption,
    criterion: Annotated[str | None, typer.Option(help="Expect what reviews of the year before found of this criterion: C3.")] = None,
) -> None:
    """Show what a draw of the period would be made from now, the work, and how sure the shares would be. Nothing is fixed by it."""
    start, end = period_days(period)
    settings = read_settings()
    design = read_force(settings.force).design
    with open_installation(settings).reading() as session:
        outlook = outlook_by_reviews(session, criterion=criterion, before=start) if criterion else NOTHING_KNOWN
        planned = planned_draw(session, period_start=start, period_end=end, design=design, outlook=outlook)
    console = Console()
    console.print(_class_table(planned))
    console.print(_work_lines(planned), highlight=False)
    console.print(_group_table(planned))
    console.print(_expected_lines(outlook, criterion), highlight=False)


@draw.command()
def commit(
    period: Annotated[str | None, typer.Option(help="First and last day, both included: 2026-10-01..2026-10-31.")] = None,
    coverage: Annotated[str | None, typer.Option(help="Instead of a period: the month whose coverage is drawn, 2026-10.")] = None,
    round_number: Annotated[int | None, typer.Option("--round", help="The beacon's round that will decide.")] = None,
    at: MomentOption = None,
    *,
    dice: Annotated[bool, typer.Option("--dice", help="Twenty dice, thrown before two witnesses, will decide.")] = False,
) -> None:
    """Fix the frame and name the chance that will decide: by default the beacon's round of tomorrow at this time. Nothing is drawn yet."""
    now = datetime.now(UTC)
    settings = read_settings()
    named = {"scope": FORCE_SCOPE, "design": read_force(settings.force).design, "actor": COMMAND_LINE, "now": now}
    chance = _named_chance(round_number, at, dice=dice, now=now)
    with open_installation(settings).writing() as session:
        if coverage is not None:
            fixed = commit_coverage(session, month=_month(coverage), chance=chance, **named)
        else:
            start, end = period_days(period or "")
            fixed = commit_draw(session, period_start=start, period_end=end, chance=chance, **named)
    typer.echo(f"frame {fixed.frame_size} stops")
    typer.echo(f"decides {json.dumps(fixed.manifest['randomness'], sort_keys=True)}")
    typer.echo("Make the digest known outside the force before that, and note it with: stop-search draw anchor")
    typer.echo(f"manifest {fixed.digest}")
    typer.echo(f"draw {fixed.draw_id}")


@draw.command()
def anchor(
    draw_id: DrawArgument,
    where: Annotated[str, typer.Option(help="Where it was made known: whom you told, or on which page.")],
    at: MomentOption = None,
) -> None:
    """Note where and when a draw's digest was made known, and print what whoever was told keeps: anchors.json."""
    now = datetime.now(UTC)
    with open_installation(read_settings()).writing() as session:
        anchor_draw(session, draw_id=draw_id, place=where, anchored_at=_moment(at) if at else now, actor=COMMAND_LINE, now=now)
        kept = anchors_of(session, draw_ids=[draw_id])
    typer.echo(json.dumps(kept, indent=1, sort_keys=True))


@draw.command()
def run(
    draw_id: Annotated[uuid.UUID | None, typer.Argument(help="The id of a committed draw.")] = None,
    round_file: Annotated[Path | None, typer.Option(help="The beacon's answer for the round, as a file.")] = None,
    signature: Annotated[str | None, typer.Option(help="Or the round's signature, in hex.")] = None,
    dice: Annotated[str | None, typer.Option(help="The dice as thrown.")] = None,
    witness: Annotated[list[str] | None, typer.Option(help="Who saw the dice thrown; give it twice or more.")] = None,
    period: Annotated[str | None, typer.Option(help="Commit and run this period at once: for a demonstration.")] = None,
    seed: Annotated[str | None, typer.Option(help="With --period: twenty dice as thrown, or another text.")] = None,
) -> None:
    """Draw from a committed frame, hold the footage of what is drawn, and ask for reviewers. Once: there is no redraw."""
    settings = read_settings()
    with open_installation(settings).writing() as session:
        design, now = read_force(settings.force).design, datetime.now(UTC)
        if draw_id is not None:
            chance = _given_chance(draw_shown(session, draw_id=draw_id), round_file, signature, dice, tuple(witness or ()))
            _tell(run_draw(session, draw_id=draw_id, chance=chance, design=design, actor=COMMAND_LINE, now=now))
            return
        start, end = period_days(period or "")
        randomness = seed if seed is not None else thrown_here()
        period_of = {"scope": FORCE_SCOPE, "period_start": start, "period_end": end}
        drawn = draw_sample(session, **period_of, design=design, seed=randomness, actor=COMMAND_LINE, now=now)
    if seed is None:
        typer.echo("The dice were thrown by this computer: nobody else can vouch for them. Use --seed with dice thrown before witnesses.")
    typer.echo("Committed and run in one step: nothing shows that the frame was fixed before the dice were thrown.")
    typer.echo(f"randomness {randomness}")
    _tell(drawn)


@draw.command(name="list")
def list_draws() -> None:
    """List the draws, the newest period first, and warn of what is committed and not run and of past days that no draw covers."""
    with open_installation(read_settings()).reading() as session:
        lines, left_out = draws_made(session), days_in_no_draw(session, today=london(datetime.now(UTC)).date())
    for line in lines:
        place = "-" if line.sequence is None else str(line.sequence)
        typer.echo(
            f"{place} {line.period_start}..{line.period_end} {line.stream} {line.state} {line.drawn}/{line.frame_size} {line.draw_id}"
        )
    for line in lines:
        if line.state is DrawState.COMMITTED:
            typer.echo(
                f"WARNING: draw {line.draw_id} waits to be run. Until then the footage of {line.frame_size} stops is held.", err=True
            )
    if left_out:
        typer.echo(f"No draw covers these past days: {days_in_words(left_out)}.", err=True)


@draw.command()
def publish(draw_id: DrawArgument, out: Annotated[Path, typer.Option(help="The folder to write; it must not hold a draw yet.")]) -> None:
    """Write the folder that anyone may have: manifest, frame, draw, tickets and outcomes. It names tokens and no encounter."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        message = f"{out} is not empty. Give a new folder, so that nothing published is overwritten."
        raise Conflict(message)
    with open_installation(read_settings()).writing() as session:
        note_publication(session, draw_id=draw_id, actor=COMMAND_LINE, now=datetime.now(UTC))
        published = published_draw(session, draw_id=draw_id)
        _write(published, out)  # before it is noted: a failed write leaves the draw as it was
    typer.echo(f"draw {out}")


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
        start, end = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError as error:
        message = f"{written!r} is no period. Write the first and the last day, like 2026-10-01..2026-10-31."
        raise Invalid(message, {"period": message}) from error
    if end.year >= LAST_YEAR:
        message = f"{written!r} ends too late. Give a last day before the year {LAST_YEAR}."
        raise Invalid(message, {"period": message})
    return start, end


def thrown_here() -> str:
    """Return twenty ten-sided dice thrown by this computer."""
    return " ".join(str(secrets.randbelow(10)) for _ in range(DICE))


def _named_chance(round_number: int | None, at: str | None, *, dice: bool, now: datetime) -> NamedChance:
    if dice:
        return NamedDice()
    wanted = (_moment(at) if at else now + TIME_TO_ANCHOR) - round_time(1)
    number = round_number if round_number is not None else -(-wanted // timedelta(seconds=QUICKNET.period)) + 1
    return NamedRound(number)


def _given_chance(
    line: DrawLine, round_file: Path | None, signature: str | None, dice: str | None, witnesses: tuple[str, ...]
) -> GivenChance:
    if dice is not None:
        return dice_given(dice, witnesses)
    pasted = _read(round_file) if round_file else signature
    if pasted is None:
        message = "Give the beacon's answer with --round-file or --signature, or --dice with two --witness."
        raise Invalid(message, {"chance": message})
    try:
        return round_given(pasted, named_round=int((line.named or {}).get("round", 0)))
    except (ValueError, RecursionError) as error:
        message = f"The beacon's answer cannot be read: {error}. Give it as it came, with its round and its signature."
        raise Invalid(message, {"chance": message}) from error


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {error}. Give the beacon's answer as it came, in a file of UTF-8 text."
        raise Invalid(message, {"chance": message}) from error


def _write(published: PublishedDraw, out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in published.files.items():
            (out / name).write_bytes(content)
    except OSError as error:
        message = f"{out} cannot be written: {error}. The draw is not noted as published. Give a folder that can be made, and is empty."
        raise Invalid(message, {"out": message}) from error


def _month(written: str):  # noqa: ANN202 -- as `month_from` gives it
    try:
        return month_from(written)
    except ValueError as error:
        message = f"{written!r} is no month. Write it like 2026-10."
        raise Invalid(message, {"coverage": message}) from error


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 -- refused below, like every moment without a time zone
    if moment.tzinfo is None:
        message = f"{written!r} is no moment with a time zone. Write it like 2026-11-09T12:00:00Z."
        raise Invalid(message, {"at": message})
    return moment


def _tell(drawn: DrawnSample) -> None:
    typer.echo(f"manifest {drawn.frame_digest}")
    typer.echo(f"drawn {drawn.drawn} of {drawn.frame_size}")
    typer.echo(f"draw {drawn.draw_id}")


def _class_table(planned: Planned) -> Table:
    table = Table("class", "encounters", "probability", "expected")
    for line in planned.classes:
        expected = f"{line.size * line.numerator / line.denominator:.1f}"
        table.add_row(line.risk_class, str(line.size), f"{line.numerator}/{line.denominator}", expected)
    return table


def _work_lines(planned: Planned) -> str:
    work = planned.work
    return (
        f"Expected: {work.main:.0f} reviews by the main draws, {work.coverage:.0f} by coverage, {work.second:.0f} second readings, "
        f"{work.panel:.0f} for the panel.\n{_by_strata(work.panel_needs)}"
        f"A week: {work.reviews_a_week:.0f} first readings, in {work.weeks:.1f} weeks{_in_draws(planned.draws)}.\n"
        f"{_pairs_line(work)}\n"
        f"A group needs about {simple_sample(GOOD_ENOUGH)} equally likely reviews for ±10 points, {simple_sample(0.05)} for ±5; "
        f"below {FEWEST_DRAWN} nothing is said of it."
    )


def _in_draws(draws: int) -> str:
    """Say that a period too long for one draw is planned week by week."""
    return "" if draws == 1 else f", planned as {draws} weekly draws"


def _pairs_line(work: Workload) -> str:
    """Say how many blind pairs a quarter has, and what share of second readings would give enough of them."""
    said = f"A quarter: {work.pairs_a_quarter:.0f} stops read twice"
    if work.pairs_a_quarter >= FEWEST_PAIRS:
        return f"{said}; how well readers agree needs {FEWEST_PAIRS}."
    share = work.share_for_pairs
    if share is None:
        return (
            f"{said}. How well readers agree needs {FEWEST_PAIRS}: all of these reviews read twice are fewer, so it takes longer to know."
        )
    return f"{said}. How well readers agree needs {FEWEST_PAIRS}: for that, write second: [{share.numerator}, {share.denominator}]."


def _by_strata(panel_needs: int | None) -> str:
    """Say where the panel may get less than its share."""
    if panel_needs is None:
        return ""
    return f"By strata the panel's share of each class is rounded down: of fewer than {panel_needs} drawn of a class it gets none.\n"


def _expected_lines(outlook: Outlook, criterion: str | None) -> str:
    """Say on what the widths rest, and what nobody can know beforehand."""
    if outlook.reviews:
        return (
            f"Expected is what {outlook.reviews} scores of {criterion} in the year before came to in each class and group, and as much "
            "that could not be scored. Where the next stops differ from those, the widths will differ too."
        )
    nothing = f"No review of the year before scored {criterion}. " if criterion else ""
    how = "" if criterion else " With --criterion it rests on what reviews of the year before found."
    return (
        f"{nothing}Expected is that {ASSUMED_SHARE:.0%} meet the standard in every class and that all can be scored. "
        f"Near 50% a width is a quarter more than here, at 95% about half of it; what cannot be scored makes it wider.{how}"
    )


def _group_table(planned: Planned) -> Table:
    table = Table("share of", "stops", "drawn, expected", "scored", "± points (95 %)", "enough")
    for one in planned.groups:
        width = "-" if one.half_width is None else f"{one.half_width * 100:.1f}"
        table.add_row(one.group, str(one.stops), f"{one.drawn:.0f}", f"{one.scored:.0f}", width, "yes" if one.is_sufficient else "no")
    return table
