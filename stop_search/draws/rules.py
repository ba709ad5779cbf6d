"""The words of the draw: classes, states, streams, outcomes, and the class that a record gives a stop. Pure.

What is counted, hashed and compared stands in `protocol.py` and `selection.py`; `verify/draw.py` says the same without this code.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

FORCE_SCOPE = "force"
LATE_AFTER = timedelta(days=14)
INTIMATE_PARTS_EXPOSED = frozenset({"intimate_parts"})  # keys of codes/clothing_level
UNDER_18 = frozenset({"under_10", "10_17"})  # keys of codes/age_band
NO_FORCE = frozenset({"none"})  # keys of codes/force_type


class Stream(enum.StrEnum):
    """What a draw is for: the period's sample, or the month's coverage of officers of whom nothing was drawn."""

    MAIN = "main"
    COVER = "cover"


class DrawState(enum.StrEnum):
    """How far a draw is. Being anchored is no state of its own: a draw may be made known in many places, or in none."""

    COMMITTED = "committed"
    RUN = "run"
    PUBLISHED = "published"


class FrameOutcome(enum.StrEnum):
    """What became of a drawn encounter. There is no replacement: each of these stays in every denominator."""

    DRAWN = "drawn"
    REVIEWED = "reviewed"
    NO_FOOTAGE = "no_footage"
    REFUSED = "refused"


class Cause(enum.StrEnum):
    """Why a stop is reviewed that chance did not choose. Such reviews are never counted with those of the sample."""

    COMPLAINT = "complaint"
    SAFEGUARDING = "safeguarding"
    FORCE = "force"


class RefusalReason(enum.StrEnum):
    """Why a drawn stop is not reviewed. A code, because it is published: never a sentence about somebody."""

    CRIMINAL_PROCEEDINGS = "criminal_proceedings"
    MISCONDUCT_PROCEEDINGS = "misconduct_proceedings"
    COVERT_POLICING = "covert_policing"
    PROTECTED_PERSON = "protected_person"
    COURT_ORDER = "court_order"
    RECORDED_IN_ERROR = "recorded_in_error"


class RiskClass(enum.StrEnum):
    """How likely an encounter is to be drawn; fixed by the record before the draw, never by what a video shows."""

    CERTAINTY = "certainty"
    HIGH = "high"
    BASE = "base"
    DELAYED = "delayed"
    LATE = "late"


@dataclass(frozen=True)
class RecordFacts:
    """What the risk class goes by: one person's values are enough to raise the whole encounter.

    `missed_its_frame` is true where the record arrived after the frame of its own period was fixed, so that delay cannot dodge the draw.
    `missed_every_frame`: where the stop's day is in no draw and a drawn day lies between it and the record, so that no date can dodge it.
    """

    clothing_levels: frozenset[str]
    age_bands: frozenset[str]
    force_used: frozenset[str]
    has_footage: bool
    started_at: datetime
    recorded_at: datetime
    missed_its_frame: bool = False
    missed_every_frame: bool = False


def risk_class(facts: RecordFacts) -> RiskClass:
    """Return the class: certainty before late before delayed before high before base."""
    if facts.clothing_levels & INTIMATE_PARTS_EXPOSED:
        return RiskClass.CERTAINTY
    if facts.recorded_at - facts.started_at > LATE_AFTER or facts.missed_every_frame:
        return RiskClass.LATE
    if facts.missed_its_frame:
        return RiskClass.DELAYED
    if facts.age_bands & UNDER_18 or facts.force_used - NO_FORCE or not facts.has_footage:
        return RiskClass.HIGH
    return RiskClass.BASE
