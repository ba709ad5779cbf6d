"""Listing panels' meetings: their searches, how many votes are in, and whether all are shown; what the votes say is read one by one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter
from stop_search.panels.records import PanelCase, PanelMeeting, PanelSeat, PanelVote
from stop_search.panels.rules import are_shown


@dataclass(frozen=True)
class CaseLine:
    """One search of a meeting. `has_voted`: the viewer's own vote is in; `is_shown`: all votes are."""

    case_id: uuid.UUID
    place: int
    reference: str
    started_at: datetime
    votes: int
    has_voted: bool
    is_shown: bool


@dataclass(frozen=True)
class MeetingLine:
    """A meeting and its searches, in their order; `seats` members vote."""

    meeting_id: uuid.UUID
    name: str
    meets_on: date
    seats: int
    is_closed: bool
    cases: tuple[CaseLine, ...]


def meetings_of(session: Session, *, viewer: Viewer) -> list[MeetingLine]:
    """Return the meetings that the viewer may see: a member those with an own seat, the learning team all; open ones first, by day."""
    seated = select(PanelSeat.meeting_id).where(PanelSeat.account_id == viewer.id)
    wanted = select(PanelMeeting).order_by(PanelMeeting.meets_on.desc(), PanelMeeting.id)
    if not viewer.has(Role.LEARNING_TEAM):
        wanted = wanted.where(PanelMeeting.id.in_(seated if viewer.has(Role.PANEL_MEMBER) else ()))
    lines = lines_of(session, session.scalars(wanted).all(), viewer)
    return [*sorted((one for one in lines if not one.is_closed), key=lambda one: one.meets_on), *(one for one in lines if one.is_closed)]


def lines_of(session: Session, meetings: Sequence[PanelMeeting], viewer: Viewer) -> list[MeetingLine]:
    """Return these meetings with their searches, as the viewer sees them."""
    ids = [meeting.id for meeting in meetings]
    counted = select(PanelSeat.meeting_id, func.count()).where(PanelSeat.meeting_id.in_(ids)).group_by(PanelSeat.meeting_id)
    seats = dict(session.execute(counted).all())
    votes = select(func.count()).where(PanelVote.case_id == PanelCase.id).scalar_subquery()
    own = exists().where(PanelVote.case_id == PanelCase.id, PanelVote.member_id == viewer.id)
    rows = session.execute(
        select(PanelCase, Encounter.reference, Encounter.started_at, votes, own)
        .join(Encounter, Encounter.id == PanelCase.encounter_id)
        .where(PanelCase.meeting_id.in_(ids))
        .order_by(PanelCase.meeting_id, PanelCase.place)
    )
    found: dict[uuid.UUID, list[CaseLine]] = {meeting.id: [] for meeting in meetings}
    closed = {meeting.id: meeting.closed_at is not None for meeting in meetings}
    for case, reference, started_at, number, has_voted in rows:
        is_shown = are_shown(votes=number, seats=seats.get(case.meeting_id, 0), is_closed=closed[case.meeting_id])
        found[case.meeting_id].append(CaseLine(case.id, case.place, reference, started_at, number, has_voted, is_shown))
    return [MeetingLine(one.id, one.name, one.meets_on, seats.get(one.id, 0), closed[one.id], tuple(found[one.id])) for one in meetings]
