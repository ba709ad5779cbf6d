"""What a report says in sentences: n of N, intervals, and what it does not know."""

from dataclasses import replace

import pytest

from stop_search.learning.funnels import Unit, funnel
from stop_search.learning.reports.of_people import is_told
from stop_search.learning.reports.sentences import SELF_CHOSEN, Looked, looked_at, of_the_public, of_units
from stop_search.learning.together import Pair, Together, compared

LOOKED = Looked(
    draws=13, framed=1200, drawn=150, reviewed=120, waiting=20, no_footage=8, refused=2, gone=0, searched=1500, imported=0, receipts=1480,
    answered=75,
)  # fmt: skip


def spoken(apart: int, *, number: int = 60) -> Together:
    """Return people who saw it so many levels lower than reviewers, one in six of them as reviewers did."""
    return compared([Pair(str(n), 2 if n % 6 == 0 else 2 - apart, 2) for n in range(number)])


def test_what_was_looked_at_is_told_as_n_of_all() -> None:
    first, people, receipts = looked_at(LOOKED, minimum=10)
    assert first.startswith("Chance picked 150 of 1,200 stops, in 13 draws. Of these, 120 are reviewed, 20 wait, 8 have no footage and 2")
    assert "All of them are counted, not a sample" in people
    assert receipts == "Receipts: 1,480. Answered by the person who was stopped: 75."


def test_without_a_draw_no_review_stands_behind_anything() -> None:
    assert looked_at(replace(LOOKED, draws=0, framed=0, drawn=0), minimum=10)[0].startswith("No random draw of this quarter has been run")


def test_footage_that_was_gone_before_review_is_told() -> None:
    assert "Of 3 drawn stops the footage was erased before anybody reviewed them." in looked_at(replace(LOOKED, gone=3), minimum=10)


def test_a_small_number_of_answers_is_never_told() -> None:
    assert "Answered by the person who was stopped: fewer than 10." in looked_at(replace(LOOKED, answered=None), minimum=10)[-1]
    assert of_the_public(replace(LOOKED, answered=None), []).startswith("Too few people answered")


def test_where_people_saw_it_lower_the_widest_gap_is_told_with_its_interval_and_that_they_chose_themselves() -> None:
    said = of_the_public(LOOKED, [("C1", "Grounds", spoken(1)), ("C5", "Voice", spoken(2))])
    assert (
        "People answered for 75 of 1,480 receipts. Where both spoke, they saw “Voice” 1.7 levels of three lower than reviewers did" in said
    )
    assert "between 1.5 and 1.9 (60 stops)" in said
    assert said.endswith(SELF_CHOSEN)


@pytest.mark.parametrize(
    ("apart", "number", "words"), [(0, 60, "on no criterion did people see it worse"), (2, 12, "Too few of them were about")]
)
def test_no_gap_and_too_few_are_told_apart(apart: int, number: int, words: str) -> None:
    assert words in of_the_public(LOOKED, [("C1", "Grounds", spoken(apart, number=number))])


def test_a_unit_beyond_chance_is_told_with_where_chance_would_put_it() -> None:
    units = funnel([Unit("Harbour", 60, 100), Unit("Moor", 18, 100), Unit("Northtown", 20, 100), Unit("Tiny", 9, 12)])
    said = of_units([("No video", "there is no video", units, tuple(filter(is_told, units.points)))])
    assert "Most surely “No video” in Harbour: 60 of 100, where chance alone would put it between" in said
    assert "Tiny" not in said


def test_units_that_do_not_differ_are_told_of_only_where_three_may_be_told() -> None:
    units = funnel([Unit(name, 20, 100) for name in ("Harbour", "Moor", "Northtown")])
    none_differs = "No unit of which enough is known differs from the others by more than chance (measures compared: 1)."
    assert of_units([("No video", "there is no video", units, units.points)]) == none_differs
    assert of_units([("No video", "there is no video", units, units.points[:2])]).startswith("Too few searches are recorded by unit")


def test_units_too_small_for_the_gate_are_told_of_nowhere() -> None:
    units = funnel([Unit("Harbour", 11, 12), Unit("Moor", 3, 12), Unit("Northtown", 3, 12)])
    assert not any(is_told(point) for point in units.points)
    assert of_units([("No video", "there is no video", units, ())]) == "Too few searches are recorded by unit to compare units."
