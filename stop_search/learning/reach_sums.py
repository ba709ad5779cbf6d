"""Records, receipts and answers of each month in counts that can be added up: offered, answered, by whom, and what was said.

A record belongs to the month in which it was made, a receipt and its answers to the month in which it was given out.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter, PersonSearched, Receipt
from stop_search.encounters.rules import EncounterSource
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.feedback.rules import Standing
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.people_sums import Sums
from stop_search.learning.disparity.queries import Months
from stop_search.learning.receipts_that_count import answers_it, given_out_in

RECEIPTS = "receipts_and_answers"
RECORDS, OFFERS, WAY, SIDE, ANSWER, BESIDE = "records", "offers", "way", "side", "answer", "beside"
FINISHED_WITHIN = timedelta(hours=24)
COLUMNS = {
    Basis.SELF_DEFINED: PersonSearched.self_defined_ethnicity,
    Basis.OFFICER_PERCEIVED: PersonSearched.officer_perceived_ethnicity,
    Basis.AGE: PersonSearched.age_band,
    Basis.SEX: PersonSearched.gender,
}
NOT_OFFERED, NOT_SAID = "not_offered", "not_said"


def reach_sums(session: Session, *, months: Months, now: datetime) -> Sums:
    """Return the sums: [due, finished] of records, [given, answered] of receipts, how often each answer was given, and what is beside.

    An answer: [those that are surely the person's own, those that may be the officer's]. Beside: [how much feedback] of a standing.
    """
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    found[RECORDS] = list(_records(session, months, now))
    for names, given, answered in _receipts(session, months):
        for name in names:
            found[name][0] += given
            found[name][1] += answered
    return dict(found) | dict(_answers(session, months)) | dict(_beside(session, months))


def _records(session: Session, months: Months, now: datetime) -> tuple[int, int]:
    """Return how many records of our own are at least a day old, and how many of these have no gap left."""
    made = (Encounter.recorded_at >= months.starts, Encounter.recorded_at < months.ends, Encounter.recorded_at <= now - FINISHED_WITHIN)
    own = Encounter.source != EncounterSource.POLICE_UK
    due, finished = session.execute(select(func.count(), func.count(Encounter.finished_at)).where(own, *made)).one()
    return due, finished


def _receipts(session: Session, months: Months) -> Iterator[tuple[list[str], int, int]]:
    """Yield the names under which receipts count, how many they are, and how many of them were answered."""
    columns = (PersonSearched.receipt_handed, PersonSearched.receipt_not_offered_reason, *COLUMNS.values())
    counted: Select[*tuple[Any, ...]] = select(*columns, func.count(), func.count(Feedback.id)).select_from(Receipt)
    with_people = counted.join(PersonSearched, PersonSearched.id == Receipt.person_id)
    with_answers = with_people.outerjoin(Feedback, answers_it())
    for row in session.execute(with_answers.where(*given_out_in(months)).group_by(*columns)):
        (handed, refused, *codes), (given, answered) = row[:-2], row[-2:]
        sides = [f"{SIDE}|{basis.value}|{code or ''}" for basis, code in zip(COLUMNS, codes, strict=True)]
        way = handed or (NOT_OFFERED if refused else NOT_SAID)
        yield [f"{OFFERS}|{bool(handed):d}|{bool(refused):d}", f"{WAY}|{way}", *sides], given, answered


def _answers(session: Session, months: Months) -> Iterator[tuple[str, list[int]]]:
    """Yield primary answers and how often each was given, those that may be the officer's own apart."""
    columns = (Feedback.form, Feedback.form_version, FeedbackAnswer.question, FeedbackAnswer.answer)
    doubtful = func.sum(case((Feedback.self_scan_suspected, 1), else_=0))
    rows = session.execute(
        select(*columns, func.count(), doubtful)
        .join(FeedbackAnswer, and_(FeedbackAnswer.feedback_id == Feedback.id, FeedbackAnswer.version == Feedback.version))
        .join(Receipt, answers_it())
        .where(*given_out_in(months))
        .group_by(*columns)
    )
    for form, version, question, answer, number, suspected in rows:
        yield f"{ANSWER}|{form}|{version}|{question}|{answer}", [number - suspected, suspected]


def _beside(session: Session, months: Months) -> Iterator[tuple[str, list[int]]]:
    """Yield how much feedback of others there is, and how much that says for a second time that it is the person's."""
    rows = session.execute(
        select(Feedback.standing, func.count())
        .join(Receipt, Receipt.id == Feedback.receipt_id)
        .where(Feedback.standing != Standing.PRIMARY, *given_out_in(months))
        .group_by(Feedback.standing)
    )
    for standing, number in rows:
        yield f"{BESIDE}|{standing}", [number]
