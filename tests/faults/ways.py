"""A campaign against the ways in which recordings arrive: whoever takes them in is killed, and then everything is counted."""

import contextlib
import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import text

from services.worker.watching_jobs import take_from_bucket, take_from_folder
from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.rules import Role
from stop_search.accounts.sessions import sign_in_by_link
from stop_search.audit.queries import chain_report
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.migrating import migrate
from stop_search.faults import CrashPoint, Victim
from stop_search.footage.incoming import Incoming
from stop_search.installation import Installation, open_installation
from stop_search.jobs.embedded_queue import ensure_embedded_queue, stop_embedded_queue
from stop_search.jobs.rules import Claim
from stop_search.settings import Settings, with_environment
from tests.faults.campaign import ROOT, SECRET, until
from tests.faults.senders import Camera, Cloud, Dock, Person, Sender
from tests.faults.way_actors import ORDERS
from tests.support.builders import a_machine_token, an_officer

CAST = ("site", "folder", "folder", "bucket", "bucket")
TAKEN_WITHIN = 30.0
ARRIVES_WITHIN = 1.0
IN_ALL = (CrashPoint.UPLOAD_RENAMED, CrashPoint.BEFORE_COMMIT, CrashPoint.BEFORE_DOORBELL, CrashPoint.OUTPUT_SYNCED,
          CrashPoint.OUTPUT_RENAMED, CrashPoint.IN_AUDIT)  # fmt: skip
POINTS: dict[str, tuple[CrashPoint, ...]] = {
    "site": (*IN_ALL, CrashPoint.UPLOAD_WRITTEN, CrashPoint.UPLOAD_SYNCED, CrashPoint.RECEIVED_NOT_MOVED),
    "folder": (*IN_ALL, CrashPoint.FOUND_NOT_STORED, CrashPoint.RECEIVED_NOT_MOVED),
    "bucket": (*IN_ALL, CrashPoint.FOUND_NOT_STORED, CrashPoint.RECEIVED_NOT_MOVED),
}


@dataclass
class Outcome:
    """What was counted. Everything in the second block must be zero or empty."""

    kills: Counter[str] = field(default_factory=Counter[str])
    sent: Counter[str] = field(default_factory=Counter[str])
    resumed: int = 0
    received: int = 0
    left_before_sweep: int = 0
    seconds: float = 0.0

    lost: int = 0
    doubled: int = 0
    phantom: int = 0
    mismatched: int = 0
    without_row: int = 0
    left_over: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])

    def faults_found(self) -> dict[str, object]:
        """Return what should not be, by name; empty is right."""
        names = ("lost", "doubled", "phantom", "mismatched", "without_row", "left_over", "problems")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


