"""How far feedback reaches: what answers of people who chose to answer can, and cannot, say of everybody who was given a receipt. Pure.

Nothing here estimates what everybody thinks. Weighting answers to look like everybody who was stopped does not mend it either: who
answers differs in what they would say, which no record tells.
"""

from dataclasses import dataclass

from stop_search.learning.estimates import GATE, Interval, wilson

TIMES = 2.0  # as likely to answer; the band shows what follows if people who were content were half, or twice, as likely


@dataclass(frozen=True)
class Heard:
    """One question: `good` of `answered` people chose an answer that meets the standard; `given` receipts were given out.

    `whoever`: from none to all of those who did not answer would have said it (Manski 1989). `band`: if those who would say it were
    TIMES as likely to answer as the others, or the others as they. All are None where `too_few` says why.
    """

    question: str
    good_words: str
    answered: int
    good: int | None
    given: int
    whoever: tuple[float, float] | None
    band: tuple[float, float] | None
    too_few: str | None


@dataclass(frozen=True)
class Responded:
    """A group of receipts: `given`, and how many of them were answered; both None where too small to tell. `share` may be too few."""

    label: str
    given: int | None
    answered: int | None
    share: Interval | None


def heard(question: str, good_words: str, *, good: int, answered: int, given: int) -> Heard:
    """Return what can be said of one question. A share of the answers alone is not told: it would be read as one of everybody."""
    rarer = min(good, answered - good)
    too_few = None
    if answered < GATE.reviews:
        too_few = f"{answered} answered, {GATE.reviews} are needed"
    elif rarer < GATE.events:
        too_few = f"{GATE.events} are needed who say so, and {GATE.events} who do not"
    if too_few:
        return Heard(question, good_words, answered, None, given, None, None, too_few)
    bounds = whoever_is_silent(good, answered, given)
    return Heard(question, good_words, answered, good, given, bounds, if_times_as_likely(good, answered), None)


def whoever_is_silent(good: int, answered: int, given: int) -> tuple[float, float]:
    """Return the lowest and highest share among all `given`: nobody, or everybody, who is silent would have said it.

    >>> [round(end, 3) for end in whoever_is_silent(170, 480, 9600)]
    [0.018, 0.968]
    """
    return good / given, (good + given - answered) / given


def if_times_as_likely(good: int, answered: int, times: float = TIMES) -> tuple[float, float]:
    """Return the share among all if people who would say it were `times` as likely to answer as the others, and if the others were.

    With answers at the rates a and b, the share p among answers and the share s among all: p = s*a / (s*a + (1-s)*b).

    >>> [round(end, 3) for end in if_times_as_likely(170, 480)]
    [0.215, 0.523]
    """
    bad = answered - good
    return good / (good + times * bad), times * good / (times * good + bad)


def share_answered(answered: int, given: int) -> Interval | None:
    """Return the share of receipts that were answered, with Wilson's interval; None where too few were given or answered."""
    if given < GATE.reviews or min(answered, given - answered) < GATE.events:
        return None
    low, high = wilson(answered / given, given)
    return Interval(answered / given, low, high)
