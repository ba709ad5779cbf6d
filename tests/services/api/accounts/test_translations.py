"""What is said of each language: which of its words a person has reviewed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from receipts.words import words
from services.api import site_words
from services.api.accounts.translations import Translation, translations
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.feedback import form_words, forms

FORMS = {"adult_v1", "adult_v2", "easy_read_v1", "equality_v1", "young_v1"}


def polish() -> Translation:
    (found,) = [line for line in translations() if line.language == "pl"]
    return found


@pytest.fixture
def words_of_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Read pages' and forms' words from a folder of this test, where Polish has pages that nobody reviewed and two forms."""
    monkeypatch.setattr(site_words, "FOLDER", tmp_path / "pages")
    monkeypatch.setattr(form_words, "TRANSLATIONS", tmp_path / "forms")
    for name in ("en", "pl"):
        (tmp_path / "pages" / name).mkdir(parents=True)
        state = "original" if name == "en" else "awaiting_review"
        (tmp_path / "pages" / name / "about.yaml").write_text(f"state: {state}\n")
    (tmp_path / "forms" / "pl").mkdir(parents=True)
    for name, state in (("adult", "reviewed"), ("young", "awaiting_review")):
        write_form(tmp_path / "forms" / "pl", forms.newest_form(name), state=state)
    for cached in (site_words.site_languages, site_words.site_words, form_words.form_words):
        cached.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    for cached in (site_words.site_languages, site_words.site_words, form_words.form_words):
        cached.cache_clear()


def write_form(folder: Path, form: forms.Form, *, state: str) -> None:
    questions = {
        q.id: {"words": q.words}
        | ({"hint": q.hint} if q.hint else {})
        | ({"answers": {a.key: a.words for a in q.answers}} if q.answers else {})
        for q in form.questions
    }
    name = {"form": form.name, "version": form.version, "language": "pl"}
    head = name | {"state": state, "made_by": "x", "reviewed_by": "", "reviewed_on": ""}
    (folder / f"{form.name}_v{form.version}.yaml").write_text(yaml.safe_dump(head | {"questions": questions}), encoding="utf-8")


def test_each_part_of_a_language_is_told_apart(words_of_tests: Path) -> None:
    found = polish()
    assert found.pages == "awaiting review"
    assert found.forms_awaiting == ("young_v1",)
    assert set(found.forms_missing) == {"adult_v1", "easy_read_v1", "equality_v1"}
    assert found.receipts == "awaiting review"


def test_a_language_without_pages_or_forms_says_so(words_of_tests: Path) -> None:
    welsh = next(line for line in translations() if line.language == "cy")
    assert welsh.pages == "none yet"
    assert set(welsh.forms_missing) == FORMS


def test_english_is_no_translation_and_every_other_language_of_receipts_is_there() -> None:
    found = [line.language for line in translations()]
    assert "en" not in found
    assert len(found) == 11
    assert polish().own_name == words("pl", LAYOUT_VERSION).own_name


def test_pages_are_reviewed_only_when_all_forms_of_the_language_are() -> None:
    for line in translations():
        if line.pages == "reviewed":
            assert not line.forms_awaiting, f"{line.language}: the pages would no longer say that a machine translated the forms"
