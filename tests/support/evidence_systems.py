"""An evidence system of the force, simulated: a small HTTP server that keeps files, checks signatures, holds, forgets and breaks down."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "shared-with-the-evidence-system-0123456789"
FIVE_MINUTES = 300


class Mood(Enum):
    """How the server behaves; LOSES_ANSWERS does what is asked and then breaks the line."""

    WELL = "well"
    CALLS_BACK = "calls back"
    FAILS = "fails"
    NONSENSE = "nonsense"
    REDIRECTS = "redirects"
    LOSES_ANSWERS = "loses answers"


REFUSALS = {
    Mood.FAILS: (503, b""),
    Mood.NONSENSE: (200, b"<html>Welcome"),
    Mood.REDIRECTS: (302, b""),
    Mood.CALLS_BACK: (202, b""),
}


@dataclass
class SimulatedEvidenceSystem:
    """What it keeps and what it was asked. `held` and `numbers` are by its own ids; nothing here knows our code."""

    files: dict[str, str] = field(default_factory=dict[str, str])  # id -> SHA-256
    held: set[str] = field(default_factory=set[str])
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    forged: int = 0
    mood: Mood = Mood.WELL
    address: str = ""

    def carries_out(self, said: dict[str, Any]) -> str:
        """Hold or release; a request with a lower number than one before is old news."""
        evidence_id, number = said["evidence_id"], said["number"]
        if self.files.get(evidence_id) != said["sha256"]:
            return "gone"
        if number >= self.numbers.get(evidence_id, 0):
            self.numbers[evidence_id] = number
            (self.held.add if said["wanted"] == "hold" else self.held.discard)(evidence_id)
        return "held" if said["wanted"] == "hold" else "released"

    def erases_what_is_not_held(self) -> set[str]:
        """Run its own retention: whatever nobody asked it to hold goes."""
        gone = set(self.files) - self.held
        self.files = {one: sha256 for one, sha256 in self.files.items() if one in self.held}
        return gone


class Door(BaseHTTPRequestHandler):
    """The address that requests are posted to."""

    simulated: SimulatedEvidenceSystem

    def do_POST(self) -> None:
        """Check who asks, then do what the mood says."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not genuine(self.headers.get("Stop-Search-Signature", ""), body):
            self.simulated.forged += 1
            self.answers(401, b"")
            return
        said = json.loads(body)
        self.simulated.asked.append(said)
        if self.simulated.mood in REFUSALS:
            self.answers(*REFUSALS[self.simulated.mood])
            return
        done = self.simulated.carries_out(said)
        if self.simulated.mood is Mood.LOSES_ANSWERS:
            self.close_connection = True
        else:
            self.answers(200, json.dumps({"answer": done}).encode())

    def answers(self, status: int, body: bytes) -> None:
        """Send an answer; a redirect leads back here."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", f"{self.simulated.address}/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def evidence_system() -> Generator[SimulatedEvidenceSystem]:
    """Run one on this machine."""
    simulated = SimulatedEvidenceSystem()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OwnDoor", (Door,), {"simulated": simulated}))
    simulated.address = f"http://127.0.0.1:{server.server_port}/requests"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield simulated
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def genuine(header: str, body: bytes) -> bool:
    """Check a signature as docs/operating.md tells a vendor to, without our code."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    expected = hmac.new(KEY.encode(), parts.get("t", "").encode() + b"." + body, hashlib.sha256).hexdigest()
    is_recent = abs(time.time() - int(parts.get("t") or 0)) < FIVE_MINUTES
    return is_recent and hmac.compare_digest(expected, parts.get("v1", ""))
