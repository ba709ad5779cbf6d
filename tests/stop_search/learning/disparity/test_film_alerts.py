"""Alerts of film: raised once and mailed once, ended when nothing is beyond chance any more, the same one if it comes back soon."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.audit.rules import WORKER
from stop_search.footage.records import FootageAbsence
from stop_search.learning.disparity.film import FilmAlert
from stop_search.learning.disparity.film_alerts import SAME_FOR, alerts_now, standing_film_alerts, watch_film
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.records import FilmAlertRaised
from stop_search.mail.records import Mail
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.searched import BLACK, WHITE, a_film, a_small_force, some_searched


def watched(session: Session, now: datetime = NOON, *, writes_mail: bool = True) -> int:
    """Watch once."""
    return watch_film(session, public_url="https://stops.example", writes_mail=writes_mail, actor=WORKER, now=now)


def mails(session: Session) -> list[str]:
    """Return the subjects of what was mailed."""
    return list(session.scalars(select(Mail.subject).order_by(Mail.written_at, Mail.id)))


def a_gap(session: Session) -> list[a.Encounter]:
    """Add a force in which Black people are filmed less; return the stops that were not filmed."""
    some_searched(session, 40, filmed=38, **WHITE)
    return some_searched(session, 40, filmed=15, **BLACK)[15:]


def test_an_alert_is_raised_and_mailed_once_however_often_it_is_watched(session: Session) -> None:
    team, _other = a.an_account(session, role=Role.LEARNING_TEAM), a.an_account(session, role=Role.SUPERVISOR)
    a_gap(session)
    assert watched(session) == 2
    assert watched(session, NOON + timedelta(days=1)) == 0
    assert [alert.basis for alert in standing_film_alerts(session)] == [Basis.OFFICER_PERCEIVED, Basis.SELF_DEFINED]
    (mail,) = session.scalars(select(Mail)).all()
    assert (mail.account_id, mail.subject) == (team.id, "2 new alerts about film")
    assert "https://stops.example/learning/film" in mail.text
    assert "Black" not in mail.text, "mail says how much, never what"


def test_it_ends_and_is_the_same_one_if_it_comes_back_within_a_quarter(session: Session) -> None:
    a.an_account(session, role=Role.LEARNING_TEAM)
    gone = a_gap(session)
    watched(session)
    for stop in gone:
        a_film(session, stop)
    soon = NOON + timedelta(days=10)
    assert (watched(session, soon), standing_film_alerts(session)) == (0, ())
    more = some_searched(session, 40, started_at=NOON - timedelta(days=20), **BLACK)
    assert watched(session, soon + timedelta(days=1)) == 0
    assert len(standing_film_alerts(session)) == 2
    assert len(mails(session)) == 1
    for stop in more:
        a_film(session, stop)
    watched(session, soon + timedelta(days=2))
    some_searched(session, 80, started_at=NOON - timedelta(days=25), **BLACK)
    assert watched(session, soon + timedelta(days=3) + SAME_FOR) == 2, "after a quarter it is another one"
    assert len(mails(session)) == 2
    assert session.scalar(select(func.count()).select_from(FilmAlertRaised)) == 4


def test_without_a_mail_server_it_is_raised_and_nothing_is_written(session: Session) -> None:
    a.an_account(session, role=Role.LEARNING_TEAM)
    a_gap(session)
    assert watched(session, writes_mail=False) == 2
    assert mails(session) == []


def test_the_groups_are_named(session: Session) -> None:
    a_small_force(session)
    found = {(alert.measure, alert.basis): alert.words for alert in alerts_now(session, now=NOON)}
    assert found["no_video", Basis.SELF_DEFINED] == (
        "Video is missing more often of Black people than of White people, by more than chance (ethnicity as people said it themselves)."
    )
    assert "children" not in " ".join(found.values())


def test_stops_of_which_it_is_not_known_yet_do_not_count(session: Session) -> None:
    some_searched(session, 40, filmed=40, **WHITE)
    fresh = some_searched(session, 40, started_at=NOON - timedelta(hours=2), every=timedelta(minutes=1), **BLACK)
    assert alerts_now(session, now=NOON) == ()
    officer = a.an_officer(session)
    for stop in fresh:
        session.add(FootageAbsence(encounter_id=stop.id, reason="battery_flat", words="", stated_by=officer.id, stated_at=NOON))
    session.flush()
    assert {alert.basis for alert in alerts_now(session, now=NOON)} == {Basis.SELF_DEFINED, Basis.OFFICER_PERCEIVED}


@pytest.mark.parametrize("black", [0, 20])
def test_before_anybody_was_searched_and_where_all_is_filmed_there_is_no_alert(session: Session, black: int) -> None:
    none: tuple[FilmAlert, ...] = ()
    some_searched(session, black, filmed=black, **WHITE)
    some_searched(session, black, filmed=black, **BLACK)
    assert (alerts_now(session, now=NOON), watched(session), standing_film_alerts(session)) == (none, 0, none)
