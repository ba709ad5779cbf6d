"""The forms that the public answers, read from `forms/*.yaml` and checked: questions, answers, levels, criteria, and their translations."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from stop_search.errors import NotFound

FOLDER = Path(__file__).parent / "forms"
SCHEMA = FOLDER / "form.schema.json"
TRANSLATIONS = FOLDER / "words"  # one folder per language, one file per version of a form
ENGLISH = "en"
HEAD = ("form", "version", "language", "state", "made_by", "reviewed_by", "reviewed_on", "questions")  # of a translation


class BrokenForm(Exception):  # a fault of the installation, never of a person: no StopSearchError
    """A form is not as the schema says, or says one thing twice."""


@dataclass(frozen=True)
class Answer:
    """One answer to choose. `level`: the rubric's level (3 to 0) that it stands for, None where it stands for none."""

    key: str
    words: str
    level: int | None = None


@dataclass(frozen=True)
class Question:
    """One question. `criterion`: the rubric's criterion about the same thing. `longest`: characters of a text, 0 for a choice.

    `picture`: the name of a picture that stands beside the words in Easy Read and adds nothing to them, or nothing.
    """

    id: str
    kind: str
    words: str
    hint: str = ""
    criterion: str | None = None
    answers: tuple[Answer, ...] = ()
    longest: int = 0
    picture: str = ""

    @property
    def is_text(self) -> bool:
        """True where people write in their own words."""
        return self.kind == "text"

    def answer(self, key: str) -> Answer | None:
        """Return the answer with this key, or None where the question has none such."""
        return next((answer for answer in self.answers if answer.key == key), None)


@dataclass(frozen=True)
class Form:
    """One version of one form, in the order in which it is asked.

    `consent`: what a person has to agree to before anything of it is kept (questions about themselves); nothing for other forms.
    """

    name: str
    version: int
    language: str
    questions: tuple[Question, ...]
    consent: str = ""

    def question(self, question_id: str) -> Question | None:
        """Return the question with this id, or None."""
        return next((question for question in self.questions if question.id == question_id), None)

    def level(self, question_id: str, answer: str) -> int | None:
        """Return the rubric's level that an answer stands for, or None where it stands for none."""
        question = self.question(question_id)
        found = question.answer(answer) if question else None
        return found.level if found else None


@cache
def forms() -> tuple[Form, ...]:
    """Return every version of every form, newest first within a name.

    Raises:
        BrokenForm: a file is not as the schema says, repeats an id, or its name does not say what it holds.

    """
    found = [read_form(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda form: (form.name, -form.version)))


def newest_form(name: str = "adult", language: str = ENGLISH) -> Form:
    """Return the newest version of a form, in a language if there are words in it, else in English.

    Raises:
        NotFound: there is no such form.

    """
    return _in_language(_first(form for form in forms() if form.name == name), language)


def published_form(name: str, version: int, language: str = ENGLISH) -> Form:
    """Return one version of a form, in a language if there are words in it, else in English.

    Raises:
        NotFound: there is no such form or version.

    """
    return _in_language(_first(form for form in forms() if (form.name, form.version) == (name, version)), language)


def feedback_form(name: str, version: int) -> Form:
    """Return one version of a form about how it went: one with `consent` asks about the person and is never one.

    Raises:
        NotFound: there is no such form or version, or it is about the person.

    """
    return _first(form for form in (published_form(name, version),) if not form.consent)


@cache
def _in_language(form: Form, language: str) -> Form:
    path = TRANSLATIONS / language / f"{form.name}_v{form.version}.yaml"
    return form if language == ENGLISH or not path.exists() else translated(form, path)


def translated(form: Form, path: Path) -> Form:
    """Return a form in the words of a file: by question id `words`, `hint` where English has one, and `answers` by key; and `consent`.

    Raises:
        BrokenForm: it says more or less than the English form, or its name or head does not say what it holds.

    """
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    if (read.get("form"), read.get("version"), read.get("language")) != (form.name, form.version, path.parent.name):
        message = f"{path.parent.name}/{path.name}: form, version and language do not say what its name says"
        raise BrokenForm(message)
    _refuse_other_keys(path, "head", [*HEAD, *(["consent"] if form.consent else [])], read)
    said: dict[str, Any] = read["questions"]
    _refuse_other_keys(path, "questions", [question.id for question in form.questions], said)
    questions = tuple(_translated_question(path, question, said[question.id]) for question in form.questions)
    return replace(form, language=path.parent.name, questions=questions, consent=read.get("consent", "").strip())


def _translated_question(path: Path, question: Question, said: dict[str, Any]) -> Question:
    there = ["words", *(["hint"] if question.hint else []), *(["answers"] if question.answers else [])]
    _refuse_other_keys(path, question.id, there, said)
    answers: dict[str, str] = said.get("answers", {})
    _refuse_other_keys(path, question.id, [answer.key for answer in question.answers], answers)
    in_words = tuple(replace(answer, words=answers[answer.key]) for answer in question.answers)
    return replace(question, words=said["words"], hint=said.get("hint", ""), answers=in_words)


def _refuse_other_keys(path: Path, where: str, wanted: list[str], found: dict[str, Any]) -> None:
    missing, unknown = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
    if missing or unknown:
        message = f"{path.parent.name}/{path.name}, {where}: missing {missing}, unknown {unknown}"
        raise BrokenForm(message)


def read_form(path: Path) -> Form:
    """Read one form.

    Raises:
        BrokenForm: it is not as the schema says, repeats an id, or the file's name does not say what it holds.

    """
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        jsonschema.validate(read, json.loads(SCHEMA.read_text(encoding="utf-8")))
    except jsonschema.ValidationError as error:
        message = f"{path.name}: {error.json_path}: {error.message}"
        raise BrokenForm(message) from error
    questions = tuple(_question(entry) for entry in read["questions"])
    form = Form(read["form"], read["version"], read["language"], questions, read.get("consent", "").strip())
    if path.stem != f"{form.name}_v{form.version}":
        message = f"{path.name} holds version {form.version} of {form.name}"
        raise BrokenForm(message)
    _refuse_repeated(path.name, [question.id for question in form.questions])
    for question in form.questions:
        _refuse_repeated(f"{path.name}, {question.id}", [answer.key for answer in question.answers])
        _refuse_repeated(f"{path.name}, {question.id}", [answer.level for answer in question.answers if answer.level is not None])
    return form


def _question(entry: dict[str, Any]) -> Question:
    answers = tuple(Answer(**answer) for answer in entry.get("answers", ()))
    plain: dict[str, Any] = {name: value for name, value in entry.items() if name != "answers"}
    return Question(**plain, answers=answers)


def _refuse_repeated(where: str, found: list[Any]) -> None:
    if len(set(found)) != len(found):
        message = f"{where}: something stands there twice: {found}"
        raise BrokenForm(message)


def _first(found: Iterator[Form]) -> Form:
    form = next(found, None)
    if form is None:
        message = "There is no such form. Open the form again from your receipt."
        raise NotFound(message).worded("errors.no_form")
    return form
