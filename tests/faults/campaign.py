"""A fault campaign: real processes do real small jobs while they are killed at every named point, and then everything is counted.

What was asked for and acknowledged is known from logs outside the system; what was done, from the audit log inside it.
"""

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

from redis import Redis
from sqlalchemy import text
from sqlalchemy.orm import Session

from stop_search.audit.queries import chain_report
from stop_search.database.migrating import migrate
from stop_search.database.session import open_database
from stop_search.faults import CrashPoint, Victim
from stop_search.jobs.embedded_queue import embedded_queue_url, ensure_embedded_queue, stop_embedded_queue
from stop_search.settings import with_environment
from stop_search.storage import open_storage
from tests.faults.actors import ACKED, LATE, LEAVE_MARK, ORDERS, QUICK, SENT

Found = TypeVar("Found")
CAST = ("worker", "worker", "requester", "reconciler")
TAKEN_WITHIN = 30.0
HORSES_GONE_WITHIN = 1.0
DRAINED_WITHIN = 60.0
END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
ROOT = Path(__file__).parents[2]
SECRET = "for-tests-only-0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Case:
    """One way to kill: at a point (in a role's process, perhaps only after its body), or from outside at a random moment."""

    role: str
    point: CrashPoint | None
    victim: Victim
    late: bool = False

    def __str__(self) -> str:
        where = self.point.short if self.point else "any time"
        return f"{self.role} {where}{' late' if self.late else ''} {self.victim}"


def all_cases() -> list[Case]:
    """Return every way to kill."""
    in_units = (CrashPoint.BEFORE_COMMIT, CrashPoint.BEFORE_DOORBELL, CrashPoint.AFTER_DOORBELL)
    in_body = (CrashPoint.CLAIMED, CrashPoint.OUTPUT_SYNCED, CrashPoint.OUTPUT_RENAMED, CrashPoint.IN_AUDIT, CrashPoint.FINISHED)
    horse = [Case("worker", point, victim) for point, victim in itertools.product((*in_units, *in_body), Victim)]
    horse += [Case("worker", point, victim, late=True) for point, victim in itertools.product(in_units, Victim)]
    parent = [Case("worker", point, Victim.SELF) for point in (CrashPoint.POPPED, CrashPoint.BEFORE_FORK)]
    requester = [Case("requester", point, Victim.SELF) for point in (*in_units, CrashPoint.IN_AUDIT)]
    reconciler = [Case("reconciler", point, Victim.SELF) for point in (*in_units, CrashPoint.IN_RECONCILE)]
    outside = [Case("worker", None, victim) for victim in Victim] + [Case(role, None, Victim.SELF) for role in ("requester", "reconciler")]
    return [*horse, *parent, *requester, *reconciler, *outside]


@dataclass
class Outcome:
    """What was counted. Everything but the first block must be zero or empty."""

    kills: Counter[str] = field(default_factory=Counter[str])
    flushes: int = 0
    stalls: int = 0
    cuts: int = 0
    server_kills: int = 0
    sent: int = 0
    acked: int = 0
    effects: int = 0
    attempts: int = 0
    leftovers: int = 0
    slowest_horse: float = 0.0
    seconds: float = 0.0

    lost: int = 0
    doubled: int = 0
    phantom: int = 0
    stuck: int = 0
    without_file: int = 0
    horses_left: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])

    def faults_found(self) -> dict[str, object]:
        """Return what should not be, by name; empty is right."""
        names = ("lost", "doubled", "phantom", "stuck", "without_file", "horses_left", "problems")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


