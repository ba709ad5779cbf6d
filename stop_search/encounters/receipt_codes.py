"""Receipt codes: made from a key and a receipt's id, read back however they are typed. Pure; stores and looks up nothing.

A code is twelve symbols of Crockford's base 32: a locator of 4 (20 bits, found by index), a secret of 7 (35 bits) and one check
symbol, the number modulo 37. Nothing secret is stored: the key makes the same code again from the receipt's random id.
"""

import hashlib
import hmac
import unicodedata
import uuid
from functools import cache
from pathlib import Path

import yaml

from stop_search.errors import Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KEY_USE = "receipt-code/v1"  # what the key that makes codes is derived for
LOCATOR = 4
SYMBOLS = 12
LONGEST_TYPED = 64
WORDS = Path(__file__).parent / "check_words.yaml"

_BITS = 5 * (SYMBOLS - 1)
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = frozenset("-_.·/")


def make_code(key: bytes, receipt_id: uuid.UUID) -> str:
    """Return the receipt's code: 12 symbols, upper case, no hyphens. The same key and id always give the same code.

    Modulo 37 has five values without a symbol (32 to 36); then the next number of the sequence is taken (0.2 bit lost).
    """
    counter = 0
    while True:
        digest = _keyed(key, b"code", receipt_id.bytes + counter.to_bytes(4, "big"))
        number = int.from_bytes(digest[:8], "big") >> (64 - _BITS)
        if number % 37 < len(ALPHABET):
            return _symbols(number) + ALPHABET[number % 37]
        counter += 1


def normalised(typed: str) -> str:
    """Return the 12 symbols that were meant: case, spaces and hyphens do not matter, O is read as 0, I and L as 1.

    Raises:
        Invalid: too few or too many symbols, one that no code has, or the check symbol says that it is mistyped.

    """
    kept = (c for c in unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper() if not _is_separator(c))
    code = "".join(kept).translate(_MISREAD)
    if mistake := _mistake(code):
        raise mistake
    return code


def is_code(code: str) -> bool:
    """Return whether this is a normalised code, check symbol included."""
    return _mistake(code) is None


def locator(code: str) -> str:
    """Return the part of a normalised code that is not secret and finds the few rows to compare."""
    return code[:LOCATOR]


def code_digest(key: bytes, code: str) -> str:
    """Return the keyed digest (hex) under which a normalised code is stored: without the key it tells nothing."""
    return _keyed(key, b"digest", code.encode("ascii")).hex()


def check_words(key: bytes, code: str) -> str:
    """Return two friendly words ("amber otter") that only we could have printed beside this normalised code."""
    first, second = _word_lists()
    digest = _keyed(key, b"words", code.encode("ascii"))
    return f"{_picked(first, digest[:8])} {_picked(second, digest[8:16])}"


def pretty(code: str) -> str:
    """Return a normalised code as it is printed: `7K3M-9QX2-TD4F`."""
    return "-".join(code[start : start + 4] for start in range(0, SYMBOLS, 4))


def receipt_url(public_url: str, code: str) -> str:
    """Return the address in the QR. The code stays in upper case, which a QR holds in its compact alphanumeric mode."""
    return f"{public_url.rstrip('/')}/r/{code}"


def _keyed(key: bytes, use: bytes, message: bytes) -> bytes:
    return hmac.new(key, use + b"\0" + message, hashlib.sha256).digest()


def _symbols(number: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(_BITS - 5, -1, -5))


def _number(symbols: str) -> int:
    number = 0
    for symbol in symbols:
        number = number * 32 + _VALUE[symbol]
    return number


def _is_separator(character: str) -> bool:
    return character in _SEPARATORS or character.isspace() or unicodedata.category(character) in {"Pd", "Cf"}


def _picked(words: tuple[str, ...], random: bytes) -> str:
    return words[int.from_bytes(random, "big") % len(words)]


def _mistake(code: str) -> Invalid | None:
    if not code:
        return _mistyped("Type the code that is on your receipt. It has 12 letters and numbers.", "errors.code_empty")
    if strange := next((c for c in code if c not in _VALUE), ""):
        return _strange(strange)
    if len(code) != SYMBOLS:
        return _mistyped(f"A code has 12 letters and numbers. You typed {len(code)}.", "errors.code_length", typed=len(code))
    if _number(code[:-1]) % 37 != _VALUE[code[-1]]:
        return _mistyped("One of the letters or numbers is not right. Look at your receipt and type the code again.", "errors.code_check")
    return None


def _strange(symbol: str) -> Invalid:
    if not symbol.isprintable():
        return _mistyped("Type the code again.", "errors.code_unreadable")
    return _mistyped(f"No code has “{symbol}” in it. Look at your receipt again.", "errors.code_strange", strange=symbol)


def _mistyped(sentence: str, words: str, **filled: object) -> Invalid:
    return Invalid(sentence, {"code": sentence}).worded(words, **filled)


@cache
def _word_lists() -> tuple[tuple[str, ...], tuple[str, ...]]:
    read = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return tuple(read["first"]), tuple(read["second"])
