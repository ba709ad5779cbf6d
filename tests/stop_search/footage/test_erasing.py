"""Erasing recordings whose time is over, on both databases: what keeps them, what remains of them, what a hold that comes too late says."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE, PUBLIC, WORKER
from stop_search.errors import Conflict, NoLongerOpen, NotFound
from stop_search.footage.actions import Examined, examine_again, note_examination, place_hold, receive_footage, release_hold
from stop_search.footage.erasing import (
    REMOVE,
    Erased,
    Held,
    confirm_removal,
    erase_footage,
    footage_past_its_time,
    footage_to_remove,
    holds_too_late,
    note_what_goes,
    would_become_of,
)
from stop_search.footage.queries import footage_shown
from stop_search.footage.records import Footage, FootageErasure, FootageOfEncounter
from stop_search.footage.rules import FootageState, HoldReason, MatchedBy, ReceivedFile, StoredOriginal
from stop_search.jobs.records import Job
from tests.support.builders import CLOCKS, NOON, a_recording, an_encounter, an_officer

YESTERDAY = (NOON - timedelta(days=1)).date()
STARTED = NOON - timedelta(days=40)


def a_due_recording(session: Session, **columns: Any) -> Footage:
    """Add a recording whose last day was yesterday."""
    return a_recording(session, started_at=STARTED, **{"erase_after": YESTERDAY} | columns)


def erase(session: Session, footage: Footage) -> Erased | Held:
    """Erase it now."""
    return erase_footage(session, footage_id=footage.id, now=NOON, actor=WORKER)


def hold(session: Session, encounter_id: uuid.UUID, reason: HoldReason = HoldReason.COMPLAINT) -> uuid.UUID:
    """Place a hold."""
    return place_hold(session, encounter_id=encounter_id, reason=reason, cause_id="1", now=NOON)


def test_what_is_erased_keeps_its_hashes_and_a_certificate_lists_what_goes(session: Session) -> None:
    pictures = {"poster": "f/p.jpg", "sprites": "f/s.jpg", "sprites_vtt": "f/s.vtt", "thumbnails": [{"key": "f/t.jpg", "at_seconds": 1.0}]}
    footage = a_due_recording(session, pictures=pictures, original_name="somebody's name.mp4")
    keys = {"f/p.jpg", "f/s.jpg", "f/s.vtt", "f/t.jpg", footage.storage_key}
    outcome = erase(session, footage)
    assert outcome == Erased(footage.id, tuple(sorted(keys)))
    assert (footage.state, footage.pictures, footage.facts, footage.original_name) == (FootageState.ERASED, None, None, "")
    assert footage.started_at == STARTED
    certificate = session.get_one(FootageErasure, footage.id)
    assert certificate.removed == dict.fromkeys(keys) | {footage.storage_key: footage.sha256}
    assert certificate.removed_at is None
    assert session.scalars(select(Job.name)).all() == [REMOVE]
    assert session.scalars(select(AuditEntry.action)).all() == ["erase_footage"]
    assert erase(session, footage) == outcome
    assert session.scalars(select(AuditEntry.action)).all() == ["erase_footage"]


def test_nothing_is_erased_on_its_last_day_nor_where_no_day_is_known(session: Session) -> None:
    for day in (NOON.date(), NOON.date() + timedelta(days=1), None):
        footage = a_due_recording(session, erase_after=day)
        with pytest.raises(Conflict):
            erase(session, footage)
        assert footage.state == FootageState.EXAMINED
    assert footage_past_its_time(session, now=NOON) == []
    with pytest.raises(NotFound):
        erase_footage(session, footage_id=uuid.uuid4(), now=NOON, actor=WORKER)


@pytest.mark.parametrize("reason", HoldReason)
def test_a_hold_keeps_a_recording_until_it_is_released(session: Session, reason: HoldReason) -> None:
    encounter = an_encounter(session)
    footage = a_due_recording(session, encounter=encounter)
    hold_id = hold(session, encounter.id, reason)
    assert would_become_of(session, footage_id=footage.id) == Held(footage.id, (reason,))
    assert erase(session, footage) == Held(footage.id, (reason,))
    assert footage.state == FootageState.EXAMINED
    release_hold(session, hold_id=hold_id, because="done", actor=COMMAND_LINE, now=NOON)
    assert isinstance(erase(session, footage), Erased)


def test_a_hold_on_any_of_the_encounters_that_a_recording_shows_keeps_it(session: Session) -> None:
    first, second = an_encounter(session), an_encounter(session)
    footage = a_due_recording(session, encounter=first)
    session.add(FootageOfEncounter(footage_id=footage.id, encounter_id=second.id, matched_by=MatchedBy.PERSON, matched_at=NOON))
    hold(session, second.id)
    assert isinstance(erase(session, footage), Held)


def test_a_record_that_came_after_the_recording_is_matched_before_anything_is_erased(session: Session) -> None:
    officer = an_officer(session)
    footage = a_due_recording(session, officer_id=officer.id)
    encounter = an_encounter(session, officer=officer, started_at=STARTED + timedelta(minutes=5))
    hold(session, encounter.id)
    assert would_become_of(session, footage_id=footage.id) == Held(footage.id, (HoldReason.COMPLAINT,))
    assert isinstance(erase(session, footage), Held)
    assert [one.encounter_id for one in footage_shown(session, footage_id=footage.id).encounters] == [encounter.id]


def test_a_camera_that_ran_on_into_the_next_stop_is_kept_for_that_one_too(session: Session) -> None:
    officer = an_officer(session)
    declared = an_encounter(session, officer=officer, started_at=STARTED)
    footage = a_due_recording(session, encounter=declared, officer_id=officer.id, minutes=60)
    following = an_encounter(session, officer=officer, started_at=STARTED + timedelta(minutes=40))
    hold(session, following.id)
    assert isinstance(erase(session, footage), Held)


def test_a_hold_that_comes_too_late_says_so_and_is_counted(session: Session) -> None:
    encounter = an_encounter(session)
    erase(session, a_due_recording(session, encounter=encounter))
    hold(session, encounter.id)
    hold(session, an_encounter(session).id)
    assert holds_too_late(session) == {HoldReason.COMPLAINT: 1}
    assert '"reason":"complaint, too late for 1"' in session.scalars(select(AuditEntry.text).order_by(AuditEntry.n)).all()[1]


def test_what_an_examination_finds_after_the_erasure_is_not_kept(session: Session) -> None:
    footage = a_due_recording(session)
    erase(session, footage)
    found = Examined({"length_seconds": 1.0}, {"poster": "f/p.jpg"}, None, None)
    note_examination(session, footage_id=footage.id, found=found, now=NOON)
    assert (footage.state, footage.pictures) == (FootageState.ERASED, None)
    assert session.scalars(select(Job.name)).all() == [REMOVE, REMOVE]
    with pytest.raises(NoLongerOpen):
        examine_again(session, footage_id=footage.id, actor=COMMAND_LINE, now=NOON)


def test_the_same_bytes_sent_again_after_the_erasure_stay_erased_and_go_again(session: Session) -> None:
    footage = a_due_recording(session)
    erase(session, footage)
    original = StoredOriginal(sha256=footage.sha256, size_bytes=footage.size_bytes, storage_key=footage.storage_key)
    again = ReceivedFile(original=original, name="again.mp4", clocks=CLOCKS)
    assert receive_footage(session, new=again, actor=PUBLIC, now=NOON) == footage.id
    assert (footage.state, footage.original_name) == (FootageState.ERASED, "")
    assert session.scalars(select(Job.name)).all() == [REMOVE, REMOVE]


def test_the_certificate_takes_each_hash_once_and_the_end_once(session: Session) -> None:
    footage = a_due_recording(session, pictures={"poster": "f/p.jpg"})
    assert footage_to_remove(session, footage_id=footage.id) is None
    erase(session, footage)
    for sha256 in ("a" * 64, "b" * 64):
        note_what_goes(session, footage_id=footage.id, hashes={"f/p.jpg": sha256, footage.storage_key: sha256})
    assert session.get_one(FootageErasure, footage.id).removed == {"f/p.jpg": "a" * 64, footage.storage_key: footage.sha256}
    for moment in (NOON, NOON + timedelta(hours=1)):
        confirm_removal(session, footage_id=footage.id, now=moment)
    assert session.get_one(FootageErasure, footage.id).removed_at == NOON
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.n)).all() == ["erase_footage", "confirm_removal"]


def test_the_longest_overdue_goes_first_and_what_is_erased_is_not_due(session: Session) -> None:
    second, first = a_due_recording(session), a_due_recording(session, erase_after=YESTERDAY - timedelta(days=1))
    assert footage_past_its_time(session, now=NOON) == [first.id, second.id]
    erase(session, first)
    assert footage_past_its_time(session, now=NOON) == [second.id]
