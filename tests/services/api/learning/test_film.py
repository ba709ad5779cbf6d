"""The page of missing, late and cut film: what stands out, n, interval, bounds and the exact test of each group; its file; who may look."""

import csv
import io

import pytest
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.footage.records import FootageAbsence
from stop_search.installation import Installation
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.searched import BLACK, MIXED, WHITE, some_searched
from tests.support.visitors import sign_in
from tests.support.workbench import words

PATHS = ("/learning/film", "/learning/film/groups.csv")


def filmed_unequally(installation: Installation) -> None:
    """Add 60 White people, 10 without film, and 60 Black people, 30 without; of 6 a person said why."""
    with installation.writing() as session:
        some_searched(session, 60, filmed=50, **WHITE)
        gone = some_searched(session, 60, filmed=30, **BLACK)[30:36]
        officer = a.an_officer(session)
        session.add_all(
            FootageAbsence(encounter_id=stop.id, reason="battery_flat", words="", stated_by=officer.id, stated_at=NOON) for stop in gone
        )


def test_without_anything_the_page_says_what_comes_next(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert "No stop of our own records is here yet" in words(client.get("/learning/film"))


def test_a_difference_is_said_first_and_every_number_has_its_n_its_interval_and_its_bounds(
    client: TestClient, installation: Installation
) -> None:
    filmed_unequally(installation)
    sign_in(client, installation, Role.LEARNING_TEAM)
    said = words(client.get("/learning/film"))
    assert "Film differs by more than chance in 2 comparisons of groups." in said
    assert "Video is missing more often of Black people than of White people, by more than chance" in said
    assert "Black 60 30 50 38 to 62 0 50 to 50 less than 0.001 ◆ Yes" in said
    assert "Not filmed, and nobody said why 34" in said
    assert "The battery was flat 6" in said


def test_the_groups_can_be_taken_away(client: TestClient, installation: Installation) -> None:
    filmed_unequally(installation)
    sign_in(client, installation, Role.LEARNING_TEAM)
    rows = list(csv.DictReader(io.StringIO(client.get("/learning/film/groups.csv").content.decode("utf-8-sig"))))
    (black,) = [row for row in rows if (row["measure"], row["basis"], row["group"]) == ("No video", "self_defined", "Black")]
    assert (black["known"], black["of_whom"], black["share"], black["share_at_most_whatever_is_unknown"]) == ("60", "30", "0.5", "0.5")
    assert float(black["adjusted_p"]) < 0.01


def test_a_small_group_is_not_told_by_what_stands_beside_it(client: TestClient, installation: Installation) -> None:
    """123 people, of whom 3 are Mixed: another group is hidden with them, and nothing is told of it that would give its number."""
    filmed_unequally(installation)
    with installation.writing() as session:
        some_searched(session, 3, filmed=3, **MIXED)
    sign_in(client, installation, Role.LEARNING_TEAM)
    said = words(client.get("/learning/film"))
    assert "Mixed 1 to 4 too few to say" in said
    assert "Black hidden withheld: its number would give a smaller one away \N{EN DASH} ◆ Yes" in said
    rows = list(csv.DictReader(io.StringIO(client.get("/learning/film/groups.csv").content.decode("utf-8-sig"))))
    (black,) = [row for row in rows if (row["measure"], row["basis"], row["group"]) == ("No video", "self_defined", "Black")]
    gone = ("known", "of_whom", "share", "ci_low", "share_at_least_whatever_is_unknown", "adjusted_p")
    assert [black[name] for name in gone] == [""] * len(gone)


def test_there_is_no_other_period(client: TestClient, installation: Installation) -> None:
    filmed_unequally(installation)
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert client.get("/learning/film?period=1999-00").status_code == 404


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OFFICER, Role.PANEL_MEMBER, Role.ADMINISTRATOR])
def test_nobody_else_may_look(client: TestClient, installation: Installation, role: Role) -> None:
    sign_in(client, installation, role)
    assert [client.get(path).status_code for path in PATHS] == [403, 403]
