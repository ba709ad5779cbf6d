"""The demo's processes: the site and one worker per queue, started together, watched, and stopped together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2

from stop_search.errors import Unavailable

READY_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 15
PR_SET_PDEATHSIG = 1

PROGRAMS = {"site": ("serve",), "worker": ("worker",)}


@dataclass
class RunningSite:
    """A context: on entry every program runs and the site is ready; on exit none is left."""

    address: str
    port: int
    data_folder: Path
    environment: dict[str, str]
    children: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Start everything and wait until the site is ready. Raises Unavailable."""
        refuse_busy_port(self.port)
        try:
            for name, arguments in PROGRAMS.items():
                extra = ("--port", str(self.port)) if name == "site" else ()
                self.children[name] = self._started(name, *arguments, *extra)
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop everything."""
        self.stop()

    def stop(self) -> None:
        """Ask every program to end, wait, and kill what does not."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_WITHIN_SECONDS
        for child in self.children.values():
            try:
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_group(child)

    def wait(self) -> None:
        """Block until a program ends by itself.

        Raises:
            Unavailable: one did; the message has the end of its log.

        """
        while True:
            self._refuse_dead()
            time.sleep(1)

    def _started(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        log = self._log_path(name)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 -- our own program and arguments
                [sys.executable, "-m", "services.cli", *arguments],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 -- one prctl call; the parent has no threads yet
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < deadline:
            self._refuse_dead()
            try:
                if httpx2.get(f"{self.address}/readyz", timeout=2).status_code == httpx2.codes.OK:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        message = f"The site was not ready within {READY_WITHIN_SECONDS} s. See {self._log_path('site')}."
        raise Unavailable(message)

    def _refuse_dead(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None:
                message = f"{name} ended with exit code {child.returncode}. The end of its log:\n{self._log_end(name)}"
                raise Unavailable(message)

    def _log_path(self, name: str) -> Path:
        return self.data_folder / "logs" / f"{name}.log"

    def _log_end(self, name: str) -> str:
        return "\n".join(self._log_path(name).read_text(encoding="utf-8", errors="replace").splitlines()[-15:])


def refuse_busy_port(port: int) -> None:
    """Say so, and what to do, if another program listens on this port of 127.0.0.1.

    Raises:
        Unavailable: it is busy.

    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            message = f"Port {port} is busy: another program listens there. Stop it, or choose another: --port {port + 1}."
            raise Unavailable(message) from error


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _kill_group(child: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    child.wait()
