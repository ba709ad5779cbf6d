"""Tying recordings to encounters in the database, as `likely` works it out. What a person decided is never changed here."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_acts
from stop_search.audit.rules import WORKER, Act, Operation, Purpose
from stop_search.encounters.records import Encounter, OfficerPresent
from stop_search.errors import Invalid
from stop_search.footage.likely import Likeness
from stop_search.footage.records import Footage, FootageDecision, FootageInDoubt, FootageOfEncounter
from stop_search.footage.rules import (
    DRIFT,
    WORKED_OUT,
    FootageState,
    MatchableEncounter,
    MatchedBy,
    Recording,
    earliest_start,
    latest_start,
    match,
)
from stop_search.footage.surroundings import Camera, camera_of, likely_shown, may_begin_near

RECORDS_COME_WITHIN = timedelta(days=40)
NEW_FOR = timedelta(days=3)  # so long what arrived is looked at each time, because clocks become known
MOST_LATE = 200  # records that came late, looked at in one go
NO_LONGER, DECLARED_OTHER = "that does not hold any more", "its sender named another"
UNKNOWN_START_WITHIN = timedelta(days=7)  # before it arrived, a recording without a start may have been made


def link_declared(session: Session, *, footage: Footage, reference: str, now: datetime) -> None:
    """Tie a recording to the encounter that its sender names; what was worked out gives way.

    Nothing is tied that a person decided about.

    Raises:
        Invalid: there is no encounter with this reference.

    """
    encounter_id = session.scalar(select(Encounter.id).where(Encounter.reference == reference.strip()))
    if encounter_id is None:
        message = "There is no encounter with this reference."
        raise Invalid(
            message, {"encounter": "Give the reference as it stands on the record, or leave it out to match by officer and time."}
        )
    given_way: list[FootageOfEncounter] = []
    for link in session.scalars(select(FootageOfEncounter).where(FootageOfEncounter.footage_id == footage.id)):
        if link.matched_by in WORKED_OUT:
            session.delete(link)
            given_way.append(link)
    session.flush()
    if not is_settled(session, footage_id=footage.id, encounter_id=encounter_id):
        _link(session, footage.id, encounter_id, MatchedBy.DECLARED, now, why="Its sender named this stop.")
    _log_untied(session, [_untied(one, DECLARED_OTHER) for one in given_way if one.encounter_id != encounter_id], now)


def declared_encounter(session: Session, *, reference: str) -> uuid.UUID:
    """Return the encounter that a sender names. Raises Invalid where there is none."""
    encounter_id = session.scalar(select(Encounter.id).where(Encounter.reference == reference.strip()))
    if encounter_id is None:
        message = "There is no encounter with this reference."
        raise Invalid(
            message, {"encounter": "Give the reference as it stands on the record, or leave it out to match by officer and time."}
        )
    return encounter_id


def link_matching(session: Session, *, footage: Footage, now: datetime) -> int:
    """Tie a recording to every encounter that it surely shows, unless its sender declared one; return to how many it is tied.

    What was worked out before and does not hold any more goes. What may be is noted, for a person to decide.
    """
    if footage.started_at is None or _is_declared(session, footage.id):
        return 0
    found = likely_shown(session, camera=camera_of(footage), since=footage.started_at, until=footage.started_at)
    untied: list[Act] = []
    links = _tie(session, footage.id, [one for one in found if one.footage_id == footage.id], now, untied)
    _log_untied(session, untied, now)
    return links


def matching_encounters(session: Session, *, footage: Footage) -> list[uuid.UUID]:
    """Return the encounters that a recording may show, generously: a hold on any of them keeps it.

    Those that are decided or in doubt, and everything near in time that the same officer or camera was at or whose record names
    neither, whatever a person decided since: nobody makes footage go by untying it. Without a start, the week before it arrived.
    """
    return sorted({*_worked_out(session, footage), *_near(session, footage)})


def _worked_out(session: Session, footage: Footage) -> list[uuid.UUID]:
    if footage.started_at is None:
        return []
    found = likely_shown(session, camera=camera_of(footage), since=footage.started_at, until=footage.started_at)
    return [one.encounter_id for one in found if one.footage_id == footage.id]


def _near(session: Session, footage: Footage) -> list[uuid.UUID]:
    started = footage.started_at or footage.received_at
    before = timedelta(0) if footage.started_at else UNKNOWN_START_WITHIN
    recording = Recording(footage.officer_id, footage.device_serial, started - before, footage.ended_at or (started if before else None))
    was_there = select(OfficerPresent.encounter_id).where(OfficerPresent.account_id == footage.officer_id)
    who = [Encounter.officer_id == footage.officer_id, Encounter.id.in_(was_there), Encounter.officer_id.is_(None)]
    if footage.device_serial is not None:
        who.append(Encounter.camera_serial == footage.device_serial)
    earliest, latest = earliest_start(recording), latest_start(recording)
    began_then = Encounter.started_at.between(earliest, latest)
    still_went_on = and_(Encounter.ended_at >= recording.started_at - DRIFT, Encounter.started_at <= latest)
    near = select(Encounter).where(or_(began_then, still_went_on), or_(*who))
    return [row.id for row in session.scalars(near) if match(recording, _shape(session, row))]


def likely_of_waiting(session: Session, *, now: datetime) -> dict[uuid.UUID, list[Likeness]]:
    """Return what the recordings show that are new, tied to nothing, in doubt, or near a record that came late. Only reads.

    Every recording that was looked at stands there, also with nothing.
    """
    found: dict[uuid.UUID, list[Likeness]] = {}
    for (camera, _), started in _by_camera_and_day(_in_question(session, now)).items():
        asked = {footage_id for footage_id, _ in started}
        moments = [moment for _, moment in started]
        shown = likely_shown(session, camera=camera, since=min(moments), until=max(moments))
        found |= {footage_id: [one for one in shown if one.footage_id == footage_id] for footage_id in asked}
    return found


def tie_waiting(session: Session, *, found: dict[uuid.UUID, list[Likeness]], now: datetime) -> int:
    """Write down what `likely_of_waiting` found; return how many recordings found their first encounter."""
    untied: list[Act] = []
    waiting = {footage_id: likely for footage_id, likely in found.items() if not _is_declared(session, footage_id)}
    first = sum(_tie_first(session, footage_id, likely, now, untied) for footage_id, likely in waiting.items())
    _log_untied(session, untied, now)
    return first


def match_waiting_footage(session: Session, *, now: datetime) -> int:
    """Try again to match what waits: records often come later than recordings. Return how many found their first encounter."""
    return tie_waiting(session, found=likely_of_waiting(session, now=now), now=now)


def _in_question(session: Session, now: datetime) -> list[Footage]:
    tied = exists().where(FootageOfEncounter.footage_id == Footage.id)
    doubted = exists().where(FootageInDoubt.footage_id == Footage.id)
    waits = and_(Footage.received_at >= now - RECORDS_COME_WITHIN, or_(~tied, doubted))
    late = select(Encounter.started_at).where(Encounter.recorded_at >= now - NEW_FOR, Encounter.started_at < now - NEW_FOR)
    near_late = [Footage.started_at.between(*may_begin_near(moment)) for moment in session.scalars(late.distinct().limit(MOST_LATE))]
    wanted = or_(Footage.received_at >= now - NEW_FOR, waits, *near_late)
    rows = select(Footage).where(Footage.started_at.is_not(None), Footage.state != FootageState.ERASED, wanted)
    return list(session.scalars(rows.order_by(Footage.started_at, Footage.id)))


def _by_camera_and_day(rows: Iterable[Footage]) -> dict[tuple[Camera, date], list[tuple[uuid.UUID, datetime]]]:
    grouped: dict[tuple[Camera, date], list[tuple[uuid.UUID, datetime]]] = defaultdict(list)
    for row in rows:
        if row.started_at is not None:
            grouped[camera_of(row), row.started_at.date()].append((row.id, row.started_at))
    return grouped


def _tie_first(session: Session, footage_id: uuid.UUID, likely: list[Likeness], now: datetime, untied: list[Act]) -> bool:
    was_tied = session.scalar(select(FootageOfEncounter.encounter_id).where(FootageOfEncounter.footage_id == footage_id).limit(1))
    return _tie(session, footage_id, likely, now, untied) > 0 and was_tied is None


def _tie(session: Session, footage_id: uuid.UUID, likely: Iterable[Likeness], now: datetime, untied: list[Act]) -> int:
    """Make the links and doubts of a recording what was worked out; return how many links there are. What goes is added to `untied`."""
    settled = set(session.scalars(select(FootageDecision.encounter_id).where(FootageDecision.footage_id == footage_id)))
    links = {
        row.encounter_id: row for row in session.scalars(select(FootageOfEncounter).where(FootageOfEncounter.footage_id == footage_id))
    }
    likely = [one for one in likely if one.encounter_id not in settled]
    decided = {one.encounter_id: one for one in likely if one.is_decided}
    for encounter_id, link in list(links.items()):
        if link.matched_by in WORKED_OUT and encounter_id not in decided and encounter_id not in settled:
            untied.append(_untied(link, NO_LONGER))
            session.delete(links.pop(encounter_id))
    for encounter_id, one in decided.items():
        link = links.get(encounter_id)
        if link is None:
            made = {"matched_by": one.how, "why": one.why, "filmed_until": one.filmed_until, "matched_at": now}
            links[encounter_id] = FootageOfEncounter(footage_id=footage_id, encounter_id=encounter_id, **made)
            session.add(links[encounter_id])
        elif link.matched_by in WORKED_OUT:
            link.matched_by, link.why, link.filmed_until = one.how, one.why, one.filmed_until
    _note_doubts(
        session, footage_id, {one.encounter_id: one.why for one in likely if not one.is_decided and one.encounter_id not in links}, now
    )
    session.flush()
    return len(links)


def _untied(link: FootageOfEncounter, why: str) -> Act:
    """Return the audit entry of a link that goes: of which encounter, by which rule it was tied, and why it goes. No words of the link."""
    reason = f"encounter {link.encounter_id}, tied by {link.matched_by}: {why}"
    return Act(Operation.ALTERATION, "untie_footage", "footage", str(link.footage_id), Purpose.RECORDING, reason=reason)


def _log_untied(session: Session, untied: Sequence[Act], now: datetime) -> None:
    """Write them down after all links: whoever holds the log's head waits for no other row."""
    if untied:
        session.flush()
        record_acts(session, actor=WORKER, acts=untied, now=now)


