"""The room in which uploaded bytes are parsed: one child process, one recording to read, one folder to write in, nothing else.

What each mode keeps from the child, proved by a self-test before any media is let in:

    bubblewrap   an own file tree (no /etc/passwd, no neighbouring file, no /proc), an own empty network, own processes, no privileges;
                 the child besides takes the system call filter and the limits upon itself
    landlock     Landlock lets it read programs, libraries and its recording and write its folder (reading /etc and /proc fails); the
                 system call filter refuses every socket, signals, tracing and, once ffprobe has run, new processes; the same limits.
                 What it does not hide: that other files exist (`stat`), and the list of processes' numbers

Where neither works, media is refused: nothing is ever parsed bare.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import services
from services.worker.video.programs import Programs
from stop_search.errors import Unavailable

ADVICE = (
    "Install bubblewrap (Debian and Ubuntu: apt-get install bubblewrap) and allow unprivileged user namespaces, or run on Linux 5.13 or "
    "later with Landlock switched on; STOP_SEARCH_SANDBOX chooses. Then examine the recording again."
)
SELF_TEST_SECONDS = 30
REPORT = "report.json"
REPORT_BYTES = 8 << 20
SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
MUST_FAIL = ("socket", "unix_socket", "read_passwd", "read_neighbour", "write_recording", "write_outside", "start_process", "signal_parent")
MUST_WORK = ("read_recording", "write_folder")


class NoSandbox(Unavailable):
    """Media cannot be confined on this machine, so none is examined; the message says what is missing."""


@dataclass(frozen=True)
class Limits:
    """How much one child may use; `wall_seconds` is counted by the worker, the rest by the kernel."""

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int = 4 << 30
    file_bytes: int = 64 << 20


@dataclass(frozen=True)
class Ended:
    """How a child ended: what it reported (None: nothing readable), or in words why it did not."""

    report: dict[str, Any] | None
    trouble: str | None


@dataclass(frozen=True)
class Sandbox:
    """A way of confining that has passed its self-test."""

    mode: str
    programs: Programs
    bwrap: str | None = None
    entry: str = "services.worker.video.child"

    def run(self, task: str, *, recording: Path, folder: Path, limits: Limits, ask: dict[str, Any] | None = None) -> Ended:
        """Run one task of the child on one recording; what it makes lies in `folder`, which must be empty."""
        order = _Order(self, task, recording.resolve(), folder.resolve(), limits, ask or {})
        with tempfile.TemporaryFile() as words:
            child = subprocess.Popen(  # noqa: S603 -- our own interpreter or bubblewrap, arguments as a list
                order.command(),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                env=order.environment(),
                cwd="/",
                start_new_session=True,
            )
            try:
                ended_in_time = _ended_within(child, limits.wall_seconds)
            finally:
                _kill_group(child)
            if not ended_in_time:
                return Ended(None, f"It took longer than {limits.wall_seconds:.0f} seconds and was stopped.")
            return _ended(child.returncode, folder, words)


def open_sandbox(choice: str, programs: Programs) -> Sandbox:
    """Return the sandbox that `choice` (auto, bubblewrap, landlock) gives on this machine, after its self-test.

    Raises:
        NoSandbox: it does not hold here; the message says what failed, mode by mode.

    """
    failed: list[str] = []
    for mode in ("bubblewrap", "landlock") if choice == "auto" else (choice,):
        bwrap = shutil.which("bwrap") if mode == "bubblewrap" else None
        if mode == "bubblewrap" and bwrap is None:
            failed.append("bubblewrap: the program bwrap is not installed")
            continue
        sandbox = Sandbox(mode, programs, bwrap)
        leaks = self_test(sandbox)
        if not leaks:
            return sandbox
        failed.append(f"{mode}: {'; '.join(leaks)}")
    message = f"Recordings cannot be examined safely on this machine, so none is opened ({' | '.join(failed)})."
    raise NoSandbox(message)


def self_test(sandbox: Sandbox) -> list[str]:
    """Try to break out, and to work, in a sandbox; return what did not go as it must (empty: it holds)."""
    with _workplace() as place:
        recording, neighbour, folder = place / "recording", place / "neighbour", place / "folder"
        recording.write_bytes(b"recording")
        neighbour.write_bytes(b"neighbour")
        folder.mkdir()
        ended = sandbox.run(
            "self-test", recording=recording, folder=folder, limits=Limits(SELF_TEST_SECONDS, 20), ask={"neighbour": str(neighbour)}
        )
        if ended.report is None:
            return [ended.trouble or "the child reported nothing"]
        done = ended.report
        leaks = [f"{what} was possible" for what in MUST_FAIL if done.get(what) is not False]
        leaks += [f"{what} did not work" for what in MUST_WORK if done.get(what) is not True]
        if recording.read_bytes() != b"recording" or neighbour.read_bytes() != b"neighbour":
            leaks.append("a file outside was changed")
        return leaks


@contextmanager
def _workplace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="stop-search-media-") as place:
        yield Path(place).resolve()


@dataclass(frozen=True)
class _Order:
    """One child to start: where things lie inside, and the command line for it."""

    sandbox: Sandbox
    task: str
    recording: Path
    folder: Path
    limits: Limits
    ask: dict[str, Any]
    source: Path = field(default_factory=lambda: Path(services.__file__).resolve().parents[1])

    @property
    def is_walled(self) -> bool:
        return self.sandbox.mode == "bubblewrap"

    def environment(self) -> dict[str, str]:
        """Return the child's whole environment: none of ours, so no key or password is ever in it."""
        one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
        return one | {"LANG": "C.UTF-8", "HOME": "/nonexistent", "TMPDIR": "/out" if self.is_walled else str(self.folder)}

    def command(self) -> list[str]:
        """Return the argument list, never a shell's line."""
        order = {
            "task": self.task,
            "recording": "/in/recording" if self.is_walled else str(self.recording),
            "folder": "/out" if self.is_walled else str(self.folder),
            "parent": 0 if self.is_walled else os.getpid(),
            "landlock": not self.is_walled,
            "readable": [str(path) for path in self._readable()],
            "ffprobe": str(self.sandbox.programs.ffprobe),
            "ffmpeg": str(self.sandbox.programs.ffmpeg),
            "cpu_seconds": self.limits.cpu_seconds,
            "memory_bytes": self.limits.memory_bytes,
            "file_bytes": self.limits.file_bytes,
            "ask": self.ask,
        }
        start = f"import sys; sys.path.insert(0, {str(self.source)!r}); from {self.sandbox.entry} import main; main()"
        child = [sys.executable, "-I", "-B", "-c", start, json.dumps(order)]
        return [*self._wall(), *child] if self.is_walled else child

    def _readable(self) -> list[Path]:
        """Return what the child needs besides its recording: interpreter, packages, our code, ffprobe, the system's libraries."""
        code = [self.source / name for name in sorted({"services", self.sandbox.entry.partition(".")[0]})]
        programs = {self.sandbox.programs.ffprobe.parent, self.sandbox.programs.ffmpeg.parent}
        ours = (Path(sys.prefix), Path(sys.base_prefix), *code, *sorted(programs))
        return [Path(path) for path in SYSTEM] + [path.resolve() for path in ours]

    def _wall(self) -> list[str]:
        wall = [self.sandbox.bwrap or "bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--clearenv"]
        wall += ["--uid", "65534", "--gid", "65534", "--dev", "/dev", "--chdir", "/"]
        for name, value in self.environment().items():
            wall += ["--setenv", name, value]
        bound: list[Path] = []
        for path in self._readable():
            if path.is_symlink():
                wall += ["--symlink", os.readlink(path), str(path)]  # noqa: PTH115 -- the link's own words: usr/lib, not where it leads
            elif path.exists() and not any(path.is_relative_to(above) for above in bound):
                wall += ["--ro-bind", str(path), str(path)]
                bound.append(path)
        wall += ["--ro-bind", str(self.recording), "/in/recording", "--bind", str(self.folder), "/out"]
        return [*wall, "--remount-ro", "/", "--"]


