"""Tables for everybody: nothing before they are out, then rounded numbers with how to read them, in any language, and as files."""

import pytest
from starlette.testclient import TestClient

from services.api.site_words import site_languages, site_words
from stop_search.installation import Installation
from tests.support.public_tables import a_quarter, a_release
from tests.support.workbench import words


@pytest.fixture
def released(installation: Installation) -> None:
    """Let a quarter out."""
    with installation.writing() as session:
        a_quarter(session)
        a_release(session)


def test_before_anything_is_out_the_page_says_so(client: TestClient) -> None:
    assert "No tables are out yet." in words(client.get("/transparency"))
    assert client.get("/transparency/2026Q3").status_code == 404
    assert "Tables about stop and search" in words(client.get("/you-said-we-did"))


@pytest.mark.usefixtures("released")
def test_a_quarter_is_shown_with_how_to_read_it(client: TestClient) -> None:
    assert "2026, months 7 to 9" in words(client.get("/transparency"))
    shown = words(client.get("/transparency/2026Q3"))
    assert "All numbers are rounded to the nearest 5." in shown
    assert "Put out on 5 October 2026." in shown
    assert "White 40 15 too few too few 55" in shown
    assert "Mixed too few too few too few too few too few" in shown
    assert "Harbour 55" in shown
    assert "94" not in shown  # the exact sum of everybody


@pytest.mark.usefixtures("released")
def test_the_same_numbers_are_a_file(client: TestClient) -> None:
    answer = client.get("/transparency/2026Q3/ethnicity_and_outcome.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Ethnic group and what came of it,nothing more was done,arrest,something else,not on the record,All"
    assert lines[1] == "White,40,15,too few,too few,55"
    assert client.get("/transparency/2026Q3/weather.csv").status_code == 404


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize(("language", "said"), [("cy", "rhy ychydig"), ("ur", "بہت کم"), ("fr", "trop peu")])
def test_in_another_language_labels_and_words_are_its_own(client: TestClient, language: str, said: str) -> None:
    shown = client.get(f"/transparency/2026Q3?language={language}")
    assert said in words(shown)
    assert "too few" not in words(shown)
    assert '<th scope="row" lang="en" dir="ltr">Harbour</th>' in shown.text
    assert said in client.get(f"/transparency/2026Q3/film.csv?language={language}").content.decode("utf-8-sig")


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("language", site_languages())
def test_what_is_not_there_is_said_in_the_readers_language(client: TestClient, language: str) -> None:
    for path, key, english in (
        ("/transparency/2030Q1", "errors.no_quarter", "There are no tables of this quarter."),
        ("/transparency/2026Q3/nix.csv", "errors.no_table", "There is no such table."),
    ):
        answer = client.get(f"{path}?language={language}")
        assert answer.status_code == 404
        assert str(site_words(language).say(key)) in answer.text
        assert (english in words(answer)) == (language == "en")


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("language", site_languages())
def test_no_sign_is_written_as_its_html_on_the_page_or_in_a_file(client: TestClient, language: str) -> None:
    assert "&amp;#" not in client.get(f"/transparency/2026Q3?language={language}").text
    file = client.get(f"/transparency/2026Q3/object.csv?language={language}")
    assert (file.status_code, "&#" in file.text) == (200, False)
