"""How a pattern finds details of one kind. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stop_search.feedback.personal_details.details import Detail, Kind
from stop_search.feedback.personal_details.word_lists import is_usual

SPAN = "it"  # the group that is the detail, where a pattern also reads the words before or after it


@dataclass(frozen=True)
class Pattern:
    """An expression, and what else has to be true of what it finds.

    `least_digits`: it has so many; `unless_word`: it is no ordinary word; `needs`: the text has this in it, a cheap look first.
    """

    kind: Kind
    expression: re.Pattern[str]
    accepts: Callable[[str], bool]
    least_digits: int
    unless_word: bool
    needs: str

    def found(self, text: str) -> Iterator[Detail]:
        """Give every place of a plain text that fits."""
        if self.needs not in text:
            return
        span = SPAN if SPAN in self.expression.groupindex else 0
        for match in self.expression.finditer(text):
            if self._fits(match[span]):
                yield Detail(match.start(span), match.end(span), self.kind)

    def _fits(self, it: str) -> bool:
        digits = sum(c.isdigit() for c in it)
        return digits >= self.least_digits and not (self.unless_word and is_usual(it.lower())) and self.accepts(it)


def pattern(
    kind: Kind,
    expression: str,
    *,
    accepts: Callable[[str], bool] = bool,
    least_digits: int = 0,
    unless_word: bool = False,
    as_typed: bool = False,
    needs: str = "",
) -> Pattern:
    """Return a pattern. `as_typed`: capitals are not small letters."""
    flags = re.ASCII if as_typed else re.ASCII | re.IGNORECASE
    return Pattern(kind, re.compile(expression, flags), accepts, least_digits, unless_word, needs)
