"""Where a version changes what a criterion asks, its figures begin anew; where it does not, they go on."""

from dataclasses import replace
from datetime import date

from stop_search.learning.series import CountedVersion, Series, same_grading, series_of_criteria
from stop_search.reviews.rubric import rubric_at
from stop_search.reviews.rules import Rubric

V1 = rubric_at(1)
FIRST, SECOND, THIRD = None, date(2026, 12, 1), date(2027, 3, 1)


def version(number: int, *, of: Rubric = V1, criterion: str = "C4", **changes: object) -> Rubric:
    """Return a version in which one criterion is changed (`None` for no change)."""
    criteria = tuple(replace(one, **changes) if one.id == criterion else one for one in of.criteria)  # pyright: ignore[reportArgumentType]
    return replace(of, version=number, criteria=criteria)


def of(criterion: str, *rubrics: Rubric) -> list[Series]:
    days = (FIRST, SECOND, THIRD)
    counted = [CountedVersion(rubric, day) for rubric, day in zip(rubrics, days, strict=False)]
    return [series for series in series_of_criteria(counted) if series.criterion.id == criterion]


def test_one_version_is_one_series_without_ends() -> None:
    (series,) = of("C4", V1)
    assert (series.versions, series.since, series.until, series.why, series.is_current) == ((1,), None, None, "", True)


def test_a_change_of_words_splits_that_criterion_alone_and_says_when_and_why() -> None:
    v2 = version(2, anchors={**V1.criteria[3].anchors, 2: "Clear"})
    before, after = of("C4", V1, v2)
    assert (before.versions, before.since, before.until, before.is_current) == ((1,), None, SECOND, False)
    assert (after.versions, after.since, after.until, after.is_current) == ((2,), SECOND, None, True)
    assert (before.why, after.why) == ("", "the words for level 2 changed")
    assert [series.versions for series in of("C5", V1, v2)] == [(1, 2)]


def test_another_name_does_not_split_and_the_newest_is_shown() -> None:
    (series,) = of("C4", V1, version(2, name="Understood"))
    assert (series.versions, series.criterion.name, series.since) == ((1, 2), "Understood", None)


def test_a_return_to_the_old_words_is_a_series_of_its_own() -> None:
    v2 = version(2, definition="Another.")
    assert [series.versions for series in of("C4", V1, v2, replace(V1, version=3))] == [(1,), (2,), (3,)]


def test_later_versions_that_ask_the_same_go_on_with_the_series() -> None:
    v2 = version(2, definition="Another.")
    assert [series.versions for series in of("C4", V1, v2, replace(v2, version=3))] == [(1,), (2, 3)]


def test_a_criterion_that_goes_ends_and_stands_last_and_one_that_comes_begins() -> None:
    without = replace(V1, version=2, criteria=V1.criteria[1:])
    (gone,) = of("C1", V1, without)
    assert (gone.until, gone.is_current) == (SECOND, False)
    assert series_of_criteria([CountedVersion(V1, None), CountedVersion(without, SECOND)])[-1].criterion.id == "C1"
    (come,) = of("C1", without, V1)
    assert (come.since, come.why, come.is_current) == (SECOND, "is new: Grounds", True)


def test_grades_mean_the_same_only_by_the_same_rules_of_the_same_criteria() -> None:
    one = CountedVersion(V1, None)
    for rubric, same in (
        (replace(V1, version=2), True),
        (version(2, name="Other"), True),
        (version(2, definition="Other."), False),
        (replace(V1, version=2, grade_rules=V1.grade_rules[1:]), False),
        (replace(V1, version=2, caps=()), False),
        (replace(V1, version=2, criteria=V1.criteria[1:]), False),
    ):
        assert same_grading(one, CountedVersion(rubric, SECOND)) is same
