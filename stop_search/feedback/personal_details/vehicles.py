"""Vehicle registration marks, as patterns. Pure.

The forms are those of DVLA's INF104: current (AB12 CDE), prefix (A123 BCD), suffix (ABC 123D), Northern Irish (ABZ 1234).
In small letters they look like ordinary writing ("m32 and", "at 10 the"), so there the words beside them have to tell.
"""

from stop_search.feedback.personal_details.details import Kind
from stop_search.feedback.personal_details.patterns import Pattern, pattern
from stop_search.feedback.personal_details.word_lists import is_usual

_AGE = r"(?:0[1-9]|[1-3][0-9]|[5-8][0-9])"
_MARK = r"\b(?:reg|registration|registered|vrm|number ?plate|plates?|index|licence plate)\b"
_FILL = r"(?: (?:number|no\.?|is|was|mark|plate|its|it's|on it|of|reads?|says)){0,3}[ :=(,\"']{0,3}"
_ANY_FORM = (
    rf"(?:[a-z]{{2}} ?{_AGE} ?[a-z]{{3}}|[a-z] ?[0-9]{{1,3}} ?[a-z]{{3}}|[a-z]{{3}} ?[0-9]{{1,3}} ?[a-z]|"
    r"[a-z]{1,3} ?[0-9]{1,4}|[0-9]{1,4} ?[a-z]{1,3})"
)
LETTERS = 3  # in the run that could be a word
SHORTEST = 4  # symbols


def _spells_no_words(mark: str) -> bool:
    """Tell whether none of a mark's runs of three letters is a word: "M32 NOW" is none."""
    runs = "".join(c.lower() if c.isalpha() else " " for c in mark).split()
    return not any(len(run) == LETTERS and is_usual(run) for run in runs)


def _is_joined(mark: str) -> bool:
    return " " not in mark or _spells_no_words(mark)


NUMBER_PLATES: tuple[Pattern, ...] = (
    pattern(Kind.VRM, rf"{_MARK}{_FILL}(?P<it>{_ANY_FORM})\b", least_digits=1, accepts=lambda it: sum(c.isalnum() for c in it) >= SHORTEST),
    pattern(Kind.VRM, rf"\b[A-HJ-PR-Y][A-Z]{_AGE}[ \-.]?[A-HJ-PR-Z]{{3}}\b", as_typed=True),
    pattern(Kind.VRM, rf"\b[A-HJ-PR-Y][A-Z] {_AGE} [A-HJ-PR-Z]{{3}}\b", as_typed=True, accepts=_spells_no_words),
    pattern(Kind.VRM, rf"\b[a-hj-pr-y][a-z]{_AGE} ?[a-hj-pr-z]{{3}}\b", accepts=_is_joined),
    pattern(Kind.VRM, r"\b[A-HJ-NPR-TV-Y][0-9]{1,3} ?[A-HJ-PR-Y][A-HJ-PR-Z]{2}\b", as_typed=True, accepts=_spells_no_words),
    pattern(Kind.VRM, r"\b[a-hj-npr-tv-y][0-9]{2,3}[a-hj-pr-y][a-hj-pr-z]{2}\b", accepts=_spells_no_words),
    pattern(Kind.VRM, r"\b[A-HJ-PR-Y][A-Z]{2} ?[0-9]{1,3}[A-HJ-NPR-TV-Y]\b", as_typed=True, accepts=_spells_no_words),
    pattern(Kind.VRM, r"\b[a-hj-pr-y][a-z]{2}[0-9]{2,3}[a-hj-npr-tv-y]\b", accepts=_spells_no_words),
    pattern(Kind.VRM, r"\b(?=[A-Z]{0,2}[IZ])[A-Z]{2,3} ?[0-9]{3,4}\b(?![-/])", as_typed=True, accepts=_spells_no_words),
)
