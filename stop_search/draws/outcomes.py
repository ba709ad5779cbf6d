"""The chain of outcomes: what became of each drawn stop, one line after the other, each fixed by the next. Pure."""

from dataclasses import dataclass, replace

from stop_search.draws.tickets import outcome_hash

OUTCOME_COLUMNS = ("n", "token", "outcome", "reason", "rank", "review", "at", "hash")


@dataclass(frozen=True)
class OutcomeLine:
    """One line of outcomes.csv. `reason` and `rank` are codes or empty, `review` a digest or empty, `at` a date."""

    n: int
    token: str
    outcome: str
    reason: str
    rank: str
    review: str
    at: str
    hash: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the cells of its line, without the hash."""
        return (str(self.n), self.token, self.outcome, self.reason, self.rank, self.review, self.at)


def chained(previous: str, line: OutcomeLine) -> OutcomeLine:
    """Return the line with its hash, which follows from the one before it; the first follows from the manifest's digest."""
    return replace(line, hash=outcome_hash(previous, ",".join(line.cells())))
