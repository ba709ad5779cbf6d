"""The adult form, and what a broken one is told. How the forms agree with one another: test_form_versions.py."""

from pathlib import Path

import pytest
import yaml

from stop_search.errors import NotFound
from stop_search.feedback.forms import FOLDER, BrokenForm, forms, newest_form, published_form, read_form

ASKED = [
    *("who", "reason_told", "looking_for", "officer_id", "understood", "listened", "respect", "fair", "calm"),
    *("force", "clothing", "camera", "receipt", "impact", "overall", "text", "next"),
]
CRITERIA = {
    "reason_told": "C1",
    "looking_for": "C3",
    "officer_id": "C3",
    "understood": "C4",
    "listened": "C5",
    "respect": "C6",
    "fair": "C7",
    "calm": "C8",
    "force": "C9",
    "clothing": "C10",
    "camera": "C12",
    "receipt": "C13",
}


def broken(tmp_path: Path, name: str = "adult_v1.yaml", **changes: object) -> Path:
    """Write the adult form with changes at its top."""
    read = yaml.safe_load((FOLDER / "adult_v1.yaml").read_text(encoding="utf-8")) | changes
    path = tmp_path / name
    path.write_text(yaml.safe_dump(read), encoding="utf-8")
    return path


def test_the_adult_form_asks_the_core_questions_in_order() -> None:
    assert [question.id for question in newest_form().questions] == ASKED


def test_each_shared_question_names_its_criterion_and_has_its_four_levels_and_not_sure() -> None:
    form = newest_form()
    assert {q.id: q.criterion for q in form.questions if q.criterion} == CRITERIA
    for question in form.questions:
        if question.criterion:
            assert sorted(a.level for a in question.answers if a.level is not None) == [0, 1, 2, 3], question.id
            assert question.answer("not_sure") is not None, question.id
            assert form.level(question.id, "not_sure") is None


def test_levels_are_told_by_question_and_answer() -> None:
    form = newest_form()
    assert form.level("listened", "fully") == 3
    assert form.level("listened", "not_at_all") == 0
    assert form.level("force", "not_used") is None
    assert form.level("listened", "no such answer") is None
    assert form.level("no such question", "fully") is None


def test_every_published_version_can_be_found_again() -> None:
    for form in forms():
        assert published_form(form.name, form.version) is form


def test_an_unknown_form_is_not_found() -> None:
    with pytest.raises(NotFound, match="Open the form again"):
        newest_form("child")
    with pytest.raises(NotFound):
        published_form("adult", 99)


def test_a_form_whose_name_does_not_tell_its_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenForm, match=r"adult_v2.yaml holds version 1"):
        read_form(broken(tmp_path, "adult_v2.yaml"))


@pytest.mark.parametrize(
    "question",
    [
        {"id": "who", "kind": "choice", "words": "A choice without answers"},
        {"id": "who", "kind": "text", "words": "A text without a limit"},
        {"id": "Who", "kind": "text", "words": "A wrong id", "longest": 10},
        {"id": "who", "kind": "choice", "words": "Levels are missing", "criterion": "C1", "answers": [{"key": "a", "words": "Yes"}] * 2},
    ],
)
def test_a_question_that_breaks_the_schema_is_refused(tmp_path: Path, question: dict[str, object]) -> None:
    with pytest.raises(BrokenForm, match=r"adult_v1\.yaml: \$\.questions\[0\]"):
        read_form(broken(tmp_path, questions=[question]))


def test_a_repeated_id_key_or_level_is_refused(tmp_path: Path) -> None:
    text = {"id": "text", "kind": "text", "words": "Say it", "longest": 10}
    with pytest.raises(BrokenForm, match="stands there twice"):
        read_form(broken(tmp_path, questions=[text, text]))
    twice = [{"key": "a", "words": "One", "level": 1}, {"key": "b", "words": "Two", "level": 1}]
    with pytest.raises(BrokenForm, match="who: something stands there twice"):
        read_form(broken(tmp_path, questions=[{"id": "who", "kind": "choice", "words": "Who?", "answers": twice}]))