class Campaign:
    """A context: the cast runs inside it, and nothing of it afterwards."""

    def __init__(self, folder: Path, *, seed: int, database_url: str = "") -> None:
        self.folder, self.outcome = folder, Outcome()
        self.random = random.Random(seed)  # noqa: S311 -- seeded, to be repeated
        self.var = folder / "var"
        self.var.mkdir(parents=True)
        for role in {*CAST, LATE}:
            (folder / ORDERS / role).mkdir(parents=True)
        self.database = open_database(database_url or f"sqlite:///{self.var / 'stop-search.sqlite3'}")
        migrate(self.database)
        settings = {"data_folder": str(self.var), "database_url": database_url, "public_url": "https://stop-search.example"}
        self._environment = with_environment(**settings, secret_key=SECRET, log_level="WARNING", redis_url="", storage_url="")
        self.living: dict[int, str] = {}

    def __enter__(self) -> Self:
        ensure_embedded_queue(self.var)
        with (self.folder / "actors.log").open("ab") as log:
            self._stable = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.actors", str(self.folder)],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        for role in CAST:
            self._start(role)
        return self

    def __exit__(self, *_: object) -> None:
        for pid in (self._stable.pid, *self.living):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._stable.communicate()
        stop_embedded_queue(self.var)
        self.database.engine.dispose()

    def run(
        self, cases: list[Case], *, flush_every: int = 9, stall_every: int = 13, kill_server_every: int = 16, cut_every: int = 4
    ) -> Outcome:
        """Go through the cases in turn, disturb the queue server now and then, let the work drain, count."""
        began = time.monotonic()
        for n, case in enumerate(cases, start=1):
            self._kill(case)
            self.outcome.kills[f"{case.role}, {case.victim}, {case.point.value if case.point else 'from outside'}"] += 1
            if n % flush_every == 0:
                Redis.from_url(embedded_queue_url(self.var)).flushall()
                self.outcome.flushes += 1
            if n % stall_every == 0:
                self._stall()
            if n % kill_server_every == 0:
                self._kill_server()
            if n % cut_every == 0 and not self.database.is_sqlite:
                self._cut_database_off()
        self._drain()
        self._count()
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

    def _start(self, role: str) -> None:
        assert self._stable.stdin
        assert self._stable.stdout
        self._stable.stdin.write(f"{role}\n")
        self._stable.stdin.flush()
        self.living[int(self._stable.stdout.readline())] = role

    def _kill(self, case: Case) -> None:
        before = dict(self.living)
        if case.point is None:
            self._kill_from_outside(case)
        else:
            self._order(case, case.point)
        self._replace_dead(before)

    def _order(self, case: Case, point: CrashPoint) -> None:
        folder = self.folder / ORDERS / (LATE if case.late else case.role)
        order = folder / f".{point.short}"
        order.write_text(case.victim, encoding="ascii")
        order.rename(folder / point.short)
        until(lambda: not (folder / point.short).exists(), TAKEN_WITHIN, f"nobody came to {case}")
        taker = next(int(path.name.split("-")[2]) for path in folder.glob("taken-*"))
        for path in folder.glob("taken-*"):
            path.unlink()
        self._note_gone(case, lambda: taker not in _alive(), f"{taker} at {case}")

    def _kill_from_outside(self, case: Case) -> None:
        time.sleep(self.random.uniform(0, 0.3))
        self._replace_dead(dict(self.living))  # whom the last kill took along, and who was still going then
        leaders = sorted(pid for pid, role in self.living.items() if role == case.role)
        leader = self.random.choice(leaders)
        if case.role == "worker" and case.victim is not Victim.PARENT:
            leader, _ = until(lambda: self._a_horse(leaders, signal.SIGKILL), TAKEN_WITHIN, "no horse was seen")
        if case.role != "worker" or case.victim is not Victim.SELF:
            os.kill(leader, signal.SIGKILL)
            until(lambda: leader not in _alive(), TAKEN_WITHIN, f"{leader} outlived {case}")

    def _a_horse(self, leaders: list[int], sign: signal.Signals) -> tuple[int, int] | None:
        """Send the signal to a horse and return (its leader, its number); None where there is none, or it ended just now."""
        pairs = [(session, pid) for pid, session in _alive().items() if session in leaders and pid != session]
        if not pairs:
            return None
        leader, horse = self.random.choice(sorted(pairs))
        try:
            os.kill(horse, sign)
        except ProcessLookupError:
            return None
        return leader, horse

    def _replace_dead(self, before: dict[int, str]) -> None:
        for leader, role in before.items():
            if leader in _alive():
                continue
            self._note_gone(None, lambda leader=leader: leader not in _alive().values(), f"a horse of {leader}")
            del self.living[leader]
            self._start(role)

    def _note_gone(self, case: Case | None, gone: Callable[[], bool], who: str) -> None:
        """Note how long a process outlived the kill, and whom it outlived for too long."""
        killed = time.monotonic()
        try:
            until(gone, HORSES_GONE_WITHIN, "")
        except AssertionError:
            self.outcome.horses_left.append(who)
        if case is None or case.victim is not Victim.SELF:
            self.outcome.slowest_horse = max(self.outcome.slowest_horse, time.monotonic() - killed)

    def _stall(self) -> None:
        """Stop a horse for two leases, in which another one does its job, and let it go on: it must change nothing any more."""
        leaders = [pid for pid, role in self.living.items() if role == "worker"]
        leader, horse = until(lambda: self._a_horse(leaders, signal.SIGSTOP), TAKEN_WITHIN, "no horse was seen")
        os.kill(leader, signal.SIGSTOP)
        time.sleep(2 * QUICK.lease.total_seconds())
        os.kill(horse, signal.SIGCONT)
        os.kill(leader, signal.SIGCONT)
        self.outcome.stalls += 1

    def _kill_server(self) -> None:
        os.kill(int((self.var / "queue" / "server.pid").read_text(encoding="ascii")), signal.SIGKILL)
        time.sleep(self.random.uniform(0.2, 1.5))
        ensure_embedded_queue(self.var)
        self.outcome.server_kills += 1

    def _cut_database_off(self) -> None:
        """End every connection to the database, whatever it was about to do."""
        with self.database.reading() as session:
            session.execute(text(END_OTHERS))
        self.outcome.cuts += 1

    def _drain(self) -> None:
        for pid, role in self.living.items():
            if role == "requester":
                os.kill(pid, signal.SIGTERM)
                until(lambda pid=pid: pid not in _alive(), TAKEN_WITHIN, "the requester did not end")
        deadline = time.monotonic() + DRAINED_WITHIN
        while self._unfinished() and time.monotonic() < deadline:
            time.sleep(0.2)

    def _unfinished(self) -> int:
        with self.database.reading() as session:
            return session.scalar(text("SELECT count(*) FROM job WHERE state <> 'done'")) or 0

    def _count(self) -> None:
        outcome, sent, acked = self.outcome, _lines(self.folder / SENT), _lines(self.folder / ACKED)
        with self.database.reading() as session:
            present = {key.removeprefix(f"{LEAVE_MARK}:") for key in session.scalars(text("SELECT dedupe_key FROM job"))}
            marks = Counter(session.scalars(text("SELECT object_id FROM audit_entry WHERE action = 'leave_mark'")))
            outcome.attempts = session.scalar(text("SELECT sum(attempts) FROM job")) or 0
            outcome.problems = chain_report(session).problems + self._broken_pages(session)
            named = list(session.scalars(text("SELECT text FROM audit_entry WHERE action = 'leave_mark'")))
        storage = open_storage((self.var / "storage").as_uri())
        outcome.sent, outcome.acked, outcome.effects = len(sent), len(acked), marks.total()
        outcome.lost = len(acked - present)
        outcome.phantom = len(present - sent) + len(set(marks) - present)
        outcome.doubled = marks.total() - len(marks)
        outcome.stuck = self._unfinished() + len(present - set(marks))
        outcome.without_file = sum(not any(key in entry for entry in named) for key in self._kept(storage.keys("marks"), marks))
        outcome.leftovers = len(list((self.var / "storage" / ".unfinished").iterdir()))

    def _kept(self, keys: list[str], marks: Counter[str]) -> Iterator[str]:
        """Yield the newest file of every mark; older ones are of attempts that were killed. A mark without any is one without file."""
        newest = {key.split("/")[1]: key for key in sorted(keys, key=lambda key: int(key.rsplit("/", 1)[1]))}
        yield from newest.values()
        yield from (f"no file of {mark}" for mark in marks if mark not in newest)

    def _broken_pages(self, session: Session) -> list[str]:
        if not self.database.is_sqlite:
            return []
        return [line for line in session.scalars(text("PRAGMA integrity_check")) if line != "ok"]


def until(found: Callable[[], Found | None], within: float, otherwise: str) -> Found:
    """Return what `found` gives as soon as it is something; fail after `within` seconds."""
    deadline = time.monotonic() + within
    while not (answer := found()):
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.005)
    return answer


def _alive() -> dict[int, int]:
    """Return {process: its session} of what lives; what is dead and only not yet waited for is left out."""
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, _, session = (entry / "stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()[:4]
            except (OSError, UnicodeDecodeError):
                continue
            if state not in "ZX":
                found[int(entry.name)] = int(session)
    return found


def _lines(log: Path) -> set[str]:
    """Return the whole lines: a last one that a kill cut off was never acknowledged."""
    return {line.strip() for line in log.read_text(encoding="ascii").splitlines(keepends=True) if line.endswith("\n")}
