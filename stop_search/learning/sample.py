"""What the random sample's reviews are: the statements on which every figure of reviews rests."""

from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, true

from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FORCE_SCOPE, DrawState
from stop_search.learning.estimates import MET_FROM_LEVEL
from stop_search.learning.quarters import Quarter
from stop_search.reviews.final_marks import grade_counts, mark_counts
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import MarkKind, Reading, ReviewState

Columns = TypeVarTuple("Columns")


def submitted(selected: Select[*Columns]) -> Select[*Columns]:
    """Narrow a statement to first readings, submitted, of what the force's draws chose: one for each encounter that was reviewed."""
    return _of_the_sample(selected).where(Review.state == ReviewState.SUBMITTED, Review.reading == Reading.FIRST)


def marks_that_count(selected: Select[*Columns]) -> Select[*Columns]:
    """Narrow a statement to what counts of each criterion, a third reader's or a re-read's in place of the first's; joins Mark."""
    return _of_the_sample(selected).join(Mark, Mark.review_id == Review.id).where(mark_counts())


def grades_that_count(selected: Select[*Columns]) -> Select[*Columns]:
    """Narrow a statement to one reading for each encounter that was reviewed, the one whose grade counts."""
    return _of_the_sample(selected).where(grade_counts())


def _of_the_sample(selected: Select[*Columns]) -> Select[*Columns]:
    entries = selected.select_from(Review).join(FrameEntry, FrameEntry.id == Review.frame_entry_id)
    return entries.join(Draw, Draw.id == FrameEntry.draw_id).where(FrameEntry.is_drawn, Draw.scope == FORCE_SCOPE)


def in_force_draws(selected: Select[*Columns]) -> Select[*Columns]:
    """Narrow a statement to the frames of the force's draws that were run."""
    was_run = (Draw.scope == FORCE_SCOPE, Draw.state != DrawState.COMMITTED)  # before that, nothing of a frame is drawn or not drawn
    return selected.select_from(FrameEntry).join(Draw, Draw.id == FrameEntry.draw_id).where(*was_run)


def drawn_for(quarter: Quarter | None) -> ColumnElement[bool]:
    """Say of a draw that its period ended in the quarter; of every draw where there is none."""
    return true() if quarter is None else and_(Draw.period_end >= quarter.first, Draw.period_end <= quarter.last)


def answers_counted() -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[int], ColumnElement[int]]:
    """Return columns of a statement about marks: how many met the standard, fell below it, did not apply, could not be told."""
    scored = Mark.kind == MarkKind.SCORED
    met, below = _how_many(scored & (Mark.level >= MET_FROM_LEVEL)), _how_many(scored & (Mark.level < MET_FROM_LEVEL))
    return met, below, _how_many(Mark.kind == MarkKind.NOT_APPLICABLE), _how_many(Mark.kind == MarkKind.NOT_OBSERVABLE)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
