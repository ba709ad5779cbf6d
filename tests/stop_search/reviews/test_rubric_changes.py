"""The difference between two versions in words, and which of them stand between marks that are counted together."""

import pytest

from stop_search.reviews.rubric_changes import changes_between, difference_of_texts, why_apart
from stop_search.reviews.rubric_checking import checked
from stop_search.reviews.rules import Rubric
from tests.support.rubrics import FIRST, NEW_WORDS, OLD_WORDS, changed


def rubric(text: str, version: int) -> Rubric:
    found = checked(text, version=version)
    assert found.rubric is not None, found.problems
    return found.rubric


V1 = rubric(FIRST, 1)


@pytest.mark.parametrize(
    ("before", "after", "sentences", "splits"),
    [
        (OLD_WORDS, NEW_WORDS, ["C4: the words for level 2 changed"], True),
        ("question: Does the record agree with the footage?", "question: Do record and footage agree?", ["C2: the question changed"], True),
        ("definition: Plain words; understanding", "definition: Simple words; understanding", ["C4: the definition changed"], True),
        ("name: Voice", "name: Being heard", ["C5: the name changed from “Voice” to “Being heard”"], False),
        ('sources: ["PACE s.2(2) to (3)", "IOPC 4"]', 'sources: ["PACE s.2(2) to (3)"]', ["C3: the sources changed"], False),
        ("name: The officer's station, required: true", "name: The officer's station, required: false", ["C3: the item S changed"], True),
        ("label: Apologised", "label: Said sorry", ["The commendation flags changed"], False),
        ("name: Good practice}", "name: Very good}", ["The names of the levels changed"], False),
        ("evidence_needed_for: [0, 1, 2, 3]", "evidence_needed_for: [0, 1, 3]", ["C7: evidence is now needed for 3, 1, 0"], False),
        ("level: 3, at_least: 3}", "level: 3, at_least: 4}", ["How the overall grade follows from the marks changed"], False),
        ("# Each says when", "# Every one says when", [], False),
    ],
)
def test_each_change_is_told_in_words(before: str, after: str, sentences: list[str], *, splits: bool) -> None:
    found = changes_between(V1, rubric(changed((before, after)), 2))
    assert [change.sentence for change in found] == sentences
    assert any(change.splits for change in found) is splits


def test_only_what_changes_the_sense_is_marked_as_splitting() -> None:
    both = rubric(
        changed(("name: Voice", "name: Being heard"), ("question: Could the person speak", "question: Was the person able to speak")), 2
    )
    assert [(change.words, change.splits) for change in changes_between(V1, both)] == [
        ("the question changed", True),
        ("the name changed from “Voice” to “Being heard”", False),
    ]


def test_items_in_another_order_mean_the_same() -> None:
    lines = FIRST.splitlines()
    g, o = (next(n for n, line in enumerate(lines) if line.strip().startswith(f"- {{id: {item}, name")) for item in "GO")
    lines[g], lines[o] = lines[o], lines[g]
    found = changes_between(V1, rubric(changed(("version: 2", "version: 2"), of="\n".join(lines) + "\n"), 2))
    assert [(change.sentence, change.splits) for change in found] == [("C3: the items stand in another order", False)]


def test_a_criterion_that_comes_or_goes_splits_and_says_so() -> None:
    start, end = FIRST.index("  - id: C14"), FIRST.index("flags:")
    without = FIRST[:start] + FIRST[end:]
    without = without.replace(", C14]", "]")
    fewer = rubric(changed(("version: 2", "version: 2"), of=without), 2)
    assert changes_between(V1, fewer)[0].sentence == "C14: is no longer asked: Team and supervision"
    assert changes_between(fewer, V1)[0].sentence == "C14: is new: Team and supervision"
    assert why_apart("C14", V1, fewer) == "is no longer asked: Team and supervision"


def test_reasons_and_items_are_told_one_by_one() -> None:
    text = changed(
        ('      - {id: Y, name: "\\"You are detained for the purpose of a search\\"", required: false, source: Code A 3.8}\n', ""),
        ("    not_applicable: [unattended_vehicle, no_search_made]\n", "    not_applicable: [no_search_made]\n"),
    )
    assert [change.sentence for change in changes_between(V1, rubric(text, 2))] == [
        "C3: the item Y is no longer asked",
        "C3: “not applicable” no longer accepts: An unattended vehicle was searched; there was nobody to speak to",
    ]


def test_why_marks_cannot_be_added_up_names_only_what_stands_between_them() -> None:
    later = rubric(changed((OLD_WORDS, NEW_WORDS), ("name: Voice", "name: Being heard")), 2)
    assert why_apart("C4", V1, later) == "the words for level 2 changed"
    assert why_apart("C5", V1, later) == ""
    assert why_apart("C6", V1, later) == ""


def test_the_difference_of_texts_shows_what_went_and_what_came() -> None:
    lines = difference_of_texts(FIRST, changed(), names=("version 1", "this draft"))
    assert lines[:2] == ("--- version 1", "+++ this draft")
    assert [line.strip("+- ") for line in lines if line[0] in "+-" and "confusion" in line] == [OLD_WORDS, NEW_WORDS]
    assert difference_of_texts(FIRST, FIRST, names=("a", "b")) == ()
