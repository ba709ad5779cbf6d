"""The child that parses uploaded bytes. It confines itself, does one task, writes `report.json` beside the pictures, and ends.

Nothing of stop_search is imported here: the child knows no settings, no database, no keys.
"""

import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from services.worker.video import confine

MANIFEST = "manifest.json"


def main() -> None:
    """Run the order given as JSON in the last argument."""
    order = confined()
    recording, folder = Path(order["recording"]), Path(order["folder"])
    end(folder, TASKS[order["task"]](recording, folder, order))


def confined() -> dict[str, Any]:
    """Read the order and confine this process as it says; return it."""
    order: dict[str, Any] = json.loads(sys.argv[-1])
    confine.die_with_parent(order["parent"])
    confine.limit(cpu_seconds=order["cpu_seconds"], memory_bytes=order["memory_bytes"], file_bytes=order["file_bytes"])
    if order["landlock"]:
        readable = [Path(path) for path in order["readable"]]
        confine.confine_files(readable=readable, recording=Path(order["recording"]), folder=Path(order["folder"]))
    confine.filter_calls(may_fork=True)
    return order


def end(folder: Path, report: dict[str, Any]) -> NoReturn:
    """Leave the report in the folder and end; decoders' threads and destructors are not waited for."""
    (folder / "report.json").write_text(json.dumps(report, allow_nan=False), encoding="utf-8")
    sys.stdout.flush()
    os._exit(0)


def _examine(recording: Path, folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    from services.worker.video.examine import examine

    return examine(recording, folder, ffprobe=order["ffprobe"], wanted=order["ask"])


def _copy(recording: Path, folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    from services.worker.video.copying import make_copy

    return make_copy(recording, folder, ffmpeg_program=order["ffmpeg"])


def _sheets(recording: Path, folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    from services.worker.video.sheets import make_sheets

    return make_sheets(recording, folder, ffprobe=order["ffprobe"])


def _propose(recording: Path, folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    from services.worker.video.propose import propose

    return propose(recording, folder, **order["ask"])


def _cover(recording: Path, folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    from services.worker.video.cover import cover

    return cover(recording, folder, manifest=_manifest(folder), **order["ask"])


def _check_copy(recording: Path, folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    from services.worker.video.check_copy import check_copy

    return check_copy(recording, folder, manifest=_manifest(folder), **order["ask"])


def _manifest(folder: Path) -> dict[str, Any]:
    """Return the boxes that the worker laid into the folder: they may be more than a command line takes."""
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def _self_test(recording: Path, folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    neighbour = Path(order["ask"]["neighbour"])
    confine.filter_calls(may_fork=False)
    return {
        "socket": _did(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
        "unix_socket": _did(lambda: socket.socket(socket.AF_UNIX)),
        "read_passwd": _did(lambda: Path("/etc/passwd").read_bytes()),
        "read_neighbour": _did(neighbour.read_bytes),
        "write_recording": _did(lambda: recording.write_bytes(b"changed")),
        "write_outside": _did(lambda: neighbour.with_name("new").write_bytes(b"x")),
        "start_process": _did(_fork),
        "signal_parent": _did(lambda: os.kill(os.getppid(), 0)),
        "read_recording": _did(recording.read_bytes),
        "write_folder": _did(lambda: (folder / "picture").write_bytes(b"x")),
    }


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _did(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


TASKS: dict[str, Callable[[Path, Path, dict[str, Any]], dict[str, Any]]] = {
    "examine": _examine,
    "sheets": _sheets,
    "self-test": _self_test,
    "propose": _propose,
    "cover": _cover,
    "copy": _copy,
    "check-copy": _check_copy,
}
