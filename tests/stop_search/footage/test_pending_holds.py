"""Holding many stops at once for chance: one entry of the log, held once, released once, and the evidence system is asked."""

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import COMMAND_LINE
from stop_search.footage import pending_holds
from stop_search.footage.pending_holds import AT_ONCE, HeldFor, batched_ids, hold_all, release_all
from stop_search.footage.records import EvidenceLink, EvidenceRequest, FootageHold
from stop_search.footage.rules import FootageState, HoldReason
from tests.conftest import NOON
from tests.support import builders as a

FRAME = HeldFor(HoldReason.FRAMED, "a draw")


def hold(session: Session, ids: list[uuid.UUID]) -> int:
    """Hold stops."""
    return hold_all(session, encounter_ids=ids, held_for=FRAME, actor=COMMAND_LINE, now=NOON)


def release(session: Session, ids: list[uuid.UUID] | None = None) -> int:
    """Release stops, or all."""
    return release_all(session, held_for=FRAME, because="drawn", actor=COMMAND_LINE, now=NOON + timedelta(days=1), encounter_ids=ids)


def in_force(session: Session) -> set[uuid.UUID]:
    """Return the stops that are held."""
    return set(session.scalars(select(FootageHold.encounter_id).where(FootageHold.released_at.is_(None))))


def test_many_are_held_once_and_released_once_with_one_entry_of_the_log_each(session: Session) -> None:
    ids = [a.an_encounter(session).id for _ in range(5)]
    assert (hold(session, ids), hold(session, ids)) == (5, 0)
    assert release(session, ids[:2]) == 2
    assert in_force(session) == set(ids[2:])
    assert (release(session), release(session)) == (3, 0)
    assert in_force(session) == set()
    assert hold(session, ids) == 0  # what chance has let go is not held for it again
    acts = [line.action for line in newest_entries(session)]
    assert (acts.count("place_holds"), acts.count("release_holds")) == (1, 2)


def test_a_hold_for_another_cause_is_left_alone(session: Session) -> None:
    stop = a.an_encounter(session)
    hold(session, [stop.id])
    other = HeldFor(HoldReason.FRAMED, "another draw")
    hold_all(session, encounter_ids=[stop.id], held_for=other, actor=COMMAND_LINE, now=NOON)
    assert release(session) == 1
    assert in_force(session) == {stop.id}


def test_it_says_how_many_recordings_were_gone_already(session: Session) -> None:
    stop = a.an_encounter(session)
    for state in (FootageState.ERASED, FootageState.EXAMINED):
        a.a_recording(session, encounter=stop, state=state)
    hold(session, [stop.id])
    assert session.scalars(select(FootageHold.erased_before)).one() == 1


def test_the_evidence_system_is_asked_to_hold_and_to_release(session: Session) -> None:
    stop, other = a.an_encounter(session), a.an_encounter(session)
    footage = a.a_recording(session, encounter=stop)
    session.add(EvidenceLink(footage_id=footage.id, evidence_id="E1", told_at=NOON, told_by="x"))
    session.flush()
    hold(session, [stop.id, other.id])
    release(session)
    wanted = session.scalars(select(EvidenceRequest.wanted).order_by(EvidenceRequest.number)).all()
    assert wanted == ["hold", "release"]


def test_more_ids_than_one_statement_may_name_come_in_lots() -> None:
    ids = [uuid.UUID(int=n) for n in range(2 * AT_ONCE + 1)]
    lots = list(batched_ids(ids))
    assert [len(lot) for lot in lots] == [AT_ONCE, AT_ONCE, 1]
    assert [one for lot in lots for one in lot] == ids
    assert pending_holds.AT_ONCE < 32_766
