"""The connection file of an Axis body worn system, from the command line."""

import base64
import json
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.installation import open_installation
from stop_search.settings import Settings
from tests.support.terminal import Terminal

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
# Attribute: the longest value that the document allows (README.md 1.6.13, "JSON file format").
LONGEST = {"SiteName": 64, "ApplicationName": 256, "ApplicationVersion": 128, "BlobAPIKey": 64, "BlobAPIUserName": 64}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_template: Path) -> Terminal:
    """Return a terminal on a migrated, empty installation that is reached by TLS."""
    shutil.copy(sqlite_template, tmp_path / "stop-search.sqlite3")
    settings = {"DATA_FOLDER": str(tmp_path), "PUBLIC_URL": "https://testserver", "SECRET_KEY": "0123456789abcdef" * 3, "DEMO": "true"}
    return Terminal(monkeypatch, capsys, settings)


def printed(terminal: Terminal, *words: str) -> str:
    """Run a command that must go well; return what it printed."""
    code, out, trouble = terminal.type(*words)
    assert code == 0, trouble
    return out


def refused(terminal: Terminal, *words: str) -> str:
    """Run a command that must be refused; return why."""
    code, _, trouble = terminal.type(*words)
    assert code == 1
    return trouble


def test_the_file_has_what_the_document_asks_for_and_its_key_signs_in(terminal: Terminal, tmp_path: Path) -> None:
    certificate = tmp_path / "server.pem"
    certificate.write_text(PEM)
    made = json.loads(printed(terminal, "axis", "connection-file", "Docks at Wexbridge", "--certificate", str(certificate)))
    assert [name for name, longest in LONGEST.items() if not 0 < len(made[name]) <= longest] == []
    assert (made["ContainerType"], made["WantEncryption"], made["FullStoreAndReadSupport"]) == ("mp4", False, False)
    assert "PublicKey" not in made
    assert [base64.b64decode(one).decode() for one in made["HTTPSCertificate"]] == [PEM]
    settings = Settings(**{name.lower(): value for name, value in terminal.settings.items()})  # pyright: ignore[reportArgumentType] -- words
    with TestClient(create_app(open_installation(settings)), base_url="https://testserver") as client:
        headers = {"X-Auth-User": made["BlobAPIUserName"], "X-Auth-Key": made["BlobAPIKey"]}
        answer = client.get(made["AuthenticationTokenURI"][0], headers=headers)
        assert answer.status_code == 200
        assert (
            client.put(f"{answer.headers['x-storage-url']}/a", headers={"X-Auth-Token": answer.headers["x-auth-token"]}).status_code == 201
        )
    assert "Docks at Wexbridge" in printed(terminal, "token", "list")


def test_without_a_certificate_there_is_no_file_for_an_address_with_tls(terminal: Terminal) -> None:
    assert "--certificate" in refused(terminal, "axis", "connection-file", "Docks")
    assert "Docks" not in printed(terminal, "token", "list")


@pytest.mark.parametrize("content", ["no certificate", PEM + "-----BEGIN PRIVATE KEY-----", PEM * 400])
def test_what_is_no_certificate_is_refused_before_a_token_is_made(terminal: Terminal, tmp_path: Path, content: str) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text(content)
    assert "wrong.pem" in refused(terminal, "axis", "connection-file", "Docks", "--certificate", str(wrong))
    assert "Docks" not in printed(terminal, "token", "list")
