"""The measures as JSON: the same figures as on the page, for the learning team's program and for no other machine."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.installation import Installation
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import MarkKind
from tests.support import builders as a
from tests.support.learned import some_answers, some_reviews
from tests.support.visitors import sign_in

PATHS = ["/api/v1/measures/criteria", "/api/v1/measures/themes"]


def test_criteria_are_told_with_interval_counts_and_the_publics_answers(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        marks = [{"C1": 2 if n % 2 else 1} | ({"C5": 2} if n < 12 else {}) for n in range(40)]
        some_reviews(session, draw=a.a_draw(session), marks=marks, not_drawn=20, probability=(2, 3))
        some_answers(
            session, question="reason_told", criterion="C1", answers={"clear_reason": 12, "vague": 10}, issued_at=datetime.now(UTC)
        )
    told = client.get(PATHS[0], headers=_bearer(installation, Role.LEARNING_TEAM)).json()
    assert told["sample"] == {"frame": 60, "drawn": 40, "reviewed": 40, "no_footage": 0, "refused": 0, "waiting": 0}
    assert (told["rubric_version"], told["receipts"], told["answered"]) == (newest_rubric().version, 22, 22)
    assert 333 < (date.fromisoformat(told["receipts_until"]) - date.fromisoformat(told["receipts_since"])).days < 366
    measures = {measure["criterion"]: measure for measure in told["criteria"]}
    assert measures["C1"]["share"] == pytest.approx(0.5)
    assert measures["C1"]["low"] < 0.5 < measures["C1"]["high"]
    assert measures["C1"]["public"][0]["levels"] == {"3": 12, "2": 0, "1": 10, "0": 0}
    assert (measures["C5"]["share"], measures["C5"]["n"], measures["C5"]["too_few"]) == (None, 12, "12 scored, 30 are needed")
    assert any("cannot be read as a percentage of everyone stopped" in caveat for caveat in told["caveats"])


def test_few_who_cannot_tell_are_not_all_reviews_less_the_others(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        marks = [{"C1": 3 if n % 2 else 1} for n in range(95)] + [{"C1": MarkKind.NOT_OBSERVABLE}] * 3
        some_reviews(session, draw=a.a_draw(session), marks=marks)
    told = client.get(PATHS[0], headers=_bearer(installation, Role.LEARNING_TEAM)).json()
    (grounds,) = [measure for measure in told["criteria"] if measure["criterion"] == "C1"]
    assert [grounds[name] for name in ("n", "not_applicable", "not_observable", "not_observable_rate")] == [None, 0, None, None]
    assert grounds["share"] == 0.49


def test_themes_below_the_forces_minimum_are_not_told(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        picked = [("early_handcuffs", "phone_searched")] * 9 + [("early_handcuffs",)] * 3
        some_reviews(session, draw=a.a_draw(session), marks=[{"C1": 2}] * 24, themes=picked)
    told = client.get(PATHS[1], headers=_bearer(installation, Role.LEARNING_TEAM)).json()
    themes = {theme["theme"]: (theme["reviews"], theme["per_100_reviews"]) for theme in told["themes"]}
    assert told["reviews"] == 24
    assert themes["early_handcuffs"] == (12, 50.0)
    assert themes["phone_searched"] == (None, None)
    assert themes["language_barrier"] == (0, 0.0)


@pytest.mark.parametrize("path", PATHS)
def test_devices_cameras_and_nobody_are_refused(client: TestClient, installation: Installation, path: str) -> None:
    assert client.get(path).status_code == 401
    for role in (Role.DEVICE, Role.CAMERA):
        answer = client.get(path, headers=_bearer(installation, role))
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", PATHS)
def test_a_browsers_session_does_not_open_the_programs_door(client: TestClient, installation: Installation, path: str) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert client.get(path).status_code == 401


@pytest.mark.parametrize("path", PATHS)
def test_asking_is_noted_once(client: TestClient, installation: Installation, path: str) -> None:
    client.get(path, headers=_bearer(installation, Role.LEARNING_TEAM))
    with installation.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "consult_learning")).all()
    assert (entry.object_id, entry.role) == (path, "learning_team")
    assert entry.actor.startswith("learning_team:")


def _bearer(installation: Installation, role: Role) -> dict[str, str]:
    with installation.writing() as session:
        return {"Authorization": f"Bearer {a.a_machine_token(session, role=role)}"}
