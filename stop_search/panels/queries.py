"""Reading what panels found: a search as a member sees it, a meeting as the learning team does. Never who voted how."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.panels.copies import copies_of_stop
from stop_search.panels.meeting_queries import CaseLine, MeetingLine, lines_of
from stop_search.panels.meetings import refuse_others
from stop_search.panels.records import PanelCase, PanelMark, PanelMeeting, PanelSeat, PanelVote
from stop_search.panels.rules import Vote, are_shown, counted, criteria_of_panel, panel_level
from stop_search.panels.voting import case_of_member
from stop_search.redactions.queries import CopyServed
from stop_search.reviews.rules import Rubric
from stop_search.reviews.versions import rubric_version

NO_MEETING = "There is no such meeting in which you have a seat."


@dataclass(frozen=True)
class CriterionFound:
    """What all votes say of one criterion: how many gave each level, the highest first; how many could not tell; the panel's level."""

    criterion: str
    levels: Mapping[int, int]
    cannot_tell: int
    panel: int | None


@dataclass(frozen=True)
class Found:
    """What all votes on one search say. `said`: members' words, sorted by their text, so that the order tells nothing."""

    criteria: tuple[CriterionFound, ...]
    overall: Mapping[str, int]
    said: tuple[str, ...]
    stood_back: int


@dataclass(frozen=True)
class CaseFound:
    """One search of a meeting; `found` is None until all votes are shown."""

    line: CaseLine
    found: Found | None


@dataclass(frozen=True)
class MeetingShown:
    """One meeting for the learning team: its line, its searches in their order, and its members' names."""

    line: MeetingLine
    cases: tuple[CaseFound, ...]
    rubric: Rubric
    members: tuple[str, ...]


@dataclass(frozen=True)
class CaseShown:
    """One search as a member sees it: what is recorded of the reason, its copies, the own vote, and what all found once it is shown."""

    case_id: uuid.UUID
    meeting_id: uuid.UUID
    meeting: str
    place: int
    reference: str
    power: str | None
    object_of_search: str | None
    grounds: str
    copies: tuple[CopyServed, ...]
    rubric: Rubric
    criteria: tuple[str, ...]
    seats: int
    votes: int
    own: Vote | None
    stood_back: bool
    is_closed: bool
    found: Found | None


def meeting_shown(session: Session, *, meeting_id: uuid.UUID, viewer: Viewer) -> MeetingShown:
    """Return one meeting for the learning team. Raises NotAllowed and NotFound."""
    refuse_others(viewer)
    meeting = session.get(PanelMeeting, meeting_id)
    if meeting is None:
        message = "There is no such meeting."
        raise NotFound(message)
    (line,) = lines_of(session, [meeting], viewer)
    rubric = rubric_version(session, meeting.rubric_version, meeting.rubric)
    votes = _votes(session, [case.case_id for case in line.cases])
    cases = [
        CaseFound(case, _found(session, [vote for vote in votes if vote.case_id == case.case_id], rubric) if case.is_shown else None)
        for case in line.cases
    ]
    seated = session.scalars(select(PanelSeat.account_id).where(PanelSeat.meeting_id == meeting.id)).all()
    return MeetingShown(line, tuple(cases), rubric, tuple(name for _, name in panel_members(session, seated)))


def case_shown(session: Session, *, case_id: uuid.UUID, viewer: Viewer) -> CaseShown:
    """Return one search as this member sees it. Raises NotFound without a seat in its meeting."""
    case = case_of_member(session, case_id, viewer)
    meeting, encounter = session.get_one(PanelMeeting, case.meeting_id), session.get_one(Encounter, case.encounter_id)
    rubric = rubric_version(session, meeting.rubric_version, meeting.rubric)
    seats, votes = _seats(session, meeting.id), _votes(session, [case.id])
    own = next((vote for vote in votes if vote.member_id == viewer.id), None)
    return CaseShown(
        case_id=case.id,
        meeting_id=meeting.id,
        meeting=meeting.name,
        place=case.place,
        reference=encounter.reference,
        power=encounter.power,
        object_of_search=encounter.object_of_search,
        grounds=case.grounds,
        copies=tuple(copies_of_stop(session, encounter_id=encounter.id, viewer=viewer)),
        rubric=rubric,
        criteria=criteria_of_panel(rubric),
        seats=seats,
        votes=len(votes),
        own=None if own is None or own.stood_back else Vote(_levels(session, [own]).get(own.id, {}), own.overall or "", own.said),
        stood_back=own is not None and own.stood_back,
        is_closed=meeting.closed_at is not None,
        found=_found(session, votes, rubric) if are_shown(votes=len(votes), seats=seats, is_closed=meeting.closed_at is not None) else None,
    )


