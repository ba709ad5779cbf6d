"""Counts that stand beside the primary answers and are never mixed into them: whose answers else there are, and how they came."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from stop_search.feedback.records import Feedback
from stop_search.feedback.rules import Standing


@dataclass(frozen=True)
class BesidePrimary:
    """How much feedback there is. `secondary`: of others; `contested`: a second answer of "the person who was stopped".

    `assisted`: primary answers that staff typed for the person; `suspected`: primary answers that the officer may have given himself.
    Both are part of `primary`, and may overlap.
    """

    primary: int
    secondary: int
    contested: int
    assisted: int
    suspected: int


def beside_primary(session: Session) -> BesidePrimary:
    """Return the counts of the whole force, of all feedback that is kept. Small ones are for the caller to hide."""
    primary = Feedback.standing == Standing.PRIMARY
    counted = (
        primary,
        Feedback.standing == Standing.SECONDARY,
        Feedback.standing == Standing.CONTESTED,
        primary & Feedback.typed_by.is_not(None),
        primary & Feedback.self_scan_suspected.is_(True),
    )
    row = session.execute(select(*(_how_many(condition) for condition in counted))).one()
    return BesidePrimary(*row)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
