"""Calling a panel's meeting, putting searches before it, and ending it: the learning team's part, each step in the audit log."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import accounts_with_role
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.encounters.records import Encounter
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.feedback.masks import Mask
from stop_search.footage.holds import MEETING, keep_for_panel, note_panel_met
from stop_search.panels.copies import released_for_panels
from stop_search.panels.records import PanelCase, PanelMeeting, PanelSeat
from stop_search.panels.rules import meeting_problems, text_problems
from stop_search.reviews.versions import rubric_in_force
from stop_search.wording import london

NO_GROUNDS = "No grounds are on the record."


def call_meeting(session: Session, *, name: str, meets_on: date, seats: Collection[uuid.UUID], viewer: Viewer, now: datetime) -> uuid.UUID:
    """Call a meeting with these members; its rubric is the one in force today. Return its id.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        Invalid: something is missing, or somebody chosen is no panel member.

    """
    refuse_others(viewer)
    today = london(now).date()
    problems = meeting_problems(name=name, meets_on=meets_on, today=today, seats=set(seats))
    if not set(seats) <= set(accounts_with_role(session, role=Role.PANEL_MEMBER, now=now)):
        problems["seats"] = "Choose people who are panel members today."
    if problems:
        message = "The meeting cannot be called like this."
        raise Invalid(message, problems)
    rubric = rubric_in_force(session, on=today)
    called = {"name": name.strip(), "meets_on": meets_on, "called_by": viewer.id, "called_at": now}
    meeting = PanelMeeting(id=uuid.uuid4(), rubric=rubric.name, rubric_version=rubric.version, **called)
    session.add(meeting)
    session.flush()
    session.add_all(PanelSeat(meeting_id=meeting.id, account_id=account_id) for account_id in sorted(set(seats)))
    session.flush()
    log(session, "meeting_called", meeting.id, viewer, now)
    return meeting.id


def grounds_for_panel(session: Session, *, encounter_id: uuid.UUID, mask: Mask, viewer: Viewer, now: datetime) -> str:
    """Return the recorded grounds with what looks personal taken away, for a person to check; that they were read is noted.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: no released copy shows this search to this viewer.

    """
    encounter = _released(session, encounter_id, viewer)
    log(session, "read_grounds", encounter_id, viewer, now, Operation.CONSULTATION, of="encounter")
    return mask(encounter.grounds).text if encounter.grounds else NO_GROUNDS


def add_case(session: Session, *, meeting_id: uuid.UUID, encounter_id: uuid.UUID, grounds: str, viewer: Viewer, now: datetime) -> uuid.UUID:
    """Put a search before the meeting, with its grounds as a person checked them; return the case's id. Its footage is held until then.

    Raises:
        NotAllowed, NotFound: as `grounds_for_panel`; there is no such meeting.
        NoLongerOpen: the meeting is over.
        Conflict: the search is before it already.
        Invalid: there are no grounds, or they are too long.

    """
    meeting = open_meeting(session, meeting_id)
    _released(session, encounter_id, viewer)
    if problems := text_problems({"grounds": grounds}):
        message = "The search cannot be put before the meeting like this."
        raise Invalid(message, problems)
    if session.scalar(select(PanelCase.id).where(PanelCase.meeting_id == meeting_id, PanelCase.encounter_id == encounter_id)):
        message = "This search is before the meeting already."
        raise Conflict(message)
    last = session.scalar(select(func.max(PanelCase.place)).where(PanelCase.meeting_id == meeting_id)) or 0
    where = {"meeting_id": meeting.id, "encounter_id": encounter_id, "place": last + 1}
    case = PanelCase(id=uuid.uuid4(), grounds=grounds.strip(), added_by=viewer.id, added_at=now, **where)
    session.add(case)
    session.flush()
    actor = viewer.acting_as(Role.LEARNING_TEAM)
    keep_for_panel(session, encounter_id=encounter_id, cause_id=f"{MEETING}{meeting_id}", actor=actor, now=now)
    log(session, "case_added", case.id, viewer, now, Operation.DISCLOSURE, of="panel_case")
    return case.id


def close_meeting(session: Session, *, meeting_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """End the meeting: nobody votes any more, all votes are shown, and the panel's holds on its searches run out.

    Those on a search that is before another meeting run out once that one is ended.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound, NoLongerOpen: there is no such meeting, or it is over.
        Conflict: its day has not come.

    """
    refuse_others(viewer)
    meeting = open_meeting(session, meeting_id)
    if london(now).date() < meeting.meets_on:
        message = "The meeting can be ended on its day, or later."
        raise Conflict(message)
    meeting.closed_by, meeting.closed_at = viewer.id, now
    session.flush()
    for encounter_id in _done_with(session, meeting_id):
        note_panel_met(session, encounter_id=encounter_id, viewer=viewer, now=now)
    log(session, "meeting_closed", meeting_id, viewer, now)


def _done_with(session: Session, meeting_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Return the searches of a meeting that just ended which no other is to look at. Of two that end at once, the later one finds them."""
    wait_for_log(session)
    open_ones = select(PanelMeeting.id).where(PanelMeeting.closed_at.is_(None))
    waiting = select(PanelCase.encounter_id).where(PanelCase.meeting_id.in_(open_ones))
    ours = select(PanelCase.encounter_id).where(PanelCase.meeting_id == meeting_id, PanelCase.encounter_id.not_in(waiting))
    return session.scalars(ours.order_by(PanelCase.place)).all()


def open_meeting(session: Session, meeting_id: uuid.UUID) -> PanelMeeting:
    """Return a meeting that is not over, locked. Raises NotFound and NoLongerOpen."""
    meeting = session.scalar(select(PanelMeeting).where(PanelMeeting.id == meeting_id).with_for_update())
    if meeting is None:
        message = "There is no such meeting."
        raise NotFound(message)
    if meeting.closed_at is not None:
        message = "This meeting is over. Call another."
        raise NoLongerOpen(message)
    return meeting


def refuse_others(viewer: Viewer) -> None:
    """Raise NotAllowed for everybody but the learning team."""
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team prepares a panel's meeting."
        raise NotAllowed(message)


def log(
    session: Session,
    what: str,
    object_id: uuid.UUID,
    viewer: Viewer,
    now: datetime,
    operation: Operation = Operation.ALTERATION,
    *,
    of: str = "panel_meeting",
) -> None:
    """Write down what the learning team did for a panel."""
    act = Act(operation, what, of, str(object_id), Purpose.PANEL_PREPARATION)
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act, now=now)


def _released(session: Session, encounter_id: uuid.UUID, viewer: Viewer) -> Encounter:
    refuse_others(viewer)
    if encounter_id not in {one.encounter_id for one in released_for_panels(session, viewer=viewer)}:
        message = "There is no released copy of this search that you may use. Redact it first, and have it released."
        raise NotFound(message)
    return session.get_one(Encounter, encounter_id)
