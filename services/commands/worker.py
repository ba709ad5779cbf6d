"""`stop-search worker` and `stop-search jobs`: the processes that do the work, and the work that waits or was given up."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.commands.service import refuse_old_database, start_queue
from stop_search import faults
from stop_search.audit.actions import record_act
from stop_search.audit.rules import COMMAND_LINE, Act, Operation, Purpose
from stop_search.installation import open_installation
from stop_search.jobs.actions import retry_job
from stop_search.jobs.queries import job_counts, unfinished_jobs
from stop_search.jobs.rules import Queue
from stop_search.settings import read_settings

jobs = typer.Typer(no_args_is_help=True, help="The work that waits, runs or was given up.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(worker)
    app.add_typer(jobs, name="jobs")


def worker(
    queue: Annotated[list[Queue] | None, typer.Option(help="A queue to serve; may be given twice. Without it, all.")] = None,
) -> None:
    """Do the work: one process per queue, started again when it dies. Ctrl-C ends it after the jobs at hand."""
    from services.logs import configure_logging
    from services.worker.supervise import Supervisor

    settings = read_settings()
    refuse_old_database(open_installation(settings))
    configure_logging(settings.log_level)
    start_queue(settings)
    faults.arm(settings.faults)
    Supervisor(settings, list(dict.fromkeys(queue or Queue))).run()


@jobs.command(name="list")
def list_jobs() -> None:
    """Show how many jobs there are in each state, and every one that is not done."""
    with open_installation(read_settings()).reading() as session:
        counts, lines = job_counts(session), unfinished_jobs(session)
    console = Console()
    console.print(", ".join(f"{number} {state}" for state, number in counts.items()))
    if not lines:
        return
    table = Table("job", "name", "queue", "state", "attempts", "asked for", "held by", "last error")
    table.columns[0].no_wrap = True
    for line in lines:
        asked = f"{line.requested_at:%d %b %H:%M}"
        told = (str(line.job_id), line.name, line.queue, line.state, str(line.attempts), asked, line.held_by or "", line.last_error or "")
        table.add_row(*map(escape, told))
    console.print(table)


@jobs.command()
def retry(job_id: Annotated[uuid.UUID, typer.Argument(help="The id of a job that was given up.")]) -> None:
    """Give a dead job its attempts back."""
    act = Act(Operation.ALTERATION, "retry_job", "job", str(job_id), Purpose.TECHNICAL_WORK)
    with open_installation(read_settings()).writing() as session:
        retry_job(session, job_id=job_id)
        record_act(session, actor=COMMAND_LINE, act=act, now=datetime.now(UTC))
    typer.echo(f"Job {job_id} waits for a worker.")
