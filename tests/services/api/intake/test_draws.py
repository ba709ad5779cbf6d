"""The API of draws: made once, shown, fetched as a bundle that an outsider can check; devices and cameras stay out."""

import io
import json
import uuid
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from services.api.intake.draws import actor_of
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.queries import newest_entries
from stop_search.draws.beacon import round_at
from stop_search.draws.records import Draw
from stop_search.draws.tickets import manifest_digest
from stop_search.draws.verification import draw_problems
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.sampled import DICE

NOW = datetime.now(UTC)
PERIOD = {"period_start": str((NOW - timedelta(days=40)).date()), "period_end": str((NOW - timedelta(days=10)).date())}
BODY = PERIOD | {"seed": "3 1 4 1 5 9"}


class Program:
    """The learning team's program, with its token."""

    def __init__(self, client: TestClient, installation: Installation, role: Role = Role.LEARNING_TEAM) -> None:
        with installation.writing() as session:
            token = a.a_machine_token(session, role=role, label="Sampling")
        self.client = client
        self.bearer = {"Authorization": f"Bearer {token}"}

    def post(self, body: Any, *, key: str | None = None, path: str = "/api/v1/draws") -> Any:
        """Ask for a draw, or for something of it."""
        return self.client.post(path, json=body, headers=self.bearer | {"Idempotency-Key": key or uuid.uuid4().hex})

    def get(self, path: str) -> Any:
        """Read."""
        return self.client.get(path, headers=self.bearer)


@pytest.fixture
def program(client: TestClient, installation: Installation) -> Program:
    """Give the learning team's program, in a force with twenty stops."""
    with installation.writing() as session:
        for _ in range(20):
            a.an_encounter(session, started_at=NOW - timedelta(days=20))
    return Program(client, installation)


def test_a_draw_is_made_shown_and_fetched_as_a_bundle_that_agrees_with_itself(program: Program) -> None:
    made = program.post(BODY)
    assert made.status_code == 201, made.text
    draw = made.json()
    assert (draw["frame_size"], draw["randomness"], draw["scope"]) == (20, "3 1 4 1 5 9", "force")
    assert program.get(f"/api/v1/draws/{draw['draw']}").json() == draw
    bundle = program.get(draw["bundle"])
    assert bundle.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert draw_problems(files) == []
    assert manifest_digest(json.loads(files["manifest.json"])) == draw["manifest_sha256"]
    assert program.get(draw["bundle"]).content == bundle.content


def test_without_a_seed_a_draw_is_committed_and_run_later_by_dice_before_witnesses(program: Program) -> None:
    fixed = program.post(PERIOD).json()
    assert (fixed["state"], fixed["drawn"], fixed["seed"], fixed["randomness"], fixed["drawn_at"]) == ("committed", 0, None, None, None)
    assert fixed["named"] == {"kind": "dice", "count": 20, "sides": 10}
    bundle = program.get(fixed["bundle"])
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
        assert sorted(name.partition("/")[2] for name in archive.namelist()) == ["frame.csv", "manifest.json"]
    path = f"/api/v1/draws/{fixed['draw']}/run"
    for wrong in ({}, {"digits": DICE}, {"digits": "1 2 3", "witnesses": ["Ada", "Ben"]}, {"round": 5, "signature": "00"}):
        assert program.post(wrong, path=path).status_code == 422, wrong
    dice = {"digits": DICE, "witnesses": ["Ada Invented", "Ben Invented"]}
    run = program.post(dice, path=path, key="run")
    assert run.status_code == 200, run.text
    assert run.json()["state"] == "run"
    assert run.json()["manifest_sha256"] == fixed["manifest_sha256"]
    assert program.post(dice, path=path, key="run").json() == run.json()
    refused = program.post(dice | {"digits": DICE[::-1]}, path=path)
    assert refused.status_code == 409
    assert "no redraw" in refused.json()["detail"]


