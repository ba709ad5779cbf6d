"""The learning team's pages of draws: commit one, make it known, run it by what is pasted, and take what is published."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.draws.records import Draw, DrawAnchor, FrameEntry
from stop_search.draws.verification import draw_problems
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.learned import some_reviews
from tests.support.sampled import DESIGN, DICE, a_sample
from tests.support.visitors import csrf_on, sign_in

TODAY = datetime.now(UTC)
PERIOD = {"period_start": str((TODAY - timedelta(days=14)).date()), "period_end": str((TODAY - timedelta(days=8)).date())}


class Team:
    """Somebody of the learning team, signed in, in a force with twelve stops of the period."""

    def __init__(self, client: TestClient, installation: Installation) -> None:
        self.client, self.installation = client, installation
        with installation.writing() as session:
            for _ in range(12):
                a.an_encounter(session, started_at=TODAY - timedelta(days=10))
        sign_in(client, installation, Role.LEARNING_TEAM)

    def send(self, path: str, **fields: Any) -> Any:
        """Send a form of the list or of a draw."""
        on = path.rpartition("/")[0] if path.endswith(("/run", "/anchor", "/publish")) else path
        return self.client.post(path, data={"csrf": csrf_on(self.client, on)} | fields)

    def words(self, path: str) -> str:
        """Return a page's words."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)


@pytest.fixture
def team(client: TestClient, installation: Installation) -> Team:
    """Give somebody of the learning team."""
    return Team(client, installation)


def test_the_draws_are_listed_with_what_became_of_them(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        draw = a.a_draw(session, frame_size=2, randomness="4 6 1 3", seed="5eed" * 16)
        some_reviews(session, draw=draw, marks=[{"C1": 2}], not_drawn=1)
        digest, address = draw.frame_digest, f"/learning/draws/{draw.id}"
    sign_in(client, installation, Role.LEARNING_TEAM)
    page = BeautifulSoup(client.get("/learning/draws").text, "html.parser")
    words = page.get_text(" ", strip=True)
    for part in ("9 November 2026 to 15 November 2026", "1 of 2 stops", "1 reviewed, 0 waiting"):
        assert part in words
    assert page.select_one(f'a[href="{address}"]')
    shown = BeautifulSoup(client.get(address).text, "html.parser")
    for part in ("4 6 1 3", "5eed" * 16, digest, "made in an older way"):
        assert part in shown.get_text(" ", strip=True)
    assert not shown.select_one(f'a[href="{address}/bundle.zip"]')
    assert client.get(f"{address}/bundle.zip").status_code == 409


def test_no_draws_is_said_as_such(team: Team) -> None:
    assert "No draw has been made yet." in team.words("/learning/draws")


def test_a_draw_is_committed_made_known_and_run_by_dice(team: Team) -> None:
    fixed = team.send("/learning/draws", **PERIOD, decides="dice")
    assert fixed.status_code == 303, fixed.text
    address = fixed.headers["location"]
    assert "waits to be run" in team.words("/learning/draws")
    assert "See what to do next" in team.words("/learning/draws")
    assert "govuk-link" not in team.words("/learning/draws")
    assert "On the list 12 stops" in team.words(address)
    assert team.send(f"{address}/anchor", place=" ").status_code == 422
    assert team.send(f"{address}/anchor", place="E-mail to the panel's chair").status_code == 303
    assert "E-mail to the panel's chair" in team.words(address)
    wrong = team.send(f"{address}/run", digits="1 2 3", witness=["Ada", "Ben"])
    assert wrong.status_code == 422
    assert "Give the 20 dice as thrown" in wrong.text
    assert 'value="Ada"' in wrong.text
    assert team.send(f"{address}/run", digits=DICE, witness=["Ada", ""]).status_code == 422
    assert team.send(f"{address}/run", digits=DICE, witness=["Ada", "Ben"]).status_code == 303
    assert "waits to be run" not in team.words("/learning/draws")
    assert "12 of 12 stops" in team.words(address)
    assert team.send(f"{address}/run", digits=DICE, witness=["Ada", "Ben"]).status_code == 409
    bundle = team.client.get(f"{address}/bundle.zip")
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
        files = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert sorted(files) == ["README.txt", "draw.json", "frame.csv", "manifest.json", "outcomes.csv", "tickets.csv"]
    assert draw_problems(files) == []
    with team.installation.reading() as session:
        assert session.scalars(select(DrawAnchor.place)).one() == "E-mail to the panel's chair"


def test_a_draw_that_was_run_is_published_once_by_a_press_and_stands_where_anybody_sees_it(team: Team) -> None:
    address = team.send("/learning/draws", **PERIOD, decides="dice").headers["location"]
    files = f"{address.removeprefix('/learning')}/files.zip"
    assert "stand on the public page already" in team.words(address)
    assert team.send(f"{address}/publish").status_code == 409
    team.send(f"{address}/run", digits=DICE, witness=["Ada", "Ben"])
    assert "Publish for anyone to check" in team.words(address)
    assert team.client.get(files).status_code == 404
    assert team.send(f"{address}/publish").status_code == 303
    assert "Publish for anyone to check" not in team.words(address)
    assert "anybody can take the bundle on the public page" in team.words(address)
    team.client.cookies.clear()
    assert team.client.get(files).status_code == 200
    with team.installation.reading() as session:
        (act,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "draw_published"))
        assert act.role == Role.LEARNING_TEAM


