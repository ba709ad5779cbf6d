"""One measure by group: denominators, what may be said, the exact test, and how many tests there are."""

import pytest

from stop_search.learning.disparity.comparing import ComparedRow, Comparison, compared, comparison_of, together, why_too_few
from stop_search.learning.disparity.groups import Basis, Film, SearchedPerson
from stop_search.learning.disparity.measures import ARRESTED, FOUND, MEASURES, NO_VIDEO, NOTHING, searching_for
from stop_search.learning.exact_tests import adjusted, differ
from stop_search.learning.ratios import Group


def row_of(comparison: Comparison, key: str) -> ComparedRow:
    """Return one group's row."""
    return next(row for row in comparison.rows if row.name.key == key)


def people(number: int, *, stop: str = "", **told: object) -> list[SearchedPerson]:
    """Return so many people, each of a stop of their own unless `stop` names one."""
    return [SearchedPerson(stop=stop or object(), month="2026-11", **told) for _ in range(number)]  # pyright: ignore[reportArgumentType]


def test_a_share_a_ratio_a_difference_and_bounds_stand_in_one_row() -> None:
    told = people(40, self_defined="B1", outcome="arrest") + people(60, self_defined="B1", outcome="no_further_action")
    told += people(50, self_defined="W1", outcome="arrest") + people(200, self_defined="W1", outcome="no_further_action")
    told += people(10, outcome="arrest") + people(5, self_defined="W1")
    found = compared(told, ARRESTED, Basis.SELF_DEFINED)
    row = row_of(found, "Black")
    assert row.interval
    assert row.ratio
    assert row.difference
    assert row.bounds
    assert row.group == Group(40, 100)
    assert row.ratio.value == pytest.approx(2)
    assert row.difference.value == pytest.approx(0.2)
    assert row.bounds == pytest.approx((0.4 - 60 / 260, 50 / 110 - 0.2))
    assert row.p == differ(Group(40, 100), Group(50, 250))
    assert found.untold == 5
    assert found.share_not_stated == 10 / 360


def test_each_measure_has_its_own_denominator() -> None:
    told = people(50, self_defined="W1", outcome="no_further_action", more_than_outer=False)
    told += people(20, self_defined="W1", force_used=("none",), film=Film.MISSING)
    told += people(15, self_defined="W1", force_used=("compliant_handcuffs_front",), film=Film.FILMED, is_late=True)
    sizes = {key: row_of(compared(told, one, Basis.SELF_DEFINED), "White").group for key, one in MEASURES.items()}
    assert sizes["nothing"] == Group(50, 50)
    assert sizes["thorough"] == Group(0, 50)
    assert sizes["force"] == sizes["handcuffs"] == Group(15, 35)
    assert sizes["no_video"] == Group(20, 35)
    assert sizes["late_video"] == Group(15, 15)
    assert sizes["cut_video"] == Group(0, 0)
    assert compared(told, MEASURES["cut_video"], Basis.SELF_DEFINED).untold == 15


def test_found_is_an_outcome_that_is_linked_and_blank_is_no_link() -> None:
    told = (
        people(3, outcome="arrest", outcome_linked=True) + people(4, outcome="arrest") + people(2, outcome="arrest", outcome_linked=False)
    )
    told += people(5, outcome="no_further_action", outcome_linked=True) + people(6)
    assert compared(told, FOUND, Basis.AGE).not_stated == Group(3, 14)
    assert compared(told, NOTHING, Basis.AGE).not_stated == Group(5, 14)


def test_find_rates_are_told_by_what_was_searched_for() -> None:
    told = people(8, object_of_search="drugs", outcome="arrest", outcome_linked=True) + people(4, object_of_search="drugs")
    told += people(6, object_of_search="fireworks", outcome="no_further_action") + people(2, outcome="arrest")
    drugs, others = compared(told, searching_for("drugs", "Drugs"), Basis.SEX), compared(told, searching_for(None, "Others"), Basis.SEX)
    assert (drugs.not_stated, drugs.untold) == (Group(8, 8), 4)
    assert (others.not_stated, others.untold) == (Group(0, 6), 0)


@pytest.mark.parametrize(
    ("group", "why"),
    [
        (Group(15, 29), "30 people are needed"),
        (Group(9, 200), "10 are needed of whom it is so"),
        (Group(191, 200), "10 are needed of whom it is so"),
        (Group(16, 32), "wider than 30 points"),
        (Group(60, 120, worth=0.2), "wider than 30 points"),
    ],
)
def test_what_is_too_few_to_say_says_why_and_gives_no_count_away(group: Group, why: str) -> None:
    found = why_too_few(group)
    assert found
    assert why in found
    assert not {str(group.events), str(group.size)} & set(found.replace(",", "").split()) - {"10", "30"}
    row = row_of(comparison_of({"White": Group(100, 200), "Black": group}, NOTHING, Basis.SELF_DEFINED), "Black")
    assert row.interval is row.ratio is row.difference is row.bounds is row.p is None


def test_missing_video_is_tested_exactly_in_groups_of_ten_that_are_too_few_for_a_share() -> None:
    counts = {"White": Group(10, 200), "Black": Group(8, 10), "Asian": Group(9, 9)}
    film, other = comparison_of(counts, NO_VIDEO, Basis.SELF_DEFINED), comparison_of(counts, NOTHING, Basis.SELF_DEFINED)
    assert row_of(film, "Black").p == differ(Group(8, 10), Group(10, 200))
    assert row_of(film, "Black").interval is None
    assert row_of(film, "Asian").p is None
    assert row_of(other, "Black").p is None


def test_people_of_one_stop_count_as_one_in_the_test() -> None:
    alone = people(40, self_defined="B1", film=Film.MISSING) + people(200, self_defined="W1", film=Film.FILMED)
    crowd = people(40, self_defined="B1", film=Film.MISSING, stop="a crowd") + people(200, self_defined="W1", film=Film.FILMED)
    tested = [row_of(compared(told, NO_VIDEO, Basis.SELF_DEFINED), "Black").p or 1 for told in (alone, crowd)]
    assert tested[0] < 1e-20
    assert tested[1] > 0.001


def test_tests_that_are_shown_together_are_adjusted_for_one_another() -> None:
    counts = {"White": Group(20, 200), "Black": Group(20, 100), "Asian": Group(30, 200)}
    found = together([comparison_of(counts, one, Basis.SELF_DEFINED) for one in (NO_VIDEO, NOTHING)])
    rows = [row for one in found for row in one.rows if row.p is not None]
    assert len(rows) == 4
    assert [row.adjusted_p for row in rows] == adjusted([row.p for row in rows if row.p is not None])
    assert [row.stands_out for row in rows] == [row.adjusted_p is not None and row.adjusted_p <= 0.05 for row in rows]


def test_the_reference_has_a_row_even_where_nobody_is_in_it() -> None:
    found = comparison_of({"Black": Group(30, 60)}, NOTHING, Basis.SELF_DEFINED)
    assert found.reference.group == Group(0, 0)
    assert row_of(found, "Black").interval
    assert row_of(found, "Black").ratio is None
