"""A year of receipts and answers: how many were given out and answered, and what was answered, from sums of months.

It is the month under way and the eleven before it: answers are erased after two years and receipts are not, so over a longer time n of N
would fall by itself. Every page that says how many receipts are answered takes both numbers, and the answers beside them, from here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from stop_search.feedback.forms import published_form
from stop_search.feedback.queries import AnswerCount
from stop_search.feedback.rules import Standing
from stop_search.learning.month_sums import newest_year, sums_of
from stop_search.learning.reach_sums import ANSWER, BESIDE, OFFERS, RECEIPTS, RECORDS, WAY
from stop_search.learning.response import Response


@dataclass(frozen=True)
class Records:
    """Records of our own of a year: `due` are at least a day old, `finished` of these have no gap left."""

    due: int
    finished: int


@dataclass(frozen=True)
class Offers:
    """Receipts of people of whom it is recorded: `handed` over or offered and not wanted, or `refused` with a reason; `unsaid`: neither."""

    handed: int
    refused: int
    unsaid: int


@dataclass(frozen=True)
class Receipts:
    """What the sums of feedback say. Receipts are those given out and not withdrawn; answers are primary ones."""

    sums: Mapping[str, Sequence[int]]

    @property
    def records(self) -> Records:
        """How many records are finished."""
        return Records(*self.sums.get(RECORDS, (0, 0)))

    @property
    def offers(self) -> Offers:
        """Of how many people the record says that a receipt was offered, or why not."""
        said, _ = self.by(OFFERS)
        return Offers(said["1|0"], said["0|1"], said["0|0"] + said["1|1"])

    @property
    def given(self) -> int:
        """How many receipts there are."""
        return self.by(WAY)[0].total()

    @property
    def answered(self) -> int:
        """How many of them the person answered."""
        return self.by(WAY)[1].total()

    def by(self, *kind: str) -> tuple[Counter[str], Counter[str]]:
        """Return how many were given and answered, by what stands after the kind in the names."""
        given, answered = Counter[str](), Counter[str]()
        for name, counts in self._named("|".join(kind)):
            given[name], answered[name] = counts
        return given, answered

    def answers(self, *, with_doubtful: bool) -> Iterator[AnswerCount]:
        """Yield how often each answer was given. `with_doubtful`: also by whom may have been the officer."""
        for name, (certain, doubtful, *_) in self._named(ANSWER):
            form, version, question, answer = name.split("|")
            asked = published_form(form, int(version))
            about, number = asked.question(question), certain + doubtful * with_doubtful
            yield AnswerCount(question, answer, about.criterion if about else None, asked.level(question, answer), number)

    def beside(self, standing: Standing) -> int:
        """How much feedback of another standing than primary there is of these receipts."""
        return sum(number for name, (number, *_) in self._named(BESIDE) if name == standing)

    def _named(self, kind: str) -> Iterator[tuple[str, Sequence[int]]]:
        before = f"{kind}|"
        return ((name.removeprefix(before), counts) for name, counts in self.sums.items() if name.startswith(before))


@dataclass(frozen=True)
class YearOfReceipts:
    """Receipts given out from the day `since` to the day `until`, both included, by UTC as months are.

    `counted_at`: when the oldest of the counts were made, None where all were made just now.
    """

    since: date
    until: date
    receipts: Receipts
    counted_at: datetime | None

    @property
    def response(self) -> Response:
        """How many are answered, and what that leaves unknown."""
        return Response(self.receipts.given, self.receipts.answered, self.since, self.until)


def year_of_receipts(session: Session, *, now: datetime) -> YearOfReceipts:
    """Return the newest year."""
    months = newest_year(now)
    counted = sums_of(session, months=months, parts=(RECEIPTS,), now=now)
    return YearOfReceipts(months.starts.date(), now.astimezone(UTC).date(), Receipts(counted.parts[RECEIPTS]), counted.counted_at)
