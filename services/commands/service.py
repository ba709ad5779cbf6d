"""`stop-search serve`, `migrate`, `check`: running the site and seeing that it can."""

import errno
import socket
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from stop_search import faults
from stop_search.database.migrating import migrate as bring_to_newest
from stop_search.database.migrating import pending_revision
from stop_search.errors import SettingMissing, StopSearchError, Unavailable
from stop_search.force import read_force
from stop_search.installation import Installation, open_installation
from stop_search.jobs.embedded_queue import ensure_embedded_queue
from stop_search.readiness import Finding, findings
from stop_search.settings import Settings, read_settings

WAITING = 1024  # connections that may wait to be taken up
GRACE_SECONDS = 10


class PortTaken(Unavailable):
    """Another program listens where the site was to listen."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (serve, migrate, check):
        app.command()(command)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 in a container.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
) -> None:
    """Serve the pages and the API until Ctrl-C. Put a proxy with TLS in front of it."""
    import uvicorn

    from services.api.app import create_app
    from services.api.settled import settle
    from services.logs import configure_logging

    settings = read_settings()
    installation = open_installation(settings)
    refuse_old_database(installation)
    listening = bound(host, port)
    configure_logging(settings.log_level)
    start_queue(settings)
    faults.arm(settings.faults)
    typer.echo(f"Serving {settings.public_url} on http://{host}:{port}. Ctrl-C ends it.", err=True)
    app = create_app(installation)
    settle()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # it prints whole paths, and a receipt's path is its secret
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listening])


def migrate() -> None:
    """Bring the database to the newest tables. Run it once before the first start and after each update."""
    database = open_installation(read_settings()).database
    newest = pending_revision(database)
    if newest is None:
        typer.echo("The database has the newest tables already.")
        return
    bring_to_newest(database)
    typer.echo(f"The database is at revision {newest} now.")


def check() -> None:
    """Look at settings, force, database, queue, storage and sandbox: one line each, with how to mend what is wrong."""
    console = Console(soft_wrap=True, highlight=False)
    try:
        settings = read_settings()
    except SettingMissing as error:
        _print(console, Finding("settings", ok=False, state=str(error)))
        raise typer.Exit(2) from error
    found = [Finding("settings", ok=True, state=f"for {settings.public_url}"), _force(settings)]
    for finding in found:
        _print(console, finding)
    try:
        looked_at = findings(open_installation(settings))
    except StopSearchError as error:
        looked_at = (Finding("installation", ok=False, state=str(error)),)
    for finding in (*looked_at, _sandbox(settings)):
        found.append(finding)
        _print(console, finding)
    if not all(finding.ok for finding in found):
        raise typer.Exit(1)


def refuse_old_database(installation: Installation) -> None:
    """Raise Unavailable where the database has not the newest tables: nothing is migrated by the way."""
    if newest := pending_revision(installation.database):
        message = f"The database is not at revision {newest}. Run: stop-search migrate"
        raise Unavailable(message)


def start_queue(settings: Settings) -> None:
    """Start the embedded queue server if this installation uses it; without it the site works, and workers poll."""
    if not settings.queue_is_embedded:
        return
    try:
        ensure_embedded_queue(settings.data_folder)
    except Unavailable as error:
        typer.echo(f"The embedded queue did not start; workers look for work by themselves. {error}", err=True)


def bound(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        PortTaken: another program has it.
        Unavailable: it cannot be listened on here for another reason, which the message has.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=WAITING)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} is taken by another program. Stop that one, or take another port: stop-search serve --port {port + 1}"
            raise PortTaken(message) from error
        message = f"{host}:{port} cannot be listened on: {error.strerror or error}. Choose another with --host and --port."
        raise Unavailable(message) from error


def _force(settings: Settings) -> Finding:
    try:
        force = read_force(settings.force)
    except SettingMissing as error:
        return Finding("force", ok=False, state=str(error))
    invented = "" if settings.force else " (invented; name your own with STOP_SEARCH_FORCE)"
    return Finding("force", ok=True, state=f"{force.name}{invented}")


def _sandbox(settings: Settings) -> Finding:
    try:
        from services.worker.video.programs import media_programs
        from services.worker.video.sandbox import open_sandbox
    except ImportError:
        return Finding("sandbox", ok=True, state="not needed: this machine has no worker's packages, so it opens no footage")
    try:
        programs = media_programs(ffmpeg=settings.ffmpeg, ffprobe=settings.ffprobe)
        opened = open_sandbox(settings.sandbox, programs)
    except StopSearchError as error:
        return Finding(
            "sandbox", ok=False, state=str(error), mend="Install bubblewrap, or use Linux 5.13 or later. Nothing is opened until then."
        )
    return Finding("sandbox", ok=True, state=f"{opened.mode} holds")


def _print(console: Console, finding: Finding) -> None:
    mark = Text("ok   ", "green") if finding.ok else Text("WRONG", "bold red")
    console.print(Text.assemble(mark, f" {finding.name}: {finding.state}"))
    if finding.mend:
        console.print(Text(f"      {finding.mend}"))
