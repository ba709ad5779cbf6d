"""Chance is named beforehand and checked when it is given: another round, a wrong signature, too few dice or witnesses are refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stop_search.draws.beacon import round_time
from stop_search.draws.chance import (
    GivenDice,
    GivenRound,
    NamedDice,
    NamedRound,
    dice_given,
    dice_in_one_step,
    given_problem,
    naming_problem,
    seed_problem,
)
from tests.support.sampled import DICE, THROWN

ROUND = 1000
MADE_AT = round_time(ROUND)
DICE_NAMED = NamedDice().document()
ROUND_NAMED = NamedRound(ROUND).document()


def test_a_round_can_be_named_only_before_it_is_made_with_time_to_make_the_digest_known() -> None:
    assert naming_problem(NamedRound(ROUND), now=MADE_AT - timedelta(minutes=10)) is None
    assert "at least 10 minutes ahead" in (naming_problem(NamedRound(ROUND), now=MADE_AT - timedelta(minutes=9)) or "")
    assert "at least 10 minutes ahead" in (naming_problem(NamedRound(ROUND), now=MADE_AT - timedelta(seconds=3)) or "")
    assert "future" in (naming_problem(NamedRound(ROUND), now=MADE_AT) or "")
    assert "numbered from 1" in (naming_problem(NamedRound(0), now=MADE_AT) or "")
    assert naming_problem(NamedDice(), now=MADE_AT) is None


def test_no_round_can_be_named_that_is_made_in_more_than_a_month() -> None:
    last = ROUND + 31 * 24 * 60 * 20  # one each three seconds
    assert naming_problem(NamedRound(last), now=MADE_AT) is None
    for number in (last + 1, 20_000_000_000, 10**14, 10**30):
        assert f"Name one up to {last}" in (naming_problem(NamedRound(number), now=MADE_AT) or "")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (replace(THROWN, digits="1" * 19), "20 dice"),
        (replace(THROWN, digits="1" * 21), "20 dice"),
        (replace(THROWN, digits="x" * 20), "20 dice"),
        (replace(THROWN, digits="\u0661" * 20), "20 dice"),
        (replace(THROWN, witnesses=("Ada Invented",)), "2 witnesses"),
        (replace(THROWN, witnesses=("Ada Invented", " ada invented ")), "2 witnesses"),
        (replace(THROWN, witnesses=("Ada Invented", " ")), "2 witnesses"),
        (replace(THROWN, witnesses=("Ada", "Ben\nCarl")), "2 witnesses"),
        (GivenRound(ROUND, "00"), "fixed for dice"),
    ],
)
def test_dice_that_are_not_as_named_are_refused(given: GivenDice, told: str) -> None:
    assert told in (given_problem(given, DICE_NAMED, now=MADE_AT) or "")


def test_dice_as_thrown_before_two_witnesses_are_taken() -> None:
    given = dice_given(DICE, (" Ada Invented ", "Ben Invented"))
    assert given == THROWN
    assert given_problem(given, DICE_NAMED, now=MADE_AT) is None


@pytest.mark.parametrize(
    ("given", "earlier", "told"),
    [
        (GivenRound(ROUND + 1, "00" * 48), timedelta(0), "this is round 1001"),
        (GivenRound(ROUND, "00" * 48), timedelta(seconds=1), "does not exist yet"),
        (GivenRound(ROUND, "zz"), timedelta(0), "not in hex"),
        (GivenRound(ROUND, ""), timedelta(0), "not in hex"),
        (THROWN, timedelta(0), "fixed for drand"),
    ],
)
def test_a_round_that_is_not_as_named_is_refused(given: GivenRound, earlier: timedelta, told: str) -> None:
    assert told in (given_problem(given, ROUND_NAMED, now=MADE_AT - earlier) or "")


def test_a_signature_that_is_not_the_rounds_is_refused() -> None:
    assert given_problem(GivenRound(ROUND, "00" * 48), ROUND_NAMED, now=MADE_AT) is not None
    assert given_problem(GivenRound(ROUND, "ab" * 48), ROUND_NAMED, now=MADE_AT) is not None


def test_a_seed_of_twenty_digits_is_taken_as_thrown_and_any_other_text_gives_twenty() -> None:
    assert dice_in_one_step(DICE).digits == DICE.replace(" ", "")
    other = dice_in_one_step("3 1 4 1 5 9")
    assert other.digits == dice_in_one_step(" 3 1 4 1 5 9 ").digits != dice_in_one_step("3 1 4 1 5 8").digits
    assert given_problem(other, DICE_NAMED, now=MADE_AT) is None


@pytest.mark.parametrize("seed", [" ", "one\ntwo", "1" * 501])
def test_what_cannot_be_a_seed_is_told(seed: str) -> None:
    assert seed_problem(seed)
