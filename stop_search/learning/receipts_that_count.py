"""Which receipts count, and which of them are answered: one rule for every page, report and table that says n of N receipts.

A receipt counts that was given out and not withdrawn, whatever the reason: of one that was never handed over, was recorded in error or was
seen by others nothing can be said of whether its person answers. Answers are erased after two years and receipts are not, so n of N is
said only of a time of which no answer can have been erased.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter, Receipt
from stop_search.encounters.rules import ReceiptState
from stop_search.feedback.records import Feedback
from stop_search.feedback.rules import Standing, are_all_kept
from stop_search.learning.disparity.queries import Months
from stop_search.learning.quarters import Quarter
from stop_search.wording import london


@dataclass(frozen=True)
class OfQuarter:
    """The receipts of a quarter's stops; `answered`: None where answers of the quarter may have been erased."""

    receipts: int
    answered: int | None


def counts() -> ColumnElement[bool]:
    """Return the condition on a receipt that it counts."""
    return Receipt.state == ReceiptState.ISSUED


def answers_it() -> ColumnElement[bool]:
    """Return the condition on feedback that it is the answer to a receipt: the one of the person who was stopped. At most one is."""
    return and_(Feedback.receipt_id == Receipt.id, Feedback.standing == Standing.PRIMARY)


def given_out_in(months: Months) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on receipts that count and were given out in these months."""
    return counts(), Receipt.issued_at >= months.starts, Receipt.issued_at < months.ends


def receipts_of(session: Session, quarter: Quarter, *, now: datetime) -> OfQuarter:
    """Return how many receipts of stops that began in the quarter count, and how many of them are answered."""
    months = Months(quarter.months[0], quarter.months[-1])
    receipts, answered = session.execute(
        select(func.count(Receipt.id), func.count(Feedback.id))
        .select_from(Receipt)
        .join(Encounter, Encounter.id == Receipt.encounter_id)
        .outerjoin(Feedback, answers_it())
        .where(counts(), Encounter.started_at >= months.starts, Encounter.started_at < months.ends)
    ).one()
    return OfQuarter(receipts, answered if are_all_kept(quarter.first, today=london(now).date()) else None)
