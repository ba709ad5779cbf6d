"""The chain of outcomes: what became of each drawn stop, one line after the other, each fixed by the next. Pure."""

from collections.abc import Sequence
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


def chain_problems(lines: Sequence[OutcomeLine], *, digest: str) -> list[str]:
    """Return what is wrong with a chain: a line that was changed, left out, or stands twice."""
    previous, problems = digest, list[str]()
    for number, line in enumerate(lines, start=1):
        if line.n != number:
            problems.append(f"outcomes.csv: line {number} has the number {line.n}")
        if chained(previous, line).hash != line.hash:
            problems.append(f"outcomes.csv: line {number} does not follow from the one before it")
        previous = line.hash
    if len({line.token for line in lines}) != len(lines):
        problems.append("outcomes.csv: a stop has two outcomes")
    return problems
