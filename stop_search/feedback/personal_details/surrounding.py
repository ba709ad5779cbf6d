"""The words beside a name: which belong to it, and which only stand there. Pure."""

import re
from collections.abc import Sequence

from stop_search.feedback.personal_details.cues import COMPANY, NEVER, OWNERS, PAST, TOWARDS, VERBISH
from stop_search.feedback.personal_details.word_lists import Word, given_names, places_and_makers, surnames, word_set
from stop_search.feedback.personal_details.words import Token

LONGEST_NAME = 5  # words
LONG_ENOUGH = 4  # letters, for an unknown word in small letters to be a name by its place
PARTICLES = frozenset(
    {
        "al",
        "el",
        "bin",
        "bint",
        "ibn",
        "abu",
        "de",
        "da",
        "dos",
        "di",
        "van",
        "von",
        "der",
        "ap",
        "ab",
        "ferch",
        "mc",
        "mac",
        "le",
        "la",
        "st",
    }
)
LOW_SURNAMES = word_set(
    """
    smith brown green white king cook baker carter cooper parker turner walker hill wood woods stone young law lane rose fox bell
    price rice bishop knight marsh mills banks brooks fields ford west day may page cole park barker butler fisher hunter mason miller
    taylor thatcher weaver wright shepherd rivers waters wells bird finch lamb wolf swan drake hawk moss heath ellis jordan lincoln
    chase gray grey black reed read sharp swift wise
    """
)  # surnames that are words, and seldom follow a given name as such
_WORD_ENDING = re.compile(
    r"(?:ed|ing|ly|ous|ful|ive|ory|ary|ity|ment|tion|ness|less|able|ible|ery|ist|ism|al|er|ers|est|ish|ance|ence|ate|ise|ize|ology|ship|day|ware|phone)s?$|'"
)


def looks_like_a_name(words: Sequence[Token], at: int) -> bool:
    """Tell whether an unknown word in small letters stands where a name does, and does not end as other words do."""
    token, before = words[at], precedes(words, at)
    if len(token.low) < LONG_ENOUGH or _WORD_ENDING.search(token.low):
        return False
    return before in COMPANY or (follows(words, at) in PAST and before not in OWNERS and before not in TOWARDS)


def follows(words: Sequence[Token], at: int) -> str:
    """Return the word after a place, or an empty one."""
    return words[at + 1].low if at + 1 < len(words) and words[at + 1].gap.strip() in {"", "'"} else ""


def precedes(words: Sequence[Token], at: int) -> str:
    """Return the word before a place, or an empty one."""
    return words[at - 1].low if at and words[at].gap.strip() in {"", "."} else ""


def first_of_name(words: Sequence[Token], at: int, free: int) -> int:
    """Return where the name begins that has its clear word at `at`; nothing before `free` belongs to it."""
    first = at
    while first > free and at - first < LONGEST_NAME and _leads(words[first - 1], words[first]):
        first -= 1
    return first


def last_of_name(words: Sequence[Token], at: int) -> int:
    """Return where the name ends that has its clear word at `at`."""
    last = at
    while last + 1 < len(words) and last - at < LONGEST_NAME:
        length = _taken(words, last + 1, seed=words[at])
        if not length:
            break
        last += length
    return last


def _leads(before: Token, token: Token) -> bool:
    if before.low in NEVER and not before.is_initial:
        return False
    if before.is_initial:
        return (token.gap in {" ", ". ", "."} and before.low not in {"i", "a"}) or token.gap in {". ", "."}
    if token.gap != " " or token.opens:
        return False
    if before.low in PARTICLES:
        return before.low in {"al", "el", "abu", "da", "de", "van", "von", "mc", "mac", "le"} and token.capital
    same_case = before.capital == token.capital
    return before.word is Word.BOTH and before.low in given_names() and same_case and (before.capital or before.low not in VERBISH)


def _taken(words: Sequence[Token], at: int, *, seed: Token) -> int:
    """Return how many words from `at` on belong to the name: none, one, or two where a particle or an initial comes first."""
    token = words[at]
    if token.gap not in {" ", "-", ". ", "."} or (token.opens and not words[at - 1].is_initial):
        return 0
    if token.gap in {". ", "."} and not words[at - 1].is_initial:
        return 0
    after = words[at + 1] if at + 1 < len(words) else None
    if (token.low in PARTICLES or token.is_initial) and after and after.gap in {" ", ". "} and (after.capital or after.word is Word.CLEAR):
        return 2
    return int(_continues(token, seed))


def _continues(token: Token, seed: Token) -> bool:
    if token.low in NEVER or (token.low in places_and_makers() and token.low not in surnames()):
        return False
    if token.word is Word.CLEAR:
        return True
    if token.capital:
        return (
            seed.capital
            and (token.word is not Word.USUAL or seed.low in given_names())
            and not (token.typed.isupper() and not seed.typed.isupper())
        )
    return not seed.capital and seed.low in given_names() and token.low in LOW_SURNAMES
