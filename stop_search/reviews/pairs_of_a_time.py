"""How many stops of a time were read twice and blind, and how many of these by a second reader out of the officer's unit. Only reads.

200 a quarter are wanted: with fewer, Krippendorff's alpha is known to worse than ±.10.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from stop_search.accounts.records import Post, Team
from stop_search.draws.records import Draw, FrameEntry
from stop_search.encounters.records import Encounter
from stop_search.footage.pending_holds import batched_ids
from stop_search.reviews.compared import blind_pairs
from stop_search.reviews.records import Review


@dataclass(frozen=True)
class PairsRead:
    """`pairs`: stops with a blind pair; `other_unit`: of these, whose second reader was in no team of the unit that the record names."""

    pairs: int
    other_unit: int


def pairs_read(session: Session, *, first: date, last: date) -> PairsRead:
    """Return them for the stops of draws whose period ended from `first` to `last`, both included."""
    one, other, of_record, of_reader = aliased(Review), aliased(Review), aliased(Team), aliased(Team)
    day = func.date(Encounter.started_at)
    in_unit = exists(
        select(literal(1))
        .select_from(Post)
        .join(of_reader, of_reader.id == Post.team_id)
        .where(
            Post.account_id == other.reviewer_id,
            Post.starts_on <= day,
            or_(Post.ends_on.is_(None), Post.ends_on >= day),
            of_reader.unit == of_record.unit,
        )
    )
    selected: Select[Any, Any] = select(func.count(), func.sum(case((of_record.id.is_not(None) & ~in_unit, 1), else_=0)))
    counted = (
        blind_pairs(selected, one, other)
        .join(Encounter, Encounter.id == one.encounter_id)
        .outerjoin(of_record, of_record.id == Encounter.team_id)
    )
    draws = session.scalars(select(Draw.id).where(Draw.period_end >= first, Draw.period_end <= last)).all()
    twice = session.scalars(select(FrameEntry.id).where(FrameEntry.draw_id.in_(draws), FrameEntry.is_second)).all()
    found = [session.execute(counted.where(one.frame_entry_id.in_(some))).one() for some in batched_ids(twice)]
    return PairsRead(sum(pairs for pairs, _ in found), sum(other_unit or 0 for _, other_unit in found))
