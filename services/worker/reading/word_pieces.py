"""Words cut into the pieces that the language model knows: BERT's uncased WordPiece, in the few lines that it takes.

`vocabulary.txt` is that of `bert-base-uncased` (Apache-2.0): one piece on each line, its number is the line's.
"""

import unicodedata
from functools import cache
from pathlib import Path

VOCABULARY = Path(__file__).with_name("vocabulary.txt")
LONGEST_WORD = 100  # characters; a longer one is unknown, as in the original
LONGEST_TEXT = 256  # pieces, the model's own limit, its first and last among them
START, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"


@cache
def numbers() -> dict[str, int]:
    """Return the number of each piece."""
    return {piece: number for number, piece in enumerate(VOCABULARY.read_text(encoding="utf-8").splitlines())}


def pieces_of(text: str) -> list[int]:
    """Return the numbers of a text's pieces, with the model's start and end around them; what is too long is cut off."""
    known = numbers()
    inside = [known[piece] for word in _words(text) for piece in _cut(word, known)]
    return [known[START], *inside[: LONGEST_TEXT - 2], known[END]]


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFD", "".join(map(_cleaned, text)).lower())
    apart = "".join(f" {mark} " if _stands_alone(mark) else mark for mark in plain if unicodedata.category(mark) != "Mn")
    return apart.split()


def _cleaned(mark: str) -> str:
    if mark in "\t\n\r":
        return " "
    return "" if mark in "\0\N{REPLACEMENT CHARACTER}" or unicodedata.category(mark).startswith("C") else mark


def _stands_alone(mark: str) -> bool:
    code = ord(mark)
    is_sign = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126  # noqa: PLR2004 -- the ASCII signs
    is_chinese = 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF  # noqa: PLR2004 -- Unicode's blocks
    return is_sign or is_chinese or unicodedata.category(mark).startswith("P")


def _cut(word: str, known: dict[str, int]) -> list[str]:
    found, start = list[str](), 0
    while start < len(word) <= LONGEST_WORD:
        marked = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if marked + word[start:end] in known), None)
        if end is None:
            return [UNKNOWN]
        found.append(marked + word[start:end])
        start = end
    return found or [UNKNOWN]
