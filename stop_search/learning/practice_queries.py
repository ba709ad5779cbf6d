"""Reading which stops are proposed as clips with agreed marks: those furthest apart, mixed with others by lot (`practice.py`)."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from stop_search.accounts.rules import Role, Viewer
from stop_search.draws.records import FrameEntry
from stop_search.encounters.interest import encounters_of_interest
from stop_search.encounters.records import Encounter
from stop_search.errors import NotAllowed
from stop_search.learning.asked import asked_now
from stop_search.learning.disparity.people_sums import Sums
from stop_search.learning.disparity.queries import Months
from stop_search.learning.draw_sums import sums_by_draw
from stop_search.learning.kept_months import PRACTICE, believed_months, months_to_count
from stop_search.learning.practice import far_apart, mixed, quarter_of
from stop_search.learning.sample import submitted
from stop_search.learning.together import FAR
from stop_search.learning.together_queries import pairs_by_criterion
from stop_search.reviews.queries import playable_seconds
from stop_search.reviews.records import GoldClip, Mark, Review
from stop_search.reviews.rules import Reading, ReviewState
from stop_search.wording import london, week_of

LOTS_USE = "stops-to-practise-on/v1"  # the use of the key by which lots are drawn


@dataclass(frozen=True)
class Proposed:
    """A stop that could become a clip with agreed marks. Nothing says why it is here."""

    frame_entry_id: uuid.UUID
    reference: str
    started_at: datetime


def stops_to_practise_on(session: Session, *, viewer: Viewer, key: bytes, now: datetime) -> tuple[Proposed, ...]:
    """Return the stops of this quarter's list that the viewer may see, that are no clips yet and have footage to watch.

    Which stops are on it is decided for everybody alike, by answers of the quarters before; only then is left out what somebody may not
    see, so that lists of two people tell nothing when they are laid side by side.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team chooses stops to practise on."
        raise NotAllowed(message)
    kept = kept_list(session, now=now)
    return _shown(session, practice_list(session, key=key, now=now) if kept is None else kept, viewer)


def kept_list(session: Session, *, now: datetime) -> list[str] | None:
    """Return the tokens of this quarter's list as they were drawn last night, in their order; None where nothing draws them any more."""
    month = _first_month(now)
    kept = believed_months(session, months=Months(month, month), parts=(PRACTICE,), now=now).get(month)
    if kept is None:
        return None
    places = kept[0][PRACTICE]
    return sorted(places, key=lambda token: places[token])


def list_due(session: Session, *, key: bytes, now: datetime) -> dict[str, dict[str, Sums]]:
    """Return what is to be kept of this quarter's list, by month and part, where it wants drawing."""
    month = _first_month(now)
    if not months_to_count(session, months=[month], parts=(PRACTICE,), now=now, most=1):
        return {}
    return {month: {PRACTICE: {token: [place] for place, token in enumerate(practice_list(session, key=key, now=now))}}}


def practice_list(session: Session, *, key: bytes, now: datetime) -> list[str]:
    """Return the tokens of this quarter's list, drawn now, in the order of lots: alike for everybody."""
    quarter, first = quarter_of(london(now).date())
    asked = asked_now(session, sums_by_draw(session, now=now))
    by_public, by_readers = far_apart(pairs_by_criterion(session, asked=asked, before_week=week_of(first))), _readers_apart(session)
    reviewed = set(session.scalars(submitted(select(FrameEntry.token))))
    far = {token: max(by_public.get(token, 0), by_readers.get(token, 0)) for token in reviewed & (set(by_public) | set(by_readers))}
    return mixed(far, reviewed, key=key, quarter=quarter)


def _first_month(now: datetime) -> str:
    return f"{quarter_of(london(now).date())[1]:%Y-%m}"


def _readers_apart(session: Session) -> dict[str, int]:
    """Return the stops at which two blind readings are FAR or more levels apart on a criterion, with the widest gap."""
    first, second, one, other = aliased(Review), aliased(Review), aliased(Mark), aliased(Mark)
    gap = func.max(func.abs(one.level - other.level))
    rows = session.execute(
        select(FrameEntry.token, gap)
        .join(first, first.frame_entry_id == FrameEntry.id)
        .join(second, second.frame_entry_id == FrameEntry.id)
        .join(one, one.review_id == first.id)
        .join(other, (other.review_id == second.id) & (other.criterion == one.criterion))
        .where(
            FrameEntry.is_drawn,
            first.reading == Reading.FIRST,
            second.reading == Reading.SECOND,
            second.state != ReviewState.RECUSED,  # said again in the index's own words, without which SQLite does not use it
            second.reading != Reading.CALIBRATION,
            first.state == ReviewState.SUBMITTED,
            second.state == ReviewState.SUBMITTED,
        )
        .group_by(FrameEntry.token)
        .having(gap >= FAR)
    )
    return {token: int(found) for token, found in rows}


def _shown(session: Session, tokens: list[str], viewer: Viewer) -> tuple[Proposed, ...]:
    rows = session.execute(
        select(FrameEntry.token, FrameEntry.id, Encounter.id, Encounter.reference, Encounter.started_at)
        .join(Encounter, Encounter.id == FrameEntry.encounter_id)
        .where(
            FrameEntry.token.in_(tokens),
            Encounter.id.not_in(encounters_of_interest(viewer.id)),
            FrameEntry.id.not_in(select(GoldClip.frame_entry_id)),
        )
    )
    found = {token: (entry_id, encounter_id, reference, at) for token, entry_id, encounter_id, reference, at in rows}
    there = [found[token] for token in tokens if token in found]
    return tuple(
        Proposed(entry_id, reference, at)
        for entry_id, encounter_id, reference, at in there
        if playable_seconds(session, encounter_id=encounter_id) is not None
    )
