"""Meetings of panels: who calls them, what may be put before them, and what their end does."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import WORKER
from stop_search.codes.retention import retention_classes
from stop_search.database.session import Database
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.feedback.personal_details.masking import masked
from stop_search.footage.holds import hold_for_panel, note_panel_report
from stop_search.footage.records import FootageHold
from stop_search.panels.copies import released_for_panels
from stop_search.panels.meeting_queries import meetings_of
from stop_search.panels.meetings import add_case, call_meeting, close_meeting, grounds_for_panel
from stop_search.panels.records import PanelCase, PanelMeeting
from stop_search.redactions.actions import put_track
from stop_search.redactions.records import Redaction
from stop_search.reviews.holds import release_holds_over
from stop_search.unit_of_work import reading, unit_of_work
from tests.support import builders as a
from tests.support.doorbells import RememberingDoorbell
from tests.support.panels import a_panel, a_released_stop, somebody


def test_only_the_learning_team_calls_a_meeting_and_only_panel_members_sit_in_it(session: Session) -> None:
    team, supervisor = somebody(session, Role.LEARNING_TEAM), somebody(session, Role.SUPERVISOR)
    members = [somebody(session, Role.PANEL_MEMBER).id for _ in range(3)]
    asked = {"name": "Panel", "meets_on": a.NOON.date(), "now": a.NOON}
    with pytest.raises(NotAllowed):
        call_meeting(session, **asked, seats=members, viewer=supervisor)
    with pytest.raises(Invalid) as error:
        call_meeting(session, **asked, seats=[*members[:2], supervisor.id], viewer=team)
    assert set(error.value.fields) == {"seats"}
    meeting = session.get_one(PanelMeeting, call_meeting(session, **asked, seats=members, viewer=team))
    assert (meeting.rubric, meeting.rubric_version, meeting.closed_at) == ("stop_search", 1, None)


def test_only_a_stop_with_a_released_copy_is_put_before_a_meeting_and_once(session: Session) -> None:
    panel = a_panel(session, searches=1)
    add = partial(add_case, session, meeting_id=panel.meeting_id, viewer=panel.team, now=a.NOON)
    with pytest.raises(NotFound):
        add(encounter_id=a.an_encounter(session).id, grounds="Words.")
    with pytest.raises(Conflict):
        add(encounter_id=panel.encounters[0].id, grounds="Words.")
    other = a_released_stop(session, editor=panel.team, checker=panel.other)
    with pytest.raises(Invalid):
        add(encounter_id=other.id, grounds="  ")
    case = session.get_one(PanelCase, add(encounter_id=other.id, grounds="Words."))
    assert (case.place, case.grounds) == (2, "Words.")


def test_a_copy_that_is_taken_back_leaves_the_list(session: Session) -> None:
    panel = a_panel(session)
    assert [stop.encounter_id for stop in released_for_panels(session, viewer=panel.team)] == [panel.encounters[0].id]
    redaction_id = session.scalars(select(Redaction.id)).one()
    put_track(
        session,
        redaction_id=redaction_id,
        track_id=uuid.uuid4(),
        kind="face",
        key_frames=[[0.0, 0.1, 0.1, 0.2, 0.2]],
        viewer=panel.team,
        now=a.NOON,
    )
    assert released_for_panels(session, viewer=panel.team) == []


def test_stops_that_chance_chose_for_panels_stand_first(session: Session) -> None:
    team, other = somebody(session, Role.LEARNING_TEAM), somebody(session, Role.LEARNING_TEAM)
    newer = a_released_stop(session, editor=team, checker=other, started_at=a.NOON - timedelta(days=1))
    chosen = a_released_stop(session, editor=team, checker=other, started_at=a.NOON - timedelta(days=9), is_by_chance=True)
    found = released_for_panels(session, viewer=team)
    assert [(stop.encounter_id, stop.is_by_chance) for stop in found] == [(chosen.id, True), (newer.id, False)]
    assert released_for_panels(session, viewer=somebody(session, Role.PANEL_MEMBER)) == []


def test_grounds_come_masked_and_reading_them_is_noted(session: Session) -> None:
    team, other = somebody(session, Role.LEARNING_TEAM), somebody(session, Role.LEARNING_TEAM)
    stop = a_released_stop(session, editor=team, checker=other, grounds="Called 07700 900123 and ran.")
    words = grounds_for_panel(session, encounter_id=stop.id, mask=masked, viewer=team, now=a.NOON)
    assert "07700" not in words
    assert "ran." in words
    assert "read_grounds" in session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == str(stop.id))).all()


def test_a_meeting_ends_on_its_day_and_then_takes_nothing_more(session: Session) -> None:
    panel = a_panel(session)
    with pytest.raises(Conflict):
        close_meeting(session, meeting_id=panel.meeting_id, viewer=panel.team, now=a.NOON - timedelta(days=1))
    close_meeting(session, meeting_id=panel.meeting_id, viewer=panel.team, now=a.NOON)
    with pytest.raises(NoLongerOpen):
        close_meeting(session, meeting_id=panel.meeting_id, viewer=panel.team, now=a.NOON)
    later = a_released_stop(session, editor=panel.team, checker=panel.other)
    with pytest.raises(NoLongerOpen):
        add_case(session, meeting_id=panel.meeting_id, encounter_id=later.id, grounds="Words.", viewer=panel.team, now=a.NOON)
    with pytest.raises(NotFound):
        close_meeting(session, meeting_id=uuid.uuid4(), viewer=panel.team, now=a.NOON)


def test_the_end_of_a_meeting_ends_the_panels_holds_on_its_searches_only(session: Session) -> None:
    panel = a_panel(session)
    other = a_released_stop(session, editor=panel.team, checker=panel.other)
    close_meeting(session, meeting_id=panel.meeting_id, viewer=panel.team, now=a.NOON)
    closed = dict(session.execute(select(FootageHold.encounter_id, FootageHold.cause_closed_on)).all())
    assert closed == {panel.encounters[0].id: a.NOON.date(), other.id: None}


def test_a_search_before_two_meetings_is_held_until_the_last_of_them_is_over(session: Session) -> None:
    first, second = a_panel(session), a_panel(session)
    stop = first.encounters[0]
    add_case(session, meeting_id=second.meeting_id, encounter_id=stop.id, grounds="Words.", viewer=second.team, now=a.NOON)
    held = select(FootageHold.cause_closed_on).where(FootageHold.encounter_id == stop.id)
    close_meeting(session, meeting_id=first.meeting_id, viewer=first.team, now=a.NOON)
    assert set(session.scalars(held)) == {None}
    report = {"reported_on": a.NOON.date(), "viewer": first.team, "clocks": retention_classes().on(a.NOON.date()), "now": a.NOON}
    by_hand = hold_for_panel(session, reference=stop.reference, because="to be seen", viewer=first.team, now=a.NOON)
    note_panel_report(session, hold_id=by_hand, **report)
    assert None in session.scalars(held).all(), "a report by hand ends no hold of a meeting that has not met"
    close_meeting(session, meeting_id=second.meeting_id, viewer=second.team, now=a.NOON)
    assert set(session.scalars(held)) == {a.NOON.date()}


def test_putting_a_search_before_another_meeting_holds_it_again(database: Database) -> None:
    """Panels meet every 91 days or so, and a hold lasts 90 days after the meeting: what is shown again must be there."""
    writing, looking = (lambda: unit_of_work(database, RememberingDoorbell())), (lambda: reading(database))
    with writing() as session:
        panel = a_panel(session)
        close_meeting(session, meeting_id=panel.meeting_id, viewer=panel.team, now=a.NOON)
        again = {"name": "Next", "meets_on": (a.NOON + timedelta(days=95)).date(), "seats": [one.id for one in panel.members]}
        meeting_id = call_meeting(session, **again, viewer=panel.team, now=a.NOON)
        case = {"encounter_id": panel.encounters[0].id, "grounds": "Words.", "viewer": panel.team, "now": a.NOON + timedelta(days=89)}
        add_case(session, meeting_id=meeting_id, **case)
    night = a.NOON + timedelta(days=94)
    release_holds_over(looking, writing, classes=retention_classes(), by=night, now=night, actor=WORKER)
    with looking() as session:
        in_force = session.scalars(select(FootageHold.cause_id).where(FootageHold.released_at.is_(None))).all()
    assert in_force == [f"meeting:{meeting_id}"]


def test_a_member_sees_meetings_with_an_own_seat_and_nobody_elses_names(session: Session) -> None:
    panel, other = a_panel(session), a_panel(session)
    (seen,) = meetings_of(session, viewer=panel.members[0])
    assert (seen.meeting_id, seen.seats, len(seen.cases)) == (panel.meeting_id, 3, 1)
    assert {one.meeting_id for one in meetings_of(session, viewer=panel.team)} == {panel.meeting_id, other.meeting_id}
    assert meetings_of(session, viewer=somebody(session, Role.SUPERVISOR)) == []
