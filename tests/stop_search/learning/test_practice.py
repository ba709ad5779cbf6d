"""Stops to practise on: at most half of a list is there for its gap, lists tell nothing beside each other, and few are none."""

from stop_search.learning.practice import FEWEST, MOST, far_apart, mixed
from stop_search.learning.together import Pair

OTHERS = [f"other {n}" for n in range(200)]
KEY = b"k" * 32


def far(number: int) -> dict[str, int]:
    """Return so many stops far apart."""
    return {f"far {n}": 2 + n % 2 for n in range(number)}


def test_only_criteria_of_which_enough_is_known_count_and_the_widest_gap_of_a_stop() -> None:
    enough = [Pair(f"e{n}", 2, 2) for n in range(28)] + [Pair("a", 0, 2), Pair("b", 0, 3)]
    few = [Pair("c", 0, 3)] * 40
    assert far_apart({"C5": enough, "C6": few}) == {"a": 2, "b": 3}
    assert far_apart({"C5": enough[1:]}) == {}


def test_of_a_list_at_most_half_is_there_for_its_gap() -> None:
    for number in (FEWEST, 7, MOST, 40):
        listed = mixed(far(number), OTHERS, key=KEY, quarter="2026Q4")
        apart = [stop for stop in listed if stop.startswith("far")]
        assert len(listed) == 2 * len(apart) == 2 * min(number, MOST)
    few_others = mixed(far(20), OTHERS[:6], key=KEY, quarter="2026Q4")
    assert sum(stop.startswith("far") for stop in few_others) == 6


def test_with_few_nothing_is_proposed() -> None:
    assert mixed(far(FEWEST - 1), OTHERS, key=KEY, quarter="2026Q4") == []
    assert mixed(far(30), OTHERS[: FEWEST - 1], key=KEY, quarter="2026Q4") == []


def test_the_widest_are_taken_and_the_order_tells_nothing() -> None:
    wide = {f"wide {n}": 3 for n in range(MOST)} | {f"less {n}": 2 for n in range(50)}
    listed = mixed(wide, OTHERS, key=KEY, quarter="2026Q4")
    assert sum(stop.startswith("wide") for stop in listed) == MOST
    firsts = [mixed(wide, OTHERS, key=bytes([n]) * 32, quarter="2026Q4")[0] for n in range(100)]
    assert 30 <= sum(first.startswith("wide") for first in firsts) <= 70


def test_the_lots_stay_within_a_quarter_and_need_the_key() -> None:
    listed = mixed(far(8), OTHERS, key=KEY, quarter="2026Q4")
    assert mixed(far(8), OTHERS, key=KEY, quarter="2026Q4") == listed
    one_more = set(mixed(far(9), OTHERS, key=KEY, quarter="2026Q4"))
    assert len(one_more - set(listed)) == 2, "whoever comes in brings one of the others along"
    assert set(listed) < one_more
    assert set(mixed(far(8), OTHERS, key=KEY, quarter="2027Q1")) != set(listed)
    assert set(mixed(far(8), OTHERS, key=b"another", quarter="2026Q4")) != set(listed)
