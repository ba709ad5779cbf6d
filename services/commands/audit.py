"""`stop-search audit`: checking the log, and exporting it so that others can check it without this program."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from stop_search.audit.actions import record_act
from stop_search.audit.queries import chain_report, exported_entries
from stop_search.audit.rules import COMMAND_LINE, Act, Operation, Purpose
from stop_search.errors import Conflict, Invalid
from stop_search.installation import open_installation
from stop_search.settings import read_settings

audit = typer.Typer(no_args_is_help=True, help="The log of who did what: check it, export it.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(audit, name="audit")


@audit.command()
def verify() -> None:
    """Walk the whole log; exit code 1 and a list where something is wrong."""
    with open_installation(read_settings()).reading() as session:
        report = chain_report(session)
    for problem in report.problems:
        typer.echo(problem)
    typer.echo(f"{report.entries} entries, newest hash {report.head}: {'SOMETHING IS WRONG' if report.problems else 'nothing is wrong'}")
    if report.problems:
        raise typer.Exit(1)
    typer.echo("Note the newest hash down elsewhere: only that shows a log made anew, or an older copy.", err=True)


@audit.command()
def export(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Write the log as JSON lines, for verify/audit.py. That it was exported is the log's newest entry."""
    if file.exists():
        message = f"{file} is there already. Give another name: a log is never written over."
        raise Conflict(message)
    act = Act(Operation.DISCLOSURE, "audit_log_exported", "audit_log", "whole", Purpose.ADMINISTRATION)
    with open_installation(read_settings()).writing() as session:
        record_act(session, actor=COMMAND_LINE, act=act, now=datetime.now(UTC))
        lines = _write(file, (json.dumps(line) for line in exported_entries(session)))
    typer.echo(f"Wrote {lines - 1} entries to {file}. Check them with: python3 verify/audit.py {file}")


def _write(file: Path, lines: Iterator[str]) -> int:
    """Write beside the file first, so that a file of this name is always whole. Raises Invalid where it cannot be written."""
    beside = file.with_name(f".{file.name}.part")
    count = 0
    try:
        with beside.open("w", encoding="ascii") as opened:
            os.fchmod(opened.fileno(), 0o600)
            for line in lines:
                opened.write(line + "\n")
                count += 1
            opened.flush()
            os.fsync(opened.fileno())
        beside.rename(file)
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror or error}."
        raise Invalid(message) from error
    finally:
        beside.unlink(missing_ok=True)
    return count
