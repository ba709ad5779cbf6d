"""Recommendations: who makes them, that the force answers, who lets the answer out, and that lateness is told."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.audit.rules import WORKER
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.mail.records import Mail
from stop_search.panels.recommendation_queries import published_recommendations, recommendation_shown, recommendations_of
from stop_search.panels.recommending import answer_recommendation, publish_answer, recommend
from stop_search.panels.records import Recommendation
from stop_search.panels.reminding import remind_of_recommendations
from stop_search.panels.rules import answer_digest
from stop_search.panels.voting import cast_vote
from tests.support import builders as a
from tests.support.panels import Panel, a_panel, a_vote, somebody

ASKED = {"kind": "improve", "text": "Say what is looked for.", "now": a.NOON}


def asked(session: Session, panel: Panel, **also: object) -> Recommendation:
    """Have a member recommend something about no one search."""
    told = {"meeting_id": panel.meeting_id, "case_id": None, "viewer": panel.members[0]} | ASKED | also
    return session.get_one(Recommendation, recommend(session, **told))  # type: ignore[arg-type]


def test_a_member_recommends_about_a_search_once_all_votes_are_in(session: Session) -> None:
    panel = a_panel(session)
    with pytest.raises(Conflict):
        asked(session, panel, case_id=panel.case_ids[0])
    for member in panel.members:
        cast_vote(session, case_id=panel.case_ids[0], vote=a_vote(), viewer=member, now=a.NOON)
    row = asked(session, panel, case_id=panel.case_ids[0])
    assert row.due_on == a.NOON.date() + timedelta(days=28)
    (line,) = recommendations_of(session, viewer=panel.members[1], now=a.NOON)
    assert line.reference == panel.encounters[0].reference


def test_nobody_without_a_seat_recommends_and_nothing_empty_is_passed_on(session: Session) -> None:
    panel, other = a_panel(session), a_panel(session)
    with pytest.raises(NotFound):
        asked(session, panel, viewer=somebody(session, Role.PANEL_MEMBER))
    with pytest.raises(NotFound):
        asked(session, panel, viewer=other.members[0])
    with pytest.raises(Invalid) as error:
        asked(session, panel, kind="order", text=" ")
    assert set(error.value.fields) == {"kind", "text"}


def test_a_case_of_another_meeting_is_not_this_ones(session: Session) -> None:
    panel, other = a_panel(session), a_panel(session)
    with pytest.raises(NotFound):
        asked(session, panel, case_id=other.case_ids[0])


def read(session: Session, recommendation_id: uuid.UUID) -> str:
    """Return which answer somebody reads who looks now."""
    row = session.get_one(Recommendation, recommendation_id)
    return answer_digest(decision=row.decision, answer=row.answer)


def test_the_force_answers_and_a_second_person_lets_it_out(session: Session) -> None:
    panel = a_panel(session)
    row = asked(session, panel)
    where = {"recommendation_id": row.id, "now": a.NOON}
    with pytest.raises(Conflict):
        publish_answer(session, **where, seen=read(session, row.id), viewer=panel.other)
    with pytest.raises(NotAllowed):
        answer_recommendation(session, **where, decision="accepted", answer="Yes.", viewer=panel.members[0])
    with pytest.raises(Invalid):
        answer_recommendation(session, **where, decision="maybe", answer="", viewer=panel.team)
    answer_recommendation(session, **where, decision="accepted", answer="Every team learns it by May.", viewer=panel.team)
    assert published_recommendations(session) == []
    with pytest.raises(NotAllowed):
        publish_answer(session, **where, seen=read(session, row.id), viewer=panel.team)
    publish_answer(session, **where, seen=read(session, row.id), viewer=panel.other)
    (told,) = published_recommendations(session)
    assert (told.panel, told.text, told.answer) == ("Youth panel", ASKED["text"], "Every team learns it by May.")
    with pytest.raises(Conflict):
        answer_recommendation(session, **where, decision="not_accepted", answer="No.", viewer=panel.team)


def test_a_new_answer_before_it_is_public_has_to_be_let_out_by_somebody_else_again(session: Session) -> None:
    panel = a_panel(session)
    where = {"recommendation_id": asked(session, panel).id, "now": a.NOON}
    answer_recommendation(session, **where, decision="accepted", answer="Yes.", viewer=panel.team)
    before = read(session, where["recommendation_id"])
    answer_recommendation(session, **where, decision="in_part", answer="Partly.", viewer=panel.other)
    now = read(session, where["recommendation_id"])
    with pytest.raises(NotAllowed):
        publish_answer(session, **where, seen=now, viewer=panel.other)
    with pytest.raises(Conflict, match="changed after you read it"):
        publish_answer(session, **where, seen=before, viewer=panel.team)
    publish_answer(session, **where, seen=now, viewer=panel.team)
    assert published_recommendations(session)[0].decision == "in_part"


def test_the_database_itself_lets_nobody_publish_their_own_answer(session: Session) -> None:
    panel = a_panel(session)
    row = asked(session, panel)
    answer_recommendation(session, recommendation_id=row.id, decision="accepted", answer="Yes.", viewer=panel.team, now=a.NOON)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Recommendation).values(published_at=a.NOON, published_by=panel.team.id))


def test_what_has_no_answer_stands_first_and_what_is_late_before_all(session: Session) -> None:
    panel = a_panel(session)
    answered, late, new = (asked(session, panel, text=text, now=when) for text, when in _TEXTS)
    answer_recommendation(session, recommendation_id=answered.id, decision="accepted", answer="Yes.", viewer=panel.team, now=a.NOON)
    for viewer in (panel.members[2], panel.team):
        lines = recommendations_of(session, viewer=viewer, now=a.NOON)
        assert [(line.recommendation_id, line.is_overdue) for line in lines] == [(late.id, True), (new.id, False), (answered.id, False)]
    with pytest.raises(NotFound):
        recommendation_shown(session, recommendation_id=new.id, viewer=panel.members[0], now=a.NOON)


_TEXTS = (("Answered.", a.NOON - timedelta(days=60)), ("Late.", a.NOON - timedelta(days=29)), ("New.", a.NOON))


def test_the_learning_team_is_told_of_lateness_once(session: Session) -> None:
    panel = a_panel(session)
    asked(session, panel, now=a.NOON - timedelta(days=29))
    asked(session, panel, now=a.NOON - timedelta(days=22))
    asked(session, panel)
    told = {"public_url": "https://x.example", "actor": WORKER, "now": a.NOON}
    assert remind_of_recommendations(session, **told) == 2
    assert remind_of_recommendations(session, **told) == 0
    mails = session.execute(select(Mail.account_id, Mail.subject)).all()
    assert {(panel.team.id, _SUBJECT), (panel.other.id, _SUBJECT)} == {tuple(mail) for mail in mails}


_SUBJECT = "Panels wait for an answer: 1 late, 1 due soon"
