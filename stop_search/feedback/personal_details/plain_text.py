"""A text as its patterns read it, with the way back to the text that was typed. Pure.

Accents, full-width digits, curly quotes and marks that nobody sees would each hide a detail; here they are gone.
"""

import unicodedata
from dataclasses import dataclass

UNSEEN = frozenset({"Mn", "Me", "Cf"})  # marks on letters, and characters without a shape
LETTERS = {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
SINGLE, DOUBLE = "\u2018\u2019\u201a\u201b\u02bc\u00b4\u2032", "\u201c\u201d\u201e\u201f\u2033"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
LIKE = str.maketrans(LETTERS | dict.fromkeys(SINGLE, "'") | dict.fromkeys(DOUBLE, '"') | dict.fromkeys(DASHES, "-"))
SPACES = frozenset("\t\N{NO-BREAK SPACE}")


@dataclass(frozen=True)
class PlainText:
    """`text`, and for each of its characters and its end the place in what was typed."""

    text: str
    places: tuple[int, ...]

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters `start` to `end` stand in what was typed."""
        return self.places[start], self.places[end - 1] + 1


def plain_text(typed: str) -> PlainText:
    """Return a text in its plain form. Takes any Unicode, half characters included; time grows with its length."""
    letters, places = list[str](), list[int]()
    for place, character in enumerate(typed):
        for letter in _plain(character):
            letters.append(letter)
            places.append(place)
    return PlainText("".join(letters), (*places, len(typed)))


def _plain(character: str) -> str:
    if character.isascii():
        return " " if character == "\t" else character
    character = character.translate(LIKE)
    if character in SPACES or unicodedata.category(character) == "Zs":
        return " "
    return "".join(c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c) not in UNSEEN)
