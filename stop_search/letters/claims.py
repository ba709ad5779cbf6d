"""Which stops a letter without a receipt may be about: by the time and place that its reader types, for a person to decide."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import EncounterSource
from stop_search.errors import Invalid
from stop_search.letters.queries import letter_by_reference, own_encounters

WIDEST = timedelta(days=14)
SHOWN = 20
_WORD = re.compile(r"\w{3,}")
_SAYS_NOTHING = frozenset({"the", "and", "near", "road", "street", "outside", "opposite", "next", "lane", "avenue"})


@dataclass(frozen=True)
class PossibleEncounter:
    """A stop that may be meant. `shared_words`: how many words of the place that was typed stand in its own."""

    reference: str
    started_at: datetime
    place: str | None
    power: str | None
    shared_words: int


def possible_encounters(
    session: Session, *, reference: str, place: str, since: datetime, until: datetime, viewer: Viewer, now: datetime
) -> tuple[PossibleEncounter, ...]:
    """Return up to 20 stops that began from `since` to `until`: those whose place shares most words with `place`, then by time.

    What was typed is kept nowhere; the audit log says that somebody looked for the stop of this letter.

    Raises:
        NotFound: there is no such letter, or it is not for this viewer.
        Invalid: the times are the wrong way round, or more than 14 days apart.

    """
    letter = letter_by_reference(session, reference=reference, viewer=viewer)
    if not since <= until or until - since > WIDEST:
        message = "Choose a first time, and a last time that is after it and at most 14 days later."
        raise Invalid(message, {"until": message})
    rows = session.scalars(
        select(Encounter)
        .where(Encounter.started_at >= since, Encounter.started_at <= until, Encounter.source != EncounterSource.POLICE_UK)
        .where(Encounter.id.not_in(own_encounters(viewer)))
        .order_by(Encounter.started_at, Encounter.reference)
        .limit(5000)
    )
    act = Act(Operation.CONSULTATION, "encounters_searched_for_letter", "letter", str(letter.id), Purpose.COPY_OF_RECORD_REQUEST)
    record_act(session, actor=viewer.acting_as(Role.COMPLAINTS_HANDLER), act=act, now=now)
    found = [PossibleEncounter(r.reference, r.started_at, r.place, r.power, shared_words(place, r.place or "")) for r in rows]
    return tuple(sorted(found, key=lambda one: (-one.shared_words, one.started_at, one.reference))[:SHOWN])


def shared_words(these: str, those: str) -> int:
    """Return how many telling words two places share; "road" and "near" tell nothing.

    >>> shared_words("Castle Park, near the bridge", "near Castle Park, Invented Town")
    2
    """
    return len(_words(these) & _words(those))


def _words(place: str) -> frozenset[str]:
    return frozenset(_WORD.findall(place.casefold())) - _SAYS_NOTHING
