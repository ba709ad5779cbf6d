"""`stop-search demo`: the whole system with an invented force, on one machine, with nothing to set up."""

import signal
import sys
import time
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from stop_search.accounts.rules import MACHINE_ROLES, Role
from stop_search.installation import Installation
from stop_search.jobs.doorbell import answers
from stop_search.jobs.embedded_queue import embedded_queue_url, ensure_embedded_queue, stop_embedded_queue
from stop_search.settings import folder_given, with_environment

PORT = 8080
EXAMINED_WITHIN_SECONDS = 600
PLACES = {
    Role.OFFICER: ("/officer", "records a stop by hand, prints its receipts"),
    Role.SUPERVISOR: ("/reviews", "watches and scores the drawn stops"),
    Role.LEARNING_TEAM: ("/learning", "sees themes, results and what the public says"),
    Role.PANEL_MEMBER: ("/panels", "watches redacted footage, votes, and reads what the force answers"),
    Role.COMPLAINTS_HANDLER: ("/complaints", "answers complaints and other letters, opened with a key"),
    Role.AUDITOR: ("/admin", "checks the audit log"),
    Role.ADMINISTRATOR: ("/admin", "keeps accounts, looks after stuck work"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help=f"Port of the site on this machine. Default: {PORT}.")] = None,
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Walk the whole chain once by HTTP, print each step with its time, and end.")
    ] = False,
) -> None:
    """Fill an invented force, start the site, a worker and the queue, and print how to sign in. Ctrl-C stops everything."""
    from services.demo.processes import RunningSite, free_port, refuse_busy_port
    from services.demo.setting_up import fill, learn, prepare, review

    console = Console(stderr=once)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)  # a shell that starts programs in the background has them ignore it
    chosen = port or (free_port() if once else PORT)
    refuse_busy_port(chosen)
    data_folder = folder_given()
    installation = prepare(data_folder, chosen, keep_address=once)
    is_embedded = installation.settings.queue_is_embedded
    owns_queue = is_embedded and not (once and answers(embedded_queue_url(data_folder)))
    if is_embedded:
        ensure_embedded_queue(data_folder)
    try:
        fill(installation, console.print)
        address = f"http://127.0.0.1:{chosen}"
        environment = with_environment(data_folder=str(data_folder), public_url=address, demo="true")
        with RunningSite(address=address, port=chosen, data_folder=data_folder, environment=environment) as site:
            _wait_for_recordings(installation, console)
            if once:
                review(installation, console.print)
                sys.exit(_walked(installation, address))
            _print_addresses(console, address)
            _add_history(installation, console)
            review(installation, console.print)
            learn(installation)
            _add_panels(installation, console)
            site.wait()
    except KeyboardInterrupt:
        console.print("Stopping …")
    finally:
        if owns_queue:
            stop_embedded_queue(data_folder)


def _wait_for_recordings(installation: Installation, console: Console) -> None:
    """Wait until the recordings are examined, with a bar; on a second start there is nothing to do."""
    from services.demo.setting_up import waiting_recordings

    waiting = waiting_recordings(installation)
    columns = (
        TextColumn("The worker examines the recordings"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total}"),
        TimeElapsedColumn(),
    )
    deadline = time.monotonic() + EXAMINED_WITHIN_SECONDS
    with Progress(*columns, console=console, disable=not waiting) as progress:
        task = progress.add_task("", total=waiting)
        while waiting and time.monotonic() < deadline:
            time.sleep(0.3)
            left = waiting_recordings(installation)
            progress.update(task, completed=max(0, waiting - left))
            if not left:
                break


def _add_history(installation: Installation, console: Console) -> None:
    """Add an invented half-year before the newest weeks, with a bar; the site is in use meanwhile."""
    from services.demo.setting_up import add_history

    columns = (
        TextColumn("An invented half-year is added; then the newest weeks are drawn for review"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total} weeks"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("", total=None, visible=False)
        add_history(installation, lambda done, of: progress.update(task, completed=done, total=of, visible=True))


def _add_panels(installation: Installation, console: Console) -> None:
    """Redact some footage for the invented panel and have it meet; the site is in use meanwhile."""
    from services.demo.setting_up import add_panels

    with console.status("Footage is redacted for the panel"):
        add_panels(installation)


def _walked(installation: Installation, address: str) -> int:
    from services.demo.walk import walk

    return walk(installation, address, Console())


def _print_addresses(console: Console, address: str) -> None:
    """Print who does what where: an address is never cut or wrapped, so that it can be clicked and copied."""
    console.print("\nThe demo is ready. Every person and stop in it is invented.\n", style="bold")
    lines = [("anyone", "answers with the code on a receipt", f"{address}/r")]
    for role in Role:
        if role not in MACHINE_ROLES:
            path, does = PLACES[role]
            lines.append((role.replace("_", " "), does, f"{address}/sign-in/demo?role={role}&next={path}"))
    for who, does, where in lines:
        console.print(f"  [bold]{who}[/]: {does}", highlight=False)
        console.print(f"    {where}", soft_wrap=True, highlight=False, markup=False)
    console.print("\nCtrl-C stops the site, the worker and the queue. What was recorded stays for the next start.", soft_wrap=True)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
