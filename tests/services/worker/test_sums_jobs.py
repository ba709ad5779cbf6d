"""The job that counts sums: carried twice it counts once, and the page says the same from what was kept."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from services.worker.jobs import Ending, carry_out
from stop_search.database.session import database_now
from stop_search.installation import Installation
from stop_search.learning.counted_figures import COUNTED
from stop_search.learning.queries import what_was_learned
from stop_search.learning.records import KeptSums
from stop_search.learning.theme_rules import Source
from stop_search.learning.themed import THEMED_REVIEWS, coded_shown, themed_reviews_to_keep
from stop_search.reviews.records import KeptFigures
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
        before = what_was_learned(session, now=database_now(session))
    for _ in range(2):
        job_id = asked_for(installation_on_each, name="count_sums")
        assert [carry_out(installation_on_each, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
    with installation_on_each.reading() as session:
        assert session.scalars(select(KeptSums.draw_id)).all() == [draw.id]
        after = what_was_learned(session, now=database_now(session))
        assert (after.progress, after.criteria) == (before.progress, before.criteria)
        assert after.counted_at is not None


def test_figures_are_worked_out_once_and_a_small_force_keeps_none(
    installation_on_each: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installation_on_each.writing() as session:
        some_reviews(session, draw=a.a_draw(session), marks=[{"C4": 3}], themes=[("early_handcuffs",)])
    for many, kept in ((2, set[str]()), (1, {"themed_reviews"})):
        monkeypatch.setitem(COUNTED, THEMED_REVIEWS, partial(themed_reviews_to_keep, many=many))
        job_id = asked_for(installation_on_each, name="work_out_figures")
        assert [carry_out(installation_on_each, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
        with installation_on_each.reading() as session:
            assert set(session.scalars(select(KeptFigures.name))) == kept
    with installation_on_each.reading() as session:
        now = database_now(session)
        found, counted = coded_shown(session, Source.REVIEWS, now=now), coded_shown(session, Source.REVIEWS)
        assert found.counted_at is not None
        assert [(one.themes, one.month, one.texts) for one in found.by_month] == [
            (one.themes, one.month, one.texts) for one in counted.by_month
        ]
