"""Votes: alone first, shown when all are in, never with a name."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Invalid, NoLongerOpen, NotFound
from stop_search.panels.meetings import close_meeting
from stop_search.panels.queries import case_shown, meeting_shown
from stop_search.panels.records import PanelMark, PanelVote
from stop_search.panels.voting import cast_vote, stand_back
from tests.support import builders as a
from tests.support.panels import Panel, a_panel, a_vote, others, somebody


def voted(session: Session, panel: Panel, member: Viewer, level: int | None = 2, **also: object) -> None:
    """Cast a member's vote on the first search."""
    cast_vote(session, case_id=panel.case_ids[0], vote=a_vote(level, **also), viewer=member, now=a.NOON)  # type: ignore[arg-type]


def test_nobody_sees_a_vote_before_all_are_in(session: Session) -> None:
    panel = a_panel(session)
    first, second, third = panel.members
    for member in (first, second):
        voted(session, panel, member, said="A secret.")
    for viewer in panel.members:
        shown = case_shown(session, case_id=panel.case_ids[0], viewer=viewer)
        assert (shown.votes, shown.found) == (2, None)
        assert "A secret." not in repr(shown) or shown.own is not None
    assert meeting_shown(session, meeting_id=panel.meeting_id, viewer=panel.team).cases[0].found is None
    voted(session, panel, third)
    for viewer in panel.members:
        assert case_shown(session, case_id=panel.case_ids[0], viewer=viewer).found is not None


def test_what_all_found_is_counted_and_names_nobody(session: Session) -> None:
    panel = a_panel(session, members=4)
    voted(session, panel, panel.members[0], 1, overall="concern_further_review", said="Zebra.")
    voted(session, panel, panel.members[1], 2, said="Apple.")
    voted(session, panel, panel.members[2], 3, C3=None)
    stand_back(session, case_id=panel.case_ids[0], viewer=panel.members[3], now=a.NOON)
    found = case_shown(session, case_id=panel.case_ids[0], viewer=panel.members[3]).found
    assert found is not None
    by_id = {one.criterion: one for one in found.criteria}
    assert (by_id["C4"].levels, by_id["C4"].cannot_tell, by_id["C4"].panel) == ({3: 1, 2: 1, 1: 1, 0: 0}, 0, 2)
    assert (by_id["C3"].levels, by_id["C3"].cannot_tell, by_id["C3"].panel) == ({3: 0, 2: 1, 1: 1, 0: 0}, 1, None)
    assert (found.said, found.stood_back) == (("Apple.", "Zebra."), 1)
    assert not any(str(member.id) in repr(found) for member in panel.members)


def test_a_vote_is_changed_until_all_are_in_and_then_stands(session: Session) -> None:
    panel = a_panel(session)
    first = panel.members[0]
    voted(session, panel, first, 0)
    voted(session, panel, first, 3)
    assert session.scalars(select(PanelMark.level).join(PanelVote, PanelVote.id == PanelMark.vote_id)).all() == [3] * 10
    for member in others(panel.members, first):
        voted(session, panel, member)
    with pytest.raises(NoLongerOpen):
        voted(session, panel, first, 0)
    with pytest.raises(NoLongerOpen):
        stand_back(session, case_id=panel.case_ids[0], viewer=first, now=a.NOON)


def test_who_stood_back_may_still_vote_and_the_other_way_round(session: Session) -> None:
    panel = a_panel(session)
    first = panel.members[0]
    stand_back(session, case_id=panel.case_ids[0], viewer=first, now=a.NOON)
    assert case_shown(session, case_id=panel.case_ids[0], viewer=first).stood_back
    voted(session, panel, first)
    shown = case_shown(session, case_id=panel.case_ids[0], viewer=first)
    assert (shown.stood_back, shown.votes, shown.own) == (False, 1, a_vote(2))


def test_the_end_of_the_meeting_shows_the_votes_that_came(session: Session) -> None:
    panel = a_panel(session)
    voted(session, panel, panel.members[0], 3)
    close_meeting(session, meeting_id=panel.meeting_id, viewer=panel.team, now=a.NOON)
    with pytest.raises(NoLongerOpen):
        voted(session, panel, panel.members[1])
    found = meeting_shown(session, meeting_id=panel.meeting_id, viewer=panel.team).cases[0].found
    assert found is not None
    assert found.criteria[0].levels[3] == 1
    assert found.criteria[0].panel is None


def test_without_a_seat_there_is_no_search(session: Session) -> None:
    panel = a_panel(session)
    for viewer in (somebody(session, Role.PANEL_MEMBER), panel.team, Viewer(panel.members[0].id, "Left", frozenset())):
        with pytest.raises(NotFound):
            voted(session, panel, viewer)
        with pytest.raises(NotFound):
            case_shown(session, case_id=panel.case_ids[0], viewer=viewer)
    with pytest.raises(NotFound):
        cast_vote(session, case_id=uuid.uuid4(), vote=a_vote(), viewer=panel.members[0], now=a.NOON)


def test_a_vote_that_is_not_whole_changes_nothing(session: Session) -> None:
    panel = a_panel(session)
    voted(session, panel, panel.members[0], 3)
    with pytest.raises(Invalid):
        voted(session, panel, panel.members[0], 0, overall="")
    assert case_shown(session, case_id=panel.case_ids[0], viewer=panel.members[0]).own == a_vote(3)


def test_the_database_itself_takes_no_vote_from_who_has_no_seat(session: Session) -> None:
    panel, stranger = a_panel(session), somebody(session, Role.PANEL_MEMBER)
    row = PanelVote(id=uuid.uuid4(), case_id=panel.case_ids[0], meeting_id=panel.meeting_id, member_id=stranger.id, stood_back=True)
    row.overall, row.said, row.voted_at = None, "", a.NOON
    session.add(row)
    with pytest.raises(IntegrityError):
        session.flush()
