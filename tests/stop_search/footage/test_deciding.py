"""What people say about recordings and stops, who may, and that nothing worked out later changes it."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account, Team
from stop_search.accounts.rules import PostKind, Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.records import Encounter
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.footage.actions import place_hold
from stop_search.footage.deciding import decide_shows, explain_loose_recording, explain_missing_footage
from stop_search.footage.erasing import Held, would_become_of
from stop_search.footage.film_states import (
    film_lines,
    own_stops_to_explain,
    pairs_of_stop,
    pairs_to_decide,
    reasons_given,
    stops_to_explain,
)
from stop_search.footage.loose import decider_may_see, loose_recordings, open_questions
from stop_search.footage.matching import link_declared, link_matching, match_waiting_footage
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import FilmState, HoldReason
from tests.support.builders import NOON, a_post, a_recording, a_team, an_account, an_encounter, an_officer

STARTED = NOON - timedelta(days=2)


@dataclass
class Station:
    """A team, its leader and one of its officers."""

    team: Team
    leader: Account
    officer: Account

    @property
    def lead(self) -> Viewer:
        """The leader as one who asks."""
        return Viewer(self.leader.id, self.leader.name, frozenset({Role.SUPERVISOR}))

    @property
    def own(self) -> Viewer:
        """The officer as one who asks."""
        return Viewer(self.officer.id, self.officer.name, frozenset({Role.OFFICER}))


@pytest.fixture
def station(session: Session) -> Station:
    """Give a team with a leader and an officer."""
    team, leader = a_team(session), an_account(session)
    a_post(session, account=leader, team=team, kind=PostKind.LEAD)
    return Station(team, leader, an_officer(session, team=team))


def a_stop(session: Session, station: Station, **known: object) -> Encounter:
    """Add a stop of the station's officer."""
    return an_encounter(session, **({"officer": station.officer, "team": station.team, "started_at": STARTED} | known))  # type: ignore[arg-type]


def tied(session: Session, footage: Footage) -> dict[uuid.UUID, str]:
    """Say what a recording is tied to, and how."""
    rows = session.scalars(select(FootageOfEncounter).where(FootageOfEncounter.footage_id == footage.id))
    return {row.encounter_id: row.matched_by for row in rows}


def decide(session: Session, station: Station, footage: Footage, stop: Encounter, *, shows: bool, viewer: Viewer | None = None) -> None:
    """Decide as the leader, unless somebody else does."""
    given = {"footage_id": footage.id, "reference": stop.reference, "shows": shows, "reason": "I watched it.", "now": NOON}
    decide_shows(session, viewer=viewer or station.lead, **given)  # type: ignore[arg-type]


def test_a_link_says_why_in_words(session: Session, station: Station) -> None:
    stop, footage = a_stop(session, station), a_recording(session, officer_id=station.officer.id, started_at=STARTED)
    assert link_matching(session, footage=footage, now=NOON) == 1
    (pair,) = pairs_of_stop(session, reference=stop.reference, viewer=station.lead, now=NOON)
    assert pair.is_tied
    assert pair.why.startswith("The recording names an officer who was there; they overlap by at least")


def test_a_link_that_does_not_hold_any_more_goes_with_an_audit_entry_that_names_its_rule(session: Session, station: Station) -> None:
    stop, footage = a_stop(session, station), a_recording(session, officer_id=station.officer.id, started_at=STARTED)
    other = a_stop(session, station, started_at=STARTED + timedelta(hours=5))

    def untied() -> list[tuple[str, str, str]]:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "untie_footage").order_by(AuditEntry.n))
        return [(one.actor, one.object_id, json.loads(one.text)["reason"]) for one in rows]

    link_matching(session, footage=footage, now=NOON)
    link_matching(session, footage=footage, now=NOON)
    assert untied() == []
    stop.started_at, stop.ended_at = STARTED - timedelta(hours=9), STARTED - timedelta(hours=8)
    session.flush()
    assert [match_waiting_footage(session, now=NOON) for _ in range(2)] == [0, 0]
    told = f"encounter {stop.id}, tied by officer_and_time: that does not hold any more"
    assert untied() == [("worker", str(footage.id), told)]
    stop.started_at, stop.ended_at = STARTED, None
    session.flush()
    link_matching(session, footage=footage, now=NOON)
    link_declared(session, footage=footage, reference=other.reference, now=NOON)
    assert tied(session, footage) == {other.id: "declared"}
    assert untied()[1:] == [("worker", str(footage.id), f"encounter {stop.id}, tied by officer_and_time: its sender named another")]


