"""The themes pages: counts with their n, small ones withheld, quotes of one theme, files, views of one's own."""

import uuid

import pytest
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.codes.themes import codebook_version
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation
from stop_search.learning.coding import code_comment
from tests.support.builders import NOON
from tests.support.released import a_learner, a_released_comment
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import words

PAGE = "/learning/themes"


@pytest.fixture
def reader(client: TestClient, installation: Installation) -> TestClient:
    """Return a browser of somebody of the learning team."""
    sign_in(client, installation, Role.LEARNING_TEAM)
    return client


def coded(installation: Installation, number: int, *themes: str) -> list[uuid.UUID]:
    """Release and code so many comments."""
    with installation.writing() as session:
        viewer, key = a_learner(session), installation.key_for(TEXT_KEY_USE)
        ids = [a_released_comment(session, f"It was like that, {n}.", read_twice=False, text_key=key) for n in range(number)]
        for comment_id in ids:
            code_comment(session, comment_id=comment_id, picked=themes, codebook=codebook_version(), viewer=viewer, now=NOON)
    return ids


def test_an_empty_page_says_what_comes_next(reader: TestClient) -> None:
    assert "No comment was coded yet." in words(reader.get(PAGE))
    assert "No review was submitted yet." in words(reader.get(f"{PAGE}?source=reviews"))


def test_counts_stand_with_their_n_and_small_months_are_withheld(reader: TestClient, installation: Installation) -> None:
    coded(installation, 6, "disrespect", "force_hurt")
    coded(installation, 2, "phone_searched")
    shown = words(reader.get(PAGE))
    assert "8 of 8 released comments coded" in shown
    assert "Rude or belittling manner 6 of 8" in shown
    assert "They cannot be read as a share of everyone who was stopped." in shown
    assert "Rude or belittling manner Hurt, or more force than needed 6" in shown
    assert "Phone looked through withheld" in shown


def test_one_theme_has_its_trend_in_words_and_its_quotes(reader: TestClient, installation: Installation) -> None:
    coded(installation, 6, "disrespect")
    answer = reader.get(f"{PAGE}?theme=disrespect")
    assert 'aria-label="Rude or belittling manner, by month: November 2026 6"' in answer.text
    assert words(answer).count("It was like that,") == 6
    assert reader.get(f"{PAGE}?theme=nonsense").status_code == 404


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("counts", "disrespect,Rude or belittling manner,,6,6"),
        ("months", "Rude or belittling manner,"),
        ("units", "Rude or belittling manner,"),
        ("pairs", 'Rude or belittling manner,"Hurt, or more force than needed",'),
    ],
)
def test_tables_are_taken_away_with_the_forces_own_minimum(reader: TestClient, installation: Installation, name: str, row: str) -> None:
    coded(installation, 6, "disrespect", "force_hurt")
    answer = reader.get(f"{PAGE}/{name}.csv")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="themes-comments-{name}.csv"'
    assert any(line.startswith(f"{row},") for line in answer.text.splitlines())


def test_a_view_is_kept_shown_and_forgotten(reader: TestClient, installation: Installation) -> None:
    csrf = csrf_for(reader, installation)
    kept = {"csrf": csrf, "name": "Manner", "source": "comments", "theme": "disrespect"}
    assert "Manner" in words(reader.post(f"{PAGE}/views", data=kept, follow_redirects=True))
    again = reader.post(f"{PAGE}/views", data=kept)
    assert again.status_code == 422
    assert "You have a view of this name already." in words(again)
    page = reader.get(PAGE).text
    assert "&lt;span" not in page
    assert 'href="/learning/themes?source=comments&amp;theme=disrespect">Manner<' in page
    view_id = page.split("/learning/themes/views/")[1].split("/forget")[0]
    reader.post(f"{PAGE}/views/{view_id}/forget", data={"csrf": csrf})
    assert "Manner" not in words(reader.get(PAGE)).replace("manner", "")
