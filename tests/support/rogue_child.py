"""A media child that was taken over: it confines itself as every child does, then tries what an attacker would."""

import ctypes
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.worker.video import confine
from services.worker.video.child import confined, end

LIBC = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Do what the order's task names."""
    order = confined()
    folder = Path(order["folder"])
    if order["task"] == "spin":
        while True:
            pass
    if order["task"] == "tell-environment":
        end(folder, dict(os.environ))
    if order["task"] == "crash":
        ctypes.string_at(0)
    confine.filter_calls(may_fork=False)
    end(folder, _attempts(Path(order["recording"]), folder, order["ask"]))


def _attempts(recording: Path, folder: Path, ask: dict[str, Any]) -> dict[str, Any]:
    neighbour, worker = Path(ask["neighbour"]), int(ask["worker"])
    tried: dict[str, Callable[[], object]] = {
        "internet socket": lambda: socket.create_connection(("127.0.0.1", int(ask["port"])), timeout=2),
        "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)),
        "unix socket": lambda: socket.socket(socket.AF_UNIX),
        "raw packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
        "passwd": lambda: Path("/etc/passwd").read_bytes(),
        "neighbour": neighbour.read_bytes,
        "neighbour through a link": lambda: _through_link(folder, neighbour),
        "list the neighbours": lambda: list(neighbour.parent.iterdir()),
        "replace the recording": lambda: recording.write_bytes(b"forged"),
        "remove the recording": recording.unlink,
        "rename the recording": lambda: recording.rename(folder / "stolen"),
        "change its mode": lambda: recording.chmod(0o777),
        "change its time": lambda: os.utime(recording, (0, 0)),
        "write beside it": lambda: neighbour.with_name("new").write_bytes(b"x"),
        "write a gigabyte": lambda: _write(folder / "large", 1 << 30),
        "fork": os.fork,
        "forkpty": os.forkpty,
        "spawn a shell": lambda: os.posix_spawn("/bin/sh", ["sh", "-c", "true"], {}),
        "signal the worker": lambda: os.kill(worker, 0),
        "trace the worker": lambda: _called(LIBC.ptrace, 16, worker, 0, 0),
        "read the worker's memory": lambda: Path(f"/proc/{worker}/environ").read_bytes(),
        "mount": lambda: _called(LIBC.mount, b"none", str(folder).encode(), b"tmpfs", 0, None),
        "new namespace": lambda: _called(LIBC.unshare, 0x1000_0000),
        "become root": _really_root,
        "io_uring": lambda: _called(LIBC.syscall, 425, 8, ctypes.create_string_buffer(120)),
        "kernel keyring": lambda: _called(LIBC.syscall, 250, 0, -3, 1),
        "raise a limit": lambda: __import__("resource").setrlimit(0, (10**6, 10**6)),
    }
    return {name: _did(attempt) for name, attempt in tried.items()}


def _did(attempt: Callable[[], object]) -> str | None:
    """Return what an attempt came to where it worked, None where it was refused."""
    try:
        return str(attempt())[:200]
    except (OSError, ValueError):
        return None


def _called(function: Any, *arguments: Any) -> int:
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return 0


def _through_link(folder: Path, neighbour: Path) -> bytes:
    link = folder / "poster.jpg"
    link.symlink_to(neighbour)
    return link.read_bytes()


def _really_root() -> None:
    """Open root's files: setting the user id alone works for those who have it already."""
    os.setuid(0)
    Path("/etc/shadow").read_bytes()


def _write(path: Path, size: int) -> None:
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with path.open("wb") as opened:
        for _ in range(size >> 20):
            opened.write(bytes(1 << 20))
