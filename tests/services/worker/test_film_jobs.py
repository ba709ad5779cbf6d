"""The job that watches film: carried twice, one alert and one mail to each of the learning team; without a mail server no mail."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from services.worker.jobs import Ending, carry_out
from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.learning.records import FilmAlertRaised
from stop_search.mail.records import Mail
from tests.support import builders as a
from tests.support.searched import BLACK, WHITE, some_searched
from tests.support.work import asked_for


@pytest.mark.parametrize(("smtp_url", "written"), [("smtp://127.0.0.1:1", 1), ("", 0)])
def test_film_is_watched_once_however_often_the_job_is_carried(installation: Installation, smtp_url: str, written: int) -> None:
    settings = installation.settings.model_copy(update={"smtp_url": smtp_url})
    watching = replace(installation, settings=settings)
    with installation.writing() as session:
        a.an_account(session, role=Role.LEARNING_TEAM)
        some_searched(session, 30, filmed=30, **WHITE)
        some_searched(session, 30, filmed=10, **BLACK)
    jobs = [asked_for(installation, name="watch_film", slot=n) for n in range(2)]
    assert [carry_out(watching, job_id=job) for job in jobs] == [Ending.DONE, Ending.DONE]
    with installation.reading() as session:
        assert {(row.measure, row.people) for row in session.scalars(select(FilmAlertRaised))} == {("no_video", "Black")}
        assert len(session.scalars(select(Mail)).all()) == written
