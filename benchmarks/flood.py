"""A flood of wrong codes from many networks, and honest people from other networks beside it: whether they get through, and how fast.

    python benchmarks/flood.py [seconds] [wrong codes a second] [networks]

One process on SQLite, behind a proxy that names the visitor's address. An honest person opens a receipt and sends a form with it.
"""

import asyncio
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.recording import running
from services.demo.processes import free_port
from stop_search.database.migrating import migrate
from stop_search.encounters.receipt_codes import KEY_USE, make_code
from stop_search.installation import Installation, open_installation
from stop_search.settings import read_settings, with_environment
from tests.support.builders import a_person, a_receipt, an_encounter, code_of

CONNECTIONS = 48
HONEST_A_SECOND = 5
WARM_UP_SECONDS = 3


@dataclass
class Flooded:
    """What came of it. Times in seconds, memory in MiB; `answers`: how often each status answered the flood."""

    seconds: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    honest: int = 0
    honest_served: int = 0
    took: list[float] = field(default_factory=list)
    memory_before: float = 0.0
    memory_after: float = 0.0
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def p95(self) -> float:
        """The slowest in twenty of the honest requests."""
        return statistics.quantiles(self.took, n=20)[18]

    def lines(self) -> list[str]:
        """Say it."""
        flood = self.answers.total()
        return [
            f"flood: {flood} wrong codes in {self.seconds:.0f} s, {flood / self.seconds:.0f} a second; answered {dict(self.answers)}",
            f"honest: {self.honest_served} of {self.honest} served, p95 {self.p95 * 1000:.0f} ms, slowest {max(self.took) * 1000:.0f} ms",
            f"memory: {self.memory_before:.0f} -> {self.memory_after:.0f} MiB; rows: {self.rows}",
        ]


def flood(*, seconds: float, wrong_a_second: float, networks: int) -> Flooded:
    """Serve a fresh installation and flood it."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        values = {"data_folder": folder, "public_url": f"http://127.0.0.1:{port}", "secret_key": secrets.token_urlsafe(48)}
        values |= {"demo": "true", "log_level": "ERROR", "trusted_proxies": "127.0.0.1"}
        environment = with_environment(**values)
        installation = opened(environment)
        codes = _codes(installation, round((seconds + WARM_UP_SECONDS) * HONEST_A_SECOND) + 20)
        command = [str(Path(sys.executable).with_name("stop-search")), "serve", "--port", str(port)]
        with running(command, environment, port) as site:
            told = asyncio.run(_run(port, site.pid, codes, seconds=seconds, wrong_a_second=wrong_a_second, networks=networks))
        with installation.reading() as session:
            tables = ("code_try", "feedback", "audit_entry", "job")
            told.rows = {table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}  # noqa: S608 -- our own names
        installation.database.engine.dispose()
    return told


def opened(environment: dict[str, str]) -> Installation:
    """Open what an environment names, with the newest tables."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        installation = open_installation(read_settings())
    finally:
        os.environ.clear()
        os.environ.update(before)
    migrate(installation.database)
    return installation


def _codes(installation: Installation, number: int) -> list[str]:
    key, now = installation.key_for(KEY_USE), datetime.now(UTC)
    with installation.writing() as session:
        found: list[str] = []
        for _ in range(number):
            encounter = an_encounter(session, people=0, started_at=now - timedelta(days=1))
            found.append(code_of(a_receipt(session, person=a_person(session, encounter=encounter), key=key, issued_at=now), key=key))
        return found


async def _run(port: int, pid: int, codes: list[str], *, seconds: float, wrong_a_second: float, networks: int) -> Flooded:
    told, waiting = Flooded(), iter(codes)
    await _honest_for(port, waiting, WARM_UP_SECONDS, Flooded())
    told.memory_before, begun = _resident(pid), time.perf_counter()
    until = begun + seconds
    flooding = [_flooder(port, n, until, CONNECTIONS / wrong_a_second, networks, told) for n in range(CONNECTIONS)]
    await asyncio.gather(_honest_for(port, waiting, seconds, told), *flooding)
    told.seconds, told.memory_after = time.perf_counter() - begun, _resident(pid)
    return told


async def _flooder(port: int, number: int, until: float, every: float, networks: int, told: Flooded) -> None:
    """Try wrong codes over one connection at a steady pace, each from one of the networks, all of them from 10.0.0.0/8."""
    chance = random.Random(number)  # noqa: S311 -- to be repeated
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    due = time.perf_counter() + chance.random() * every
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        network = chance.randrange(networks)
        code = make_code(b"w" * 32, uuid.UUID(int=chance.getrandbits(128)))
        status = await asked(reader, writer, port, f"GET /r/{code}", f"10.{network >> 8}.{network & 255}.9")
        told.answers[status] += 1
        due = max(due + every, time.perf_counter() - 1)
    writer.close()


async def _honest_for(port: int, codes: "object", seconds: float, told: Flooded) -> None:
    """Let so many people a second come, each from a network of their own, all of them from 172.16.0.0/12."""
    begun, people = time.perf_counter(), list[asyncio.Task[None]]()
    for number in range(round(seconds * HONEST_A_SECOND)):
        await asyncio.sleep(max(0.0, begun + number / HONEST_A_SECOND - time.perf_counter()))
        address = f"172.{16 + (number >> 8)}.{number & 255}.7"
        people.append(asyncio.create_task(_honest(port, next(codes), address, told)))  # type: ignore[call-overload]
    await asyncio.gather(*people)


async def _honest(port: int, code: str, address: str, told: Flooded) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = {"listened": "fully", "explained": "yes"}
    form = urllib.parse.urlencode({"form_version": "1", "submission_id": uuid.uuid4().hex, "text": "They were kind.", **answers})
    told.honest += 1
    statuses: list[str] = []
    for what, body in ((f"GET /r/{code}", ""), (f"POST /r/{code}/feedback/send", form)):
        begun = time.perf_counter()
        statuses.append(await asked(reader, writer, port, what, address, body))
        told.took.append(time.perf_counter() - begun)
    told.honest_served += statuses == ["200", "200"]
    writer.close()


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, what: str, address: str, body: str = "") -> str:
    """Ask over an open connection, as a proxy in front of somebody at this address; return the status."""
    head = f"{what} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nX-Forwarded-For: {address}\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write((head + body).encode())
    answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    await reader.readexactly(int(answer.partition("content-length: ")[2].partition("\r\n")[0]))
    return answer.split(" ", 2)[1]


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def main(seconds: float = 300.0, wrong_a_second: float = 300.0, networks: float = 1000) -> int:
    """Flood and print."""
    print("\n".join(flood(seconds=seconds, wrong_a_second=wrong_a_second, networks=round(networks)).lines()))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
