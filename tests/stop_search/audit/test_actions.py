"""Many append at once: the chain stays one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from stop_search.audit.actions import record_act
from stop_search.audit.queries import chain_report, newest_entries
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.installation import Installation

WRITERS, EACH = 4, 15


def test_acts_of_many_at_once_stand_in_one_unbroken_chain(installation_on_each: Installation, now: datetime) -> None:
    def write(writer: int) -> None:
        for number in range(EACH):
            with installation_on_each.writing() as session:
                act = Act(Operation.CONSULTATION, "read", "encounter", f"{writer}-{number}", Purpose.SUPERVISOR_REVIEW)
                record_act(session, actor=Actor(f"account-{writer}", "supervisor"), act=act, now=now)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    with installation_on_each.reading() as session:
        report = chain_report(session)
        written = {entry.object_id for entry in newest_entries(session, limit=1000)}
    assert (report.entries, report.problems) == (WRITERS * EACH, [])
    assert written == {f"{writer}-{number}" for writer in range(WRITERS) for number in range(EACH)}


def test_an_act_that_fails_leaves_neither_entry_nor_gap(installation_on_each: Installation, now: datetime) -> None:
    act = Act(Operation.SECURITY, "tried", "thing", "x", Purpose.ADMINISTRATION)

    def fail_after_it() -> None:
        with installation_on_each.writing() as session:
            record_act(session, actor=Actor("a", "b"), act=act, now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_it()
    with installation_on_each.writing() as session:
        record_act(session, actor=Actor("a", "b"), act=act, now=now)
        assert newest_entries(session)[0].n == 1
