"""What was found becomes tallies by their probabilities; what chance did not draw never does."""

from stop_search.learning.estimates import Tally
from stop_search.learning.tallying import tallies_from, weight_of


def test_each_row_is_a_tally_with_the_inverse_of_its_probability_in_the_order_found() -> None:
    found = [("a", "high", 0.5, (3, 1, 0, 2)), ("b", "base", 0.1, (1, 0, 0, 0)), ("a", "base", 0.25, (0, 4, 1, 0))]
    assert tallies_from(found) == {
        "a": [Tally("high", 2.0, 3, 1, 0, 2), Tally("base", 4.0, 0, 4, 1, 0)],
        "b": [Tally("base", 10.0, 1, 0, 0, 0)],
    }


def test_reviews_for_a_cause_have_no_probability_and_never_enter() -> None:
    assert weight_of(None) is None
    assert tallies_from([("a", "base", None, (5, 5, 0, 0)), ("a", "base", 0.0, (5, 5, 0, 0))]) == {}
