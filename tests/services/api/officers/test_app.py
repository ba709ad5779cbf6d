"""The officers' app as the site serves it: one page without a person in it, every file by its digest, a worker that knows them all."""

import json
import re

import pytest
from starlette.testclient import TestClient

from services.api.static_files import APP, app_digest
from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support.builders import an_officer
from tests.support.visitors import sign_in, sign_in_as


@pytest.fixture
def officer(client: TestClient, installation: Installation) -> TestClient:
    """Return a browser in which an officer is signed in."""
    with installation.writing() as session:
        account = an_officer(session, name="Sam Secretname", number="S3CR3T-47").id
    sign_in_as(client, installation, account)
    return client


def kept_files(client: TestClient) -> dict[str, str | list[str]]:
    """Return what the worker is told to keep."""
    found = re.search(r"serve\((\{.*\})\);", client.get("/officer/app/worker.js").text)
    assert found
    return json.loads(found[1])


def test_the_page_is_the_same_for_everybody_because_phones_keep_it(officer: TestClient, installation: Installation) -> None:
    first = officer.get("/officer/app")
    assert first.status_code == 200
    assert "Secretname" not in first.text
    assert "S3CR3T" not in first.text
    assert not re.search("[0-9a-f]{64}", first.text), "a token of this session would be kept on the phone"
    sign_in(officer, installation, Role.OFFICER)
    assert officer.get("/officer/app").text == first.text


def test_the_worker_names_every_file_and_each_can_be_had_and_kept_for_a_year(officer: TestClient) -> None:
    kept = kept_files(officer)
    names = [path.name for path in APP.iterdir() if path.is_file()]
    assert {path.rsplit("/", 1)[1] for path in kept["files"] if "/app/" in path} == set(names)
    for path in kept["files"]:
        answer = officer.get(path)
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["cache-control"], path
    assert officer.get(str(kept["page"])).status_code == 200


def test_everything_that_the_page_and_the_scripts_load_is_kept(officer: TestClient) -> None:
    kept = set(kept_files(officer)["files"])
    page = officer.get("/officer/app").text
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    for path in APP.glob("*.js"):
        loaded |= {f"/static/app/{app_digest()}/{name}" for name in re.findall(r'from "\./([^"]+)"', path.read_text(encoding="utf-8"))}
    assert len(loaded) > 10
    assert loaded <= kept


def test_a_file_of_another_version_is_not_there(client: TestClient) -> None:
    assert client.get(f"/static/app/{'0' * 12}/main.js").status_code == 404
    assert client.get(f"/static/app/{app_digest()}/nothing.js").status_code == 404
    assert client.get(f"/static/app/{app_digest()}/../staff.css").status_code == 404


def test_the_worker_may_look_after_the_page_and_the_browser_may_load_it(client: TestClient) -> None:
    answer = client.get("/officer/app/worker.js")
    assert answer.headers["service-worker-allowed"] == "/officer/app"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy
    assert "script-src 'self'" in policy


def test_the_manifest_makes_it_an_app(client: TestClient) -> None:
    answer = client.get("/officer/app/manifest.webmanifest")
    told = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == ("/officer/app", "/officer/app", "standalone")
    for icon in told["icons"]:
        picture = client.get(icon["src"])
        assert picture.content.startswith(b"\x89PNG")
        width, height = (int.from_bytes(picture.content[at : at + 4], "big") for at in (16, 20))
        assert f"{width}x{height}" == icon["sizes"]


def test_signing_out_leaves_what_could_not_be_sent_on_the_phone(officer: TestClient) -> None:
    assert officer.post("/sign-out").headers["clear-site-data"] == '"cache"'