def test_what_a_person_decides_is_kept_whatever_is_worked_out_or_declared_later(session: Session, station: Station) -> None:
    stop, footage = a_stop(session, station), a_recording(session, officer_id=station.officer.id, started_at=STARTED)
    other = a_stop(session, station, started_at=STARTED + timedelta(hours=5))
    link_matching(session, footage=footage, now=NOON)
    decide(session, station, footage, stop, shows=False)
    decide(session, station, footage, other, shows=True)
    link_matching(session, footage=footage, now=NOON)
    match_waiting_footage(session, now=NOON)
    assert tied(session, footage) == {other.id: "person"}
    link_declared(session, footage=footage, reference=stop.reference, now=NOON)
    assert tied(session, footage) == {other.id: "person"}
    decide(session, station, footage, stop, shows=True)
    assert tied(session, footage) == {other.id: "person", stop.id: "person"}
    acts = session.scalars(select(AuditEntry.action)).all()
    assert acts == ["decide_footage"] * 3


def test_nobody_makes_a_held_recording_go_by_untying_it(session: Session, station: Station) -> None:
    stop, footage = a_stop(session, station), a_recording(session, officer_id=station.officer.id, started_at=STARTED)
    link_matching(session, footage=footage, now=NOON)
    place_hold(session, encounter_id=stop.id, reason=HoldReason.COMPLAINT, cause_id="1", now=NOON, actor=COMMAND_LINE)
    decide(session, station, footage, stop, shows=False)
    assert would_become_of(session, footage_id=footage.id) == Held(footage.id, (HoldReason.COMPLAINT,))


def test_a_recording_without_a_start_is_kept_by_a_hold_on_a_stop_of_its_officer(session: Session, station: Station) -> None:
    stop = a_stop(session, station)
    footage = a_recording(session, officer_id=station.officer.id, started_at=STARTED, received_at=NOON)
    footage.started_at = footage.ended_at = None
    place_hold(session, encounter_id=stop.id, reason=HoldReason.COMPLAINT, cause_id="1", now=NOON, actor=COMMAND_LINE)
    assert isinstance(would_become_of(session, footage_id=footage.id), Held)


def test_one_decides_neither_about_other_teams_nor_about_oneself(session: Session, station: Station) -> None:
    footage = a_recording(session, officer_id=station.officer.id, started_at=STARTED)
    own = a_stop(session, station, officer=station.leader)
    present = a_stop(session, station, others_present=(station.leader,))
    foreign = a_stop(session, station, team=a_team(session))
    mine = a_recording(session, officer_id=station.leader.id, started_at=STARTED)
    for recording, stop in ((footage, own), (footage, present), (footage, foreign), (mine, a_stop(session, station))):
        with pytest.raises(NotFound):
            decide(session, station, recording, stop, shows=True)
    with pytest.raises(NotFound):
        decide(session, station, footage, a_stop(session, station), shows=True, viewer=station.own)
    with pytest.raises(Invalid, match="Say why"):
        decide_shows(session, footage_id=footage.id, reference="X", shows=True, reason=" ", viewer=station.lead, now=NOON)


def test_what_is_in_doubt_waits_for_the_leader_until_it_is_decided(session: Session, station: Station) -> None:
    stop = a_stop(session, station, camera_serial="C9")
    footage = a_recording(session, officer_id=station.officer.id, device_serial="C1", started_at=STARTED)
    assert link_matching(session, footage=footage, now=NOON) == 0
    (pair,) = pairs_to_decide(session, viewer=station.lead, now=NOON)
    assert (pair.footage_id, pair.reference) == (footage.id, stop.reference)
    assert decider_may_see(session, footage_id=footage.id, viewer=station.lead, now=NOON)
    assert not decider_may_see(session, footage_id=footage.id, viewer=station.own, now=NOON)
    decide(session, station, footage, stop, shows=True)
    assert pairs_to_decide(session, viewer=station.lead, now=NOON) == []
    assert not decider_may_see(session, footage_id=footage.id, viewer=station.lead, now=NOON)
    assert [line.state for line in film_lines(session, since=STARTED, until=NOON, now=NOON)] == [FilmState.FILMED]


