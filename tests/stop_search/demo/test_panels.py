"""The invented panel meets, votes, asks and is answered, by the real actions; and its footage is redacted by two."""

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.demo.panels import fill_panels, redact_further, redact_some
from stop_search.feedback.personal_details.masking import masked
from stop_search.footage.actions import place_hold
from stop_search.footage.rules import HoldReason
from stop_search.panels.meeting_queries import meetings_of
from stop_search.panels.recommendation_queries import published_recommendations, recommendations_of
from stop_search.redactions.actions import Proposals, note_proposals
from stop_search.redactions.copies import MadeCopy, note_check, note_copy
from stop_search.redactions.queries import redaction_shown
from tests.support import builders as a
from tests.support.panels import PASSED, a_released_stop, somebody


@pytest.mark.parametrize("stops", [0, 4])
def test_the_panel_met_twice_and_will_meet_again(session: Session, stops: int) -> None:
    team, other = somebody(session, Role.LEARNING_TEAM), somebody(session, Role.LEARNING_TEAM)
    members = [somebody(session, Role.PANEL_MEMBER) for _ in range(5)]
    for _ in range(stops):
        a_released_stop(session, editor=team, checker=other)
    for _ in range(2):  # the second time nothing is added
        fill_panels(session, team=team, other=other, mask=masked, now=a.NOON)
    coming, met, long_ago = meetings_of(session, viewer=team)
    assert [(one.is_closed, len(one.cases)) for one in (coming, met, long_ago)] == [
        (False, min(stops, 1)),
        (True, min(stops, 2)),
        (True, 0),
    ]
    assert all(case.is_shown for case in met.cases)
    assert [case.votes for case in coming.cases] == [2] * min(stops, 1)
    lines = recommendations_of(session, viewer=members[0], now=a.NOON)
    assert [line.is_overdue for line in lines] == [True, False, False]
    assert len(published_recommendations(session)) == 1


def test_two_people_redact_what_the_panel_watches(session: Session) -> None:
    team, other = somebody(session, Role.LEARNING_TEAM), somebody(session, Role.LEARNING_TEAM)
    encounter = a.an_encounter(session, officer=a.an_officer(session))
    a.a_recording(session, encounter=encounter, facts={"length_seconds": 2.0})
    place_hold(
        session, encounter_id=encounter.id, reason=HoldReason.DRAWN, cause_id="draw", now=a.NOON, actor=team.acting_as(Role.LEARNING_TEAM)
    )
    (redaction_id,) = redact_some(session, editor=team, now=a.NOON)
    further = {"redaction_id": redaction_id, "editor": team, "checker": other, "now": a.NOON}
    assert not redact_further(session, **further)
    note_proposals(session, redaction_id=redaction_id, found=Proposals([], [1, 2], 0.1, has_detector=True), now=a.NOON)
    assert not redact_further(session, **further)
    version = redaction_shown(session, redaction_id=redaction_id, viewer=team).version
    note_copy(session, redaction_id=redaction_id, version=version, made=MadeCopy("footage/x/copy.mp4", "0" * 64, 1000, 50), now=a.NOON)
    assert not redact_further(session, **further)
    note_check(session, redaction_id=redaction_id, version=version, findings=PASSED, now=a.NOON)
    assert redact_further(session, **further)
    assert redaction_shown(session, redaction_id=redaction_id, viewer=team).state == "released"
