"""Who points to whom: what ties a recording to an encounter besides time. Every answer says its reason in words. Pure."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from stop_search.footage.rules import MatchableEncounter, MatchedBy, Recording

SHIFT = timedelta(hours=6)  # before and after: a camera from a pool stays with one officer for about a shift
NEAR_METRES = 150  # a camera's and a phone's position in a street with tall houses
FAR_METRES = 1500
MOVES_ON_AFTER = timedelta(minutes=8)  # a recording's position is where it began
OUTVOTES = 2  # so many records must name a camera before they stand against what the recording says itself

NOBODY: frozenset[uuid.UUID] = frozenset()
ALL_SHIFT = 3  # so many other recordings of a camera meet stops of the same officer before that says who was with whom


@dataclass(frozen=True)
class Evidence:
    """What ties a recording to an encounter, whether it is firm enough to decide by, and why in words."""

    how: MatchedBy
    is_firm: bool
    words: str


@dataclass(frozen=True)
class Named:
    """A record (`encounter_id`), or another recording (None), says that this officer wore this camera then."""

    at: datetime
    officer_id: uuid.UUID
    encounter_id: uuid.UUID | None


def namings(device_serial: str | None, encounters: Iterable[MatchableEncounter]) -> tuple[Named, ...]:
    """Return who wore a camera and when, as records name it."""
    if device_serial is None:
        return ()
    named = (one for one in encounters if one.camera_serial == device_serial and one.searcher)
    return tuple(Named(one.started_at, one.searcher, one.encounter_id) for one in named if one.searcher)


def said_by(recordings: Iterable[Recording]) -> tuple[Named, ...]:
    """Return who wore a camera and when, as its recordings say: good for one among them that says nothing."""
    return tuple(Named(one.started_at, one.officer_id, None) for one in recordings if one.officer_id and one.device_serial)


def worn_by(named: Iterable[Named], at: datetime, *, besides: uuid.UUID) -> tuple[uuid.UUID | None, int]:
    """Return who wore the camera in the hours around `at`, and how many say so; None where they disagree or say nothing.

    The encounter `besides` is left out: it does not speak for itself twice.
    """
    votes = Counter(one.officer_id for one in named if abs(one.at - at) <= SHIFT and one.encounter_id != besides).most_common(2)
    if not votes or (len(votes) > 1 and votes[0][1] == votes[1][1]):
        return None, 0
    return votes[0]


def evidence(
    recording: Recording,
    encounter: MatchableEncounter,
    *,
    named: Iterable[Named],
    has_own_stop: bool,
    usual: frozenset[uuid.UUID] = NOBODY,
    instead: frozenset[uuid.UUID] = NOBODY,
) -> Evidence | None:
    """Return what ties the two together besides time, or None.

    An officer named by the recording who was there is firm, unless the record names another camera of his or at least OUTVOTES other
    records say that somebody else wore this one. A camera named by the record is firm, also against a wrong officer on the recording,
    unless that officer had a stop of his own then (`has_own_stop`). So are other recordings of this camera in that shift that meet stops
    of the same officers (`usual`): who is with them all shift was with them now. A place alone is firm only where the recording names
    no officer.
    What lies FAR_METRES apart is never firm.
    """
    if instead:
        found = _by_lining_up(recording, encounter, instead)
    else:
        found = _by_name(recording, encounter, tuple(named), usual, has_own_stop=has_own_stop) or _by_company(
            recording, encounter, usual, has_own_stop=has_own_stop
        )
    metres = _metres(recording, encounter)
    if metres is None:
        return found
    if metres > FAR_METRES and found:
        return Evidence(found.how, is_firm=False, words=f"{found.words}, but {metres / 1000:.1f} km apart")
    if metres > NEAR_METRES:
        return found
    if found is None:
        nobody_named = recording.officer_id is None
        words = f"made {metres:.0f} m from the stop" + ("" if nobody_named else ", by an officer whom the record does not name")
        return Evidence(MatchedBy.PLACE_AND_TIME, is_firm=nobody_named, words=words)
    names_it = recording.device_serial is not None and recording.device_serial == encounter.camera_serial
    firm = found.is_firm or names_it or recording.officer_id in encounter.officers
    return Evidence(found.how, firm, f"{found.words}, {metres:.0f} m from the stop")


def _by_name(
    recording: Recording, encounter: MatchableEncounter, named: tuple[Named, ...], usual: frozenset[uuid.UUID], *, has_own_stop: bool
) -> Evidence | None:
    spoken = named if recording.officer_id is None else tuple(one for one in named if one.encounter_id)
    wearer, votes = worn_by(spoken, recording.started_at, besides=encounter.encounter_id)
    is_worn = wearer in encounter.officers
    is_named = recording.device_serial is not None and recording.device_serial == encounter.camera_serial
    if recording.officer_id in encounter.officers:
        return _by_officer(
            recording, encounter, wearer_is_there=is_worn or is_named or recording.officer_id in usual, outvoted=votes >= OUTVOTES
        )
    if not (is_named or is_worn):
        return None
    words = (
        "the record names this camera"
        if is_named
        else "other records or recordings of that shift say that an officer who was there wore this camera"
    )
    if recording.officer_id is not None and encounter.officers:
        words += ", though the recording names another officer"
    return Evidence(
        MatchedBy.DEVICE_AND_TIME, is_firm=not has_own_stop, words=words + (" who had a stop of his or her own" if has_own_stop else "")
    )


def _by_company(recording: Recording, encounter: MatchableEncounter, usual: frozenset[uuid.UUID], *, has_own_stop: bool) -> Evidence | None:
    if has_own_stop or recording.officer_id is None or usual.isdisjoint(encounter.officers):
        return None
    words = "other recordings of this camera in that shift meet stops of the same officers, and the one it names had no other stop then"
    return Evidence(MatchedBy.DEVICE_AND_TIME, is_firm=True, words=words)


def _by_lining_up(recording: Recording, encounter: MatchableEncounter, instead: frozenset[uuid.UUID]) -> Evidence | None:
    is_named = recording.device_serial is not None and recording.device_serial == encounter.camera_serial
    if instead.isdisjoint(encounter.officers):
        return Evidence(MatchedBy.DEVICE_AND_TIME, is_firm=False, words="the record names this camera") if is_named else None
    words = (
        "the camera's recordings of that shift line up with the stops of an officer who was there, and not with those of the one they name"
    )
    return Evidence(MatchedBy.DEVICE_AND_TIME, is_firm=True, words=words)


def _by_officer(recording: Recording, encounter: MatchableEncounter, *, wearer_is_there: bool, outvoted: bool) -> Evidence:
    words = "the recording names an officer who was there"
    if wearer_is_there:
        return Evidence(MatchedBy.OFFICER_AND_TIME, is_firm=True, words=words)
    names_another = encounter.camera_serial is not None and recording.device_serial not in (None, encounter.camera_serial)
    if names_another and recording.officer_id == encounter.searcher:
        return Evidence(MatchedBy.OFFICER_AND_TIME, is_firm=False, words=f"{words}, but the record names another camera")
    if outvoted:
        return Evidence(
            MatchedBy.OFFICER_AND_TIME, is_firm=False, words=f"{words}, but other records say that somebody else wore this camera"
        )
    return Evidence(MatchedBy.OFFICER_AND_TIME, is_firm=True, words=words)


def _metres(recording: Recording, encounter: MatchableEncounter) -> float | None:
    if recording.position is None or encounter.position is None or encounter.started_at - recording.started_at > MOVES_ON_AFTER:
        return None
    return recording.position.metres_to(encounter.position)
