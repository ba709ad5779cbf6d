"""The job that counts months: carried twice it counts once, and the pages say when."""

from datetime import timedelta

from sqlalchemy import func, select
from starlette.testclient import TestClient

from services.worker.jobs import Ending, carry_out
from stop_search.accounts.rules import Role
from stop_search.database.session import database_now
from stop_search.installation import Installation
from stop_search.learning.kept_months import PRACTICE
from stop_search.learning.month_sums import PARTS
from stop_search.learning.records import KeptMonth
from tests.support import builders as a
from tests.support.searched import some_searched
from tests.support.visitors import sign_in
from tests.support.work import asked_for
from tests.support.years import count_what_is_due

PAGES = ("disparity", "units", "units?measure=C3", "film", "feedback", "maturity", "maturity/footage")
AHEAD = "Counted ahead: the oldest of these counts is of"


def counted(installation: Installation) -> None:
    """Carry the job twice."""
    job_id = asked_for(installation, name="count_months")
    assert [carry_out(installation, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]


def test_months_are_counted_once_and_the_list_to_practise_on_is_drawn(installation_on_each: Installation) -> None:
    with installation_on_each.writing() as session:
        some_searched(session, 3, started_at=database_now(session), every=timedelta(seconds=1))
    rows = select(func.count(), func.count(KeptMonth.counted_at.distinct()), func.min(KeptMonth.counted_at))
    counted(installation_on_each)
    with installation_on_each.reading() as session:
        first = session.execute(rows).one()
        assert first[0] in {months * len(PARTS) + 1 for months in (9, 10)}, "twelve months but the newest, in a force so small"
        assert first[1] == 1, "all at once"
        assert session.scalars(select(KeptMonth.sums).where(KeptMonth.part == PRACTICE)).all() == [{}]
    counted(installation_on_each)
    with installation_on_each.reading() as session:
        assert session.execute(rows).one() == first


def test_every_page_says_when_it_was_counted(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        now = database_now(session)
        some_searched(session, 3, started_at=now, every=timedelta(seconds=1))
        a.a_draw(session, period_start=now.date(), period_end=now.date())
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert [page for page in PAGES if AHEAD in client.get(f"/learning/{page}").text] == []
    with installation.writing() as session:
        count_what_is_due(session, database_now(session))  # also the newest months, as in a large force
    said = {page: client.get(f"/learning/{page}") for page in (*PAGES, "together")}
    assert {page: answer.status_code for page, answer in said.items() if AHEAD not in answer.text} == {}
