"""Reply codes: four plain words with which a person finds their own answers again. Pure; stores and looks up nothing.

1,423 words, four of them: 42 bits. They open the answers to one form and nothing about the stop, and only through our own page.
"""

import difflib
import hashlib
import hmac
import re
import unicodedata
from functools import cache
from pathlib import Path

from stop_search.errors import Invalid

WORDS = Path(__file__).parent / "reply_words.txt"
REPLY_KEY_USE = "feedback-reply/v1"  # what the key that makes these words is derived for
LENGTH = 4
LONGEST_TYPED = 200
MOST_MEANT = 3


def make_reply_code(key: bytes, submission_id: str, attempt: int = 0) -> str:
    """Return "amber river candle stone" for a form's id: the same key, id and attempt always give the same words.

    `attempt` moves on to other words where another form already has these.
    """
    digest = _keyed(key, b"words", f"{submission_id}/{attempt}".encode())
    number, picked = int.from_bytes(digest, "big"), list[str]()
    for _ in range(LENGTH):
        number, place = divmod(number, len(words()))
        picked.append(words()[place])
    return " ".join(picked)


def reply_code_digest(key: bytes, code: str) -> str:
    """Return the keyed digest (hex) under which a reply code is stored: without the key it tells nothing."""
    return _keyed(key, b"digest", code.encode()).hex()


def normalised_reply_code(typed: str) -> str:
    """Return the four words that were meant: case, line ends, commas and hyphens between them do not matter.

    Raises:
        Invalid: not four words, or words that no reply code has; the sentence says which, and which were perhaps meant.

    """
    found = re.findall(r"[a-z0-9']+", unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).lower())
    if len(found) != LENGTH:
        raise _wrong_number(len(found))
    for word in found:
        if word not in _known():
            raise _unknown(word)
    return " ".join(found)


def _wrong_number(typed: int) -> Invalid:
    if not typed:
        return _mistyped("Type the four words of your reply code.", "errors.reply_empty")
    return _mistyped(f"A reply code has four words. You typed {typed}.", "errors.reply_length", typed=typed)


def _unknown(word: str) -> Invalid:
    near = _one_slip_away(word) or list[str](difflib.get_close_matches(word, words(), n=1, cutoff=0.75))
    sentence = f"No reply code has the word “{word}”."
    if near:
        meant = "” / “".join(near)
        return _mistyped(f"{sentence} Did you mean “{meant}”?", "errors.reply_meant", word=word, meant=meant)
    return _mistyped(sentence, "errors.reply_unknown", word=word)


def _one_slip_away(word: str) -> list[str]:
    """Return up to MOST_MEANT words from which one letter is wrong, missing or too much, or two neighbours are swapped."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    near = {head + tail[1:] for head, tail in cuts if tail}
    near |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    near |= {head + letter + tail[cut:] for head, tail in cuts for letter in letters for cut in (0, 1)}
    return sorted(near & _known())[:MOST_MEANT]


@cache
def words() -> tuple[str, ...]:
    """Return the words, in their fixed order."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def _known() -> frozenset[str]:
    return frozenset(words())


def _keyed(key: bytes, use: bytes, message: bytes) -> bytes:
    return hmac.new(key, use + b"\0" + message, hashlib.sha256).digest()


def _mistyped(sentence: str, words: str, **filled: object) -> Invalid:
    return Invalid(sentence, {"reply_code": sentence}).worded(words, **filled)
