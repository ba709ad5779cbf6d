"""The rehearsal leaves no trace, no connection, and what a horse needs."""

from typing import Any

from sqlalchemy import event, func, select

from services.worker.bodies import Work
from services.worker.jobs import Ending, carry_next
from services.worker.rehearsal import rehearse, rehearsed_database
from stop_search.installation import Installation
from stop_search.jobs.actions import request_job
from stop_search.jobs.records import Job
from stop_search.jobs.rules import PACE, JobState, Queue

WORK = Work({"nothing": lambda _installation, _claim: lambda _session, _now: None}, {})
ENOUGH = 24  # rings: about one in four takes what has waited longest


def asked_for(installation: Installation, count: int) -> list[Any]:
    """Ask for so many jobs; return their ids."""
    with installation.writing() as session:
        return [request_job(session, name="nothing", arguments={}, dedupe_key=f"{n}", queue=Queue.UPKEEP).id for n in range(count)]


def test_a_rehearsal_claims_nothing_and_leaves_no_trace(installation_on_each: Installation) -> None:
    [job_id] = asked_for(installation_on_each, 1)
    rehearse(installation_on_each.database, queue=Queue.UPKEEP, work=WORK, pace=PACE)
    with installation_on_each.reading() as session:
        job = session.get_one(Job, job_id)
        assert (job.state, job.attempts, job.token, job.held_by) == (JobState.READY, 0, 0, None)
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_after_it_no_connection_is_open(installation: Installation) -> None:
    connected: list[object] = []
    database = rehearsed_database(installation.settings, queue=Queue.UPKEEP, work=WORK, pace=PACE)
    event.listen(database.engine, "connect", lambda *_: connected.append(1))
    with database.reading() as session:
        session.scalar(select(func.count()).select_from(Job))
    assert connected == [1]
    database.engine.dispose()


def test_no_statement_of_claiming_and_ending_is_put_together_again_after_it(installation_on_each: Installation) -> None:
    jobs, compiled = asked_for(installation_on_each, ENOUGH), list[str]()
    database = installation_on_each.database
    database.engine.clear_compiled_cache()
    rehearse(database, queue=Queue.UPKEEP, work=WORK, pace=PACE)

    def note(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: object) -> None:
        if getattr(context, "cache_hit", None) is not None and context.cache_hit.name == "CACHE_MISS":
            compiled.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    assert [carry_next(installation_on_each, rung_for=job_id, work=WORK) for job_id in jobs] == [Ending.DONE] * ENOUGH
    assert compiled == []
