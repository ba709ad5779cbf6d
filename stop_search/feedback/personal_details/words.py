"""The words of a plain text, with what is known of each before names are looked for. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stop_search.feedback.personal_details.word_lists import Word, word_of

_WORD = re.compile(r"[A-Za-z]{1,40}(?:['\-][A-Za-z]{1,40}){0,3}")
_ENDS_SENTENCE = re.compile(r"[.!?\n]|^\s*[-*]\s")
_ENDING = re.compile(r"(?:n't|'(?:s|m|ve|ll|re|d))$", re.IGNORECASE)  # Jamal's, I'm, they've
_SHORTENED = frozenset({"mr", "mrs", "ms", "dr", "sgt", "insp", "st", "rev", "prof", "cllr"})
SHOUTED = 0.7  # of the words are capitals throughout, or begin with one: then capitals tell nothing
LONG_ENOUGH = 8  # words, to tell a text in which each begins with a capital from a list of names


@dataclass(frozen=True)
class Token:
    """One word. `low`: in small letters, without 's; `gap`: what stands between it and the word before."""

    start: int
    end: int
    typed: str
    low: str
    gap: str
    opens: bool
    capital: bool
    word: Word

    @property
    def is_initial(self) -> bool:
        """Tell whether it is one letter with a capital, as in "J. Smith"."""
        return len(self.typed) == 1 and self.capital


def tokens(text: str) -> list[Token]:
    """Return the words of a plain text, in order."""
    matches = list(_WORD.finditer(text))
    shouted = _is_shouted([match[0] for match in matches])
    found, end, before, known = list[Token](), 0, "", dict[str, Word]()
    for match in matches:
        typed = _ENDING.sub("", match[0])
        gap, low = text[end : match.start()], typed.lower()
        opens = not found or (bool(_ENDS_SENTENCE.search(gap)) and not (before in _SHORTENED or len(before) == 1))
        capital = typed[0].isupper() and not shouted
        word = known[low] if low in known else known.setdefault(low, word_of(low))
        found.append(Token(match.start(), match.start() + len(typed), typed, low, gap, opens, capital, word))
        end, before = match.end(), low
    return found


def _is_shouted(typed: Sequence[str]) -> bool:
    long = [word for word in typed if len(word) > 1]
    capitals, begun = sum(word.isupper() for word in long), sum(word[0].isupper() for word in long)
    return bool(long) and (capitals > SHOUTED * len(long) or (len(long) >= LONG_ENOUGH and begun > SHOUTED * len(long)))
