"""Community panels in a report: beside reviewers and people on drawn stops of the quarter, and what became of what they recommended."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.feedback.forms import newest_form
from stop_search.learning.asked import asked_now
from stop_search.learning.reports.of_panels import panels_of, recommendations_table
from stop_search.learning.reports.queries import Report
from stop_search.learning.reports.sentences import Beside, of_panels
from stop_search.learning.together import Pair, compared
from stop_search.panels.meetings import call_meeting
from stop_search.panels.recommending import answer_recommendation, publish_answer, recommend
from stop_search.panels.rules import answer_digest
from tests.support import builders as a
from tests.support.panels import a_panel, some_votes, somebody
from tests.support.quarters import AFTER, QUARTER, the_report

ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # what no database has a part in
IN_QUARTER = {"period_start": date(2026, 11, 1), "period_end": date(2026, 11, 8)}
LONG_AGO = {"period_start": date(2026, 8, 1), "period_end": date(2026, 8, 8), "scope": "force"}


def seen_by_both(session: Session, *, number: int, draw: a.Draw, marked: int = 3, voted: int = 1, answered: int = 0) -> None:
    """Add drawn stops that a reviewer marked and a panel voted on; on some of them the person answered the worst."""
    question = next(one for one in newest_form().questions if one.criterion == "C5")
    worst = next(one.key for one in question.answers if one.level == 0)
    encounters = []
    for place in range(number):
        encounter = a.an_encounter(session, officer=a.an_officer(session), people=0)
        entry = a.a_frame_entry(session, draw=draw, encounter=encounter)
        level = marked if place % 6 else voted
        a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks={"C5": level})
        if place < answered:
            receipt = a.a_receipt(session, person=a.a_person(session, encounter=encounter))
            a.some_feedback(session, receipt=receipt, answers={question.id: worst}, criteria={question.id: "C5"})
        encounters.append(encounter)
    some_votes(session, encounters=encounters, levels=[voted, voted, 3])


def rows(report: Report, name: str) -> list[dict[str, object]]:
    """Return the rows of a table."""
    return next(table for table in report.tables if table.name == name).values()


def test_panels_stand_beside_reviewers_and_people_with_their_interval(session: Session) -> None:
    seen_by_both(session, number=36, draw=a.a_draw(session, **IN_QUARTER), answered=12)
    report = the_report(session)
    of_reviewers, of_people = rows(report, "panels")
    assert (of_reviewers["between"], of_reviewers["criterion"], of_reviewers["stops"]) == ("panel less reviewers", "C5", 36)
    assert of_reviewers["mean"] == pytest.approx(-2 * 30 / 36, abs=1e-4)
    assert of_reviewers["low"] < of_reviewers["mean"] < of_reviewers["high"] < 0  # pyright: ignore[reportOperatorIssue]
    assert (of_people["between"], of_people["stops"], of_people["mean"]) == ("people less panel", 12, None)
    assert of_people["why_not"] == "too few to say: 30 stops are needed that both saw"
    assert any(said.startswith("Panels saw “") and "1.7 levels of three lower than reviewers did" in said for said in report.findings)
    assert not any("How panels see" in said for said in report.not_known)


def test_stops_of_another_quarters_draws_count_in_that_quarters_report(session: Session) -> None:
    seen_by_both(session, number=31, draw=a.a_draw(session, **LONG_AGO))
    report = the_report(session)
    assert rows(report, "panels") == []
    assert "How panels see these stops beside reviewers: too few stops that chance drew were seen by both." in report.not_known
    assert panels_of(session, QUARTER, asked_now(session)) == []


@ON_SQLITE
def test_a_small_number_of_stops_is_withheld(session: Session) -> None:
    seen_by_both(session, number=4, draw=a.a_draw(session, **IN_QUARTER))
    assert [(row["stops"], row["mean"]) for row in rows(the_report(session), "panels")] == [(None, None)]


@ON_SQLITE
def test_recommendations_are_told_with_what_became_of_them_and_in_words_once_they_are_let_out(session: Session) -> None:
    panel = a_panel(session)
    told, kept, _ = (
        recommend(session, meeting_id=panel.meeting_id, case_id=None, kind=kind, text=text, viewer=panel.members[0], now=a.NOON)
        for kind, text in (("improve", "Say why first."), ("commend", "Thank them."), ("improve", "Give the receipt."))
    )
    for one in (told, kept):
        then = a.NOON + timedelta(days=3)
        answer_recommendation(session, recommendation_id=one, decision="in_part", answer="From May.", viewer=panel.team, now=then)
    publish_answer(
        session,
        recommendation_id=told,
        seen=answer_digest(decision="in_part", answer="From May."),
        viewer=panel.other,
        now=a.NOON + timedelta(days=4),
    )
    told_then = recommendations_table(session, QUARTER, today=a.NOON.date()).values()
    assert sorted(str(row["state"]) for row in told_then) == ["in part", "in part", "waits"]
    found = {str(row["words"]): row for row in told_then if row["words"]}
    assert list(found) == ["Say why first."]
    assert (found["Say why first."]["state"], found["Say why first."]["answer"]) == ("in part", "From May.")
    assert (found["Say why first."]["answered_on"], found["Say why first."]["asks"]) == ("2026-11-21", "do it better")
    states = [row["state"] for row in rows(the_report(session, now=AFTER), "recommendations")]
    assert sorted(map(str, states)) == ["in part", "in part", "late"]


@ON_SQLITE
def test_what_waited_when_the_quarter_began_is_told_and_what_was_answered_before_is_not(session: Session) -> None:
    member, team = somebody(session, Role.PANEL_MEMBER), somebody(session, Role.LEARNING_TEAM)
    then = a.NOON - timedelta(days=100)
    seats = [member.id, *(somebody(session, Role.PANEL_MEMBER).id for _ in range(2))]
    met = call_meeting(session, name="Youth panel", meets_on=then.date(), seats=seats, viewer=team, now=then)
    for text, days in (("Old and answered.", 10), ("Answered in the quarter.", 90), ("Never answered.", None)):
        one = recommend(session, meeting_id=met, case_id=None, kind="improve", text=text, viewer=member, now=then)
        if days is not None:
            at = then + timedelta(days=days)
            answer_recommendation(session, recommendation_id=one, decision="accepted", answer="Yes.", viewer=team, now=at)
    states = [row["state"] for row in recommendations_table(session, QUARTER, today=a.NOON.date()).values()]
    assert sorted(map(str, states)) == ["accepted", "late"]


def beside(*, panel: int, number: int = 40, is_of_reviewers: bool = True) -> Beside:
    """Return what a panel gave stops of which reviewers gave one in four another level."""
    return Beside("C5", "Voice", is_of_reviewers, compared([Pair(str(n), panel, 2 if n % 4 else 1) for n in range(number)]))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([beside(panel=3)], "Panels saw “Voice” 1.2 levels of three higher than reviewers did, between 1.1 and 1.4 (40 stops"),
        ([beside(panel=0)], "Panels saw “Voice” 1.8 levels of three lower than reviewers did, between 1.6 and 1.9 (40 stops"),
        ([beside(panel=0, number=12)], "Panels saw too few of the stops that chance drew to be set beside reviewers."),
        ([beside(panel=0, is_of_reviewers=False)], "Panels saw too few of the stops that chance drew to be set beside reviewers."),
        ([], "Panels saw too few of the stops that chance drew to be set beside reviewers."),
    ],
)
@ON_SQLITE
def test_what_panels_saw_is_told_in_a_sentence(session: Session, found: list[Beside], words: str) -> None:
    said = of_panels(found, recommendations_table(session, QUARTER, today=a.NOON.date()))
    assert said.startswith(words)
    assert said.endswith("No recommendation of a panel was open.")
