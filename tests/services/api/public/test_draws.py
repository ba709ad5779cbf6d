"""The page of draws: what anybody is told of a list before and after chance chose, and files that an outsider finds right."""

import io
import json
import subprocess
import sys
import uuid
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from services.api.public import draw_files
from services.api.site_words import site_languages
from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.actions import anchor_draw, note_publication
from stop_search.draws.beacon import QUICKNET, round_time
from stop_search.draws.chance import NamedRound
from stop_search.draws.committing import Committed
from stop_search.draws.outcome_chain import note_outcome, without_footage
from stop_search.draws.queries import published_draw
from stop_search.draws.records import Draw, FrameEntry, QuarterKey
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.sampled import a_commit, thrown
from tests.support.workbench import words

WEEK = (date(2026, 11, 9), date(2026, 11, 15))
CHAIR = "E-mail to the chair, na Gàidhealtachd"
NOTED = a.NOON + timedelta(hours=1)
DRAWN = a.NOON + timedelta(hours=2)
PUBLISHED = a.NOON + timedelta(hours=3)


def committed(installation: Installation, **changes: Any) -> Committed:
    """Commit a week of forty stops."""
    with installation.writing() as session:
        for n in range(40):
            a.an_encounter(session, started_at=a.NOON - timedelta(days=4, minutes=n))
        return a_commit(session, period=WEEK, **changes)


def drawn(installation: Installation, *, published: bool = True) -> Committed:
    """Commit, make known, run and, if wanted, publish a week."""
    fixed = committed(installation)
    act = {"draw_id": fixed.draw_id, "actor": COMMAND_LINE}
    with installation.writing() as session:
        anchor_draw(session, place=CHAIR, anchored_at=NOTED, now=NOTED, **act)
        thrown(session, fixed, now=DRAWN)
        if published:
            note_publication(session, now=PUBLISHED, **act)
    return fixed


def unpacked(content: bytes, folder: Path) -> Path:
    """Unpack a zip and return the folder that is in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
        return folder / archive.namelist()[0].partition("/")[0]


def checked(client: TestClient, files: bytes, anchors: bytes, place: Path) -> subprocess.CompletedProcess[str]:
    """Check a bundle as an outsider does: with the programs from the page, Python's standard library, and nothing of ours."""
    programs, folder = unpacked(client.get("/draws/check.zip").content, place / "check"), unpacked(files, place / "draw")
    (place / "anchors.json").write_bytes(anchors)
    command = [sys.executable, "-I", "-S", str(programs / "draw.py"), str(folder), "--anchors", str(place / "anchors.json")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=place)


def test_before_there_is_a_draw_the_page_says_so(client: TestClient) -> None:
    assert "Chance has not chosen from a list yet." in words(client.get("/draws"))


def test_a_list_that_waits_shows_its_seal_and_what_will_decide_and_nothing_else(client: TestClient, installation: Installation) -> None:
    number = (a.NOON + timedelta(days=1) - round_time(1)) // timedelta(seconds=QUICKNET.period)
    fixed = committed(installation, chance=NamedRound(number))
    shown = words(client.get("/draws"))
    for part in ("Chance has not chosen yet", "9 November 2026 to 15 November 2026", "List number 1", fixed.digest, f"Round {number}"):
        assert part in shown
    assert fixed.manifest["root"] not in shown
    assert "Stops on the list" not in shown
    assert client.get(f"/draws/{fixed.draw_id}/files.zip").status_code == 404
    (told,) = client.get(f"/draws/{fixed.draw_id}/anchors.json").json()["anchors"]
    assert (told["manifest_sha256"], told["sequence"]) == (fixed.digest, 1)
    assert told["where"].endswith("/draws")


