"""The job that tells of recommendations without an answer: carried twice it writes once, and it is asked for where mail can be sent."""

from datetime import timedelta

from sqlalchemy import select

from services.worker.jobs import Ending, carry_out
from services.worker.schedule import PERIODIC
from stop_search.database.session import database_now
from stop_search.installation import Installation
from stop_search.mail.records import Mail
from stop_search.panels.recommending import recommend
from tests.support.panels import a_panel
from tests.support.work import asked_for

NAME = "remind_of_recommendations"


def test_what_is_late_is_written_of_once(installation_on_each: Installation) -> None:
    with installation_on_each.writing() as session:
        panel, then = a_panel(session), database_now(session) - timedelta(days=40)
        asked = {"meeting_id": panel.meeting_id, "case_id": None, "kind": "improve", "text": "Say why."}
        recommend(session, **asked, viewer=panel.members[0], now=then)
    for ending in (Ending.DONE, Ending.DONE):  # another day's job finds nothing new
        job_id = asked_for(installation_on_each, name=NAME)
        assert [carry_out(installation_on_each, job_id=job_id) for _ in range(2)] == [ending, Ending.NOTHING]
    with installation_on_each.reading() as session:
        written = session.execute(select(Mail.account_id, Mail.subject)).all()
    told = {(one.id, "Panels wait for an answer: 1 late, 0 due soon") for one in (panel.team, panel.other)}
    assert len(written) == len(told)
    assert {tuple(row) for row in written} == told


def test_it_is_asked_for_only_where_mail_can_be_sent(installation: Installation) -> None:
    (periodic,) = [one for one in PERIODIC if one.name == NAME]
    with_mail = installation.settings.model_copy(update={"smtp_url": "smtp://mail.example"})
    assert not periodic.is_wanted(installation.settings)
    assert periodic.is_wanted(with_mail)