def _note_doubts(session: Session, footage_id: uuid.UUID, doubts: dict[uuid.UUID, str], now: datetime) -> None:
    for row in session.scalars(select(FootageInDoubt).where(FootageInDoubt.footage_id == footage_id)):
        if row.encounter_id not in doubts:
            session.delete(row)
        else:
            row.why = doubts.pop(row.encounter_id)
    session.add_all(FootageInDoubt(footage_id=footage_id, encounter_id=one, why=why, noted_at=now) for one, why in doubts.items())


def _shape(session: Session, encounter: Encounter) -> MatchableEncounter:
    present = session.scalars(select(OfficerPresent.account_id).where(OfficerPresent.encounter_id == encounter.id))
    searching = [] if encounter.officer_id is None else [encounter.officer_id]
    officers = frozenset([*searching, *present])
    return MatchableEncounter(encounter.id, officers, encounter.camera_serial, encounter.started_at, encounter.ended_at)


def is_settled(session: Session, *, footage_id: uuid.UUID, encounter_id: uuid.UUID) -> bool:
    """Return whether a person decided if this recording shows this encounter."""
    pair = select(FootageDecision.id).where(FootageDecision.footage_id == footage_id, FootageDecision.encounter_id == encounter_id)
    return session.scalar(pair.limit(1)) is not None


def _is_declared(session: Session, footage_id: uuid.UUID) -> bool:
    declared = select(FootageOfEncounter.encounter_id).where(
        FootageOfEncounter.footage_id == footage_id, FootageOfEncounter.matched_by == MatchedBy.DECLARED
    )
    return session.scalar(declared.limit(1)) is not None


def _link(session: Session, footage_id: uuid.UUID, encounter_id: uuid.UUID, how: MatchedBy, now: datetime, *, why: str) -> None:
    if session.get(FootageOfEncounter, (footage_id, encounter_id)) is None:
        made = {"matched_by": how, "why": why, "matched_at": now}
        session.add(FootageOfEncounter(footage_id=footage_id, encounter_id=encounter_id, **made))
        session.flush()
    session.execute(delete(FootageInDoubt).where(FootageInDoubt.footage_id == footage_id))