def test_a_draw_whose_rows_were_changed_is_not_published(team: Team) -> None:
    address = team.send("/learning/draws", **PERIOD, decides="dice").headers["location"]
    team.send(f"{address}/run", digits=DICE, witness=["Ada", "Ben"])
    with team.installation.writing() as session:
        session.execute(update(FrameEntry).values(probability_denominator=FrameEntry.probability_denominator + 1))
    assert team.send(f"{address}/publish").status_code == 409
    assert "Publish for anyone to check" in team.words(address)


def test_by_default_tomorrows_round_of_the_beacon_decides_and_not_before_it_is_made(team: Team) -> None:
    address = team.send("/learning/draws", **PERIOD).headers["location"]
    words = team.words(address)
    with team.installation.reading() as session:
        named = session.scalars(select(Draw.manifest)).one()["randomness"]
    assert f"/public/{named['round']}" in words
    early = team.send(f"{address}/run", pasted=f'{{"round": {named["round"]}, "signature": "{"00" * 48}"}}')
    assert early.status_code == 422
    assert "does not exist yet" in early.text
    unread = team.send(f"{address}/run", pasted="{not json")
    assert "cannot be read" in unread.text
    deep = team.send(f"{address}/run", pasted='{"":' * 1000)
    assert (deep.status_code, "cannot be read" in deep.text) == (422, True)


def test_what_was_made_known_after_chance_had_decided_is_called_too_late(team: Team) -> None:
    address = team.send("/learning/draws", **PERIOD, decides="dice").headers["location"]
    assert "Committed, not run, not made known" in team.words("/learning/draws")
    assert "Committed, not run, not made known" in team.words(address)
    team.send(f"{address}/run", digits=DICE, witness=["Ada", "Ben"])
    token = csrf_on(team.client, "/learning/draws")
    team.client.post(f"{address}/anchor", data={"csrf": token, "place": "E-mail to the chair"})
    assert "Run, made known too late" in team.words("/learning/draws")
    assert "Run, made known too late" in team.words(address)
    assert "Made known too late E-mail to the chair" in team.words(address)


def test_past_days_that_no_draw_covers_are_listed(team: Team) -> None:
    def day(back: int) -> str:
        return str((TODAY - timedelta(days=back)).date())

    assert "No draw covers" not in team.words("/learning/draws")
    team.send("/learning/draws", period_start=day(40), period_end=day(30), decides="dice")
    team.send("/learning/draws", period_start=day(28), period_end=day(20), decides="dice")
    words = team.words("/learning/draws")
    listed = [f"{date.fromisoformat(one).day} " for one in (day(29), day(19), day(1))]
    told = words.partition("No draw covers these past days, so that chance could choose none of their stops:")[2].partition(".")[0]
    first, second = told.split(";")
    assert first.split()[0] + " " == listed[0]
    assert "to" not in first.split()
    assert (second.split()[0] + " ", second.split("to ")[1].split()[0] + " ") == (listed[1], listed[2])


def test_an_answer_of_the_beacon_can_be_a_file(team: Team) -> None:
    address = team.send("/learning/draws", **PERIOD).headers["location"]
    token = csrf_on(team.client, address)
    answer = team.client.post(f"{address}/run", data={"csrf": token}, files={"file": ("round.json", b'{"round": 5, "signature": "00"}')})
    assert answer.status_code == 422
    assert "and this is round 5" in answer.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"period_start": "soon", "period_end": "2026-11-09"}, "Give the day like"),
        ({"period_start": "2026-11-09", "period_end": "2026-11-01"}, "cannot end before it starts"),
        ({"month": "October"}, "Give the month like"),
        ({"month": "2026-10"}, "no coverage draw"),
    ],
)
def test_what_cannot_be_committed_is_told_at_its_field(team: Team, fields: dict[str, str], told: str) -> None:
    answer = team.send("/learning/draws", **fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert "There is a problem" in answer.text


def test_a_second_draw_of_a_period_is_told_and_nothing_is_changed(team: Team) -> None:
    team.send("/learning/draws", **PERIOD)
    answer = team.send("/learning/draws", **PERIOD)
    assert answer.status_code == 422
    assert "no redraw" in answer.text
    with team.installation.reading() as session:
        assert len(session.scalars(select(Draw.id)).all()) == 1


def test_a_months_coverage_out_of_its_order_is_told_at_the_month(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    state = team.client.app.state  # type: ignore[attr-defined]
    monkeypatch.setattr(state, "force", replace(state.force, design=DESIGN))
    with team.installation.writing() as session:
        for month in (1, 2):
            a_sample(session, period=(date(2020, month, 1), date(2020, month, 7)))
    answer = team.send("/learning/draws", month="2020-02")
    assert answer.status_code == 422
    assert "The coverage of 2020-01 is not drawn, and could not be any more. Draw it first." in answer.text


def test_the_bundle_of_no_draw_is_not_found(team: Team) -> None:
    assert team.client.get("/learning/draws/00000000-0000-4000-8000-000000000000/bundle.zip").status_code == 404
    assert team.client.get("/learning/draws/00000000-0000-4000-8000-000000000000").status_code == 404
    assert team.client.get("/learning/secrets.csv").status_code in {404, 422}
