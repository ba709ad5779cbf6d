"""What becomes of a search, each measure with its own denominator: of whom it can be told at all, and of how many of them it is true. Pure.

Only what happens after a search has begun has a denominator in these records: every record is of a search already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from stop_search.codes.lists import code_list
from stop_search.encounters.rules import NO_FORCE
from stop_search.errors import NotFound
from stop_search.learning.disparity.groups import Film, SearchedPerson

NOTHING_DONE = "no_further_action"
HANDCUFFS = frozenset({"compliant_handcuffs_front", "compliant_handcuffs_rear", "non_compliant_handcuffs"})
LATE_SECONDS = 30.0
OBJECTS_APART = ("drugs", "weapons", "stolen_goods", "theft_articles")

Verdict = Callable[[SearchedPerson], bool | None]


@dataclass(frozen=True)
class Measure:
    """`verdict`: whether it is so of a person, None where it cannot be told; `concerns`: whom it is about at all.

    `of`: the denominator in words.

    `said`: what happened, after "of 100 Black people … ". `caveat`: what must be kept in mind, "" where there is nothing of its own.
    """

    key: str
    name: str
    said: str
    of: str
    verdict: Verdict
    caveat: str = ""
    is_of_film: bool = False
    concerns: Callable[[SearchedPerson], bool] = lambda _: True


def _found(person: SearchedPerson) -> bool | None:
    """Say whether something came of the search that is tied to its object; the tie is left blank for most of "nothing", so blank is no."""
    if person.outcome is None:
        return None
    return person.outcome != NOTHING_DONE and person.outcome_linked is True


def _nothing_done(person: SearchedPerson) -> bool | None:
    return None if person.outcome is None else person.outcome == NOTHING_DONE


def _arrested(person: SearchedPerson) -> bool | None:
    return None if person.outcome is None else person.outcome == "arrest"


def _forced(person: SearchedPerson) -> bool | None:
    return any(force != NO_FORCE for force in person.force_used) if person.force_used else None


def _handcuffed(person: SearchedPerson) -> bool | None:
    return not HANDCUFFS.isdisjoint(person.force_used) if person.force_used else None


def _undressed(person: SearchedPerson) -> bool | None:
    return person.more_than_outer


def _unfilmed(person: SearchedPerson) -> bool | None:
    return None if person.film is Film.UNKNOWN else person.film is Film.MISSING


def _is_filmed(person: SearchedPerson) -> bool:
    return person.film is Film.FILMED


FOUND = Measure(
    "found",
    "The object was found",
    "what was searched for was found",
    "people searched whose outcome is known",
    _found,
    "What counts as found is decided by whoever records it: an outcome other than no further action, marked as linked to the object. "
    "Where the link was left blank it counts as not found.",
)
NOTHING = Measure("nothing", "Nothing more was done", "nothing more was done", "people searched whose outcome is known", _nothing_done)
ARRESTED = Measure(
    "arrested",
    "Arrested",
    "there was an arrest",
    "people searched whose outcome is known",
    _arrested,
    "Officers choose between an arrest and other outcomes; this is no measure of what was found.",
)
FORCED = Measure(
    "force",
    "Force was used",
    "force was used",
    "people of whom it is recorded whether force was used",
    _forced,
    "Handcuffs count as force.",
)
HANDCUFFED = Measure("handcuffs", "Handcuffed", "handcuffs were used", "people of whom it is recorded whether force was used", _handcuffed)
UNDRESSED = Measure(
    "thorough",
    "More than outer clothing came off",
    "more than a coat, jacket or gloves came off",
    "people of whom the clothing is recorded",
    _undressed,
)
NO_VIDEO = Measure(
    "no_video",
    "No video",
    "there is no video",
    "people whose stop is at least a day old and not in doubt",
    _unfilmed,
    "No video counts whether or not somebody gave a reason. Imported rows say nothing of video and are left out.",
    is_of_film=True,
)
LATE_VIDEO = Measure(
    "late_video",
    "The video begins late",
    "the video begins late",
    "people whose stop was filmed, where it is known when the camera ran",
    lambda person: person.is_late,
    f"Late: every camera came on {LATE_SECONDS:.0f} seconds or more after the first contact that the record states, "
    "each camera's clock put right by its other recordings where there are enough of them.",
    is_of_film=True,
    concerns=_is_filmed,
)
CUT_VIDEO = Measure(
    "cut_video",
    "The video is cut short",
    "the video is cut short",
    "people whose stop was filmed and whose record states its end",
    lambda person: person.is_cut,
    f"Cut short: from the moment the first camera ran, no camera shows {LATE_SECONDS:.0f} seconds or more of the stop.",
    is_of_film=True,
    concerns=_is_filmed,
)

OF_THE_SEARCH = (FOUND, NOTHING, ARRESTED, FORCED, HANDCUFFED, UNDRESSED)
OF_THE_FILM = (NO_VIDEO, LATE_VIDEO, CUT_VIDEO)
MEASURES = {measure.key: measure for measure in (*OF_THE_SEARCH, *OF_THE_FILM)}


def searching_for(key: str | None, label: str) -> Measure:
    """Return the find rate among those who were searched for one object; for all but OBJECTS_APART where `key` is None."""

    def is_of_it(person: SearchedPerson) -> bool:
        sought = person.object_of_search
        return sought == key if key else sought is not None and sought not in OBJECTS_APART

    return Measure(f"found_{key or 'other'}", label, FOUND.said, "those of them whose outcome is known", _found, concerns=is_of_it)


@cache
def objects_apart() -> tuple[Measure, ...]:
    """Return the find rate of each object of OBJECTS_APART, then of all others together."""
    labels = code_list("object_of_search")
    apart = [searching_for(key, f"Searched for: {labels.entry(key).label.lower()}") for key in OBJECTS_APART]
    return (*apart, searching_for(None, "Searched for: anything else"))


def measure_of(key: str) -> Measure:
    """Return the measure with this key. Raises NotFound."""
    if key not in MEASURES:
        message = "There is no such measure. Choose one of those on the page."
        raise NotFound(message)
    return MEASURES[key]
