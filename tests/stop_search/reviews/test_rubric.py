"""The rubric: published versions never change, the schema and the reader refuse what is broken, and it says what the domain asks."""

import hashlib
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
import yaml

from stop_search.codes.lists import code_list
from stop_search.errors import NotFound
from stop_search.reviews.rubric import FOLDER, BrokenRubric, newest_rubric, rubric_at, rubric_from
from stop_search.reviews.rules import CONTRADICTIONS

# A published version is never edited: reviews name its digest. A change is a new file and a new line here.
PUBLISHED = {"stop_search_v1.yaml": "a2324094f810c0b4c38e887d2367561e67bd16aa38425cb52d65afa330da473d"}


def broken(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return the rubric with one thing changed."""
    read = yaml.safe_load((FOLDER / "stop_search_v1.yaml").read_text())
    change(read)
    return yaml.safe_dump(read).encode()


def test_no_published_version_was_ever_edited() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.yaml")}
    assert found == PUBLISHED


def test_a_review_can_name_the_digest_that_the_file_has() -> None:
    assert rubric_at(1).digest == PUBLISHED["stop_search_v1.yaml"]
    assert newest_rubric() is rubric_at(1)


def test_a_version_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        rubric_at(99)
    with pytest.raises(NotFound):
        newest_rubric("another")


def test_the_schema_is_a_schema() -> None:
    import json

    jsonschema.Draft202012Validator.check_schema(json.loads((FOLDER / "rubric.schema.json").read_text()))


def test_it_has_the_fourteen_criteria_each_with_four_anchors_a_question_and_its_sources() -> None:
    rubric = newest_rubric()
    assert [criterion.id for criterion in rubric.criteria] == [f"C{n}" for n in range(1, 15)]
    for criterion in rubric.criteria:
        assert list(criterion.anchors) == [3, 2, 1, 0]
        assert criterion.question.endswith("?")
        assert criterion.sources
        assert {0, 1, 3} <= criterion.evidence_needed_for


def test_what_always_applies_and_what_can_always_be_told() -> None:
    rubric = newest_rubric()
    assert {c.id for c in rubric.criteria if not c.not_applicable} == {"C1", "C2", "C12"}
    assert {c.id for c in rubric.criteria if not c.not_observable} == {"C12"}


def test_a_two_for_neutrality_needs_evidence_so_that_it_is_never_the_default() -> None:
    assert 2 in newest_rubric().criterion("C7").evidence_needed_for


def test_the_eight_items_stand_under_the_information_given() -> None:
    items = newest_rubric().criterion("C3").items
    assert "".join(item.id for item in items) == "GOWISELY"
    assert "".join(item.id for item in items if item.required) == "GOWISE"


def test_every_reason_of_the_record_that_a_rubric_names_is_one_that_we_can_tell() -> None:
    named = {fact for c in newest_rubric().criteria for reason in c.not_applicable for fact in reason.contradicted_by}
    assert named == set(CONTRADICTIONS)
    assert newest_rubric().accepted_footage_absence <= set(code_list("footage_absence_reason").keys)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r.pop("title"), "'title' is a required property"),
        (lambda r: r.update(extra=1), "Additional properties"),
        (lambda r: r["criteria"][0].update(id="grounds"), "does not match"),
        (lambda r: r["criteria"][0]["anchors"].pop(2), "'2' is a required property"),
        (lambda r: r["criteria"][0].update(sources=[]), "criteria[0].sources"),
        (lambda r: r["criteria"][1].update(id="C1"), "criteria are repeated"),
        (lambda r: r["criteria"][0].update(not_observable=["a_whim"]), "criterion C1: the reason 'a_whim' is not listed"),
        (lambda r: r["grade_rules"].pop(), "the last grade rule must be 'always'"),
        (lambda r: r["grade_rules"][0].update(grade="superb"), "superb is no grade"),
        (lambda r: r["grade_rules"][0].update(criteria=["C15"]), "C15 is named but is no criterion"),
        (lambda r: r["grade_rules"][0].pop("at_least"), "'at_least' is a required property"),
        (lambda r: r["caps"][0].update(criterion="C77"), "C77 is named but is no criterion"),
        (lambda r: r["who_scores"].update(panel=["C16"]), "C16 is named"),
        (lambda r: r["scale"][0].update(level=2), "the scale must have the levels 0 to 3"),
        (lambda r: r["flags"]["commendation"].append(r["flags"]["injustice"][0]), "flags are repeated"),
        (lambda r: r["not_applicable_reasons"][0].update(contradicted_by=["the_weather"]), "is not one of"),
    ],
)
def test_a_broken_rubric_is_refused_with_the_place(change: Callable[[dict[str, Any]], object], told: str) -> None:
    with pytest.raises(BrokenRubric) as error:
        rubric_from(broken(change), source="mine.yaml")
    assert str(error.value).startswith("mine.yaml")
    assert told in str(error.value)


@pytest.mark.parametrize("content", [b"", b"[1, 2", b"just words", b"- a\n- b", b"\xff\xfe\x00"])
def test_a_file_that_is_no_rubric_is_refused(content: bytes) -> None:
    with pytest.raises(BrokenRubric):
        rubric_from(content, source="mine.yaml")
