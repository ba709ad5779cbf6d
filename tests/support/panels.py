"""A panel's meeting with searches of which a redacted copy was let out, and members who vote."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter
from stop_search.panels.meetings import add_case, call_meeting
from stop_search.panels.records import PanelCase, PanelMark, PanelMeeting, PanelSeat, PanelVote
from stop_search.panels.rules import Vote, criteria_of_panel, kind_of
from stop_search.redactions.actions import Proposals, ProposedTrack, note_proposals, open_redaction
from stop_search.redactions.copies import MadeCopy, ask_for_copy, note_check, note_copy, release_copy
from stop_search.reviews.rubric import newest_rubric
from tests.support import builders as a

FRAMES = [[0.0, 0.1, 0.1, 0.2, 0.2], [2.0, 0.3, 0.1, 0.2, 0.2]]
PASSED = {"passed": True, "reasons": [], "faces": [], "looks": 3, "frames": 50, "has_detector": True}


@dataclass(frozen=True)
class Panel:
    """A meeting, its members, its searches in order, and two of the learning team."""

    meeting_id: uuid.UUID
    members: tuple[Viewer, ...]
    case_ids: tuple[uuid.UUID, ...]
    encounters: tuple[Encounter, ...]
    team: Viewer
    other: Viewer


def somebody(session: Session, role: Role, name: str = "Somebody") -> Viewer:
    """Add an account with a role, and return it as a viewer."""
    account = a.an_account(session, role=role)
    return Viewer(account.id, name, frozenset({role}))


def a_released_stop(session: Session, *, editor: Viewer, checker: Viewer, is_by_chance: bool = False, **columns: object) -> Encounter:
    """Add a stop with a recording whose redacted copy was let out; `is_by_chance`: drawn for a panel."""
    encounter = a.an_encounter(session, officer=a.an_officer(session), **columns)  # type: ignore[arg-type]
    if is_by_chance:
        a.a_frame_entry(session, draw=a.a_draw(session, scope=uuid.uuid4().hex), encounter=encounter, is_panel=True)
    footage = a.a_recording(session, encounter=encounter, facts={"length_seconds": 2.0})
    redaction_id = open_redaction(session, footage_id=footage.id, viewer=editor, now=a.NOON)
    found = Proposals([ProposedTrack("face", 0.9, FRAMES)], [1, 2, 3], 0.1, has_detector=True)
    note_proposals(session, redaction_id=redaction_id, found=found, now=a.NOON)
    version = ask_for_copy(session, redaction_id=redaction_id, viewer=editor, now=a.NOON)
    made = MadeCopy(f"footage/{uuid.uuid4()}/copy.mp4", "0" * 64, 1000, 50)
    note_copy(session, redaction_id=redaction_id, version=version, made=made, now=a.NOON)
    note_check(session, redaction_id=redaction_id, version=version, findings=PASSED, now=a.NOON)
    release_copy(session, redaction_id=redaction_id, version=version, viewer=checker, now=a.NOON)
    return encounter


def a_panel(session: Session, *, members: int = 3, searches: int = 1) -> Panel:
    """Call a meeting of today with so many members and searches."""
    team, other = somebody(session, Role.LEARNING_TEAM), somebody(session, Role.LEARNING_TEAM)
    seated = tuple(somebody(session, Role.PANEL_MEMBER, f"Member {number}") for number in range(members))
    meeting_id = call_meeting(
        session, name="Youth panel", meets_on=a.NOON.date(), seats=[one.id for one in seated], viewer=team, now=a.NOON
    )
    stops = tuple(a_released_stop(session, editor=team, checker=other) for _ in range(searches))
    cases = tuple(
        add_case(session, meeting_id=meeting_id, encounter_id=stop.id, grounds="Seen passing a package.", viewer=team, now=a.NOON)
        for stop in stops
    )
    return Panel(meeting_id, seated, cases, stops, team, other)


def a_vote(level: int | None = 2, *, overall: str = "adequate", said: str = "", **levels: int | None) -> Vote:
    """Return a whole vote: one level everywhere, others where they are named."""
    return Vote(dict.fromkeys(criteria_of_panel(newest_rubric()), level) | levels, overall, said)


def typed(vote: Vote) -> dict[str, str]:
    """Return the vote as its form sends it."""
    levels = {criterion: "cannot_tell" if level is None else str(level) for criterion, level in vote.levels.items()}
    return levels | {"overall": vote.overall, "said": vote.said}


def others(members: Sequence[Viewer], of: Viewer) -> list[Viewer]:
    """Return the members but one."""
    return [one for one in members if one.id != of.id]


def some_votes(
    session: Session,
    *,
    encounters: Sequence[Encounter],
    levels: Sequence[int | None],
    is_closed: bool = True,
    criteria: Sequence[str] = ("C5",),
) -> None:
    """Have a meeting vote on encounters, without their footage: each member with a level of `levels` on every criterion in `criteria`."""
    seated = [somebody(session, Role.PANEL_MEMBER) for _ in levels]
    called = {"name": "Youth panel", "meets_on": a.NOON.date(), "rubric": "stop_search", "rubric_version": 1, "called_at": a.NOON}
    closed = {"closed_at": a.NOON, "closed_by": seated[0].id} if is_closed else {}
    meeting = PanelMeeting(id=uuid.uuid4(), called_by=seated[0].id, **called, **closed)
    session.add(meeting)
    session.flush()
    session.add_all(PanelSeat(meeting_id=meeting.id, account_id=member.id) for member in [*seated, somebody(session, Role.PANEL_MEMBER)])
    session.flush()
    for place, encounter in enumerate(encounters, start=1):
        where = {"meeting_id": meeting.id, "encounter_id": encounter.id, "place": place, "grounds": "Words."}
        case = PanelCase(id=uuid.uuid4(), added_by=seated[0].id, added_at=a.NOON, **where)
        session.add(case)
        session.flush()
        votes = [(uuid.uuid4(), member.id, level) for member, level in zip(seated, levels, strict=True)]
        told = {"case_id": case.id, "meeting_id": meeting.id, "stood_back": False, "overall": "adequate", "said": "", "voted_at": a.NOON}
        session.add_all(PanelVote(id=vote_id, member_id=member_id, **told) for vote_id, member_id, _ in votes)
        session.flush()
        session.add_all(
            PanelMark(vote_id=vote_id, criterion=criterion, kind=kind_of(level), level=level)
            for vote_id, _, level in votes
            for criterion in criteria
        )
    session.flush()
