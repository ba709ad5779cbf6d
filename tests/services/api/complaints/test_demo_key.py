"""The demo's letters and their key: they fit, and in earnest no server hands out a key."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.accounts.rules import Role
from stop_search.demo.letters import demo_key_path, fill_letters
from stop_search.installation import Installation
from stop_search.letters.records import Letter
from stop_search.letters.sealing import open_file
from stop_search.settings import Settings
from tests.support import builders as a
from tests.support.visitors import csrf_for, sign_in

NOW = datetime.now(UTC)


def test_the_demos_letters_open_with_the_demos_key(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    folder = installation.settings.data_folder
    folder.mkdir(parents=True, exist_ok=True)
    assert client.get("/complaints/key").status_code == 404
    with installation.writing() as session:
        for _ in range(3):
            encounter = a.an_encounter(session, people=0)
            a.a_receipt(session, person=a.a_person(session, encounter=encounter))
        assert fill_letters(session, data_folder=folder, now=NOW) == 5
        assert fill_letters(session, data_folder=folder, now=NOW) == 0
    assert demo_key_path(folder).stat().st_mode & 0o777 == 0o600
    key = client.get("/complaints/key").text
    with installation.reading() as session:
        references = list(session.scalars(select(Letter.reference)))
    for reference in references:
        form = {"csrf": csrf_for(client, installation), "why": "answering"}
        file = client.post(f"/complaints/{reference}/sealed", data=form).text
        ((part, _, body),) = open_file(key, file)
        assert part == "body"
        assert "example" in json.dumps(body).lower() or "01632" in json.dumps(body)
    inbox = client.get("/complaints").text
    assert "Late" in inbox
    assert "/complaints/key" in inbox


def test_outside_the_demo_there_is_no_key_to_save_and_a_link_confirms(installation: Installation) -> None:
    demo_key_path(installation.settings.data_folder).write_text("a key that should not be here")
    values: dict[str, Any] = {
        "data_folder": installation.settings.data_folder,
        "public_url": "https://stops.example",
        "secret_key": "0123456789abcdef" * 3,
    }
    earnest = replace(installation, settings=Settings(**values))
    with TestClient(create_app(earnest), base_url="https://stops.example", follow_redirects=False) as browser:
        sign_in(browser, earnest, Role.COMPLAINTS_HANDLER)
        assert browser.get("/complaints/key").status_code == 404
        page = BeautifulSoup(browser.get("/sign-in/confirm?next=/complaints").text, "html.parser")
        form = page.find("form", action="/sign-in/link")
        assert form.find("input", attrs={"name": "next"})["value"] == "/complaints"
        assert form.find("input", id="token") is not None