def test_the_named_round_is_told_and_nothing_else_decides(program: Program) -> None:
    number = round_at(NOW + timedelta(days=1))
    fixed = program.post(PERIOD | {"round": number}).json()
    assert fixed["named"]["round"] == number
    path = f"/api/v1/draws/{fixed['draw']}/run"
    answer = {"round": number, "randomness": "00" * 32, "signature": "00" * 48}
    early = program.post(answer, path=path)
    assert early.status_code == 422
    assert "does not exist yet" in early.json()["errors"][0]["message"]
    assert program.post(answer | {"round": 5}, path=path).status_code == 422


def test_the_same_request_again_is_answered_the_same_and_another_is_refused(program: Program, installation: Installation) -> None:
    first, again = program.post(BODY, key="one"), program.post(BODY, key="one")
    assert first.json() == again.json()
    assert program.post(BODY | {"seed": "other"}, key="one").status_code == 409
    refused = program.post(BODY | {"seed": "other"}, key="two")
    assert refused.status_code == 409
    assert "no redraw" in refused.json()["detail"]
    with installation.reading() as session:
        assert session.scalar(select(func.count()).select_from(Draw)) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "period_start"),
        (BODY | {"seed": ""}, "seed"),
        (BODY | {"seed": "a\nb"}, "seed"),
        (BODY | {"seed": 5}, "seed"),
        (BODY | {"period_end": "never"}, "period_end"),
        (BODY | {"period_end": "2020-01-01"}, "period_end"),
        (BODY | {"period_end": "2999-01-01"}, "period_end"),
        (BODY | {"scope": "my team"}, "scope"),
        (PERIOD | {"round": 0}, "round"),
        (PERIOD | {"round": 1000}, "round"),
        (PERIOD | {"round": 20_000_000_000}, "round"),
        (PERIOD | {"round": 10**14}, "round"),
        (PERIOD | {"round": 10**30}, "round"),
        (PERIOD | {"round": 10**10}, "round"),
        (BODY | {"stream": "cover"}, "period_start"),
        (PERIOD | {"stream": "cover"}, "period_start"),
        (PERIOD | {"stream": "other"}, "stream"),
        (BODY | {"design": {}}, "design"),
        ([], ""),
    ],
)
def test_bad_input_is_told_field_by_field(program: Program, body: Any, field: str) -> None:
    answer = program.post(body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in {error["path"] for error in answer.json()["errors"]} or field == ""


def test_devices_cameras_and_strangers_have_no_part_in_draws(program: Program, installation: Installation) -> None:
    draw = program.post(BODY).json()
    for role in (Role.DEVICE, Role.CAMERA):
        other = Program(program.client, installation, role)
        assert other.post(BODY).status_code == 403
        assert other.get(f"/api/v1/draws/{draw['draw']}").status_code == 403
        assert other.get(draw["bundle"]).status_code == 403
        assert other.post({}, path=f"/api/v1/draws/{draw['draw']}/run").status_code == 403
    assert program.client.get(draw["bundle"]).status_code == 401


def test_the_log_names_a_role_that_whoever_draws_holds(program: Program, installation: Installation) -> None:
    for roles, role in (
        ({Role.ADMINISTRATOR}, Role.ADMINISTRATOR),
        ({Role.LEARNING_TEAM}, Role.LEARNING_TEAM),
        ({Role.LEARNING_TEAM, Role.ADMINISTRATOR}, Role.LEARNING_TEAM),
    ):
        assert actor_of(Viewer(uuid.uuid4(), "A program", frozenset(roles), is_machine=True)).role == role
    program.post(BODY)
    with installation.reading() as session:
        told = {line.action: (line.role, line.actor.partition(":")[0]) for line in newest_entries(session)}
    assert told["draw_committed"] == told["sample_drawn"] == (Role.LEARNING_TEAM, Role.LEARNING_TEAM)


def test_a_draw_that_is_not_there_is_not_found(program: Program) -> None:
    assert program.get(f"/api/v1/draws/{uuid.uuid4()}").status_code == 404
    assert program.get(f"/api/v1/draws/{uuid.uuid4()}/bundle").status_code == 404
