"""Reading how far feedback reaches: a year's records, receipts offered and answered, whose they were, and what the answers allow to say.

Whose receipts were answered is told in sums of the whole force, by what the officer recorded of the person; small ones are hidden.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.lists import code_list
from stop_search.errors import NotAllowed
from stop_search.feedback.forms import Form, newest_form, published_form
from stop_search.learning.disclosure import WITHIN_THE_HOUSE, told_counts
from stop_search.learning.disparity.groups import GROUPS, SHORT, Basis, group_of_code
from stop_search.learning.estimates import GATE, MET_FROM_LEVEL, Interval, wilson
from stop_search.learning.month_sums import newest_year, sums_of
from stop_search.learning.reach import Heard, Responded, heard, share_answered
from stop_search.learning.reach_sums import ANSWER, NOT_OFFERED, NOT_SAID, OFFERS, RECEIPTS, RECORDS, SIDE, WAY

NOT_STATED = "Not stated"
LABELS = {
    NOT_OFFERED: "Not offered on the spot, with a reason",
    NOT_SAID: "The record does not say whether it was offered",
}


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
        before, given, answered = "|".join([*kind, ""]), Counter[str](), Counter[str]()
        for name, counts in self.sums.items():
            if name.startswith(before):
                given[name.removeprefix(before)], answered[name.removeprefix(before)] = counts
        return given, answered

    def levels(self) -> Iterator[tuple[str, int, int]]:
        """Yield (question, level, how many) of the answers that stand for a level."""
        for name, (number, *_) in self.sums.items():
            kind, *parts = name.split("|")
            if kind == ANSWER:
                form, version, question, answer = parts
                level = published_form(form, int(version)).level(question, answer)
                if level is not None:
                    yield question, level, number


@dataclass(frozen=True)
class Side:
    """One group among all who were given a receipt, and among those who answered; None where too small to tell.

    `share`: of those who answered, with its interval; None where too few answered.
    """

    label: str
    stopped: int | None
    of_stopped: float | None
    answered: int | None
    share: Interval | None


@dataclass(frozen=True)
class Sides:
    """All groups of one basis."""

    basis: Basis
    name: str
    groups: tuple[Side, ...]


@dataclass(frozen=True)
class Reach:
    """Everything that the page of feedback shows of the month of `until` and the eleven before it.

    A year, since answers are erased after two years and receipts are not: over a longer time the rate would fall by itself. `answered` are
    primary answers, one for each receipt; `counted_at`: when the oldest of the counts were made, None where all were made just now.
    """

    since: datetime
    until: datetime
    records: Records
    offers: Offers
    given: int
    answered: int
    share: Interval | None
    ways: tuple[Responded, ...]
    sides: tuple[Sides, ...]
    heard: tuple[Heard, ...]
    minimum: int
    counted_at: datetime | None = None


def reach_of_feedback(session: Session, *, viewer: Viewer, now: datetime, minimum: int = WITHIN_THE_HOUSE) -> Reach:
    """Return all of it.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team looks at how far feedback reaches."
        raise NotAllowed(message)
    months = newest_year(now)
    counted = sums_of(session, months=months, parts=(RECEIPTS,), now=now)
    found = Receipts(counted.parts[RECEIPTS])
    return Reach(
        since=months.starts,
        until=now,
        records=found.records,
        offers=found.offers,
        given=found.given,
        answered=found.answered,
        share=share_answered(found.answered, found.given),
        ways=tuple(_ways(found, minimum)),
        sides=tuple(_sides(found, basis, minimum) for basis in Basis),
        heard=tuple(_heard(found, newest_form())),
        minimum=minimum,
        counted_at=counted.counted_at,
    )


def _ways(found: Receipts, minimum: int) -> Iterator[Responded]:
    """Yield the receipts by how they were handed over, or that they were not, in the order of the code lists."""
    labels = {entry.key: entry.label for entry in code_list("receipt_handed").entries} | LABELS
    given, answered = found.by(WAY)
    order = [way for way in labels if given[way]]
    told, told_answered = (told_counts({way: counts[way] for way in order}, minimum=minimum) for counts in (given, answered))
    for way in order:
        number, said = told[way], told_answered[way]
        share = None if number is None or said is None else share_answered(said, number)
        yield Responded(labels[way], number, said, share)


def _sides(found: Receipts, basis: Basis, minimum: int) -> Sides:
    names = {group.key: group.label for group in GROUPS[basis]}
    stopped, answered = (_by_label(counts, names, basis) for counts in found.by(SIDE, basis.value))
    order = [label for label in (*names.values(), NOT_STATED) if stopped[label]]
    told, told_answered = (told_counts({label: counts[label] for label in order}, minimum=minimum) for counts in (stopped, answered))
    return Sides(basis, SHORT[basis], tuple(_side(label, told, told_answered, stopped.total(), answered.total()) for label in order))


def _by_label(counts: Mapping[str, int], names: Mapping[str, str], basis: Basis) -> Counter[str]:
    found = Counter[str]()
    for code, number in counts.items():
        found[names.get(group_of_code(code or None, basis) or "", NOT_STATED)] += number
    return found


def _side(label: str, told: Mapping[str, int | None], answered: Mapping[str, int | None], of_stopped: int, of_answered: int) -> Side:
    number, said = told[label], answered[label]
    share = None
    if said is not None and of_answered >= GATE.reviews:
        share = Interval(said / of_answered, *wilson(said / of_answered, of_answered))
    return Side(label, number, None if number is None else number / of_stopped, said, share)


def _heard(found: Receipts, form: Form) -> Iterator[Heard]:
    good, answered = Counter[str](), Counter[str]()
    for question, level, number in found.levels():
        answered[question] += number
        good[question] += number if level >= MET_FROM_LEVEL else 0
    for question in form.questions:
        if question.criterion is not None:
            words = [answer.words for answer in question.answers if answer.level is not None and answer.level >= MET_FROM_LEVEL]
            yield heard(
                question.words,
                " or ".join(f"“{one}”" for one in words),
                good=good[question.id],
                answered=answered[question.id],
                given=found.given,
            )
