"""Everything that is wrong with a draft is said at once, each with its line and place; what can be published comes out as a rubric."""

import pytest

from stop_search.reviews.rubric_checking import LONGEST, checked
from tests.support.rubrics import FIRST, OLD_WORDS, changed

TITLE = "title: Stop and search review"
C4_LEVEL_2 = next(n for n, line in enumerate(changed().splitlines(), 1) if "2: Clear, and no sign" in line)


def test_a_changed_text_under_its_version_is_a_rubric() -> None:
    found = checked(changed(), version=2)
    assert found.problems == ()
    assert found.rubric is not None
    c4 = found.rubric.criterion("C4")
    assert c4 is not None
    assert (found.rubric.version, c4.anchors[2]) == (2, "Clear, and no sign of confusion is missed")


@pytest.mark.parametrize(
    ("text", "line", "place", "words"),
    [
        (changed(("2: Clear; no sign of confusion", "2: 7")), C4_LEVEL_2, "C4, anchors, 2", "7 is not of type"),
        (changed(("title: Stop and search review\n", "")), 6, "", "'title' is a required property"),
        (changed(("title: Stop", "titel: x\ntitle: Stop")), None, "", "'titel' was unexpected"),
        (changed(("2: Clear; no sign of confusion", "2: [")), None, "", "not readable YAML"),
        (changed((OLD_WORDS, "2: Clear\n      2: Clearer")), C4_LEVEL_2 + 1, "criteria.anchors.2", "“2” stands here twice"),
        (changed((TITLE, "title: &t Stop\n"), ("label: Apologised", "label: *t")), None, "", "Write everything out"),
        (FIRST, 7, "version", "This must be “version: 2”"),
        (changed(("rubric: stop_search", "rubric: another")), 6, "rubric", "This must be “rubric: stop_search”"),
        (changed(("grade: adequate, when: always", "grade: fine, when: always")), None, "", "fine is no grade"),
        (changed(("[nothing_bears_on_it,", "[dreamt,")), None, "", "criterion C7: the reason 'dreamt' is not listed"),
        ("", None, "", "There is nothing here"),
        ("just words", 1, "", "is not of type 'object'"),
        ("a: \ud800", None, "", "not readable YAML"),
        ("- " * 20_000, 1, "", "nested too deep"),
        ("? [a]\n: b", None, "", "not readable YAML"),
        ("x" * (LONGEST + 1), None, "", "too long"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_place(text: str, line: int | None, place: str, words: str) -> None:
    found = checked(text, version=2)
    assert found.rubric is None
    said = [problem for problem in found.problems if words in problem.words]
    assert said, found.problems
    assert line is None or said[0].line == line
    assert said[0].place == place


def test_several_faults_are_told_together_in_the_files_order() -> None:
    text = changed(("3: Full and precise", "3: 1"), ("2: Clear; no sign of confusion", "2: 7"))
    assert [problem.place for problem in checked(text, version=2).problems] == ["C2, anchors, 3", "C4, anchors, 2"]