def seat_of(session: Session, meeting_id: uuid.UUID, viewer: Viewer) -> None:
    """Raise NotFound unless the viewer, a panel member, has a seat in the meeting."""
    if not viewer.has(Role.PANEL_MEMBER) or session.get(PanelSeat, (meeting_id, viewer.id)) is None:
        raise NotFound(NO_MEETING)


def panel_members(session: Session, account_ids: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    """Return these accounts with their names, sorted by name."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return sorted(((account_id, name) for account_id, name in rows), key=lambda member: (member[1], member[0]))


def shown_levels(session: Session) -> dict[tuple[uuid.UUID, str], list[int]]:
    """Return the scores of all votes that are shown, by encounter and criterion, each list sorted."""
    seats = select(PanelSeat.meeting_id, func.count().label("seats")).group_by(PanelSeat.meeting_id).subquery()
    votes = select(PanelVote.case_id, func.count().label("votes")).group_by(PanelVote.case_id).subquery()
    rows = session.execute(
        select(PanelCase.encounter_id, PanelMark.criterion, PanelMark.level, func.count())
        .join(PanelVote, PanelVote.id == PanelMark.vote_id)
        .join(PanelCase, PanelCase.id == PanelVote.case_id)
        .join(PanelMeeting, PanelMeeting.id == PanelCase.meeting_id)
        .join(seats, seats.c.meeting_id == PanelMeeting.id)
        .join(votes, votes.c.case_id == PanelCase.id)
        .where(PanelMark.level.is_not(None), PanelMeeting.closed_at.is_not(None) | (votes.c.votes >= seats.c.seats))
        .group_by(PanelCase.encounter_id, PanelMark.criterion, PanelMark.level)
        .order_by(PanelMark.level)
    )
    found: dict[tuple[uuid.UUID, str], list[int]] = {}
    for encounter_id, criterion, level, votes_given in rows:
        found.setdefault((encounter_id, criterion), []).extend([level or 0] * votes_given)
    return found


def _seats(session: Session, meeting_id: uuid.UUID) -> int:
    return session.scalar(select(func.count()).select_from(PanelSeat).where(PanelSeat.meeting_id == meeting_id)) or 0


def _votes(session: Session, case_ids: Sequence[uuid.UUID]) -> list[PanelVote]:
    wanted = select(PanelVote).where(PanelVote.case_id.in_(case_ids)).order_by(PanelVote.id)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def _levels(session: Session, votes: Sequence[PanelVote]) -> dict[uuid.UUID, dict[str, int | None]]:
    found: dict[uuid.UUID, dict[str, int | None]] = {}
    for mark in session.scalars(select(PanelMark).where(PanelMark.vote_id.in_([vote.id for vote in votes]))):
        found.setdefault(mark.vote_id, {})[mark.criterion] = mark.level
    return found


def _found(session: Session, votes: Sequence[PanelVote], rubric: Rubric) -> Found:
    given = [vote for vote in votes if not vote.stood_back]
    levels = list(_levels(session, given).values())
    criteria: list[CriterionFound] = []
    for criterion in criteria_of_panel(rubric):
        answered = [one[criterion] for one in levels if criterion in one]
        by_level, cannot_tell = counted(answered, rubric)
        criteria.append(CriterionFound(criterion, by_level, cannot_tell, panel_level([one for one in answered if one is not None])))
    overall = {grade.id: sum(vote.overall == grade.id for vote in given) for grade in rubric.grades}
    said = tuple(sorted(vote.said for vote in given if vote.said))
    return Found(tuple(criteria), overall, said, len(votes) - len(given))
