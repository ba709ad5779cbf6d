"""In which stops somebody has an interest of their own: whoever has one decides nothing about what is kept of it or said about it."""

import uuid

from sqlalchemy import CompoundSelect, select, union

from stop_search.accounts.records import Post
from stop_search.accounts.rules import PostKind
from stop_search.encounters.records import Encounter, OfficerPresent


def encounters_of_interest(account_id: uuid.UUID) -> CompoundSelect[uuid.UUID]:
    """Return the stops that this account made, was at, or that were made by a team or an officer that it leads or led.

    Four questions, each by an index: as one, every encounter would be read.
    """
    teams_led = select(Post.team_id).where(Post.account_id == account_id, Post.kind == PostKind.LEAD)
    officers_led = select(Post.account_id).where(Post.team_id.in_(teams_led))
    return union(
        select(OfficerPresent.encounter_id).where(OfficerPresent.account_id == account_id),
        select(Encounter.id).where(Encounter.officer_id == account_id),
        select(Encounter.id).where(Encounter.team_id.in_(teams_led)),
        select(Encounter.id).where(Encounter.officer_id.in_(officers_led)),
    )
