"""The lists of names and words, and what a word is by them. Pure: the lists are part of the program.

Every list says in its first lines where it comes from and of which day it is.
"""

import enum
from functools import cache
from pathlib import Path

LISTS = Path(__file__).parent / "lists"
SHORTEST_CLEAR = 3  # letters: what is shorter needs a reason beside it
ENDINGS = (
    ("'s", ""),
    ("s", ""),
    ("es", ""),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
    ("in", ""),
    ("in", "e"),
    ("ly", ""),
    ("d", ""),
)
MORE_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("er", ""),
    ("er", "e"),
    ("est", ""),
    ("ers", ""),
    ("ness", ""),
    ("able", ""),
    ("ation", "e"),
    ("ful", ""),
)


class Word(enum.Enum):
    """clear: a name and nothing else; both: a name and a word; usual: a word; unknown: in no list."""

    CLEAR = enum.auto()
    BOTH = enum.auto()
    USUAL = enum.auto()
    UNKNOWN = enum.auto()


@cache
def given_names() -> frozenset[str]:
    """Return given names, in small letters without accents."""
    return _listed("given_names")


@cache
def surnames() -> frozenset[str]:
    """Return surnames, in small letters without accents."""
    return _listed("surnames")


@cache
def also_words() -> frozenset[str]:
    """Return the names that are words as well."""
    return _listed("also_words")


@cache
def places_and_makers() -> frozenset[str]:
    """Return what is written with a capital and names nobody."""
    return _listed("places_and_makers")


@cache
def usual_words() -> frozenset[str]:
    """Return the words that are no names, of the ordinary and the spoken language."""
    return _listed("ordinary_words") | _listed("spoken_words")


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text that has one space or line end between them."""
    return frozenset(words.split())


def word_of(word: str) -> Word:
    """Return what a word (in small letters, no accents) is by the lists. Of a double name it is what its clearest part is."""
    parts = [_part(part) for part in (word, *word.split("-"))]
    return min(parts, key=(Word.CLEAR, Word.BOTH, Word.UNKNOWN, Word.USUAL).index) if "-" in word else parts[0]


def is_usual(word: str) -> bool:
    """Tell whether a word, or the word it comes from, is no name."""
    return _part(word) is Word.USUAL


@cache
def _listed(name: str) -> frozenset[str]:
    lines = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _part(word: str) -> Word:
    if word in given_names() or word in surnames():
        is_word_too = word in also_words() or word in places_and_makers() or len(word) < SHORTEST_CLEAR
        return Word.BOTH if is_word_too else Word.CLEAR
    if _is_listed(word) or any(_is_listed(stem) for stem in _stems(word)):
        return Word.USUAL
    return Word.CLEAR if word.endswith("s") and len(word) > SHORTEST_CLEAR + 1 and _part(word[:-1]) is Word.CLEAR else Word.UNKNOWN


def _is_listed(word: str) -> bool:
    return word in usual_words() or word in places_and_makers()


def _stems(word: str) -> list[str]:
    endings = (*ENDINGS, *MORE_ENDINGS)
    stems = [word[: -len(end)] + instead for end, instead in endings if word.endswith(end) and len(word) - len(end) >= SHORTEST_CLEAR]
    doubled = [stem[:-1] for stem in stems if len(stem) > SHORTEST_CLEAR and stem[-1] == stem[-2]]
    return stems + doubled
