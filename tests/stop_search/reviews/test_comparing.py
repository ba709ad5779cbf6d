"""Marks by two versions are counted together only where the criterion asks the same."""

from dataclasses import replace

import pytest

from stop_search.reviews.comparing import comparable
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import Criterion, Rubric

RUBRIC = newest_rubric()
C3 = next(criterion for criterion in RUBRIC.criteria if criterion.id == "C3")


def with_c3(changed: Criterion) -> Rubric:
    return replace(RUBRIC, version=2, criteria=tuple(changed if criterion.id == "C3" else criterion for criterion in RUBRIC.criteria))


@pytest.mark.parametrize(
    "changed",
    [
        replace(C3, question="Was anything said?"),
        replace(C3, definition="Something is said."),
        replace(C3, anchors={**C3.anchors, 2: "Some of it"}),
        replace(C3, items=C3.items[:-1]),
        replace(C3, items=(replace(C3.items[0], name="Grounds"), *C3.items[1:])),
    ],
)
def test_another_question_definition_anchor_or_item_cannot_be_counted_together(changed: Criterion) -> None:
    assert not comparable("C3", RUBRIC, with_c3(changed))
    assert comparable("C4", RUBRIC, with_c3(changed))


@pytest.mark.parametrize(
    "changed",
    [C3, replace(C3, name="GOWISELY"), replace(C3, sources=("a judgment",)), replace(C3, anchors=dict(reversed(C3.anchors.items())))],
)
def test_another_name_source_or_order_changes_nothing(changed: Criterion) -> None:
    assert comparable("C3", RUBRIC, with_c3(changed))


def test_a_criterion_that_one_of_them_lacks_is_not_comparable() -> None:
    without = replace(RUBRIC, criteria=RUBRIC.criteria[1:])
    assert not comparable("C1", RUBRIC, without)
    assert not comparable("C1", without, RUBRIC)
    assert not comparable("C99", RUBRIC, RUBRIC)
