"""Reviews that a person asks for, because of a complaint, a child's safety or force: beside the sample, and never counted with it."""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import Cause, FrameOutcome, RiskClass
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import EncounterSource
from stop_search.errors import Conflict, NotFound
from stop_search.footage.actions import place_hold
from stop_search.footage.rules import HoldReason
from stop_search.reviews.assigning import Assigned, assign_for_cause

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
    place_hold(session, encounter_id=encounter.id, reason=HoldReason.DRAWN, cause_id=f"for-cause:{entry.id}", actor=actor, now=now)
    act = Act(Operation.COLLECTION, "review_asked_for", "encounter", str(encounter.id), Purpose.SUPERVISOR_REVIEW, reason=cause.value)
    record_act(session, actor=actor, act=act, now=now)
    return entry.id, assign_for_cause(session, entry_id=entry.id, within=within, actor=actor, now=now)


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