class WaysCampaign:
    """A context: the cast and the senders run inside it, and nothing of them afterwards."""

    def __init__(self, folder: Path, *, seed: int, bucket: str, database_url: str = "") -> None:
        self.folder, self.outcome = folder, Outcome()
        self.random = random.Random(seed)  # noqa: S311 -- seeded, to be repeated
        self.var, self.inbox = folder / "var", folder / "inbox"
        for made in (self.var, self.inbox, *(folder / ORDERS / role for role in {*CAST})):
            made.mkdir(parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.site = f"http://127.0.0.1:{self.port}"
        values = {"data_folder": str(self.var), "database_url": database_url, "public_url": self.site, "secret_key": SECRET}
        values |= {
            "watched_folder": str(self.inbox),
            "watched_quiet_seconds": "0",
            "watched_bucket": bucket,
            "watched_bucket_after": "move",
        }
        values |= {"demo": "true", "log_level": "ERROR"}
        self._environment = with_environment(**values, redis_url="", storage_url="")
        self.installation: Installation = open_installation(Settings(**values))  # pyright: ignore[reportArgumentType] -- words, as from the environment
        migrate(self.installation.database)
        self.senders = self._made_senders(seed, bucket)
        self.living: dict[int, str] = {}

    def __enter__(self) -> Self:
        ensure_embedded_queue(self.var)
        with (self.folder / "actors.log").open("ab") as log:
            self._stable = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.way_actors", str(self.folder), str(self.port)],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        for role in CAST:
            self._start(role)
        for sender in self.senders:
            sender.start()
        return self

    def __exit__(self, *_: object) -> None:
        for sender in self.senders:
            sender.enough.set()
        for pid in (*self.living, self._stable.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._stable.communicate()
        stop_embedded_queue(self.var)
        self.installation.database.engine.dispose()

    def run(self, kills: int) -> Outcome:
        """Kill so often, at random points and at random moments in turn; let what was sent arrive; count."""
        began = time.monotonic()
        roles = ("site", "folder", "bucket")
        for n in range(kills):
            role = roles[n % len(roles)]
            self._let_some_arrive()
            if self.random.random() < 0.5:
                self._kill_at(role, self.random.choice(POINTS[role]))
            else:
                self._kill_any_time(role)
        self._drain()
        self._count()
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

    def _let_some_arrive(self) -> None:
        """Kill what is at work: wait, but not for long, until the site has received something since the last kill."""
        before, deadline = sum(len(sender.acked) for sender in self.senders[:2]), time.monotonic() + ARRIVES_WITHIN
        while sum(len(sender.acked) for sender in self.senders[:2]) == before and time.monotonic() < deadline:
            time.sleep(0.02)

    def _made_senders(self, seed: int, bucket: str) -> list[Sender]:
        from services.api.security import session_cookie_name

        now = datetime.now(UTC)
        with self.installation.writing() as session:
            token = a_machine_token(session, role=Role.CAMERA, created_at=now)
            officer = an_officer(session, number="4711")
            link = make_sign_in_link(session, account_id=officer.id, actor=COMMAND_LINE, now=now)
            cookie = sign_in_by_link(session, token=link, now=now)
        csrf = _csrf(self.installation, cookie)
        person = Person(seed + 2, self.site, (session_cookie_name(self.installation), cookie), csrf)
        return [Camera(seed + 1, self.site, token), person, Dock(seed + 3, self.inbox), Cloud(seed + 4, bucket)]

    def _start(self, role: str) -> None:
        assert self._stable.stdin
        assert self._stable.stdout
        self._stable.stdin.write(f"{role}\n")
        self._stable.stdin.flush()
        self.living[int(self._stable.stdout.readline())] = role

    def _kill_at(self, role: str, point: CrashPoint) -> None:
        orders = self.folder / ORDERS / role
        hidden = orders / f".{point.short}"
        hidden.write_text(Victim.SELF, encoding="ascii")
        hidden.rename(orders / point.short)
        until(lambda: not (orders / point.short).exists(), TAKEN_WITHIN, f"nobody came to {role} {point}")
        (taken,) = orders.glob("taken-*")
        pid = int(taken.name.split("-")[2])
        taken.unlink()
        self._replace(pid)
        self.outcome.kills[f"{role} at {point.value}"] += 1

    def _kill_any_time(self, role: str) -> None:
        time.sleep(self.random.uniform(0.02, 0.4))
        pid = self.random.choice(sorted(pid for pid, its in self.living.items() if its == role))
        os.kill(pid, signal.SIGKILL)
        self._replace(pid)
        self.outcome.kills[f"{role} at any moment"] += 1

    def _replace(self, pid: int) -> None:
        until(lambda: not Path(f"/proc/{pid}").exists(), TAKEN_WITHIN, f"{pid} outlived its kill")
        self._start(self.living.pop(pid))

    def _drain(self) -> None:
        for sender in self.senders:
            sender.enough.set()
        for sender in self.senders:
            sender.join(timeout=60)
            sender.close()
            self.outcome.problems += [*sender.trouble, *([f"{type(sender).__name__} never ended"] if sender.is_alive() else [])]
        for pid in list(self.living):
            os.kill(pid, signal.SIGKILL)
            until(lambda pid=pid: not Path(f"/proc/{pid}").exists(), TAKEN_WITHIN, f"{pid} outlived its kill")
            del self.living[pid]
        self.outcome.left_before_sweep = len(list(self._left()))
        for job in (take_from_folder, take_from_folder, take_from_bucket):
            job(self.installation, Claim(uuid.uuid4(), "look", {}, 1, 1))
        Incoming(self.var / "incoming").sweep(now=datetime.now(UTC) + timedelta(days=3))
        self.installation.storage.sweep(older_than=timedelta(seconds=-1))

    def _left(self) -> Iterator[str]:
        """Yield what is half done: uploads, files on their way, unfinished writes, files taken and not put away."""
        for place in (self.var / "incoming", self.var / "spool", self.var / "storage" / ".unfinished", self.inbox / "taking", self.inbox):
            for path in place.iterdir() if place.is_dir() else ():
                if path.name not in {".lock", "taking", "done", "refused"}:
                    yield f"{place.name}/{path.name}"

    def _count(self) -> None:
        outcome, storage = self.outcome, self.installation.storage
        with self.installation.reading() as session:
            rows = {row.sha256: row.storage_key for row in session.execute(text("SELECT sha256, storage_key FROM footage"))}
            logged = Counter(session.scalars(text("SELECT object_id FROM audit_entry WHERE action = 'receive_footage'")))
            jobs = Counter(session.scalars(text("SELECT dedupe_key FROM job WHERE name = 'examine_footage'")))
            refused = list(session.scalars(text("SELECT refusal FROM footage_arrival WHERE refusal IS NOT NULL")))
            outcome.problems += [*chain_report(session).problems, *refused]
        acked, sent = (set[str]().union(*(getattr(sender, name) for sender in self.senders)) for name in ("acked", "sent"))
        for sender in self.senders:
            outcome.sent[type(sender).__name__.lower()] = len(sender.acked)
            outcome.resumed += sender.resumed
        outcome.received = len(rows)
        outcome.lost, outcome.phantom = len(acked - set(rows)), len(set(rows) - sent)
        outcome.doubled = logged.total() - len(logged) + abs(len(logged) - len(rows)) + jobs.total() - len(rows)
        outcome.mismatched = sum(_sha256(storage.stream(key)) != digest for digest, key in rows.items())
        outcome.without_row = len(set(storage.keys("footage")) - set(rows.values()))
        done = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in self.inbox.glob("done/*/*.mp4"))
        outcome.lost += len(self.senders[2].acked - set(done))
        outcome.doubled += done.total() - len(done)
        outcome.left_over = sorted(self._left())


def _csrf(installation: Installation, cookie: str) -> str:
    import hmac

    return hmac.new(installation.key_for("csrf/v1"), cookie.encode(), hashlib.sha256).hexdigest()


def _sha256(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
