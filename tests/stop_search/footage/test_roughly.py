"""What is found roughly leaves nothing out that is found closely: over invented shifts with parts, pauses, clocks that are off."""

import random
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter
from stop_search.footage.matching import matching_encounters
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.roughly import may_show_any
from stop_search.footage.rules import MatchedBy
from tests.support import builders as a
from tests.support.builders import NOON


def a_shift(session: Session, seed: int) -> tuple[list[Footage], list[Encounter]]:
    """Add the stops and recordings of three days: two officers, who swap cameras, recordings in parts, some without an end or a name."""
    chance, team = random.Random(seed), a.a_team(session)  # noqa: S311 -- an invented shift
    officers = [a.an_officer(session, team=team) for _ in range(2)]
    footage: list[Footage] = []
    stops: list[Encounter] = []
    for _ in range(9):
        began = NOON - timedelta(days=25) + chance.random() * timedelta(days=3)
        length = chance.choice((None, 4, 12, 55, 700))
        ended = None if length is None else began + timedelta(minutes=length)
        named = chance.choice((*officers, None))
        stops.append(
            a.an_encounter(session, officer=named, started_at=began, ended_at=ended, camera_serial=chance.choice(("C1", "C2", None)))
        )
        at = began + timedelta(minutes=chance.uniform(-60, 90))
        who, serial = chance.choice((*officers, None)), chance.choice(("C1", "C2", None))
        for _ in range(chance.choice((1, 1, 3))):
            minutes = chance.choice((3, 15, 40))
            columns = {"officer_id": who.id if who else None, "device_serial": serial}
            footage.append(a.a_recording(session, started_at=at, minutes=minutes, **columns))
            at += timedelta(minutes=minutes, seconds=4)
        if chance.random() < 0.2:
            footage[-1].ended_at = None
    session.flush()
    return footage, stops


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_left_out_that_a_close_look_finds(session: Session, seed: int) -> None:
    footage, stops = a_shift(session, seed)
    closely = {one.id: set(matching_encounters(session, footage=one)) for one in footage}
    assert any(closely.values())
    left_out = 0
    for stop in stops:
        roughly = {one.id for one in may_show_any(session, footage, encounter_ids={stop.id})}
        assert {footage_id for footage_id, shown in closely.items() if stop.id in shown} <= roughly
        left_out += len(footage) - len(roughly)
    assert left_out


def test_what_is_far_away_is_left_out_and_what_is_tied_or_has_no_start_is_not(session: Session) -> None:
    stop = a.an_encounter(session, started_at=NOON - timedelta(days=20))
    far, tied, nobody_knows = (a.a_recording(session, started_at=NOON - timedelta(days=20, hours=5)) for _ in range(3))
    session.add(FootageOfEncounter(footage_id=tied.id, encounter_id=stop.id, matched_by=MatchedBy.DECLARED, matched_at=NOON))
    nobody_knows.started_at = None
    session.flush()
    assert may_show_any(session, [far, tied, nobody_knows], encounter_ids={stop.id}) == [tied, nobody_knows]
    assert may_show_any(session, [far, tied], encounter_ids=set()) == []
