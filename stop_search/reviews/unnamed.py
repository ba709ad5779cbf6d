"""Words of a record as blind review may read them: without the names and numbers of the officers who were there. Pure.

What is hidden is what can be told for sure to be an officer's: names and numbers of those who are recorded as present or wore a camera, and
whatever stands behind a rank. A name that is also a word ("Young male") is hidden where it begins with a capital: better once too often.
"""

import re
from collections.abc import Iterable, Iterator

HIDDEN = "[officer]"
FEWEST_LETTERS = 2  # of a part of a name: an initial alone is nobody's
_RANK = r"(?:W?PC|P?CSO|PS|D[CSI]|SC|OIC|[Ss]ergeant|[Cc]onstable|[Ii]nspector|[Oo]fficer|(?:[Ss]gt|[Ii]nsp)\.?)"
_NUMBER = r"[A-Z]{0,2}[0-9]{2,6}[A-Z]?"
_NAME = r"(?:[A-Z]\.|[A-Z][^\W\d_]*(?:['\u2019-][^\W\d_]+)*)"  # "J.", "O'Neill", "Owen-Hall"
_SHOP = "World"  # PC World is a place
_RANKED = re.compile(rf"(?<!\w)(?P<rank>{_RANK})\s+(?!{_SHOP}\b)(?:{_NUMBER}|{_NAME})(?:\s+(?:{_NUMBER}|{_NAME}))*(?!\w)")
_TWICE = re.compile(rf"{re.escape(HIDDEN)}(?:[\s,]+{re.escape(HIDDEN)})+")


def unnamed(text: str | None, officers: Iterable[tuple[str, str | None]]) -> str | None:
    """Return the text with HIDDEN in place of officers. `officers`: (name, shoulder, collar or warrant number) of those who were there."""
    if text is None:
        return None
    for expression in _expressions(officers):
        text = expression.sub(HIDDEN, text)
    return _TWICE.sub(HIDDEN, _RANKED.sub(rf"\g<rank> {HIDDEN}", text))


def _expressions(officers: Iterable[tuple[str, str | None]]) -> Iterator[re.Pattern[str]]:
    for name, number in officers:
        parts = name.split()
        if len(parts) > 1:
            yield _word(r"\s+".join(map(re.escape, parts)), re.IGNORECASE)
        for part in parts:
            if len(part) >= FEWEST_LETTERS and (not part.islower() or name.islower()):  # not the "van" of "van der Berg"
                yield _word(f"(?:{re.escape(part[:1].upper() + part[1:])}|{re.escape(part.upper())})")
        if number:
            yield _word(re.escape(number), re.IGNORECASE)


def _word(expression: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){expression}(?!\w)", flags)