def _ended_within(child: subprocess.Popen[bytes], seconds: float) -> bool:
    """Return whether the child ended in time; its end is heard at once, where `wait(timeout)` would look every 50 ms."""
    watched = os.pidfd_open(child.pid)
    try:
        return bool(select.select([watched], [], [], seconds)[0])
    finally:
        os.close(watched)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _ended(code: int, folder: Path, words: IO[bytes]) -> Ended:
    report = folder / REPORT
    if code == 0 and report.is_file() and not report.is_symlink() and report.stat().st_size <= REPORT_BYTES:
        try:
            read = json.loads(report.read_text(encoding="utf-8"))
        except ValueError:
            read = None
        if isinstance(read, dict):
            return Ended(read, None)
    return Ended(None, _why(code, words))


def _why(code: int, words: IO[bytes]) -> str:
    number = -code if code < 0 else code - 128
    if number in (signal.SIGXCPU, signal.SIGKILL):
        return "It used up the processor time that one recording may take."
    if number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE):
        return "The decoder crashed on it."
    if number == signal.SIGXFSZ:
        return "It made the decoder write more than is allowed."
    words.seek(0, os.SEEK_END)
    words.seek(max(0, words.tell() - 400))
    told = words.read(400).decode("utf-8", "replace").strip().splitlines()
    return f"The examination stopped: {told[-1] if told else f'exit code {code}'}"