def test_a_file_saved_before_chance_chose_proves_the_draw_afterwards(
    client: TestClient, installation: Installation, tmp_path: Path
) -> None:
    fixed = committed(installation)
    saved = client.get(f"/draws/{fixed.draw_id}/anchors.json").content
    late = json.loads(saved)["anchors"][0]["anchored_at"]
    with installation.writing() as session:
        thrown(session, fixed, now=max(a.NOON, a.NOON.fromisoformat(late)) + timedelta(days=1))
        note_publication(session, draw_id=fixed.draw_id, actor=COMMAND_LINE, now=PUBLISHED)
    told = checked(client, client.get(f"/draws/{fixed.draw_id}/files.zip").content, saved, tmp_path)
    assert told.returncode == 0, told.stdout


def test_what_was_run_and_is_not_published_says_no_more_than_before(client: TestClient, installation: Installation) -> None:
    fixed = drawn(installation, published=False)
    shown = words(client.get("/draws"))
    assert "The files are not out yet." in shown
    assert fixed.digest in shown
    assert [
        part for part in ("Chosen by chance", "Stops on the list", "the chair", "Invented", fixed.manifest["root"]) if part in shown
    ] == []
    assert "files.zip" not in client.get("/draws").text
    for name in ("files.zip", "anchors.json"):
        assert client.get(f"/draws/{fixed.draw_id}/{name}").status_code == 404


def test_a_published_draw_shows_what_its_files_say(client: TestClient, installation: Installation) -> None:
    fixed = drawn(installation)
    for path in ("/draws", "/draws/2026Q4", f"/draws/{fixed.draw_id}"):
        shown = words(client.get(path))
        for part in ("Stops on the list 40", "Twenty dice", "Ada Invented Ben Invented", fixed.digest, fixed.manifest["root"]):
            assert part in shown
        assert f"Made known {CHAIR} 18 November 2026" in shown
    assert "How chance chose: 2026, months 10 to 12" in words(client.get("/draws/2026Q4"))


def test_what_was_made_known_after_chance_chose_is_called_too_late(client: TestClient, installation: Installation) -> None:
    late = "This was after chance chose, so it proves nothing."
    fixed = drawn(installation)
    assert late not in words(client.get("/draws"))
    with installation.writing() as session:
        anchor_draw(session, draw_id=fixed.draw_id, place="The library", anchored_at=PUBLISHED, actor=COMMAND_LINE, now=PUBLISHED)
    shown = words(client.get(f"/draws/{fixed.draw_id}"))
    assert shown.count(late) == 1
    assert shown.index(CHAIR) < shown.index("The library") < shown.index(late)


def test_its_files_are_found_right_by_an_outsider_and_are_those_that_the_team_takes(
    client: TestClient, installation: Installation, tmp_path: Path
) -> None:
    fixed = drawn(installation)
    answer = client.get(f"/draws/{fixed.draw_id}/files.zip")
    anchors = client.get(f"/draws/{fixed.draw_id}/anchors.json").content
    assert answer.headers["content-disposition"] == f'attachment; filename="draw-{fixed.draw_id}.zip"'
    told = checked(client, answer.content, anchors, tmp_path)
    assert told.returncode == 0, told.stdout
    assert "OK: all agrees." in told.stdout
    with installation.reading() as session:
        same = dict(published_draw(session, draw_id=fixed.draw_id).files)
    assert {path.name: path.read_bytes() for path in (tmp_path / "draw").rglob("*.*") if path.is_file()} == same


