"""`stop-search jobs` shows what waits and gives a dead job its attempts back; `stop-search worker` refuses an old database."""

import uuid

import pytest
import typer
from typer.testing import CliRunner

from services.commands import worker as commands
from stop_search.audit.queries import newest_entries
from stop_search.errors import Conflict, NotFound, Unavailable
from stop_search.installation import Installation
from stop_search.jobs.actions import claim_job, fail_job
from stop_search.jobs.rules import Pace
from tests.support.work import NAME, asked_for, line_of

ONCE = Pace(max_attempts=1)


def _app() -> typer.Typer:
    app = typer.Typer()
    commands.register(app)
    return app


@pytest.fixture(autouse=True)
def _environment(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the commands find the test's own installation."""
    monkeypatch.setattr(commands, "read_settings", lambda: installation.settings)


def _dead(installation: Installation) -> uuid.UUID:
    job_id = asked_for(installation)
    with installation.writing() as session:
        claim = claim_job(session, job_id=job_id, names={NAME}, held_by="host:1", pace=ONCE)
        assert claim
        fail_job(session, claim=claim, reason="it [is] broken", pace=ONCE)
    return job_id


def test_jobs_are_listed_with_what_went_wrong(installation: Installation) -> None:
    dead, waits = _dead(installation), asked_for(installation)
    told = CliRunner().invoke(_app(), ["jobs", "list"], env={"COLUMNS": "200"})
    assert told.exit_code == 0, told.output
    assert "1 ready, 0 leased, 0 done, 1 dead" in told.output
    assert "it [is] broken" in told.output
    assert str(dead) in told.output
    assert str(waits) in told.output


def test_an_empty_list_is_said_in_one_line() -> None:
    told = CliRunner().invoke(_app(), ["jobs", "list"])
    assert told.output == "0 ready, 0 leased, 0 done, 0 dead\n"


def test_a_dead_job_is_tried_again_and_that_is_in_the_audit_log(installation: Installation) -> None:
    job_id = _dead(installation)
    told = CliRunner().invoke(_app(), ["jobs", "retry", str(job_id)])
    assert told.exit_code == 0, told.output
    assert line_of(installation, job_id).state == "ready"
    with installation.reading() as session:
        (entry,) = newest_entries(session)
    assert (entry.actor, entry.action, entry.object_id) == ("command-line", "retry_job", str(job_id))


@pytest.mark.parametrize("kind", ["waiting", "unknown"])
def test_what_is_not_dead_is_not_tried_again_and_nothing_is_logged(installation: Installation, kind: str) -> None:
    job_id = asked_for(installation) if kind == "waiting" else uuid.uuid4()
    told = CliRunner().invoke(_app(), ["jobs", "retry", str(job_id)])
    assert isinstance(told.exception, Conflict if kind == "waiting" else NotFound)
    with installation.reading() as session:
        assert newest_entries(session) == []


def test_a_database_without_tables_stops_the_worker_with_what_to_do(installation: Installation) -> None:
    (installation.settings.data_folder / "stop-search.sqlite3").unlink()
    told = CliRunner().invoke(_app(), ["worker"])
    assert isinstance(told.exception, Unavailable)
    assert "stop-search migrate" in str(told.exception)


def test_a_queue_that_there_is_not_is_refused() -> None:
    told = CliRunner().invoke(_app(), ["worker", "--queue", "letters"])
    assert told.exit_code == 2
