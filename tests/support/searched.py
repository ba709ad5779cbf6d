"""Many people who were searched, of known counts: by group, by unit, filmed or not."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from stop_search.accounts.records import Team
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter
from tests.conftest import NOON
from tests.support import builders as a

WHITE = {"self_defined_ethnicity": "W1", "officer_perceived_ethnicity": "white"}
BLACK = {"self_defined_ethnicity": "B2", "officer_perceived_ethnicity": "black"}
MIXED = {"self_defined_ethnicity": "M1", "officer_perceived_ethnicity": "mixed"}
SILENT = {"self_defined_ethnicity": "NS", "officer_perceived_ethnicity": "black"}
NOTHING = {"outcome": "no_further_action", "outcome_linked": None}
FOUND = {"outcome": "arrest", "outcome_linked": True}


def some_searched(
    session: Session,
    number: int,
    *,
    team: Team | None = None,
    started_at: datetime = NOON - timedelta(days=10),
    every: timedelta = timedelta(hours=3),
    filmed: int = 0,
    **person: Any,
) -> list[Encounter]:
    """Add stops of one person each, `every` one before the last; the first `filmed` of them have a recording of the whole stop."""
    found: list[Encounter] = []
    for place in range(number):
        moment = started_at - place * every
        stop = a.an_encounter(session, team=team, started_at=moment, people=0)
        a.a_person(session, encounter=stop, **person)
        if place < filmed:
            a_film(session, stop)
        found.append(stop)
    return found


def a_film(session: Session, stop: Encounter, *, late: float = -30.0, long: float = 900.0, camera: str | None = None) -> None:
    """Add a recording that began so many seconds after the stop (before it: below 0), and is so long."""
    began = stop.started_at + timedelta(seconds=late)
    a.a_recording(
        session,
        encounter=stop,
        started_at=began,
        ended_at=began + timedelta(seconds=long),
        device_serial=camera,
        facts={"length_seconds": long},
    )


def a_small_force(session: Session, *, units: Sequence[str] = ("Harbour", "Northtown", "Eastbridge", "Moor")) -> None:
    """Add four units' stops: Black people are filmed less and more often leave with nothing; in the last unit video is often missing."""
    for number, unit in enumerate(units):
        team = a.a_team(session, name=f"{unit} A", unit=unit)
        gone = 14 if number == len(units) - 1 else 0
        white, black = {"gender": "male", "age_band": "over_34"} | WHITE, {"gender": "male", "age_band": "18_24"} | BLACK
        some_searched(session, 22, team=team, filmed=22 - gone, **white | FOUND)
        some_searched(session, 30, team=team, filmed=30 - gone, **white | NOTHING)
        some_searched(session, 6, team=team, filmed=2, **black | FOUND)
        some_searched(session, 28, team=team, filmed=14, **black | NOTHING)
        some_searched(session, 9, team=team, filmed=9, **SILENT | {"gender": "female"} | NOTHING)
        some_searched(session, 3, team=team, filmed=3, **MIXED | NOTHING)


def a_viewer(session: Session, role: Role = Role.LEARNING_TEAM) -> Viewer:
    """Add an account with a role; return it signed in."""
    account = a.an_account(session, role=role)
    return Viewer(id=account.id, name=account.name, roles=frozenset({role}))
