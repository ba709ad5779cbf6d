"""Named places where a fault test may kill the process. In earnest nothing is armed and `hit` does nothing."""

import enum
import os
import signal


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
    IN_FFMPEG = "P11 in ffmpeg"
    OUTPUT_SYNCED = "P12 output synced, before rename"
    OUTPUT_RENAMED = "P13 renamed, before the finishing transaction"
    FINISHED = "P14 finished, before RQ knows"
    IN_RECONCILE = "P15 in the reconciler"
    IN_AUDIT = "P19 in the audit log's append"


_armed: set[str] = set()


def arm(points: str) -> None:
    """Arm crash points, given by their short names, as in "P4,P9". Called once at start with the setting FAULTS."""
    _armed.update(part.strip() for part in points.split(",") if part.strip())


def hit(point: CrashPoint) -> None:
    """Die here by SIGKILL, as a power cut would have it, if this point is armed."""
    if point.value.split(" ", 1)[0] in _armed:
        os.kill(os.getpid(), signal.SIGKILL)
