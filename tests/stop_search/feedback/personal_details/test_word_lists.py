"""The lists of names and words are small, dated and in order."""

import pytest

from stop_search.feedback.personal_details.spelling import is_nearly_a_name
from stop_search.feedback.personal_details.word_lists import LISTS, Word, also_words, given_names, surnames, usual_words, word_of

NAMES = sorted(path.name for path in LISTS.glob("*.txt"))
LARGEST = 200_000  # bytes, all together


def test_all_lists_together_are_small() -> None:
    assert sum((LISTS / name).stat().st_size for name in NAMES) < LARGEST


@pytest.mark.parametrize("name", NAMES)
def test_a_list_says_where_it_comes_from_and_of_which_day_it_is(name: str) -> None:
    first = (LISTS / name).read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert "2026" in first


@pytest.mark.parametrize("name", NAMES)
def test_a_list_has_each_word_once_in_order_and_in_small_letters(name: str) -> None:
    lines = (LISTS / name).read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    assert words == sorted(set(words))
    assert all(word == word.lower() for word in words)


def test_what_is_a_name_and_a_word_is_told_apart_from_what_is_one_only() -> None:
    assert also_words() <= given_names() | surnames()
    assert (word_of("krzysztof"), word_of("grace"), word_of("searching"), word_of("zxqv")) == (
        Word.CLEAR,
        Word.BOTH,
        Word.USUAL,
        Word.UNKNOWN,
    )
    assert "police" in usual_words()


def test_a_slip_of_the_finger_in_a_name_is_seen_and_one_in_a_word_is_not_taken_for_a_name() -> None:
    assert is_nearly_a_name("stehpen")
    assert not is_nearly_a_name("polcie")
