"""The pages to code and to translate: suggestions are shown and unticked, a tick is kept, other languages go to the queue."""

import re
import uuid

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.codes.themes import codebook_version
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation
from stop_search.learning.records import CodedTheme, CommentCoding
from stop_search.learning.suggesting import ReadByModel, keep_suggestions
from stop_search.learning.theme_rules import Suggested
from tests.support.builders import NOON
from tests.support.released import a_released_comment
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import words

CODE, TRANSLATE = "/learning/themes/code", "/learning/themes/translate"


@pytest.fixture
def reader(client: TestClient, installation: Installation) -> TestClient:
    """Return a browser of somebody of the learning team."""
    sign_in(client, installation, Role.LEARNING_TEAM)
    return client


def released(installation: Installation, text: str, *, is_english: bool = True) -> uuid.UUID:
    """Release a comment that one person reads, with a suggestion."""
    with installation.writing() as session:
        comment_id = a_released_comment(session, text, read_twice=False, text_key=installation.key_for(TEXT_KEY_USE))
        read = {comment_id: ReadByModel(is_english, (Suggested("disrespect", 0.9),))}
        keep_suggestions(session, read=read, codebook=codebook_version(), model="m1", now=NOON)
    return comment_id


def test_a_comment_is_shown_with_its_suggestion_unticked_and_the_ticks_are_kept(reader: TestClient, installation: Installation) -> None:
    assert "No comment was released yet." in words(reader.get(CODE))
    comment_id = released(installation, "He swore at me.")
    answer = reader.get(CODE)
    assert "He swore at me." in words(answer)
    assert "Suggested by the language model Rude or belittling manner" in words(answer)
    assert not re.search(r"<input[^>]* checked", answer.text)
    ticked = {"csrf": csrf_for(reader, installation), "codebook": codebook_version(), "theme": ["force_hurt", "disrespect"]}
    for kept in ("Kept. Here is the next.", "Nothing was kept:"):
        assert kept in words(reader.post(f"{CODE}/{comment_id}", data=ticked, follow_redirects=True))
    with installation.reading() as session:
        assert sorted(session.scalars(select(CodedTheme.theme))) == ["disrespect", "force_hurt"]
    assert "Nothing waits for you." in words(reader.get(CODE))


def test_none_of_the_themes_is_an_answer(reader: TestClient, installation: Installation) -> None:
    comment_id = released(installation, "It rained.")
    reader.post(f"{CODE}/{comment_id}", data={"csrf": csrf_for(reader, installation), "codebook": codebook_version()})
    with installation.reading() as session:
        assert session.scalars(select(CommentCoding.comment_id)).all() == [comment_id]
        assert session.scalars(select(CodedTheme.theme)).all() == []


def test_a_theme_that_is_not_in_the_codebook_is_refused(reader: TestClient, installation: Installation) -> None:
    comment_id = released(installation, "It rained.")
    ticked = {"csrf": csrf_for(reader, installation), "codebook": codebook_version(), "theme": "nonsense"}
    assert reader.post(f"{CODE}/{comment_id}", data=ticked).status_code == 422


def test_another_language_is_translated_and_then_coded(reader: TestClient, installation: Installation) -> None:
    comment_id = released(installation, "Policjant był niegrzeczny.", is_english=False)
    assert "Nothing waits for you." in words(reader.get(CODE))
    assert "Policjant był niegrzeczny." in words(reader.get(TRANSLATE))
    csrf = csrf_for(reader, installation)
    refused = reader.post(f"{TRANSLATE}/{comment_id}", data={"csrf": csrf, "language": "Polish", "translation": ""})
    assert refused.status_code == 422
    assert 'value="Polish"' in refused.text
    typed = {"csrf": csrf, "language": "Polish", "translation": "The officer was rude."}
    assert "Nothing waits for a translator." in words(reader.post(f"{TRANSLATE}/{comment_id}", data=typed, follow_redirects=True))
    shown = words(reader.get(CODE))
    assert "The officer was rude." in shown
    assert "Before it was translated Policjant był niegrzeczny." in shown


def test_a_reader_sends_a_comment_to_the_translator_and_takes_it_back(reader: TestClient, installation: Installation) -> None:
    comment_id = released(installation, "Nae receipt.")
    csrf = {"csrf": csrf_for(reader, installation)}
    assert "It waits for a translator now." in words(reader.post(f"{CODE}/{comment_id}/other-language", data=csrf, follow_redirects=True))
    assert "Nae receipt." in words(reader.get(TRANSLATE))
    assert "Nothing waits for a translator." in words(reader.post(f"{TRANSLATE}/{comment_id}/english", data=csrf, follow_redirects=True))
    assert "Nae receipt." in words(reader.get(CODE))
