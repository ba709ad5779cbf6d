"""A member's vote on one search, given alone, changed until all are in; or standing back from it."""

import uuid
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.errors import Invalid, NoLongerOpen, NotFound
from stop_search.panels.records import PanelCase, PanelMark, PanelMeeting, PanelSeat, PanelVote
from stop_search.panels.rules import Vote, are_shown, kind_of, vote_problems
from stop_search.reviews.versions import rubric_version

NO_CASE = "There is no such search before a meeting in which you have a seat."


def cast_vote(session: Session, *, case_id: uuid.UUID, vote: Vote, viewer: Viewer, now: datetime) -> None:
    """Keep a member's vote, in place of an earlier one.

    Raises:
        NotFound: the viewer has no seat in a meeting with this search.
        NoLongerOpen: all votes are in, or the meeting is over.
        Invalid: something is missing (`vote_problems`).

    """
    case, meeting = _open(session, case_id, viewer)
    if problems := vote_problems(vote, rubric_version(session, meeting.rubric_version, meeting.rubric)):
        message = "Something is missing in your vote."
        raise Invalid(message, problems)
    row = _in_place_of_the_last(session, case, viewer, now)
    row.overall, row.said = vote.overall, vote.said
    session.add(row)
    session.flush()
    session.add_all(
        PanelMark(vote_id=row.id, criterion=criterion, kind=kind_of(level), level=level) for criterion, level in vote.levels.items()
    )
    session.flush()
    _log(session, "panel_vote", case_id, viewer, now)


def stand_back(session: Session, *, case_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Give no vote on a search, because the member knows somebody in it. Raises NotFound and NoLongerOpen as `cast_vote`."""
    case, _ = _open(session, case_id, viewer)
    row = _in_place_of_the_last(session, case, viewer, now)
    row.stood_back = True
    session.add(row)
    session.flush()
    _log(session, "panel_stood_back", case_id, viewer, now)


def _in_place_of_the_last(session: Session, case: PanelCase, viewer: Viewer, now: datetime) -> PanelVote:
    session.execute(delete(PanelVote).where(PanelVote.case_id == case.id, PanelVote.member_id == viewer.id))
    who = {"case_id": case.id, "meeting_id": case.meeting_id, "member_id": viewer.id}
    return PanelVote(id=uuid.uuid4(), stood_back=False, overall=None, said="", voted_at=now, **who)


def _open(session: Session, case_id: uuid.UUID, viewer: Viewer) -> tuple[PanelCase, PanelMeeting]:
    """Return a case on which the viewer may vote; the meeting is locked, so that the last vote and a change of an earlier one queue."""
    case = case_of_member(session, case_id, viewer)
    meeting = session.scalars(select(PanelMeeting).where(PanelMeeting.id == case.meeting_id).with_for_update()).one()
    votes = session.scalar(select(func.count()).select_from(PanelVote).where(PanelVote.case_id == case_id)) or 0
    seats = session.scalar(select(func.count()).select_from(PanelSeat).where(PanelSeat.meeting_id == meeting.id)) or 0
    if are_shown(votes=votes, seats=seats, is_closed=meeting.closed_at is not None):
        message = "All votes on this search are in and shown. They cannot be changed any more."
        raise NoLongerOpen(message)
    return case, meeting


def case_of_member(session: Session, case_id: uuid.UUID, viewer: Viewer) -> PanelCase:
    """Return a case of a meeting in which the viewer, a panel member, has a seat. Raises NotFound."""
    seated = select(PanelSeat.meeting_id).where(PanelSeat.account_id == viewer.id)
    case = session.scalar(select(PanelCase).where(PanelCase.id == case_id, PanelCase.meeting_id.in_(seated)))
    if case is None or not viewer.has(Role.PANEL_MEMBER):
        raise NotFound(NO_CASE)
    return case


def _log(session: Session, what: str, case_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    act = Act(Operation.COLLECTION, what, "panel_case", str(case_id), Purpose.PANEL_VIEWING)
    record_act(session, actor=viewer.acting_as(Role.PANEL_MEMBER), act=act, now=now)
