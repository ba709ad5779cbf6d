"""Every level of every criterion has an example, and none is of a criterion or level that is not there."""

from stop_search.reviews.examples import examples
from stop_search.reviews.rubric import newest_rubric


def test_every_level_of_every_criterion_has_an_example() -> None:
    rubric = newest_rubric()
    assert {name: set(levels) for name, levels in examples().items()} == {one.id: set(one.anchors) for one in rubric.criteria}


def test_examples_are_short_and_each_is_another() -> None:
    told = [words for levels in examples().values() for words in levels.values()]
    assert len(set(told)) == len(told)
    assert max(map(len, told)) < 150
    assert min(map(len, told)) > 10


def test_a_rubric_without_examples_has_none() -> None:
    assert examples("another") == {}
