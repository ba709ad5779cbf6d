"""The draw's rules: classes fixed by the record, exact integers, and frequencies that agree with the published probabilities."""

import math
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.codes.lists import code_list
from stop_search.draws import rules
from stop_search.draws.rules import RecordFacts, RiskClass, Unit, is_selected, risk_class, selected_tokens, ticket
from tests.support.drawn import DESIGN, RANDOMNESS, a_manifest

STOPPED_AT = datetime(2026, 10, 5, 14, 5, tzinfo=UTC)
SEEDS = 4000


def some_facts(**changes: object) -> RecordFacts:
    """Return an adult, no force, outer clothing at most, filmed, and recorded at once."""
    values = {
        "clothing_levels": frozenset({"outer_only"}),
        "age_bands": frozenset({"18_24"}),
        "force_used": frozenset({"none"}),
        "has_footage": True,
        "started_at": STOPPED_AT,
        "recorded_at": STOPPED_AT + timedelta(minutes=9),
    }
    return RecordFacts(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, RiskClass.BASE),
        ({"force_used": frozenset()}, RiskClass.BASE),
        ({"age_bands": frozenset()}, RiskClass.BASE),
        ({"age_bands": frozenset({"10_17"})}, RiskClass.HIGH),
        ({"age_bands": frozenset({"under_10", "over_34"})}, RiskClass.HIGH),
        ({"force_used": frozenset({"compliant_handcuffs_front"})}, RiskClass.HIGH),
        ({"force_used": frozenset({"none", "baton"})}, RiskClass.HIGH),
        ({"has_footage": False}, RiskClass.HIGH),
        ({"recorded_at": STOPPED_AT + timedelta(days=14)}, RiskClass.BASE),
        ({"recorded_at": STOPPED_AT + timedelta(days=14, seconds=1)}, RiskClass.LATE),
        ({"missed_its_draw": True}, RiskClass.LATE),
        ({"missed_its_draw": True, "has_footage": False}, RiskClass.LATE),
        ({"clothing_levels": frozenset({"outer_only", "intimate_parts"})}, RiskClass.CERTAINTY),
        ({"clothing_levels": frozenset({"intimate_parts"}), "missed_its_draw": True}, RiskClass.CERTAINTY),
        ({"clothing_levels": frozenset({"more_than_outer"})}, RiskClass.BASE),
    ],
)
def test_the_risk_class_follows_from_the_record_alone(changes: dict[str, object], expected: RiskClass) -> None:
    assert risk_class(some_facts(**changes)) is expected


def test_every_key_that_a_risk_class_goes_by_is_in_its_code_list() -> None:
    assert set(code_list("clothing_level").keys) >= rules.INTIMATE_PARTS_EXPOSED
    assert set(code_list("age_band").keys) >= rules.UNDER_18
    assert set(code_list("force_type").keys) >= rules.NO_FORCE


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 1), (7, 20), (3, 50), (1, 3), (999_999, 1_000_000)])
def test_the_last_drawn_ticket_is_the_one_just_below_the_probability(numerator: int, denominator: int) -> None:
    edge = Fraction(numerator * 2**256, denominator)
    last = math.ceil(edge) - 1
    assert is_selected(last, numerator, denominator)
    if numerator < denominator:
        assert not is_selected(last + 1, numerator, denominator)


@given(st.integers(0, 2**256 - 1), st.integers(1, 10**6), st.integers(1, 10**6))
def test_selection_is_the_exact_comparison_of_fractions(number: int, one: int, other: int) -> None:
    numerator, denominator = min(one, other), max(one, other)
    assert is_selected(number, numerator, denominator) is (Fraction(number, 2**256) < Fraction(numerator, denominator))


def test_over_many_seeds_each_units_frequency_agrees_with_its_probability() -> None:
    units = [Unit(f"{n:064x}", *chance) for n, chance in enumerate([*DESIGN.values(), (1, 2), (1, 100), (13, 17), (3, 50)])]
    drawn = dict.fromkeys((unit.token for unit in units), 0)
    for n in range(SEEDS):
        for token in selected_tokens(units, rules.draw_seed("ab" * 32, f"throw {n}")):
            drawn[token] += 1
    for unit in units:
        expected = unit.numerator / unit.denominator
        spread = math.sqrt(SEEDS * expected * (1 - expected))
        assert abs(drawn[unit.token] - SEEDS * expected) <= 4 * spread, unit


def test_two_units_are_drawn_together_as_often_as_chance_says() -> None:
    units = [Unit("a" * 64, 1, 2), Unit("b" * 64, 1, 2)]
    both = sum(len(selected_tokens(units, rules.draw_seed("cd" * 32, str(n)))) == 2 for n in range(SEEDS))
    assert abs(both - SEEDS / 4) <= 4 * math.sqrt(SEEDS * 3 / 16)


def test_tickets_are_spread_evenly() -> None:
    seed = rules.draw_seed("ef" * 32, RANDOMNESS)
    bins = [0] * 16
    for n in range(16_000):
        bins[ticket(seed, f"{n:064x}") >> 252] += 1
    assert sum((found - 1000) ** 2 / 1000 for found in bins) < 39.3  # chi-squared, 15 degrees of freedom, 1 in 1,000 above


def test_the_seed_hangs_on_every_part_of_the_frame_and_on_the_randomness() -> None:
    manifest = a_manifest(size=4)
    digest = rules.manifest_digest(rules.manifest_document(manifest))
    assert rules.draw_seed(digest, "1") != rules.draw_seed(digest, "2")
    assert rules.draw_seed(digest, "1") != rules.draw_seed(rules.manifest_digest(rules.manifest_document(a_manifest(size=5))), "1")


def test_a_token_cannot_be_made_without_the_periods_key() -> None:
    assert rules.public_token(b"a" * 32, "x") != rules.public_token(b"b" * 32, "x")
    assert rules.public_token(b"a" * 32, "x") != rules.public_token(b"a" * 32, "y")
    assert len(rules.public_token(b"a" * 32, "x")) == 64


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"base": (0, 50)}, "'base' is 0/50"),
        ({"base": (51, 50)}, "'base' is 51/50"),
        ({"base": (-1, -2)}, "'base' is -1/-2"),
        ({"lively": (1, 2)}, "'lively' is unknown"),
    ],
)
def test_a_broken_design_is_told(change: dict[str, tuple[int, int]], told: str) -> None:
    assert any(told in problem for problem in rules.design_problems(DESIGN | change))
    assert rules.design_problems(DESIGN) == []
    assert rules.design_problems({}) != []