def test_outcomes_come_to_it_and_the_rest_is_packed_once(
    client: TestClient, installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = drawn(installation)
    before = client.get(f"/draws/{fixed.draw_id}/files.zip").content
    monkeypatch.setattr(draw_files, "published_draw", None)  # not made again
    with installation.writing() as session:
        entry = session.scalars(select(FrameEntry).where(FrameEntry.is_drawn)).first()
        assert entry is not None
        note_outcome(session, entry=entry, ended=without_footage("camera_failed"), actor=COMMAND_LINE, now=PUBLISHED)
    after = client.get(f"/draws/{fixed.draw_id}/files.zip").content
    assert after != before
    told = checked(client, after, client.get(f"/draws/{fixed.draw_id}/anchors.json").content, tmp_path)
    assert told.returncode == 0, told.stdout
    assert (tmp_path / "draw" / f"draw-{fixed.draw_id}" / "outcomes.csv").read_text().count("\n") == 2


def test_nothing_personal_is_on_the_page_or_in_the_files(client: TestClient, installation: Installation) -> None:
    fixed = drawn(installation)
    with installation.reading() as session:
        stops = session.scalars(select(a.Encounter)).all()
        secrets = {str(part) for stop in stops for part in (stop.id, stop.reference, stop.place, stop.officer_id, stop.grounds)}
        secrets |= {session.scalars(select(QuarterKey.key)).one()}
        secrets |= {entry.evidence_text or "-" for entry in session.scalars(select(FrameEntry))}
    with zipfile.ZipFile(io.BytesIO(client.get(f"/draws/{fixed.draw_id}/files.zip").content)) as archive:
        told = "".join(archive.read(name).decode() for name in archive.namelist())
    told += client.get("/draws").text + client.get(f"/draws/{fixed.draw_id}/anchors.json").text
    assert {secret for secret in secrets - {"None", "-", ""} if secret in told} == set()


def test_rows_that_were_changed_are_not_given_out(client: TestClient, installation: Installation) -> None:
    fixed = drawn(installation)
    with installation.writing() as session:
        session.execute(update(FrameEntry).values(probability_denominator=FrameEntry.probability_denominator + 1))
    assert client.get(f"/draws/{fixed.draw_id}/files.zip").status_code == 409


@pytest.mark.parametrize("shown", [str(uuid.UUID(int=7)), "2026Q1", "2026Q9", "weather", "..%2f..%2fetc"])
def test_what_is_not_there_is_said_in_plain_words(client: TestClient, installation: Installation, shown: str) -> None:
    drawn(installation)
    answer = client.get(f"/draws/{shown}")
    assert answer.status_code == 404
    assert "Page not found" in words(answer)
    for name in ("files.zip", "anchors.json"):
        assert client.get(f"/draws/{shown}/{name}").status_code == 404
    assert "There is no such list" in words(client.get(f"/draws/{uuid.uuid4()}"))


def test_a_draw_of_the_first_protocol_is_not_there(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        draw = a.a_draw(session, frame_size=2, randomness="4 6 1 3", seed="5eed" * 16)
        assert session.get_one(Draw, draw.id).sequence is None
        path = f"/draws/{draw.id}"
    assert client.get(path).status_code == 404
    assert client.get("/draws").status_code == 200


def test_other_quarters_are_led_to(client: TestClient, installation: Installation) -> None:
    drawn(installation)
    with installation.writing() as session:
        a.an_encounter(session, started_at=a.NOON - timedelta(days=60))
        fixed = a_commit(session, period=(date(2026, 9, 14), date(2026, 9, 20)))
        thrown(session, fixed, now=DRAWN)
    page = client.get("/draws")
    assert fixed.digest not in page.text
    assert 'href="/draws/2026Q3"' in page.text
    assert fixed.digest in client.get("/draws/2026Q3").text


@pytest.mark.parametrize("language", site_languages())
def test_it_is_there_in_every_language(client: TestClient, installation: Installation, language: str) -> None:
    drawn(installation)
    page = client.get(f"/draws?language={language}")
    assert page.status_code == 200
    assert "&amp;#" not in page.text
    assert ("How to check it" in page.text) == (language == "en")
    assert client.get(f"/draws/{uuid.uuid4()}?language={language}").status_code == 404


def test_the_page_that_checks_is_saved_and_not_opened_here(client: TestClient) -> None:
    answer = client.get("/draws/check.html")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "Check a draw" in answer.text
    programs = zipfile.ZipFile(io.BytesIO(client.get("/draws/check.zip").content)).namelist()
    assert {"check-a-draw/draw.py", "check-a-draw/beacon.py", "check-a-draw/draw.html"} <= set(programs)


@pytest.mark.parametrize("path", ["/transparency", "/about-the-numbers"])
def test_pages_about_the_numbers_lead_to_it(client: TestClient, path: str) -> None:
    assert 'href="/draws"' in client.get(path).text
