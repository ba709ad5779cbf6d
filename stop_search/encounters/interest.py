"""In which stops somebody has an interest of their own: whoever has one decides nothing about what is kept of it or said about it."""

import uuid

from sqlalchemy import Select, and_, or_, select

from stop_search.accounts.records import Post
from stop_search.accounts.rules import PostKind
from stop_search.encounters.records import Encounter, OfficerPresent


def encounters_of_interest(account_id: uuid.UUID) -> Select[uuid.UUID]:
    """Return the stops that this account made, was at, or that were made by a team or an officer that it leads or led."""
    was_there = select(OfficerPresent.encounter_id).where(OfficerPresent.account_id == account_id)
    teams_led = select(Post.team_id).where(Post.account_id == account_id, Post.kind == PostKind.LEAD)
    officers_led = select(Post.account_id).where(Post.team_id.in_(teams_led))
    of_a_team_led = and_(Encounter.team_id.is_not(None), Encounter.team_id.in_(teams_led))
    of_an_officer_led = and_(Encounter.officer_id.is_not(None), Encounter.officer_id.in_(officers_led))
    own = or_(Encounter.officer_id == account_id, Encounter.id.in_(was_there), of_a_team_led, of_an_officer_led)
    return select(Encounter.id).where(own)
