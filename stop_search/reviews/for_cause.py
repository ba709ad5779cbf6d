"""Reviews that a person asks for, because of a complaint, a child's safety or force: beside the sample, and never counted with it.

They are a census of their own: every stop that was asked for is one of them, so their counts are whole numbers and never weighed.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.draws.frame import first_moment
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import Cause, FrameOutcome, RiskClass
from stop_search.encounters.interest import encounters_of_interest
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import EncounterSource
from stop_search.errors import Conflict, NotFound
from stop_search.footage.actions import place_hold
from stop_search.footage.rules import HoldReason
from stop_search.reviews.assigning import Assigned, assign_for_cause
from stop_search.reviews.drawn_holds import hold_cause
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading, ReviewState

NO_CHANCE = (0, 1)  # whoever divides by it has pooled what must not be pooled


def ask_for_review(
    session: Session, *, reference: str, cause: Cause, within: timedelta, actor: Actor, now: datetime
) -> tuple[uuid.UUID, Assigned]:
    """Have a stop reviewed for a cause, whether or not it was drawn; return its entry and whether somebody was found for it.

    Its footage is held as that of a drawn stop is. The entry is in no frame, has the probability 0, and no draw publishes it.

    Raises:
        NotFound: there is no such stop of ours.
        Conflict: a review of it was asked for already, for this cause.

    """
    ours = select(Encounter).where(Encounter.reference == reference.strip().upper(), Encounter.source != EncounterSource.POLICE_UK)
    encounter = session.scalar(ours)
    if encounter is None:
        message = "There is no stop with this reference. Copy it from the record."
        raise NotFound(message)
    if session.scalar(select(FrameEntry.id).where(FrameEntry.encounter_id == encounter.id, FrameEntry.cause == cause)) is not None:
        message = "A review of this stop was asked for already, for this cause."
        raise Conflict(message)
    entry = _entry(encounter.id, cause)
    session.add(entry)
    session.flush()
    place_hold(session, encounter_id=encounter.id, reason=HoldReason.DRAWN, cause_id=hold_cause(entry), actor=actor, now=now)
    act = Act(Operation.COLLECTION, "review_asked_for", "encounter", str(encounter.id), Purpose.SUPERVISOR_REVIEW, reason=cause.value)
    record_act(session, actor=actor, act=act, now=now)
    return entry.id, assign_for_cause(session, entry_id=entry.id, within=within, actor=actor, now=now)


@dataclass(frozen=True)
class AskedLine:
    """A stop whose review a person asked for. `has_reader`: somebody has it or handed it in; else `unassigned_reason` may say why not."""

    reference: str
    started_at: datetime
    cause: Cause
    outcome: FrameOutcome
    has_reader: bool
    unassigned_reason: str | None


@dataclass(frozen=True)
class CauseCount:
    """How many stops of a period are reviewed for one cause, and how far they are."""

    cause: Cause
    asked: int
    reviewed: int
    no_footage: int

    @property
    def waiting(self) -> int:
        """How many nobody has handed in yet."""
        return self.asked - self.reviewed - self.no_footage


def reviews_asked_for(session: Session, *, viewer: Viewer, limit: int = 200) -> list[AskedLine]:
    """Return the stops whose review a person asked for, the newest stop first; none in which the viewer has an interest."""
    taken = select(Review.frame_entry_id).where(Review.state != ReviewState.RECUSED, Review.reading == Reading.FIRST)
    rows = session.execute(
        select(Encounter.reference, Encounter.started_at, FrameEntry, FrameEntry.id.in_(taken))
        .join(Encounter, Encounter.id == FrameEntry.encounter_id)
        .where(FrameEntry.cause.is_not(None), Encounter.id.not_in(encounters_of_interest(viewer.id)))
        .order_by(Encounter.started_at.desc(), FrameEntry.id)
        .limit(limit)
    )
    return [
        AskedLine(
            reference, started_at, Cause(entry.cause or ""), FrameOutcome(entry.outcome or "drawn"), has_reader, entry.unassigned_reason
        )
        for reference, started_at, entry, has_reader in rows
    ]


def census_for_cause(session: Session, *, period_start: date, period_end: date) -> list[CauseCount]:
    """Return, for each cause that was given, how many stops of these days are reviewed for it: a census, no part of any draw's sample."""
    start, end = first_moment(period_start), first_moment(period_end + timedelta(days=1))
    rows = session.execute(
        select(FrameEntry.cause, FrameEntry.outcome, func.count())
        .join(Encounter, Encounter.id == FrameEntry.encounter_id)
        .where(FrameEntry.cause.is_not(None), Encounter.started_at >= start, Encounter.started_at < end)
        .group_by(FrameEntry.cause, FrameEntry.outcome)
    ).all()
    counted = {(cause, outcome): number for cause, outcome, number in rows}
    found: list[CauseCount] = []
    for cause in Cause:
        asked = sum(number for (of, _), number in counted.items() if of == cause)
        if asked:
            ended = (counted.get((cause, outcome), 0) for outcome in (FrameOutcome.REVIEWED, FrameOutcome.NO_FOOTAGE))
            found.append(CauseCount(cause, asked, *ended))
    return found


def _entry(encounter_id: uuid.UUID, cause: Cause) -> FrameEntry:
    numerator, denominator = NO_CHANCE
    return FrameEntry(
        id=uuid.uuid4(),
        encounter_id=encounter_id,
        cause=cause,
        token=secrets.token_hex(32),  # of chance, and in no frame: assignment breaks ties by it
        risk_class=RiskClass.BASE,
        probability_numerator=numerator,
        probability_denominator=denominator,
        is_drawn=False,
        is_second=False,
        is_panel=False,
        is_cover=False,
        outcome=FrameOutcome.DRAWN,
    )
