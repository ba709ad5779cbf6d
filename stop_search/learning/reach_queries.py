"""Reading how far feedback reaches: records, receipts offered and answered in a year, whose they were, and what the answers allow to say.

Whose receipts were answered is told in sums of the whole force, by what the officer recorded of the person; small ones are hidden.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.lists import code_list
from stop_search.encounters.records import Encounter, PersonSearched, Receipt
from stop_search.encounters.rules import EncounterSource, ReceiptState
from stop_search.errors import NotAllowed
from stop_search.feedback.forms import Form, newest_form, published_form
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.feedback.rules import Standing
from stop_search.learning.disclosure import WITHIN_THE_HOUSE, told_counts
from stop_search.learning.disparity.groups import GROUPS, SHORT, Basis, group_of_code
from stop_search.learning.estimates import GATE, MET_FROM_LEVEL, Interval, wilson
from stop_search.learning.reach import Heard, Responded, heard, share_answered

YEAR = timedelta(days=365)  # answers are erased after two years, receipts are not: over a longer time the rate would fall by itself
FINISHED_WITHIN = timedelta(hours=24)
COLUMNS = {
    Basis.SELF_DEFINED: PersonSearched.self_defined_ethnicity,
    Basis.OFFICER_PERCEIVED: PersonSearched.officer_perceived_ethnicity,
    Basis.AGE: PersonSearched.age_band,
    Basis.SEX: PersonSearched.gender,
}
NOT_STATED = "Not stated"
NOT_OFFERED, NOT_SAID = "Not offered on the spot, with a reason", "The record does not say whether it was offered"
Columns = TypeVarTuple("Columns")


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
    """Everything that the page of feedback shows of the year before `until`. `answered` are primary answers, one for each receipt."""

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


def reach_of_feedback(session: Session, *, viewer: Viewer, now: datetime, minimum: int = WITHIN_THE_HOUSE) -> Reach:
    """Return all of it.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team looks at how far feedback reaches."
        raise NotAllowed(message)
    since = now - YEAR
    given, answered = receipts_answered(session, since=since)
    return Reach(
        since=since,
        until=now,
        records=records_finished(session, since=since, now=now),
        offers=offers_recorded(session, since=since),
        given=given,
        answered=answered,
        share=share_answered(answered, given),
        ways=tuple(_ways(session, since, minimum)),
        sides=tuple(_sides(session, basis, since, minimum) for basis in Basis),
        heard=tuple(_heard(session, newest_form(), since, given)),
        minimum=minimum,
    )


def records_finished(session: Session, *, since: datetime, now: datetime) -> Records:
    """Return how many records of stops that were recorded since then, and at least a day ago, are finished."""
    own = (Encounter.source != EncounterSource.POLICE_UK, Encounter.recorded_at >= since, Encounter.recorded_at <= now - FINISHED_WITHIN)
    due, finished = session.execute(select(func.count(), func.count(Encounter.finished_at)).where(*own)).one()
    return Records(due, finished)


def offers_recorded(session: Session, *, since: datetime) -> Offers:
    """Return how many people's records say that a receipt was offered, or why not."""
    handed, refused = PersonSearched.receipt_handed.is_not(None), PersonSearched.receipt_not_offered_reason.is_not(None)
    rows = session.execute(_receipts(select(handed, refused, func.count()), since).group_by(handed, refused))
    found = {(bool(a), bool(b)): number for a, b, number in rows}
    return Offers(found.get((True, False), 0), found.get((False, True), 0), found.get((False, False), 0) + found.get((True, True), 0))


def receipts_answered(session: Session, *, since: datetime) -> tuple[int, int]:
    """Return how many receipts were given out since then and not withdrawn, and how many of them the person answered."""
    given, answered = session.execute(_answered(select(func.count(), func.count(Feedback.id)), since)).one()
    return given, answered


def _receipts(selected: Select[*Columns], since: datetime) -> Select[*Columns]:
    """Narrow a statement to the receipts of a time, with their people."""
    mine = selected.select_from(Receipt).join(PersonSearched, PersonSearched.id == Receipt.person_id)
    return mine.where(Receipt.state == ReceiptState.ISSUED, Receipt.issued_at >= since)


