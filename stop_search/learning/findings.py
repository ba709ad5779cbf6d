"""Saying a result in a sentence: "in 81 of 100 stops, between 76 and 85". Pure."""

from collections.abc import Sequence
from typing import Protocol

from stop_search.learning.estimates import Interval, Share

ABOUT_REVIEWS = (
    "Stops not reviewed are taken to be like the reviewed ones of their class; where footage is missing more for some, they may differ.",
    "“Cannot tell” and “not applicable” are left out of a share and counted beside it.",
    "Stops picked for a cause, such as a complaint or a theme of a panel, are not in these figures: only the random draw is.",
)
ABOUT_ANSWERS = (
    "This cannot be read as a percentage of everyone stopped: people chose whether to answer, and who did may differ from who did not.",
    "The answers of a person are not joined to the review of that stop.",
)


class Result(Protocol):
    """A criterion's name and what can be said of it."""

    @property
    def name(self) -> str:
        """The criterion's name."""
        ...

    @property
    def share(self) -> Share:
        """What can be said of it."""
        ...


def of_100(share: float) -> str:
    """Return a share as a whole number of 100; what is neither 0 nor 100 is never rounded to it."""
    rounded = round(share * 100)
    if rounded == 0 and share > 0:
        return "fewer than 1"
    if rounded == 100 and share < 1:  # noqa: PLR2004 -- of 100
        return "more than 99"
    return str(rounded)


def in_words(found: Interval) -> str:
    """Return "81 of 100 stops, between 76 and 85"."""
    return f"{of_100(found.share)} of 100 stops, between {of_100(found.low)} and {of_100(found.high)}"


def headline(results: Sequence[Result], *, tells_scored: bool = True) -> str:
    """Return the finding in a sentence or two: what was met least and most often, or that it is too early to say.

    `tells_scored`: whether it may be told how often the criterion was scored that was scored most.
    """
    said = [(result.share.interval.share, result.name, result.share.interval) for result in results if result.share.interval]
    if not said:
        scored = max((result.share.n for result in results), default=0)
        at_most = f" (at most {scored} times)" if tells_scored else ""
        return f"It is too early to say how often stops met the standard: no criterion has been scored often enough{at_most}."
    least = min(said, key=lambda entry: entry[:2])
    if len(said) == 1:
        return f"“{least[1]}” met the standard in {in_words(least[2])}."
    most = max(said, key=lambda entry: entry[0])
    return f"“{least[1]}” met the standard least often: in {in_words(least[2])}. “{most[1]}” met it most often: in {in_words(most[2])}."
