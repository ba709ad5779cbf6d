"""How many answered, and what that leaves unknown: beside every figure of what the public answered. Pure.

Who answers has chosen to. Of the others nothing is known, and no weighting can know it; so a share among those who answered says of
everybody only between what it must lie (Manski 1989): had all others said no, or all yes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from stop_search.learning.findings import of_100
from stop_search.wording import month_in_words

HEADING = (
    "receipts",
    "receipts given out (and not withdrawn) from",
    "receipts given out to",
    "receipts answered",
    "half of those who answered is, of everybody, at least",
    "half of those who answered is, of everybody, at most",
)


@dataclass(frozen=True)
class Response:
    """How many receipts count that were given out in the month of `until` and the eleven before it, from the day `since`.

    `answered`: how many of these the person who was stopped answered.
    """

    receipts: int
    answered: int
    since: date
    until: date

    @property
    def rate(self) -> float:
        """The share of the receipts that were answered."""
        return self.answered / self.receipts if self.receipts else 0.0

    def bounds(self, share: float) -> tuple[float, float]:
        """Return between what a share among those who answered lies among everybody.

        >>> Response(receipts=400, answered=100, since=date(2026, 1, 1), until=date(2026, 12, 18)).bounds(0.5)
        (0.125, 0.875)
        """
        return share * self.rate, share * self.rate + 1 - self.rate

    @property
    def in_words(self) -> str:
        """The sentences that stand beside every figure of what the public answered."""
        first, last = (month_in_words(f"{day:%Y-%m}") for day in (self.since, self.until))
        return self.said_of(f"receipts given out in the twelve months from {first} to {last}")

    def said_of(self, receipts: str) -> str:
        """Return the same sentences of other receipts, as `receipts` calls them: "receipts of …"."""
        given = f"{self.receipts:,} {receipts}"
        if not self.answered:
            return f"None of {given} was answered, so nothing is known of what people would have said."
        low, high = self.bounds(0.5)
        return (
            f"{self.answered:,} of {given} were answered by the person who was stopped: {of_100(self.rate)} of 100. "
            f"What the others would have said is not known. Half of those who answered could be anything from {of_100(low)} to "
            f"{of_100(high)} of 100 among everybody."
        )

    def beside(self, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[Sequence[str], Iterator[Sequence[object]]]:
        """Return a table of the public's answers for a file, with the response and its bounds in every row."""
        low, high = (round(bound, 4) for bound in self.bounds(0.5))
        return (*heading, *HEADING), ((*row, self.receipts, self.since, self.until, self.answered, low, high) for row in rows)