def _answered(selected: Select[*Columns], since: datetime) -> Select[*Columns]:
    """Narrow a statement to the same, each with its primary answers beside it or nothing."""
    return _receipts(selected, since).outerjoin(Feedback, and_(Feedback.receipt_id == Receipt.id, _is_primary()))


def _is_primary() -> ColumnElement[bool]:
    return Feedback.standing == Standing.PRIMARY


def _ways(session: Session, since: datetime, minimum: int) -> Iterator[Responded]:
    """Yield the receipts by how they were handed over, or that they were not, in the order of the code lists."""
    rows = _answered(
        select(PersonSearched.receipt_handed, PersonSearched.receipt_not_offered_reason, func.count(), func.count(Feedback.id)), since
    ).group_by(PersonSearched.receipt_handed, PersonSearched.receipt_not_offered_reason)
    given, answered = Counter[str](), Counter[str]()
    labels = {entry.key: entry.label for entry in code_list("receipt_handed").entries}
    for handed, refused, number, said in session.execute(rows):
        label = labels[handed] if handed else NOT_OFFERED if refused else NOT_SAID
        given[label] += number
        answered[label] += said
    order = [label for label in (*labels.values(), NOT_OFFERED, NOT_SAID) if given[label]]
    told, told_answered = (told_counts({label: found[label] for label in order}, minimum=minimum) for found in (given, answered))
    for label in order:
        number, said = told[label], told_answered[label]
        share = None if number is None or said is None else share_answered(said, number)
        yield Responded(label, number, said, share)


def _sides(session: Session, basis: Basis, since: datetime, minimum: int) -> Sides:
    column = COLUMNS[basis]
    rows = session.execute(_answered(select(column, func.count(), func.count(Feedback.id)), since).group_by(column))
    stopped, answered = Counter[str](), Counter[str]()
    names = {group.key: group.label for group in GROUPS[basis]}
    for code, number, said in rows:
        label = names.get(group_of_code(code, basis) or "", NOT_STATED)
        stopped[label] += number
        answered[label] += said
    order = [label for label in (*names.values(), NOT_STATED) if stopped[label]]
    told, told_answered = (told_counts({label: found[label] for label in order}, minimum=minimum) for found in (stopped, answered))
    return Sides(basis, SHORT[basis], tuple(_side(label, told, told_answered, stopped.total(), answered.total()) for label in order))


def _side(label: str, told: Mapping[str, int | None], answered: Mapping[str, int | None], of_stopped: int, of_answered: int) -> Side:
    number, said = told[label], answered[label]
    share = None
    if said is not None and of_answered >= GATE.reviews:
        share = Interval(said / of_answered, *wilson(said / of_answered, of_answered))
    return Side(label, number, None if number is None else number / of_stopped, said, share)


def _heard(session: Session, form: Form, since: datetime, given: int) -> Iterator[Heard]:
    good, answered = Counter[str](), Counter[str]()
    for question, level, number in _levels(session, since):
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
                given=given,
            )


def _levels(session: Session, since: datetime) -> Iterator[tuple[str, int, int]]:
    """Yield (question, level, how many) of the primary answers that stand for a level; not those that may be the officer's own."""
    rows = session.execute(
        select(Feedback.form, Feedback.form_version, FeedbackAnswer.question, FeedbackAnswer.answer, func.count())
        .join(FeedbackAnswer, and_(FeedbackAnswer.feedback_id == Feedback.id, FeedbackAnswer.version == Feedback.version))
        .join(Receipt, Receipt.id == Feedback.receipt_id)
        .where(_is_primary(), ~Feedback.self_scan_suspected, Receipt.state == ReceiptState.ISSUED, Receipt.issued_at >= since)
        .group_by(Feedback.form, Feedback.form_version, FeedbackAnswer.question, FeedbackAnswer.answer)
    )
    for form, version, question, answer, number in rows:
        level = published_form(form, version).level(question, answer)
        if level is not None:
            yield question, level, number
