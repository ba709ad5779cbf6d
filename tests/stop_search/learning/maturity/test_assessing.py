"""A person sets the light with reasons; the figures and the rule are kept as they stood; nothing is ever changed."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.queries import newest_entries
from stop_search.codes.competencies import Light, competencies
from stop_search.database.constraints import told
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.learning.maturity.assessing import assess_competency
from stop_search.learning.maturity.queries import competencies_shown, competency_shown, overdue_competencies
from stop_search.learning.records import MaturityAssessment
from tests.conftest import NOON
from tests.support.searched import WHITE, a_viewer, some_searched

ASKED = competencies()
LATER = NOON.date() + timedelta(days=91)


def assessed(
    session: Session, viewer: Viewer, *, key: str = "footage", light: str = "partly", after: int = 0, on: date = LATER
) -> uuid.UUID:
    """Assess a competency."""
    said = {"key": key, "light": light, "reasons": " Some units film late. ", "look_again_on": on, "after": after}
    return assess_competency(session, asked=ASKED, viewer=viewer, now=NOON, **said)  # type: ignore[arg-type]


def test_an_assessment_is_kept_with_who_why_the_rule_and_the_figures_and_is_in_the_audit_log(session: Session) -> None:
    some_searched(session, 40, filmed=38, **WHITE)
    viewer = a_viewer(session)
    row_id = assessed(session, viewer)
    some_searched(session, 40, filmed=0, started_at=NOON - timedelta(days=40), **WHITE)
    shown = competency_shown(session, asked=ASKED, key="footage", now=NOON)
    assert shown.newest is not None
    assert (shown.newest.light, shown.newest.reasons, shown.newest.assessed_by) == (Light.PARTLY, "Some units film late.", viewer.name)
    assert (
        "Filmed",
        "95 of 100 stops at least a day old and not in doubt, between 83 and 99 (95 % interval; n = 40)",
    ) in shown.newest.figures
    assert next(figure for figure in shown.figures if figure.key == "stops_filmed").n == 80, "the evidence of today goes on"
    assert shown.newest.rule["partly"] == shown.competency.rule[Light.PARTLY]
    assert not shown.has_new_rule
    entry = next(entry for entry in newest_entries(session) if entry.action == "competency_assessed")
    assert (entry.object_id, entry.actor) == (str(row_id), str(viewer.id))


def test_no_light_is_set_by_the_figures_alone(session: Session) -> None:
    some_searched(session, 40, filmed=40, **WHITE)
    assert [one.newest for one in competencies_shown(session, asked=ASKED, now=NOON)] == [None] * len(ASKED.of)
    with pytest.raises(Invalid) as caught:
        assessed(session, a_viewer(session), light="")
    assert set(caught.value.fields) == {"light"}


def test_the_newest_counts_and_the_others_are_its_history(session: Session) -> None:
    viewer = a_viewer(session)
    assessed(session, viewer)
    with pytest.raises(Conflict):
        assessed(session, viewer, light="in_place")
    assessed(session, viewer, light="in_place", after=1)
    history = competency_shown(session, asked=ASKED, key="footage", now=NOON).history
    assert [(said.number, said.light) for said in history] == [(2, Light.IN_PLACE), (1, Light.PARTLY)]


def test_nobody_changes_or_deletes_what_was_said_not_even_in_the_database(session: Session) -> None:
    assessed(session, a_viewer(session))
    for statement in (update(MaturityAssessment).values(light="in_place"), delete(MaturityAssessment)):
        with pytest.raises(IntegrityError) as caught, session.begin_nested():
            session.execute(statement)
        assert str(told(caught.value)) == "An assessment is never changed. Assess anew."
    assert competency_shown(session, asked=ASKED, key="footage", now=NOON).history[0].light is Light.PARTLY


def test_what_is_overdue_and_a_rule_that_changed_are_said(session: Session) -> None:
    assessed(session, a_viewer(session), on=NOON.date() + timedelta(days=1))
    assert overdue_competencies(session, asked=ASKED, now=NOON + timedelta(days=1)) == ()
    assert overdue_competencies(session, asked=ASKED, now=NOON + timedelta(days=2)) == ("Footage of the whole stop",)
    changed = replace(ASKED, of=tuple(replace(one, rule=dict.fromkeys(Light, "Anew.")) for one in ASKED.of))
    shown = competency_shown(session, asked=changed, key="footage", now=NOON + timedelta(days=2))
    assert (shown.is_overdue, shown.has_new_rule) == (True, True)
    assert shown.newest is not None
    assert shown.newest.rule["partly"].startswith("Film is missing, late or cut")


def test_only_the_learning_team_assesses_and_only_what_there_is(session: Session) -> None:
    with pytest.raises(NotAllowed):
        assessed(session, a_viewer(session, Role.SUPERVISOR))
    with pytest.raises(NotFound):
        assessed(session, a_viewer(session), key="weather")
