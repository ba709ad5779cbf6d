"""Style sheets and static files: kept for a year under a name with their digest, in the force's colour."""

import gzip
from collections.abc import Callable

import brotli
import pytest
from starlette.testclient import TestClient

from services.api.packing import Packing
from services.api.static_files import asset, style_sheet, usable_colour
from stop_search.errors import SettingMissing

Unpacking = Callable[[bytes], bytes]


def test_a_style_sheet_ends_with_the_forces_colour() -> None:
    assert style_sheet("staff", "#123456").content[Packing.NONE].endswith(b":root{--govuk-brand-colour:#123456}")


def test_another_colour_is_another_digest() -> None:
    assert style_sheet("public", "#123456").digest != style_sheet("public", "#123457").digest


@pytest.mark.parametrize("colour", ["blue", "#fff", "#12345g", "red;}body{display:none", "#123456;", ""])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(SettingMissing, match="colour must look like"):
        usable_colour(colour)


@pytest.mark.parametrize(
    ("colour", "readable"), [("#000000", True), ("#1d4f73", True), ("#767676", True), ("#777777", False), ("#ffdd00", False)]
)
def test_white_words_must_be_readable_on_the_colour(colour: str, readable: bool) -> None:  # noqa: FBT001 -- a table
    if readable:
        assert usable_colour(colour) == colour
    else:
        with pytest.raises(SettingMissing, match="darker"):
            usable_colour(colour)


def test_a_page_names_a_style_sheet_that_may_be_kept_for_a_year(client: TestClient) -> None:
    digest = style_sheet("public", "#1d4f73").digest
    answer = client.get(f"/static/styles/public.css?v={digest}", headers={"accept-encoding": "identity"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert f"styles/public.css?v={digest}" in client.get("/r").text


@pytest.mark.parametrize(("taken", "packing", "unpack"), [("gzip", "gzip", gzip.decompress), ("gzip, br;q=0.9", "br", brotli.decompress)])
def test_a_style_sheet_is_packed_as_whoever_asks_takes_it(client: TestClient, taken: str, packing: str, unpack: Unpacking) -> None:
    plain = client.get("/static/styles/staff.css", headers={"accept-encoding": "identity"})
    with client.stream("GET", "/static/styles/staff.css", headers={"accept-encoding": taken}) as packed:
        raw = b"".join(packed.iter_raw())
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == packing
    assert len(raw) < len(plain.content) / 4
    assert unpack(raw) == plain.content
    assert "accept-encoding" in packed.headers["vary"].lower()


def test_what_nobody_takes_is_not_packed(client: TestClient) -> None:
    for taken in ("identity", "br;q=0, gzip;q=0.0", "deflate"):
        assert "content-encoding" not in client.get("/r", headers={"accept-encoding": taken}).headers


def test_a_page_is_the_same_in_every_packing(client: TestClient) -> None:
    plain, *others = (client.get("/r", headers={"accept-encoding": taken}) for taken in ("identity", "gzip", "br"))
    assert [other.headers["content-encoding"] for other in others] == ["gzip", "br"]
    assert {other.text for other in others} == {plain.text}


def test_without_a_digest_a_file_is_kept_for_minutes_only(client: TestClient) -> None:
    assert client.get("/static/icon.svg").headers["cache-control"] == "public, max-age=300"


def test_an_assets_address_changes_with_its_content_and_leads_to_it(client: TestClient) -> None:
    address = asset("public.js")
    assert client.get(address).headers["cache-control"].endswith("immutable")
    assert asset("icon.svg").partition("?v=")[2] != address.partition("?v=")[2]
    with pytest.raises(FileNotFoundError):
        asset("not-there.js")


@pytest.mark.parametrize("path", ["/static/styles/other.css", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"])
def test_nothing_outside_the_folder_is_served(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "def create_app" not in answer.text
