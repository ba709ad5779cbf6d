"""Whether an unknown word is a given name with one slip of the finger and no ordinary word with one. Pure."""

from collections.abc import Iterable
from functools import cache

from stop_search.feedback.personal_details.word_lists import also_words, given_names, places_and_makers, surnames, usual_words

SHORTEST, LONGEST = 5, 20  # letters: below, too many words are one slip from a name


def is_nearly_a_name(word: str) -> bool:
    """Tell whether one letter left out, put in, changed or swapped with its neighbour makes a given name, and none makes a usual word.

    Each list is kept with one letter left out at every place, so that a word costs its own length and not the list's.
    """
    if not SHORTEST <= len(word) <= LONGEST:
        return False
    return _is_near(word, _near_names()) and not _is_near(word, _near_words())


def is_nearly_a_word(word: str) -> bool:
    """Tell whether one letter makes a usual word of it."""
    return len(word) <= LONGEST and _is_near(word, _near_words())


def _is_near(word: str, shortened: frozenset[str]) -> bool:
    return word in shortened or any(each in shortened for each in _shortened(word))


def _shortened(word: str) -> Iterable[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


@cache
def _near_names() -> frozenset[str]:
    names = (name for name in given_names() if len(name) >= SHORTEST and name not in also_words() | places_and_makers())
    return frozenset(short for name in names for short in (name, *_shortened(name)))


@cache
def _near_words() -> frozenset[str]:
    words = (word for word in usual_words() | places_and_makers() if len(word) >= SHORTEST - 1 and word not in surnames())
    return frozenset(short for word in words for short in (word, *_shortened(word)))
