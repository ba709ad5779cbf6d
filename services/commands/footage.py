"""`stop-search footage …`: take recordings from files, list them, tell what became of one, examine one again."""

import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from stop_search.accounts.queries import officer_by_number
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import database_now
from stop_search.errors import StopSearchError
from stop_search.footage.actions import examine_again, receive_footage
from stop_search.footage.originals import store_original
from stop_search.footage.progress import STAGE_WORDS, Progress, footage_progress, progress_of, told
from stop_search.footage.queries import FootageShown, footage_shown
from stop_search.footage.rules import FootageState, ReceivedFile
from stop_search.force import read_force
from stop_search.installation import Installation, open_installation
from stop_search.reviews.before_review import drawn_without_hold, gone_before_review
from stop_search.settings import read_settings

commands = typer.Typer(no_args_is_help=True, help="Recordings: take them in, see what became of them.")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(commands, name="footage")


@commands.command()
def ingest(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Recordings, as the camera wrote them.")],
    device: Annotated[str | None, typer.Option(help="The camera's serial.")] = None,
    officer: Annotated[str | None, typer.Option(help="Who wore it: the collar or warrant number.")] = None,
    started_at: Annotated[str | None, typer.Option(help="When it began, as 2026-11-18T14:05:00+00:00; without an offset: UTC.")] = None,
    encounter: Annotated[str | None, typer.Option(help="The reference of the encounter that it shows.")] = None,
) -> None:
    """Store, match and queue each file; a worker examines it. The same bytes again are the same recording."""
    installation = open_installation(read_settings())
    moment = _moment(started_at)
    refused = 0
    for file in files:
        try:
            footage_id = _ingest(installation, file, device=device, officer=officer, started_at=moment, encounter=encounter)
        except (StopSearchError, OSError) as error:
            refused += 1
            typer.echo(f"{file.name}: {error}", err=True)
        else:
            typer.echo(f"footage {footage_id}  {file.name}")
    if refused:
        raise typer.Exit(1)


@commands.command()
def show(footage_id: Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As `ingest` printed it.")]) -> None:
    """Tell the state of a recording, its facts, encounters and holds; if it failed, why and what to do."""
    installation = open_installation(read_settings())
    with installation.reading() as session:
        shown = footage_shown(session, footage_id=footage_id)
        progress = progress_of(session, footage_ids=[footage_id])[footage_id]
    for line in _lines(shown, progress):
        typer.echo(line)


@commands.command("list")
def list_footage(
    state: Annotated[FootageState | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
) -> None:
    """List recordings, the failed ones first: id, state, since when, last day; if one failed, why and what to do."""
    installation = open_installation(read_settings())
    with installation.reading() as session:
        found = footage_progress(session, state=state, limit=limit + 1)
    for one in found[:limit]:
        typer.echo(
            f"{one.footage_id}  {STAGE_WORDS[one.stage]:<17}  since {one.since:%Y-%m-%dT%H:%MZ}  last day {one.erase_after or 'not said'}"
        )
        if one.reason:
            typer.echo(f"    {one.reason} {one.advice or ''}".rstrip())
    if not found:
        typer.echo("There is no such recording." if state else "No recording has arrived yet.")
    if len(found) > limit:
        typer.echo(f"There are more than {limit}. Ask for more with --limit, or for one state with --state.")


@commands.command("examine-again")
def ask_again(footage_id: Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As `ingest` printed it.")]) -> None:
    """Ask for another examination, after one that failed or was done by an older version."""
    installation = open_installation(read_settings())
    with installation.writing() as session:
        examine_again(session, footage_id=footage_id, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo("A worker will examine it again.")


@commands.command()
def doctor() -> None:
    """Say which drawn recordings are about to go before anybody reviewed them, held by nothing, and what to do. Fails if there are any."""
    installation = open_installation(read_settings())
    with installation.reading() as session:
        found = drawn_without_hold(session, now=database_now(session))
        gone = gone_before_review(session)
    typer.echo(f"drawn stops whose footage was gone before review, ever: {gone}")
    typer.echo(f"drawn, not reviewed, held by nothing and going within 7 days: {len(found)}")
    for line in found:
        typer.echo(f"  {line.footage_id} last day {line.last_day}: {' '.join(line.references)}")
    if found:
        typer.echo("Ask the learning team to hold each stop again (/holds), or a supervisor to review it before that day.")
        raise typer.Exit(1)


def _ingest(
    installation: Installation, file: Path, *, device: str | None, officer: str | None, started_at: datetime | None, encounter: str | None
) -> uuid.UUID:
    with installation.reading() as session:
        officer_id = officer_by_number(session, officer_number=officer).account_id if officer else None
    new = ReceivedFile(
        original=store_original(installation.storage, file),
        name=os.fsencode(file.name).decode("utf-8", "replace"),
        clocks=read_force(installation.settings.force).retention.on(datetime.now(UTC).date()),
        device_serial=device,
        officer_id=officer_id,
        started_at=started_at,
        encounter_reference=encounter,
    )
    with installation.writing() as session:
        return receive_footage(session, new=new, actor=COMMAND_LINE, now=datetime.now(UTC))


def _moment(said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        message = f"--started-at: {said!r} is no time; write it as 2026-11-18T14:05:00+00:00."
        raise typer.BadParameter(message) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _evidence_rows(shown: FootageShown) -> list[tuple[str, object]]:
    there = shown.evidence
    if there is None:
        return []
    told = "gone there" if there.gone_at else "held there" if there.is_held_there else "not held there"
    here = "bytes are here too" if shown.storage_key else "no bytes here"
    return [("kept in the evidence system as", there.evidence_id), ("", f"{told}; {here}")]


def _lines(shown: FootageShown, progress: Progress) -> list[str]:
    rows: list[tuple[str, object]] = [
        ("footage", shown.footage_id),
        ("state", shown.state),
        ("progress", told(progress)),
        ("attempts", progress.attempts or None),
        ("name", shown.original_name),
        ("sha256", shown.sha256),
        ("size_bytes", shown.size_bytes),
        ("device", shown.device_serial),
        ("officer", shown.officer_number),
        ("started_at", shown.started_at),
        ("ended_at", shown.ended_at),
        ("erase_after", shown.erase_after),
        ("began at", f"{shown.position['latitude']}, {shown.position['longitude']}" if shown.position else None),
        *_evidence_rows(shown),
        ("failed because", shown.failure_reason),
        ("what to do", shown.failure_advice),
        *((f"fact {name}", value) for name, value in shown.facts.items() if name not in {"flags", "sha256", "size_bytes"}),
        ("flags", ", ".join(shown.flags)),
        ("pictures", f"{len(shown.pictures['thumbnails'])} thumbnails, {shown.pictures['poster']}" if shown.pictures else None),
        *(("shows", f"{one.reference} ({one.matched_by})") for one in shown.encounters),
        *(("held for", f"{one.reason} ({one.encounter_reference})") for one in shown.holds),
    ]
    return [f"{name:<34} {value}" for name, value in rows if value not in (None, "")]
