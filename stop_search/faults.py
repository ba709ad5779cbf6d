"""Named places where a fault test may kill the process. In earnest nothing is armed and `hit` does nothing."""

import enum
import os
import signal
import time
from pathlib import Path

FROM_FOLDER = "folder:"
ORPHAN_SECONDS = 2.0  # whoever outlives its parent shows itself by still being there


class CrashPoint(enum.StrEnum):
    """The list is one enum, so that a test can walk it."""

    UPLOAD_WRITTEN = "P1 upload written, not synced"
    UPLOAD_SYNCED = "P2 synced, not renamed"
    UPLOAD_RENAMED = "P3 renamed, before the transaction"
    BEFORE_COMMIT = "P4 in the transaction, before commit"
    BEFORE_DOORBELL = "P5 committed, before the doorbell"
    AFTER_DOORBELL = "P6 doorbell rung"
    POPPED = "P7 popped by RQ, before prepare"
    BEFORE_FORK = "P8 prepared, before fork"
    CLAIMED = "P9 claimed"
    IN_PROBE = "P10 in ffprobe"
    OUTPUT_SYNCED = "P12 output synced, before rename"
    OUTPUT_RENAMED = "P13 renamed, before the finishing transaction"
    FINISHED = "P14 finished, before RQ knows"
    IN_RECONCILE = "P15 in the reconciler"
    ERASED_NOT_REMOVED = "P16 the row says erased, nothing is removed"
    REMOVED_NOT_CONFIRMED = "P17 removed, not confirmed"
    FOUND_NOT_STORED = "P25 found in the watched folder or bucket, not stored"
    RECEIVED_NOT_MOVED = "P26 received, not yet out of the way it came"
    IN_AUDIT = "P19 in the audit log's append"

    @property
    def short(self) -> str:
        """Return the short name, as in "P9"."""
        return self.value.split(" ", 1)[0]


class Victim(enum.StrEnum):
    """Whom a kill order names: the process at the point, its parent, or both at once."""

    SELF = "self"
    PARENT = "parent"
    BOTH = "both"


_always: set[str] = set()
_orders: list[Path] = []


def arm(points: str) -> None:
    """Arm crash points: short names, as in "P4,P9", kill at every hit; "folder:PATH" obeys the kill orders laid into that folder.

    A kill order is a file named like the point ("P9") whose text is a Victim. Whoever hits the point first takes it, so it kills
    once. Called once at start with the setting FAULTS.
    """
    for part in points.split(","):
        name = part.strip()
        if name.startswith(FROM_FOLDER):
            _orders.append(Path(name.removeprefix(FROM_FOLDER)))
        elif name:
            _always.add(name)


def disarm() -> None:
    """Forget everything that was armed."""
    _always.clear()
    _orders.clear()


def hit(point: CrashPoint) -> None:
    """Die here by SIGKILL, as a power cut would have it, if this point is armed."""
    if point.short in _always:
        os.kill(os.getpid(), signal.SIGKILL)
    for folder in _orders:
        _obey(folder, point.short)


def _obey(folder: Path, name: str) -> None:
    taken = folder / f"taken-{name}-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        victim = Victim((folder / name).read_text(encoding="ascii").strip())
        if victim is not Victim.SELF and os.getsid(0) == os.getpid():
            return  # the leader of a session has a parent that is no part of the system
        (folder / name).rename(taken)
    except OSError:
        return
    if victim is not Victim.SELF:
        os.kill(os.getppid(), signal.SIGKILL)
    if victim is not Victim.PARENT:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(ORPHAN_SECONDS)
