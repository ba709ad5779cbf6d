"""Settings: what is refused, in which words, and where they come from."""

import itertools
import os
from pathlib import Path

import pytest

from stop_search.errors import SettingMissing
from stop_search.settings import KEPT_ENVIRONMENT, PREFIX, Settings, read_settings, with_environment

ROOT = Path(__file__).parents[2]
GOOD = {"PUBLIC_URL": "https://stops.example", "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz"}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting is in the environment, and the default data folder is empty."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    """Put settings into the environment."""
    for name, value in settings.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)


def test_without_any_setting_the_start_is_refused_and_says_what_to_set() -> None:
    with pytest.raises(SettingMissing) as refused:
        read_settings()
    assert "STOP_SEARCH_PUBLIC_URL: is not set" in str(refused.value)
    assert "STOP_SEARCH_SECRET_KEY: is not set" in str(refused.value)


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **GOOD | {"FORCE": "", "REDIS_URL": ""})
    settings = read_settings()
    assert settings.force is None
    assert settings.queue_is_embedded
    given(monkeypatch, SECRET_KEY="")
    with pytest.raises(SettingMissing, match="SECRET_KEY: is not set"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "too short"),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY", "abcabcabc" * 8),
        ("PUBLIC_URL", "stops.example"),
        ("PUBLIC_URL", "ftp://stops.example"),
        ("PUBLIC_URL", "https://stops.example/r"),
        ("PUBLIC_URL", "https://user@stops.example"),
        ("PUBLIC_URL", "https://stops.example:port"),
        ("PUBLIC_URL", "http://stops.example"),
        ("DATABASE_URL", "mysql://root:geheim@db/x"),
        ("REDIS_URL", "http://redis"),
        ("STORAGE_URL", "/srv/footage"),
        ("SANDBOX", "none"),
        ("UPLOAD_LIMIT_BYTES", "0"),
        ("UPLOAD_LIMIT_BYTES", "twenty"),
        ("DEMO", "perhaps"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    given(monkeypatch, **GOOD | {name: value})
    with pytest.raises(SettingMissing) as refused:
        read_settings()
    told = str(refused.value)
    assert f"STOP_SEARCH_{name}: " in told
    assert "geheim" not in told
    assert "abcabcabc" not in told


def test_without_tls_only_the_demo_and_this_machine_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **GOOD | {"PUBLIC_URL": "http://localhost:8000"})
    assert read_settings().public_url == "http://localhost:8000"
    given(monkeypatch, PUBLIC_URL="http://stops.example", DEMO="true")
    assert read_settings().demo


def test_the_addresses_end_is_tidied(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **GOOD | {"PUBLIC_URL": "https://stops.example:8443/"})
    assert read_settings().public_url == "https://stops.example:8443"


def test_what_the_demo_kept_beside_its_material_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    kept = f"STOP_SEARCH_PUBLIC_URL=http://127.0.0.1:8000\nSTOP_SEARCH_SECRET_KEY={GOOD['SECRET_KEY']}\nSTOP_SEARCH_DEMO=true\n"
    (folder / KEPT_ENVIRONMENT).write_text(kept)
    given(monkeypatch, DATA_FOLDER=str(folder))
    assert (read_settings().public_url, read_settings().demo) == ("http://127.0.0.1:8000", True)
    given(monkeypatch, PUBLIC_URL="https://stops.example")
    assert read_settings().public_url == "https://stops.example"


def test_an_unknown_setting_in_the_kept_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / KEPT_ENVIRONMENT).write_text("STOP_SEARCH_COLOUR=blue\n")
    given(monkeypatch, **GOOD)
    with pytest.raises(SettingMissing, match=r"STOP_SEARCH_COLOUR.*no such setting"):
        read_settings()


def test_secrets_are_not_in_the_settings_words(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **GOOD | {"METRICS_TOKEN": "metrics-secret", "OIDC_CLIENT_SECRET": "client-secret"})
    words = repr(read_settings()) + str(read_settings().model_dump())
    for secret in (GOOD["SECRET_KEY"], "metrics-secret", "client-secret"):
        assert secret not in words


def test_a_child_process_finds_the_changed_settings() -> None:
    assert with_environment(public_url="https://x.example")["STOP_SEARCH_PUBLIC_URL"] == "https://x.example"


def test_every_setting_is_in_the_example_with_its_meaning_and_nothing_else_is() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    meanings: dict[str, str] = {}
    for before, line in itertools.pairwise(lines):
        name, is_assignment, _ = line.removeprefix("# ").partition("=")
        if is_assignment and name.startswith(PREFIX):
            meanings[name.removeprefix(PREFIX).lower()] = before.removeprefix("# ")
    assert meanings == {name: field.description for name, field in Settings.model_fields.items()}


def test_in_the_example_only_what_must_be_set_stands_open() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    open_lines = {line for line in lines if line.startswith(PREFIX)}
    assert open_lines == {f"{PREFIX}{name.upper()}=" for name, field in Settings.model_fields.items() if field.is_required()}


def test_a_secret_may_come_from_a_file_and_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "stop_search_secret_key").write_text(GOOD["SECRET_KEY"] + "\n")
    (tmp_path / "secrets" / "stop_search_database_url").write_text("postgresql://in-a-file/a")
    (tmp_path / "secrets" / "postgres_password").write_text("another program's")
    monkeypatch.setattr("stop_search.settings.SECRET_FILES", tmp_path / "secrets")
    given(monkeypatch, PUBLIC_URL=GOOD["PUBLIC_URL"], DATABASE_URL="postgresql://in-the-environment/b")
    settings = read_settings()
    assert settings.secret_key.get_secret_value() == GOOD["SECRET_KEY"]
    assert settings.database_url == "postgresql://in-the-environment/b"
