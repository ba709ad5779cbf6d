"""What a plan expects: four in five where nothing is known, else what was found, drawn towards the class where a group has little."""

from dataclasses import replace

import pytest

from stop_search.codes.design import Coverage
from stop_search.draws.outlook import NOTHING_KNOWN, WORTH_OF_CLASS, Ended, Expected, outlook_from
from stop_search.draws.periods import Month
from stop_search.draws.sufficiency import PlannedStop, precisions
from tests.support.sampled import DESIGN

PLAIN = replace(DESIGN, coverage=Coverage.NONE)


def ended(number: int, *, met: int, groups: str = "all", risk_class: str = "base", weight: float = 10.0) -> list[Ended]:
    """Return so many drawn stops that were scored, of which so many met."""
    return [Ended(frozenset(groups.split()), risk_class, weight, was_marked=True, is_met=n < met) for n in range(number)]


def test_where_nothing_is_known_four_in_five_are_expected_and_all_of_it_seen() -> None:
    assert NOTHING_KNOWN.of("all", "base") == outlook_from([]).of("any", "high") == Expected(0.8, 1.0, 1.0)


def test_many_scores_of_a_group_are_believed_and_few_count_little_beside_their_class() -> None:
    found = outlook_from([*ended(6000, met=3000), *ended(WORTH_OF_CLASS, met=WORTH_OF_CLASS, groups="few")])
    assert found.reviews == 6000 + WORTH_OF_CLASS
    assert found.of("all", "base").share == pytest.approx(0.5, abs=0.005)
    assert found.of("few", "base").share == pytest.approx(0.75, abs=0.005)
    assert found.of("new", "base").share == pytest.approx(0.5, abs=0.005)


def test_a_class_of_which_nothing_was_scored_is_expected_to_be_like_the_whole() -> None:
    found = outlook_from([*ended(5000, met=4500), Ended(frozenset({"all"}), "high", 1.0, was_marked=False, is_met=None)])
    assert found.of("all", "high").share == pytest.approx(0.9, abs=0.005)
    assert found.of("all", "high").scored == pytest.approx(1, abs=0.001)


def test_shares_are_weighted_by_how_likely_each_was_drawn() -> None:
    found = outlook_from([*ended(2000, met=2000, weight=1.0), *ended(2000, met=0, weight=19.0)])
    assert found.of("all", "base").share == pytest.approx(0.05, abs=0.02)


def test_what_was_not_seen_and_what_did_not_apply_are_kept_apart() -> None:
    """Stops without footage stay among those that the share speaks of; those to which the criterion did not apply do not."""
    without = [Ended(frozenset({"all"}), "base", 10.0, was_marked=False, is_met=None)] * 25
    not_applicable = [Ended(frozenset({"all"}), "base", 10.0, was_marked=True, is_met=None)] * 25
    found = outlook_from([*ended(50, met=40), *without, *not_applicable]).of("all", "base")
    assert (found.scored, found.applies) == (pytest.approx(0.5), pytest.approx(50 / 75))


def test_a_plan_is_as_wide_as_what_was_found_lets_expect() -> None:
    stops = [PlannedStop((1, 10), None, Month(2026, 1), frozenset({"all"}), "base")] * 3000
    width = {
        share: one.half_width or 0.0
        for share, outlook in (
            (None, NOTHING_KNOWN),
            (0.5, outlook_from(ended(9000, met=4500))),
            (0.95, outlook_from(ended(9000, met=8550))),
        )
        for one in precisions(stops, PLAIN, outlook)
    }
    assert width[0.5] / width[None] == pytest.approx(1.25, rel=0.02)
    assert width[0.95] / width[None] == pytest.approx(0.545, rel=0.05)


def test_of_which_half_cannot_be_scored_is_wider_and_fewer_are_scored() -> None:
    stops = [PlannedStop((1, 10), None, Month(2026, 1), frozenset({"all"}), "base")] * 3000
    half = outlook_from([*ended(5000, met=4000), *[Ended(frozenset({"all"}), "base", 10.0, was_marked=False, is_met=None)] * 5000])
    (one,), (usual,) = precisions(stops, PLAIN, half), precisions(stops, PLAIN)
    assert (one.drawn, one.scored, usual.scored) == (pytest.approx(300), pytest.approx(150), pytest.approx(300))
    assert (one.half_width or 0.0) / (usual.half_width or 1.0) == pytest.approx((2 * 0.95 / 0.9) ** 0.5, rel=0.02)


def test_a_group_of_which_too_few_are_scored_is_not_sufficient() -> None:
    stops = [PlannedStop((1, 1), None, Month(2026, 1), frozenset({"all"}), "base")] * 40
    nearly_none = outlook_from([*ended(10, met=10), *[Ended(frozenset({"all"}), "base", 10.0, was_marked=True, is_met=None)] * 90])
    assert precisions(stops, PLAIN)[0].is_sufficient
    assert not precisions(stops, PLAIN, nearly_none)[0].is_sufficient
