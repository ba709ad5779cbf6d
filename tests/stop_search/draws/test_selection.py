"""Who is drawn: exact integers, tickets of chance, and frequencies that agree with the recorded probabilities."""

import math
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.draws.selection import CoverRow, MainRow, cover_selection, coverage_chance, main_selection
from stop_search.draws.tickets import is_below, ticket
from tests.support.sampled import hexed, some_rows

SEEDS = 2000


def rows_of(*chances: tuple[int, int]) -> list[MainRow]:
    """Return rows with these probabilities."""
    return sorted((MainRow(hexed(f"unit {n}"), *chance, hexed("e")) for n, chance in enumerate(chances)), key=lambda row: row.token)


def seed_of(n: int) -> str:
    """Return a seed."""
    return hexed(f"throw {n}")


@given(st.integers(0, 2**256 - 1), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_ticket_is_compared_as_an_exact_fraction(number: int, one: int, other: int) -> None:
    digits, (numerator, denominator) = str(number)[::-1], (min(one, other), max(one, other))
    exact = Fraction(int(digits), 10 ** len(digits))
    assert is_below(digits, (numerator, denominator)) is (exact < Fraction(numerator, denominator))


@pytest.mark.parametrize(("chance", "first"), [((7, 20), "35"), ((1, 3), "3" * 20), ((2, 3), "6" * 20), ((3, 50), "06")])
def test_a_ticket_next_to_the_probability_is_compared_to_its_last_digit(chance: tuple[int, int], first: str) -> None:
    begun = first.ljust(20, "0")
    for digits in (begun, begun + "1", begun + "3" * 57, begun + "6" * 57, begun + "7", str(int(begun) - 1).zfill(20) + "9" * 57):
        assert is_below(digits, chance) is (Fraction(int(digits), 10 ** len(digits)) < Fraction(*chance)), digits
    assert is_below("9" * 77, (1, 1))
    assert not is_below("0" * 76 + "1", (0, 1))


def test_over_many_seeds_each_stop_is_drawn_read_twice_and_shown_to_panels_as_often_as_its_probability_says() -> None:
    rows = rows_of((1, 1), (7, 20), (3, 50), (1, 2), (1, 100), (13, 17))
    drawn, second, panel = Counter[str](), Counter[str](), Counter[str]()
    for n in range(SEEDS):
        for one in main_selection(rows, seed=seed_of(n), second=(1, 4), panel=(1, 5)):
            drawn[one.token] += one.drawn
            second[one.token] += one.second
            panel[one.token] += one.panel
            assert one.drawn or not (one.second or one.panel)
    for row in rows:
        chance = row.numerator / row.denominator
        for found, expected in ((drawn, chance), (second, chance / 4), (panel, chance / 5)):
            spread = math.sqrt(SEEDS * expected * (1 - expected))
            assert abs(found[row.token] - SEEDS * expected) <= 4 * spread, row


def test_two_stops_are_drawn_together_as_often_as_chance_says() -> None:
    rows = rows_of((1, 2), (1, 2))
    both = sum(all(one.drawn for one in main_selection(rows, seed=seed_of(n))) for n in range(SEEDS))
    assert abs(both - SEEDS / 4) <= 4 * math.sqrt(SEEDS * 3 / 16)


def test_tickets_are_spread_evenly() -> None:
    bins = Counter(int(f"{ticket('a seed/review', hexed(str(n)))}0"[:2]) // 10 for n in range(10_000))
    assert sum((bins[n] - 1000) ** 2 / 1000 for n in range(10)) < 27.9  # chi-squared, 9 degrees of freedom, 1 in 1,000 above


@pytest.mark.parametrize(("size", "wanted"), [(40, 10), (11, 10), (200, 3)])
def test_a_stratified_draw_takes_exactly_so_many_of_each_class_those_with_the_smallest_tickets(size: int, wanted: int) -> None:
    rows = rows_of(*[(wanted, size)] * size, (1, 1), (1, 1))
    for n in range(20):
        made = main_selection(rows, seed=seed_of(n), panel=(1, 2), stratified=True)
        part = [one for one, row in zip(made, rows, strict=True) if row.denominator > 1]
        assert sum(one.drawn for one in part) == wanted
        assert sum(one.panel for one in part) == wanted // 2
        assert max(one.ticket for one in part if one.drawn) < min(one.ticket for one in part if not one.drawn)
        assert sum(one.drawn for one in made) == wanted + 2


def test_coverage_draws_one_of_each_group_of_which_nothing_was_drawn_and_none_of_the_others() -> None:
    rows = [row for row in some_rows(60) if isinstance(row, MainRow)]
    for n in range(50):
        before = {one.token: one.drawn for one in main_selection(rows, seed=seed_of(n))}
        frame = [
            CoverRow(r.token, r.numerator, r.denominator, r.evidence, hexed(str(k // 4))[:16], drawn_before=before[r.token])
            for k, r in enumerate(rows)
        ]
        made = cover_selection(frame, seed=seed_of(n + 10_000), second=(1, 4))
        for group in {row.group for row in frame}:
            ours = [(row, one) for row, one in zip(frame, made, strict=True) if row.group == group]
            assert sum(one.drawn for _, one in ours) == (0 if any(row.drawn_before for row, _ in ours) else 1)
        assert not any(one.panel for one in made)
        assert all(one.drawn for one in made if one.second)


def test_the_probability_of_either_stream_is_the_closed_form() -> None:
    assert coverage_chance([(1, 2), (1, 3)]) == Fraction(1, 2) * Fraction(1, 2) * Fraction(2, 3)
    assert coverage_chance([(1, 1), (1, 3)]) == 0
    rows = [CoverRow(hexed(str(n)), 1, n + 2, hexed("e"), "g" * 16, drawn_before=False) for n in range(2)]
    assert [one.probability for one in cover_selection(rows, seed=seed_of(1))] == [
        Fraction(1, 2) + Fraction(1, 6),
        Fraction(1, 3) + Fraction(1, 6),
    ]
