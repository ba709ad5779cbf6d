"""Which recordings are offered for redaction: of drawn stops only, what was begun and what chance chose first, and so many at most."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.footage.actions import place_hold
from stop_search.footage.records import Footage
from stop_search.footage.rules import HoldReason
from stop_search.panels.candidates import Candidates, redaction_candidates
from stop_search.redactions.records import Redaction
from stop_search.redactions.rules import RedactionState
from tests.support import builders as a
from tests.support.panels import somebody


def a_recording(session: Session, *, days_ago: int, reason: HoldReason | None = HoldReason.DRAWN, by_chance: bool = False) -> Footage:
    """Add a recording of a stop, held for a reason, drawn for a panel or not."""
    stop = a.an_encounter(session, officer=a.an_officer(session), started_at=a.NOON - timedelta(days=days_ago))
    if by_chance:
        a.a_frame_entry(session, draw=a.a_draw(session, scope=uuid.uuid4().hex), encounter=stop, is_panel=True)
    if reason:
        place_hold(session, encounter_id=stop.id, reason=reason, cause_id="1", now=a.NOON)
    return a.a_recording(session, encounter=stop, started_at=stop.started_at)


def test_the_list_has_recordings_of_drawn_stops_only(session: Session) -> None:
    drawn, picked = a_recording(session, days_ago=1), a_recording(session, days_ago=2, reason=HoldReason.PANEL)
    a_recording(session, days_ago=1, reason=None)
    a_recording(session, days_ago=1, reason=HoldReason.COMPLAINT)
    found = redaction_candidates(session, viewer=somebody(session, Role.LEARNING_TEAM))
    assert [line.footage_id for line in found.lines] == [drawn.id, picked.id]
    assert redaction_candidates(session, viewer=somebody(session, Role.PANEL_MEMBER)) == Candidates()


@pytest.mark.parametrize("most", [None, 2])
def test_what_is_begun_stands_first_then_what_chance_chose_then_the_newest(session: Session, most: int | None) -> None:
    viewer = somebody(session, Role.LEARNING_TEAM)
    newest, chosen, begun, released = (a_recording(session, days_ago=days, by_chance=days == 3) for days in (1, 3, 4, 2))
    for footage, state in ((begun, RedactionState.EDITED), (released, RedactionState.RELEASED)):
        session.add(
            Redaction(
                id=uuid.uuid4(), footage_id=footage.id, state=state, version=1, opened_by=viewer.id, opened_at=a.NOON, changed_at=a.NOON
            )
        )
    session.flush()
    found = redaction_candidates(session, viewer=viewer, most=most)
    assert [line.footage_id for line in found.lines] == [begun.id, chosen.id, newest.id, released.id][:most]
    assert ([line.is_by_chance for line in found.lines[:2]], found.total) == ([False, True], 4)
    last = redaction_candidates(session, viewer=viewer).lines[-1]
    assert redaction_candidates(session, viewer=viewer, most=most, reference=last.reference) == Candidates((last,), 1)
