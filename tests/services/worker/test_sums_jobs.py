"""The job that counts sums: carried twice it counts once, and the page says the same from what was kept."""

from datetime import timedelta

from sqlalchemy import select

from services.worker.jobs import Ending, carry_out
from stop_search.database.session import database_now
from stop_search.installation import Installation
from stop_search.learning.queries import what_was_learned
from stop_search.learning.records import KeptSums
from tests.support import builders as a
from tests.support.learned import some_reviews
from tests.support.work import asked_for


def test_settled_draws_are_counted_once_a_day(installation_on_each: Installation) -> None:
    with installation_on_each.writing() as session:
        long_ago = database_now(session) - timedelta(days=100)
        last = long_ago.date()
        draw = a.a_draw(session, period_start=last - timedelta(days=6), period_end=last)
        some_reviews(session, draw=draw, marks=[{"C4": 3}], not_drawn=1)
    with installation_on_each.reading() as session:
        before = what_was_learned(session)
    for _ in range(2):
        job_id = asked_for(installation_on_each, name="count_sums")
        assert [carry_out(installation_on_each, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
    with installation_on_each.reading() as session:
        assert session.scalars(select(KeptSums.draw_id)).all() == [draw.id]
        after = what_was_learned(session, now=database_now(session))
        assert (after.progress, after.criteria) == (before.progress, before.criteria)
        assert after.counted_at is not None
