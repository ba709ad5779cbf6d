"""What the random sample's reviews are: the statements on which every figure of reviews rests."""

from typing import TypeVarTuple

from sqlalchemy import Select

from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FORCE_SCOPE, DrawState
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading, ReviewState

Columns = TypeVarTuple("Columns")


def submitted(selected: Select[*Columns]) -> Select[*Columns]:
    """Narrow a statement to first readings, submitted, of what the force's draws chose."""
    of_the_sample = (Review.state == ReviewState.SUBMITTED, Review.reading == Reading.FIRST, FrameEntry.is_drawn, Draw.scope == FORCE_SCOPE)
    entries = selected.select_from(Review).join(FrameEntry, FrameEntry.id == Review.frame_entry_id)
    return entries.join(Draw, Draw.id == FrameEntry.draw_id).where(*of_the_sample)


def in_force_draws(selected: Select[*Columns]) -> Select[*Columns]:
    """Narrow a statement to the frames of the force's draws that were run."""
    was_run = (Draw.scope == FORCE_SCOPE, Draw.state != DrawState.COMMITTED)  # before that, nothing of a frame is drawn or not drawn
    return selected.select_from(FrameEntry).join(Draw, Draw.id == FrameEntry.draw_id).where(*was_run)
