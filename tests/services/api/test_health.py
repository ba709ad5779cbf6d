"""Alive, ready, and figures for monitoring: true, cheap, and without a word to strangers."""

import shutil
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.database.migrating import undo_migrations
from stop_search.database.session import open_database
from stop_search.installation import Installation
from stop_search.jobs.actions import request_job
from stop_search.settings import Settings

NEAR, FAR = ("127.0.0.1", 50000), ("203.0.113.9", 50000)


def asking_from(installation: Installation, place: tuple[str, int]) -> TestClient:
    """Return a browser at an address."""
    return TestClient(create_app(installation), client=place)


def test_a_living_process_says_so_even_without_a_database(installation: Installation) -> None:
    down = replace(installation, database=open_database("postgresql://x:y@127.0.0.1:9/nothing"))
    assert asking_from(down, FAR).get("/healthz").json() == {"status": "ok"}


def test_a_whole_installation_is_ready_also_while_the_queue_server_is_away(installation: Installation) -> None:
    answer = asking_from(installation, NEAR).get("/readyz")
    assert answer.status_code == 200
    told = answer.json()
    assert told["status"] == "ready"
    assert told["checks"]["database"] == {"ok": True, "state": "SQLite in the data folder", "mend": ""}
    assert told["checks"]["queue"]["ok"]
    assert told["checks"]["queue"]["state"].startswith("polling")
    assert told["checks"]["storage"]["ok"]


def test_a_stranger_is_told_whether_and_not_why(installation: Installation) -> None:
    told = asking_from(installation, FAR).get("/readyz").json()
    assert told == {"status": "ready", "checks": {name: {"ok": True} for name in ("database", "queue", "storage", "letters")}}


def test_a_database_without_the_newest_tables_is_not_ready_and_says_what_to_run(installation: Installation) -> None:
    undo_migrations(installation.database)
    answer = asking_from(installation, NEAR).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"ok": False, "state": "has not the newest tables", "mend": "Run: stop-search migrate"}


def test_a_database_that_is_down_is_not_ready_and_names_no_password(installation: Installation) -> None:
    down = replace(installation, database=open_database("postgresql://x:geheim@127.0.0.1:9/nothing"))
    answer = asking_from(down, NEAR).get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert "geheim" not in answer.text
    assert answer.json()["checks"]["storage"]["ok"]


def test_a_storage_that_cannot_be_written_is_not_ready(installation: Installation) -> None:
    folder = installation.settings.data_folder / "storage"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("a file where the folder was")
    answer = asking_from(installation, NEAR).get("/readyz")
    assert answer.status_code == 503
    assert not answer.json()["checks"]["storage"]["ok"]


def test_asking_often_looks_only_once_in_a_while(installation: Installation) -> None:
    browser = asking_from(installation, NEAR)
    assert browser.get("/readyz").status_code == 200
    undo_migrations(installation.database)
    assert browser.get("/readyz").status_code == 200  # what was found a moment ago
    browser.app.state.findings = (-1000.0, browser.app.state.findings[1])  # pyright: ignore[reportAttributeAccessIssue] -- it is the app
    assert browser.get("/readyz").status_code == 503


def test_figures_are_in_the_format_that_monitoring_reads(installation: Installation) -> None:
    with installation.writing() as session:
        request_job(session, name="examine_footage", arguments={}, dedupe_key="x")
    answer = asking_from(installation, NEAR).get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    figures = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert figures['stop_search_jobs{state="ready"}'] == "1"
    assert figures['stop_search_jobs{state="dead"}'] == "0"
    assert figures['stop_search_footage{state="failed"}'] == "0"
    assert "stop_search_audit_entries" in figures


def test_figures_are_for_this_machine_or_for_the_token(installation: Installation) -> None:
    assert asking_from(installation, FAR).get("/metrics").status_code == 404
    settings = Settings(**installation.settings.model_dump() | {"metrics_token": "figures-please"})
    guarded = replace(installation, settings=settings)
    assert asking_from(guarded, NEAR).get("/metrics").status_code == 404
    assert asking_from(guarded, FAR).get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
    assert asking_from(guarded, FAR).get("/metrics", headers={"authorization": "Bearer figures-please"}).status_code == 200
    told = asking_from(guarded, FAR).get("/readyz", headers={"authorization": "Bearer figures-please"}).json()
    assert "state" in told["checks"]["database"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_host_name(installation: Installation, path: str) -> None:
    assert asking_from(installation, FAR).get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200