def test_after_a_day_a_stop_without_footage_asks_its_officer_and_its_leader(session: Session, station: Station) -> None:
    stop = a_stop(session, station, camera_serial="C9")
    a_stop(session, station, started_at=NOON - timedelta(hours=20))
    a_stop(session, station, source="police_uk")
    asked: tuple[Callable[..., list[object]], ...] = (own_stops_to_explain, stops_to_explain)  # type: ignore[assignment]
    for ask, viewer in zip(asked, (station.own, station.lead), strict=True):
        assert [(one.reference, one.state) for one in ask(session, viewer=viewer, now=NOON)] == [(stop.reference, FilmState.SAID_ON)]  # type: ignore[attr-defined]
    explain_missing_footage(session, reference=stop.reference, reason="battery_flat", words="", viewer=station.own, now=NOON)
    assert open_questions(session, viewer=station.lead, now=NOON) == 0
    first, _ = film_lines(session, since=STARTED, until=NOON, now=NOON)
    assert (first.state, first.reason, first.names_camera) == (FilmState.NO_VIDEO, "battery_flat", True)


def test_footage_that_comes_later_overtakes_the_reason_which_stays(session: Session, station: Station) -> None:
    stop = a_stop(session, station)
    explain_missing_footage(
        session, reference=stop.reference, reason="other", words="It was at the repair shop.", viewer=station.lead, now=NOON
    )
    link_matching(session, footage=a_recording(session, officer_id=station.officer.id, started_at=STARTED), now=NOON)
    (line,) = film_lines(session, since=STARTED, until=NOON, now=NOON)
    assert (line.state, line.reason) == (FilmState.FILMED, "other")
    assert [one.words for one in reasons_given(session, encounter_id=stop.id)] == ["It was at the repair shop."]
    with pytest.raises(Conflict, match="has arrived"):
        explain_missing_footage(session, reference=stop.reference, reason="battery_flat", words="", viewer=station.own, now=NOON)


def test_a_reason_is_one_of_the_list_and_some_need_words(session: Session, station: Station) -> None:
    stop = a_stop(session, station)
    for reason, words in (("because", "x"), ("", ""), ("not_required", " "), ("other", "")):
        with pytest.raises(Invalid):
            explain_missing_footage(session, reference=stop.reference, reason=reason, words=words, viewer=station.own, now=NOON)
    stranger = Viewer(an_officer(session).id, "Stranger", frozenset({Role.OFFICER}))
    with pytest.raises(NotFound):
        explain_missing_footage(session, reference=stop.reference, reason="battery_flat", words="", viewer=stranger, now=NOON)


def test_a_recording_without_a_stop_asks_the_leader_or_the_administrator_after_a_day(session: Session, station: Station) -> None:
    ours = a_recording(session, officer_id=station.officer.id, started_at=STARTED, received_at=NOON - timedelta(hours=25))
    nobodys = a_recording(session, started_at=STARTED, received_at=NOON - timedelta(hours=25))
    a_recording(session, officer_id=station.officer.id, started_at=STARTED, received_at=NOON - timedelta(hours=23))
    keeper = Viewer(an_account(session, role=Role.ADMINISTRATOR).id, "Keeper", frozenset({Role.ADMINISTRATOR}))
    for viewer, footage in ((station.lead, ours), (keeper, nobodys)):
        assert [one.footage_id for one in loose_recordings(session, viewer=viewer, now=NOON)] == [footage.id]
        explain_loose_recording(session, footage_id=footage.id, reason="other_duty", words="", viewer=viewer, now=NOON)
        assert loose_recordings(session, viewer=viewer, now=NOON) == []
    assert not decider_may_see(session, footage_id=nobodys.id, viewer=keeper, now=NOON)
    with pytest.raises(NotFound):
        explain_loose_recording(session, footage_id=nobodys.id, reason="other_duty", words="", viewer=station.lead, now=NOON)


def test_a_late_record_takes_a_recording_away_from_nothing_and_adds_its_stop(session: Session, station: Station) -> None:
    footage = a_recording(
        session, officer_id=station.officer.id, started_at=STARTED - timedelta(days=5), received_at=STARTED - timedelta(days=5)
    )
    assert match_waiting_footage(session, now=NOON) == 0
    stop = a_stop(session, station, started_at=STARTED - timedelta(days=5), recorded_at=NOON)
    assert match_waiting_footage(session, now=NOON) == 1
    assert match_waiting_footage(session, now=NOON) == 0
    assert tied(session, footage) == {stop.id: "officer_and_time"}
