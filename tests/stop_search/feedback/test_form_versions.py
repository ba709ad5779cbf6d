"""All forms together: none that was published is edited, and each says the same to the learning team as the adult form and the rubric."""

import hashlib
import re

import pytest

from services.api.static_files import STATIC
from stop_search.codes.lists import code_list
from stop_search.feedback.forms import FOLDER, Form, forms, newest_form
from stop_search.reviews.rubric import newest_rubric
from tests.support.reading import SENTENCE_ENDS, WORD, read_in_forms, texts_for_the_public

PUBLISHED = {  # SHA-256 of each file. A line is added with a new version; a line that is here is never changed.
    "adult_v1.yaml": "9d88cc3f6f4f271df79e2f4db84c396686682b8117ee401ca6abb33fe54a98ee",
    "adult_v2.yaml": "a0cd862149659935047ad447e7ba7bac62a7649a346a05f170b31d82e7f740fc",
    "easy_read_v1.yaml": "eab1367ade56ebd23eba02f177bf8931dffea2f620d1e18499529f71e8a54c4c",
    "equality_v1.yaml": "f912af7134fe9bd15e942075a1dcaf9b3e6ad45ad56f127a15af306d2105be54",
    "young_v1.yaml": "45ce3411a56e861e58d0ff3e6e47277ce0c698d9f342f422963b72cd723dfa66",
}
PAIRED = {  # what the public is asked about a criterion; C3 has two questions, C2, C11 and C14 are not the public's to judge
    "C1": {"reason_told"},
    "C3": {"looking_for", "officer_id"},
    "C4": {"understood"},
    "C5": {"listened"},
    "C6": {"respect"},
    "C7": {"fair"},
    "C8": {"calm"},
    "C9": {"force"},
    "C10": {"clothing"},
    "C12": {"camera"},
    "C13": {"receipt"},
}
NOT_ASKED = {"C2", "C11", "C14"}
LEFT_OUT = {"easy_read": {"officer_id", "impact"}}  # by forms with fewer questions
FEEDBACK = [form for form in forms() if not form.consent]
MOST_WORDS = 10  # in a sentence of Easy Read


def named(form: Form) -> str:
    return f"{form.name}_v{form.version}"


def test_no_published_form_was_edited_and_each_is_listed_here() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.yaml")}
    assert found == PUBLISHED, "a change of words is a new version in a new file"


def test_there_is_a_form_for_adults_for_the_young_and_in_easy_read() -> None:
    assert {form.name for form in FEEDBACK} == {"adult", "young", "easy_read"}


@pytest.mark.parametrize("form", FEEDBACK, ids=named)
def test_each_criterion_has_its_questions_in_every_form_and_no_other(form: Form) -> None:
    asked: dict[str, set[str]] = {}
    for question in form.questions:
        if question.criterion:
            asked.setdefault(question.criterion, set()).add(question.id)
    left_out = LEFT_OUT.get(form.name, set())
    assert asked == {criterion: ids - left_out for criterion, ids in PAIRED.items()}


def test_the_pairs_name_every_criterion_of_the_rubric_or_say_that_it_is_not_asked() -> None:
    criteria = [criterion.id for criterion in newest_rubric().criteria]
    assert set(PAIRED) | NOT_ASKED == set(criteria)
    assert not set(PAIRED) & NOT_ASKED
    assert len(criteria) == len(set(criteria))


@pytest.mark.parametrize("form", FEEDBACK, ids=named)
def test_every_form_asks_the_adult_questions_in_its_own_words_with_the_same_answers_and_levels(form: Form) -> None:
    adult = newest_form()
    assert [q.id for q in form.questions] == [q.id for q in adult.questions if q.id not in LEFT_OUT.get(form.name, set())]
    for question in form.questions:
        same = adult.question(question.id)
        assert same is not None
        assert (question.kind, question.criterion, question.longest) == (same.kind, same.criterion, same.longest), question.id
        assert [(a.key, a.level) for a in question.answers] == [(a.key, a.level) for a in same.answers], question.id


def test_easy_read_has_one_idea_in_ten_words_or_fewer() -> None:
    for line in texts_for_the_public()["forms/easy_read_v1.yaml"]:
        for sentence in SENTENCE_ENDS.split(line):
            assert len(WORD.findall(sentence)) <= MOST_WORDS, line


def test_every_easy_read_question_has_a_picture_of_its_own_and_no_other_form_has_any() -> None:
    used = [question.picture for question in newest_form("easy_read").questions]
    assert sorted(used) == sorted(path.stem for path in (STATIC / "pictures").glob("*.svg"))
    assert not [q.id for form in forms() if form.name != "easy_read" for q in form.questions if q.picture]


@pytest.mark.parametrize("path", sorted((STATIC / "pictures").glob("*.svg")), ids=lambda path: path.stem)
def test_a_picture_is_small_has_no_colour_of_its_own_and_nothing_in_it_but_lines(path: object) -> None:
    drawn = path.read_text("utf-8")  # type: ignore[attr-defined]
    assert len(drawn.encode()) <= 600
    assert "currentColor" in drawn
    assert set(re.findall(r"<(\w+)", drawn)) <= {"svg", "path", "circle", "rect"}
    assert not re.search(r"style|href|#|on\w+=", drawn)


def test_questions_about_oneself_need_consent_and_can_all_be_refused() -> None:
    form = newest_form("equality")
    assert "You do not have to" in form.consent
    assert [question.id for question in form.questions] == [
        "age",
        "sex",
        "same_gender_as_at_birth",
        "disability",
        "ethnic_group",
        "religion",
    ]
    for question in form.questions:
        assert question.answers[-1].words == "Prefer not to say"
        assert question.criterion is None
        assert not [answer.level for answer in question.answers if answer.level is not None]


def test_ethnic_groups_are_those_of_the_code_list_in_its_order() -> None:
    question = newest_form("equality").question("ethnic_group")
    assert question is not None
    assert tuple(answer.key for answer in question.answers) == code_list("ethnicity").keys


def test_consent_is_read_out_with_the_questions() -> None:
    assert list(read_in_forms({"consent": "Yes?", "questions": [{"words": "One"}]})) == ["Yes?", "One"]
