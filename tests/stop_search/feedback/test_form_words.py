"""Translations of the forms: every one says all that English says, who made it, and whether somebody reviewed it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from stop_search.feedback.form_words import FormWords, form_words
from stop_search.feedback.forms import TRANSLATIONS, BrokenForm, newest_form, published_form, translated

TRANSLATED = sorted(TRANSLATIONS.glob("*/*.yaml"))
NUMBERS = re.compile(r"\d+")


def in_other_words(form_name: str = "equality", **changes: Any) -> dict[str, Any]:
    """Return a form's words as a translation file says them, with changes at its top."""
    form = newest_form(form_name)
    questions = {
        q.id: {"words": f"x {q.words}"}
        | ({"hint": q.hint} if q.hint else {})
        | ({"answers": {a.key: a.words for a in q.answers}} if q.answers else {})
        for q in form.questions
    }
    head = {"form": form.name, "version": form.version, "language": "xx", "state": "awaiting_review", "made_by": "machine translation"}
    consent = {"consent": "Agreed? "} if form.consent else {}
    return head | {"reviewed_by": "", "reviewed_on": ""} | consent | {"questions": questions} | changes


def written(tmp_path: Path, read: dict[str, Any]) -> Path:
    path = tmp_path / "xx" / f"{read['form']}_v{read['version']}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(read), encoding="utf-8")
    return path


def test_a_translation_keeps_ids_keys_levels_and_pictures_and_says_its_own_words(tmp_path: Path) -> None:
    english = newest_form("easy_read")
    found = translated(english, written(tmp_path, in_other_words("easy_read")))
    assert found.language == "xx"
    assert found.questions[1].words == f"x {english.questions[1].words}"
    assert [(q.id, q.picture, [a.level for a in q.answers]) for q in found.questions] == [
        (q.id, q.picture, [a.level for a in q.answers]) for q in english.questions
    ]


def test_the_consent_is_translated_too(tmp_path: Path) -> None:
    assert translated(newest_form("equality"), written(tmp_path, in_other_words())).consent == "Agreed?"


@pytest.mark.parametrize("left_out", ["consent", "state", "made_by", "reviewed_by", "reviewed_on"])
def test_a_translation_that_leaves_something_out_is_refused(tmp_path: Path, left_out: str) -> None:
    read = in_other_words()
    del read[left_out]
    with pytest.raises(BrokenForm, match=rf"head: missing \['{left_out}'\]"):
        translated(newest_form("equality"), written(tmp_path, read))


def test_a_translation_that_says_too_much_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenForm, match=r"unknown \['consent'\]"):
        translated(newest_form(), written(tmp_path, in_other_words("adult", consent="No.")))


@pytest.mark.parametrize("path", TRANSLATED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_translation_says_all_of_its_form_with_the_same_numbers(path: Path) -> None:
    name, _, version = path.stem.rpartition("_v")
    english = published_form(name, int(version))
    found = translated(english, path)
    for question, same in zip(found.questions, english.questions, strict=True):
        said = [question.words, question.hint, *(answer.words for answer in question.answers)]
        assert all(said[:1] + said[2:]), question.id
        assert sorted(NUMBERS.findall(" ".join(said))) == sorted(
            NUMBERS.findall(" ".join([same.words, same.hint, *(answer.words for answer in same.answers)]))
        ), question.id


def test_every_translation_says_whether_it_was_reviewed_by_whom_and_when() -> None:
    assert len(form_words()) == len(TRANSLATED)
    for line in form_words():
        assert isinstance(line, FormWords)
        assert line.state in {"awaiting_review", "reviewed"}, line
        assert bool(line.reviewed_by) == bool(line.reviewed_on) == (line.state == "reviewed"), line
        assert line.made_by, line
