"""The embedded Redis-compatible server (valkey): where its socket is, starting it, stopping it."""

import hashlib
import tempfile
from pathlib import Path


def embedded_queue_url(data_folder: Path) -> str:
    """Return the RQ address of the embedded server of a data folder.

    A unix socket's path must be under 108 bytes, so the socket lies in the system's temporary folder, in a folder of its own (0700).
    """
    return f"unix://{socket_path(data_folder)}?db=0"


def socket_path(data_folder: Path) -> Path:
    """Return where the server of this data folder listens."""
    mark = hashlib.sha256(str(data_folder.absolute()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"stop-search-{mark}" / "queue.sock"
