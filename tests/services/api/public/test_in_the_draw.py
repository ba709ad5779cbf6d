"""Whoever has a receipt can ask whether the stop is on the list: in plain words, with a proof, and never whether it was drawn."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.chance import NamedDice
from stop_search.draws.committing import commit_draw
from stop_search.draws.queries import published_draw
from stop_search.draws.records import FrameEntry
from stop_search.encounters.records import Receipt
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.form_walker import issued_receipt
from tests.support.sampled import DESIGN, THROWN, thrown, written

SCRIPT = Path(__file__).parents[4] / "verify" / "draw.py"


@pytest.fixture
def held(installation: Installation) -> tuple[Receipt, str]:
    """Give a receipt and its code."""
    return issued_receipt(installation)


def listed(installation: Installation, receipt: Receipt) -> Any:
    """Commit a draw whose frame has the receipt's stop and a dozen others."""
    with installation.writing() as session:
        stop = session.get_one(a.Encounter, receipt.encounter_id)
        day: date = stop.started_at.date()
        for n in range(12):
            a.an_encounter(session, started_at=stop.started_at - timedelta(minutes=n))
        period = {"period_start": day - timedelta(days=1), "period_end": day}
        return commit_draw(
            session, scope="force", design=DESIGN, chance=NamedDice(), actor=COMMAND_LINE, now=max(datetime.now(UTC), a.NOON), **period
        )


def test_before_there_is_a_list_the_page_says_so(client: TestClient, held: tuple[Receipt, str]) -> None:
    page = client.get(f"/r/{held[1]}/in-the-draw")
    assert page.status_code == 200
    assert "Your stop is not on a list yet" in page.text
    assert client.get(f"/r/{held[1]}/in-the-draw.json").status_code == 404


def test_on_the_list_the_page_shows_line_and_mark_and_the_file_proves_it(
    client: TestClient, installation: Installation, held: tuple[Receipt, str], tmp_path: Path
) -> None:
    fixed = listed(installation, held[0])
    page = client.get(f"/r/{held[1]}/in-the-draw")
    proof = client.get(f"/r/{held[1]}/in-the-draw.json")
    assert "Your stop is on the list from which chance chooses" in page.text
    assert proof.json()["row"] in page.text
    assert fixed.manifest["root"] in page.text
    assert f'href="/draws/{fixed.draw_id}"' in page.text
    with installation.reading() as session:
        files = published_draw(session, draw_id=fixed.draw_id).files
    thrown_at = max(datetime.now(UTC), a.NOON) + timedelta(minutes=1)
    with installation.writing() as session:
        thrown(session, fixed, now=thrown_at)
        folder = written(published_draw(session, draw_id=fixed.draw_id).files, tmp_path / "draw")
    (tmp_path / "stop.json").write_bytes(proof.content)
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(folder), "--stop", str(tmp_path / "stop.json")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "This stop is in the frame, as it was told." in checked.stdout
    assert proof.json()["row"] in files["frame.csv"].decode().splitlines()


def test_nothing_on_it_changes_when_chance_has_drawn(client: TestClient, installation: Installation, held: tuple[Receipt, str]) -> None:
    fixed = listed(installation, held[0])
    before = [client.get(f"/r/{held[1]}/in-the-draw{end}").text for end in ("", ".json")]
    with installation.writing() as session:
        thrown(session, fixed, chance=THROWN, now=max(datetime.now(UTC), a.NOON))
        assert session.query(FrameEntry).count() == 13
    assert [client.get(f"/r/{held[1]}/in-the-draw{end}").text for end in ("", ".json")] == before


def test_nothing_of_the_stop_stands_on_it(client: TestClient, installation: Installation, held: tuple[Receipt, str]) -> None:
    listed(installation, held[0])
    with installation.reading() as session:
        stop = session.get_one(a.Encounter, held[0].encounter_id)
        secrets = [str(stop.id), stop.reference, str(stop.place), str(stop.started_at.date()), str(stop.grounds)]
    for end in ("", ".json"):
        text = client.get(f"/r/{held[1]}/in-the-draw{end}").text
        assert [secret for secret in secrets if secret in text] == []


@pytest.mark.parametrize("end", ["", ".json"])
def test_a_wrong_code_gets_the_answer_that_every_page_gives(client: TestClient, held: tuple[Receipt, str], end: str) -> None:
    assert client.get(f"/r/7K3M9QX2TD4F/in-the-draw{end}").status_code == client.get("/r/7K3M9QX2TD4F/choose").status_code
    assert json.dumps(held[1]) not in client.get(f"/r/7K3M9QX2TD4F/in-the-draw{end}").text


def test_the_page_of_what_one_can_do_leads_to_it(client: TestClient, held: tuple[Receipt, str]) -> None:
    assert f'href="/r/{held[1]}/in-the-draw"' in client.get(f"/r/{held[1]}/choose").text
    assert "in-the-draw" not in client.get("/choose").text
