"""Reading how far feedback reaches: a year's records, receipts offered and answered, whose they were, and what the answers allow to say.

Whose receipts were answered is told in sums of the whole force, by what the officer recorded of the person; small ones are hidden.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.lists import code_list
from stop_search.errors import NotAllowed
from stop_search.feedback.forms import Form, newest_form
from stop_search.learning.disclosure import WITHIN_THE_HOUSE, told_counts
from stop_search.learning.disparity.groups import GROUPS, SHORT, Basis, group_of_code
from stop_search.learning.estimates import GATE, MET_FROM_LEVEL, Interval, wilson
from stop_search.learning.reach import Heard, Responded, heard, share_answered
from stop_search.learning.reach_sums import NOT_OFFERED, NOT_SAID, SIDE, WAY
from stop_search.learning.year_of_receipts import Offers, Receipts, Records, year_of_receipts

NOT_STATED = "Not stated"
LABELS = {
    NOT_OFFERED: "Not offered on the spot, with a reason",
    NOT_SAID: "The record does not say whether it was offered",
}


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
    """Everything that the page of feedback shows of a year, the days from `since` to `until`. `answered` are primary answers.

    `counted_at`: when the oldest of the counts were made, None where all were made just now.
    """

    since: date
    until: date
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
    year = year_of_receipts(session, now=now)
    found = year.receipts
    return Reach(
        since=year.since,
        until=year.until,
        records=found.records,
        offers=found.offers,
        given=found.given,
        answered=found.answered,
        share=share_answered(found.answered, found.given),
        ways=tuple(_ways(found, minimum)),
        sides=tuple(_sides(found, basis, minimum) for basis in Basis),
        heard=tuple(_heard(found, newest_form())),
        minimum=minimum,
        counted_at=year.counted_at,
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
    for one in found.answers(with_doubtful=False):
        if one.level is not None:
            answered[one.question] += one.count
            good[one.question] += one.count if one.level >= MET_FROM_LEVEL else 0
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
