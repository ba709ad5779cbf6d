"""A simulated Axis system delivers while lines break in the middle of clips and the server is killed by SIGKILL at random moments.

Afterwards every clip that was acknowledged is stored byte for byte and once, nothing is there that was not sent, and no half file is left.
STOP_SEARCH_TEST_KILLS sets how many kills, STOP_SEARCH_TEST_SEED which; the figures are logged.
"""

import hashlib
import logging
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from services.demo.processes import free_port
from stop_search.accounts.queries import machine_tokens
from stop_search.accounts.rules import Role
from stop_search.audit.queries import chain_report
from stop_search.database.migrating import migrate
from stop_search.footage.records import DeliveredObject, Delivery, Footage
from stop_search.installation import Installation, open_installation
from stop_search.settings import Settings, with_environment
from tests.support.axis_systems import AxisSystem, Filming, a_filming
from tests.support.builders import a_machine_token

KILLS = int(os.environ.get("STOP_SEARCH_TEST_KILLS", "4"))
SEED = int(os.environ.get("STOP_SEARCH_TEST_SEED", "20261126"))
ON_POSTGRES = max(2, KILLS // 4)
CLIPS, CLIP_BYTES = 3, 3 << 20


@dataclass
class KilledSite:
    """The site as a process that is killed and started again, at one address."""

    environment: dict[str, str]
    port: int
    chance: random.Random
    kills: int = 0
    child: "subprocess.Popen[bytes] | None" = None
    stop: threading.Event = field(default_factory=threading.Event)

    def starts(self) -> None:
        """Start it and wait until it is ready."""
        command = [sys.executable, "-m", "services.cli", "serve", "--port", str(self.port)]
        self.child = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while True:
            assert self.child.poll() is None, "the site ended by itself"
            try:
                if httpx2.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2).status_code == httpx2.codes.OK:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)

    def dies(self) -> None:
        """Kill it with everything it started."""
        if self.child is not None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()

    def is_killed_again_and_again(self, kills: int) -> None:
        """Live between nothing and a second and a half each time."""
        while self.kills < kills and not self.stop.is_set():
            time.sleep(self.chance.random() * 1.5)
            self.dies()
            self.kills += 1
            self.starts()


@pytest.mark.slow
@pytest.mark.timeout(600 + KILLS * 30)
def test_no_clip_is_lost_doubled_or_damaged_when_the_server_is_killed(tmp_path: Path) -> None:
    withstand(tmp_path, KILLS)


@pytest.mark.slow
@pytest.mark.timeout(240 + ON_POSTGRES * 30)
def test_no_clip_is_lost_doubled_or_damaged_on_postgresql_either(tmp_path: Path, empty_postgres_database: URL) -> None:
    withstand(tmp_path, ON_POSTGRES, empty_postgres_database.render_as_string(hide_password=False))


def withstand(folder: Path, kills: int, database_url: str = "") -> None:
    """Deliver recordings until so many kills were done, then hold what is stored against what was acknowledged."""
    chance, port = random.Random(SEED), free_port()  # noqa: S311 -- seeded, to be repeated
    values = {
        "data_folder": str(folder / "var"),
        "public_url": f"http://127.0.0.1:{port}",
        "secret_key": secrets.token_urlsafe(48),
        "demo": "true",
    }
    values |= {"database_url": database_url} if database_url else {}
    (folder / "var").mkdir()
    installation = open_installation(Settings(**values))  # pyright: ignore[reportArgumentType] -- words, as from the environment
    migrate(installation.database)
    site = KilledSite(with_environment(**values), port, chance)
    site.starts()
    killer = threading.Thread(target=site.is_killed_again_and_again, args=(kills,), daemon=True)
    system = a_system(installation)
    killer.start()
    delivered: list[Filming] = []
    try:
        while killer.is_alive():
            delivered.append(a_recording_of(chance, len(delivered)))
            system.offloads(delivered[-1], chance=chance)
    finally:
        site.stop.set()
        killer.join()
        site.dies()
    lines = f"lines broken: {system.broken}; nobody there: {system.refused}; answers: {dict(Counter(system.answers))}"
    figures = f"kills: {site.kills}; recordings: {len(delivered)}; {lines}"
    logging.getLogger("axis").info(figures)
    assert site.kills == kills
    assert system.broken > len(delivered) // 2, figures
    holds_what_was_acknowledged(installation, delivered)
    installation.database.engine.dispose()


def a_system(installation: Installation) -> AxisSystem:
    """Return a system with a token of its own."""
    with installation.writing() as session:
        key = a_machine_token(session, role=Role.CAMERA)
        session.flush()
        name = str(machine_tokens(session)[0].token_id)
    address = f"{installation.settings.public_url}/api/axis/auth/v1.0"
    return AxisSystem({"BlobAPIUserName": name, "BlobAPIKey": key, "AuthenticationTokenURI": [address]})


def a_recording_of(chance: random.Random, number: int) -> Filming:
    """Return a recording of clips with bytes of their own."""
    began_at = datetime.now(UTC) - timedelta(days=3) + timedelta(minutes=10 * number)
    clips = [chance.randbytes(chance.randrange(1, CLIP_BYTES)) for _ in range(CLIPS)]
    return a_filming(f"user-{number}", "B8A44F000001", began_at=began_at, clips=clips)


def holds_what_was_acknowledged(installation: Installation, delivered: list[Filming]) -> None:
    """Every clip once, byte for byte, at its time; every container complete; nothing else; no half file; an audit log that holds."""
    sent = {hashlib.sha256(clip.content).hexdigest(): clip for one in delivered for clip in one.clips}
    with installation.reading() as session:
        rows = session.scalars(select(Footage)).all()
        kept = {row.sha256: row for row in rows}
        complete = set(session.scalars(select(Delivery.name).where(Delivery.completed_at.is_not(None))))
        objects = session.scalars(select(DeliveredObject.id)).all()
        assert not chain_report(session).problems
        assert (len(rows), set(kept)) == (len(sent), set(sent))
        assert complete == {one.container for one in delivered}
        assert len(objects) == len(delivered) * (CLIPS + 2)
        for sha256, clip in sent.items():
            assert installation.storage.read(kept[sha256].storage_key or "") == clip.content
            assert (kept[sha256].started_at, kept[sha256].size_bytes) == (clip.began_at, len(clip.content))
        assert installation.storage.keys("") == sorted(row.storage_key or "" for row in rows)
    # What a killed process left is of no use to anybody, and goes when its time is over (Incoming.sweep).
    assert not list((installation.settings.data_folder / "incoming").glob("*.json"))
