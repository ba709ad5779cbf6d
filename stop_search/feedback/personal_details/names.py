"""Finds people's names in a plain text, by lists of names and the words around them. Pure."""

from collections.abc import Iterator, Sequence

from stop_search.feedback.personal_details.cues import (
    JOINING,
    NEVER,
    OPENING,
    PAST,
    PLACE_NAMES_TOO,
    PLACE_TYPES,
    TOWARDS,
    VERBISH,
    Expected,
    expectation,
)
from stop_search.feedback.personal_details.details import Detail, Kind
from stop_search.feedback.personal_details.spelling import is_nearly_a_name, is_nearly_a_word
from stop_search.feedback.personal_details.surrounding import first_of_name, follows, last_of_name, looks_like_a_name, precedes
from stop_search.feedback.personal_details.word_lists import SHORTEST_CLEAR, Word, given_names, places_and_makers, surnames, usual_words
from stop_search.feedback.personal_details.words import Token, tokens

RARELY_BEFORE = frozenset({"im", "i'm", "am", "is", "it", "officer", "officers", "cop", "yo", "hi"})  # any other word follows these as well
NEVER_TITLED = frozenset({"will", "may", "can", "said", "ran", "long", "close"})  # "the pc will tell you"


def found_names(text: str) -> Iterator[Detail]:
    """Give the names in a plain text, in order: given name, surname, initials and what joins them as one."""
    words, at, free = tokens(text), 0, 0
    while at < len(words):
        if not is_a_name(words, at):
            at += 1
            continue
        first, last = first_of_name(words, at, free), last_of_name(words, at)
        yield Detail(words[first].start, words[last].end, Kind.NAME)
        at = free = last + 1


def is_a_name(words: Sequence[Token], at: int) -> bool:
    """Tell whether a word is somebody's name, by what it is, how it is written, and what stands around it."""
    token = words[at]
    if token.low in NEVER:
        return False
    expected = expectation(words, at)
    if (token.word is Word.USUAL and not expected) or _is_in_a_place(words, at):
        return False
    match token.word:
        case Word.CLEAR:
            return True
        case Word.BOTH:
            return _is_meant_as_name(words, at, expected)
        case Word.UNKNOWN:
            return _is_unknown_name(words, at, expected)
        case Word.USUAL:
            return expected is Expected.NICKNAMED or (
                token.capital and expected >= Expected.TITLED and token.low not in places_and_makers()
            )


def _is_meant_as_name(words: Sequence[Token], at: int, expected: Expected) -> bool:
    token = words[at]
    given = token.low in given_names()
    if token.capital:
        is_place = token.low in places_and_makers()
        return expected > (Expected.SOME if is_place else Expected.NOT) or _stands_out(words, at) or _stands_beside_a_name(words, at)
    if expected >= Expected.NAMED:
        return given
    if expected is Expected.TITLED:
        return token.low not in VERBISH or (token.low in surnames() and token.low not in NEVER_TITLED)
    if token.low in VERBISH:
        return expected is Expected.SOME and given and follows(words, at) in PAST
    return given and token.low not in places_and_makers() and (expected is Expected.SOME or _stands_beside_a_name(words, at))


def _stands_out(words: Sequence[Token], at: int) -> bool:
    """Tell whether a capital shows a name: inside a sentence, or with another name behind it."""
    token, given = words[at], words[at].low in given_names()
    if token.low in places_and_makers():
        return False
    after = words[at + 1] if at + 1 < len(words) and words[at + 1].gap == " " else None
    if given and after and after.capital and after.word in {Word.CLEAR, Word.BOTH} and after.low in surnames() and after.low not in NEVER:
        return True
    if token.opens:
        return token.low not in usual_words() and follows(words, at) in PAST
    return given and not (after and after.low in PLACE_TYPES)


def _stands_beside_a_name(words: Sequence[Token], at: int) -> bool:
    before = at > 1 and words[at - 1].low in JOINING and words[at - 1].gap == " " and _is_clear(words[at - 2])
    if words[at].capital and at > 1 and words[at - 1].low in JOINING and words[at - 2].capital:
        before = before or expectation(words, at - 2) is not Expected.NOT
    after = at + 2 < len(words) and words[at + 1].low in JOINING and words[at + 2].gap == " " and _is_clear(words[at + 2])
    return before or after


def _is_clear(token: Token) -> bool:
    return token.word is Word.CLEAR or (token.word is Word.UNKNOWN and is_nearly_a_name(token.low))


def _has_a_surname_behind(words: Sequence[Token], at: int) -> bool:
    after = words[at + 1] if at + 1 < len(words) and words[at + 1].gap == " " else None
    return (
        after is not None and after.capital and after.low in surnames() and after.low not in places_and_makers() and after.low not in NEVER
    )


def _is_unknown_name(words: Sequence[Token], at: int, expected: Expected) -> bool:
    token = words[at]
    if expected >= Expected.TITLED or (token.typed.isupper() and token.capital):
        return expected >= Expected.TITLED
    if token.capital and not token.opens:
        return precedes(words, at) not in TOWARDS or expected > Expected.NOT
    if expected is Expected.SOME:
        is_told = len(token.low) >= SHORTEST_CLEAR and words[at - 1].low not in RARELY_BEFORE
        return token.capital or is_told or is_nearly_a_name(token.low)
    if is_nearly_a_name(token.low) or _stands_beside_a_name(words, at):
        return True
    if not token.capital:
        return looks_like_a_name(words, at) and not is_nearly_a_word(token.low)
    return _has_a_surname_behind(words, at) or (follows(words, at) in OPENING and not is_nearly_a_word(token.low))


def _is_in_a_place(words: Sequence[Token], at: int) -> bool:
    """Tell whether a word belongs to a street, school or church that bears a name: "St Mark's", "Nelson Street", "in Lawrence Hill"."""
    if precedes(words, at) in {"st", "saint"} and words[at - 1].capital:
        return True
    if words[at].capital and _ends_a_place(words, at):
        return True
    if at + 1 == len(words) or words[at + 1].start != words[at].end + 1:
        return False
    after = words[at + 1].low
    if words[at].capital and words[at + 1].capital and follows(words, at + 1) in PLACE_TYPES:
        return True
    return after in PLACE_TYPES or (after in PLACE_NAMES_TOO and precedes(words, at) in TOWARDS)


def _ends_a_place(words: Sequence[Token], at: int) -> bool:
    """Tell whether the word before starts the name of a place: "at Temple Meads"."""
    if at <= 1 or words[at].gap != " " or words[at - 1].gap != " " or words[at - 2].low not in TOWARDS:
        return False
    return words[at - 1].capital and words[at - 1].word is Word.USUAL and expectation(words, at) is Expected.NOT
