"""What reviews of the year before a period found of one criterion, for whoever plans the next draws; it fixes nothing.

Only reviews by versions of the rubric that ask the criterion as it will be asked count.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from stop_search.draws.outlook import Ended, Outlook, outlook_from
from stop_search.draws.planning import groups_of
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.errors import NotFound
from stop_search.learning.estimates import MET_FROM_LEVEL
from stop_search.learning.sample import in_force_draws, marks_that_count
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rubric import STOP_SEARCH
from stop_search.reviews.rules import MarkKind
from stop_search.reviews.versions import asked_by, rubric_in_force

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class _Drawn:
    encounter_id: uuid.UUID
    risk_class: str
    weight: float


def outlook_by_reviews(session: Session, *, criterion: str, before: date) -> Outlook:
    """Return what the drawn stops of the year before this day let one expect; those that nobody has read yet are left out.

    Raises NotFound: no criterion of the rubric in force has this id.
    """
    rubric = rubric_in_force(session, on=before)
    if rubric.criterion(criterion) is None:
        message = f"The rubric has no criterion {criterion}."
        raise NotFound(message)
    of_year = (Draw.period_end >= before - A_YEAR, Draw.period_end < before)
    drawn = _drawn(session, *of_year)
    marks = session.execute(
        marks_that_count(select(Review.frame_entry_id, Mark.kind, Mark.level)).where(
            Mark.criterion == criterion,
            Review.rubric == STOP_SEARCH,
            Review.rubric_version.in_(asked_by(session, rubric)[criterion]),
            *of_year,
        )
    )
    answers: dict[uuid.UUID, bool | None] = {
        entry_id: level >= MET_FROM_LEVEL if kind == MarkKind.SCORED and level is not None else None for entry_id, kind, level in marks
    }
    groups = groups_of(session, {one.encounter_id for one in drawn.values()})
    return outlook_from(
        Ended(groups[one.encounter_id], one.risk_class, one.weight, entry_id in answers, answers.get(entry_id))
        for entry_id, one in drawn.items()
    )


def _drawn(session: Session, *of_year: ColumnElement[bool]) -> dict[uuid.UUID, _Drawn]:
    asked = select(FrameEntry.id, FrameEntry.encounter_id, FrameEntry.risk_class, FrameEntry.inclusion_probability)
    ended = in_force_draws(asked).where(FrameEntry.is_drawn, FrameEntry.outcome != FrameOutcome.DRAWN, *of_year)
    return {entry_id: _Drawn(encounter, name, 1 / chance) for entry_id, encounter, name, chance in session.execute(ended) if chance}
