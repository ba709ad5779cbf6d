"""Serving, migrating and checking: what is wrong is named, with what to do."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from services.commands.service import PortTaken, bound
from stop_search.errors import Unavailable
from stop_search.jobs.embedded_queue import stop_embedded_queue
from stop_search.settings import PREFIX
from tests.support.terminal import Terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    """Return a terminal on an installation of which nothing is there yet."""
    settings = {"DATA_FOLDER": str(tmp_path / "var"), "PUBLIC_URL": "https://stops.example", "SECRET_KEY": "0123456789abcdef" * 3}
    return Terminal(monkeypatch, capsys, settings)


@pytest.fixture
def busy_port() -> Iterator[int]:
    """Listen on a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_without_settings_every_command_says_which_are_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bare = Terminal(monkeypatch, capsys, {"DATA_FOLDER": str(tmp_path), "PUBLIC_URL": "", "SECRET_KEY": ""})
    for words in (("serve",), ("migrate",), ("audit", "verify"), ("account", "list")):
        code, _, complaint = bare.type(*words)
        assert code == 2
        assert "STOP_SEARCH_SECRET_KEY: is not set" in complaint
    code, told, _ = bare.type("check")
    assert code == 2
    assert "STOP_SEARCH_PUBLIC_URL: is not set" in told


def test_migrating_brings_an_empty_database_to_the_newest_tables_once(terminal: Terminal) -> None:
    assert "is at revision" in terminal.type("migrate")[1]
    assert terminal.type("migrate") == (0, "The database has the newest tables already.\n", "")


def test_serving_an_old_database_is_refused_with_what_to_run(terminal: Terminal) -> None:
    code, _, complaint = terminal.type("serve")
    assert code == 1
    assert complaint.endswith("Run: stop-search migrate\n")


def test_a_taken_port_is_named_with_what_to_do(terminal: Terminal, busy_port: int) -> None:
    terminal.type("migrate")
    code, _, complaint = terminal.type("serve", "--port", str(busy_port))
    assert code == 1
    assert f"Port {busy_port} is taken by another program" in complaint
    assert f"--port {busy_port + 1}" in complaint
    with pytest.raises(PortTaken):
        bound("127.0.0.1", busy_port)


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_named(host: str) -> None:
    with pytest.raises(Unavailable, match="--host"):
        bound(host, 0)


def test_a_check_names_what_is_wrong_and_how_to_mend_it(terminal: Terminal) -> None:
    code, told, _ = terminal.type("check")
    assert code == 1
    assert "WRONG database: has not the newest tables" in told
    assert "Run: stop-search migrate" in told
    terminal.type("migrate")
    code, told, _ = terminal.type("check")
    assert code == 0, told
    assert [line.split(":")[0] for line in told.splitlines() if line.startswith("ok")] == [
        f"ok    {name}" for name in ("settings", "force", "database", "queue", "storage", "letters", "sandbox")
    ]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DATABASE_URL", "postgresql://somebody:geheim@127.0.0.1:9/nothing", "WRONG database: cannot be reached"),
        ("FORCE", "/no/such/force.yaml", "WRONG force: STOP_SEARCH_FORCE"),
        ("REDIS_URL", "redis://127.0.0.1:9/0", "queue: polling"),
        ("FFMPEG", "/no/such/ffmpeg", "WRONG sandbox: "),
        ("STORAGE_URL", "file:///proc/no-such-folder", "WRONG "),
    ],
)
def test_each_thing_that_is_down_is_named_without_its_secrets(terminal: Terminal, name: str, value: str, told: str) -> None:
    terminal.settings[name] = value
    _, printed, complaints = terminal.type("check")
    assert told in printed
    assert "geheim" not in printed + complaints
    assert "Traceback" not in printed + complaints


def test_a_command_on_a_database_that_is_down_says_so(terminal: Terminal) -> None:
    terminal.settings["DATABASE_URL"] = "postgresql://somebody:geheim@127.0.0.1:9/nothing"
    code, _, complaint = terminal.type("account", "list")
    assert code == 1
    assert complaint.startswith("The database cannot be used")
    assert "geheim" not in complaint


def test_the_site_is_served_logs_no_path_and_ends_when_asked(terminal: Terminal, tmp_path: Path) -> None:
    terminal.settings |= {"PUBLIC_URL": "http://127.0.0.1:1", "DEMO": "true"}
    terminal.type("migrate")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {f"{PREFIX}{name}": value for name, value in terminal.settings.items()}
    log = tmp_path / "log"
    command = [sys.executable, "-m", "services.cli", "serve", "--port", str(port)]
    with log.open("wb") as written, subprocess.Popen(command, env=environment, stderr=written, stdout=written) as served:
        try:
            address = f"http://127.0.0.1:{port}"
            assert when_ready(f"{address}/readyz", served)["status"] == "ready"
            answer = httpx2.get(f"{address}/r/7K3M-9QX2-TD4F?code=7K3M9QX2TD4F")
            assert (answer.status_code, answer.headers.get("server")) == (404, None)
            served.send_signal(signal.SIGINT)
            assert served.wait(30) in {0, 130, -signal.SIGINT}
        finally:
            served.kill()
            stop_embedded_queue(Path(terminal.settings["DATA_FOLDER"]))
    told = log.read_text()
    assert "/r/{code}" in told
    assert "9QX2" not in told
    assert "Traceback" not in told


def when_ready(address: str, served: subprocess.Popen[bytes]) -> dict[str, object]:
    """Ask until the site answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and served.poll() is None:
        try:
            return httpx2.get(address, timeout=5).json()
        except httpx2.TransportError:
            time.sleep(0.1)
    message = "the site did not come up"
    raise AssertionError(message)
