"""Receiving recordings, what examinations find, holds and playbacks, on both databases."""

import threading
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE, PUBLIC, Actor, Purpose
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotFound
from stop_search.footage.actions import (
    Examined,
    examine_again,
    give_up_examination,
    note_examination,
    note_playback,
    place_hold,
    receive_footage,
    release_hold,
)
from stop_search.footage.clock_rules import Witness
from stop_search.footage.clock_watch import look_at_clock
from stop_search.footage.queries import footage_shown, is_playback_noted
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import FootageState, HoldReason, ReceivedFile, StoredOriginal, original_key
from stop_search.installation import Installation
from stop_search.jobs.records import Job
from tests.support.builders import CLOCKS, NOON, a_recording, an_account, an_encounter, an_officer

CAMERA = Actor(id="camera:1", role="camera")
STARTED = NOON - timedelta(days=2)
HOUR = timedelta(hours=1)


def a_file(mark: str = "a", **known: object) -> ReceivedFile:
    """Give a received file; `mark` makes its hash."""
    sha256 = (mark * 64)[:64]
    original = StoredOriginal(sha256=sha256, size_bytes=1000, storage_key=original_key(sha256))
    return replace(ReceivedFile(original=original, name="clip.mp4", clocks=CLOCKS), **known)


def receive(session: Session, new: ReceivedFile) -> uuid.UUID:
    """Receive a file from a camera."""
    return receive_footage(session, new=new, actor=CAMERA, now=NOON)


def acts(session: Session) -> list[str]:
    """List the actions in the audit log."""
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.n)))


def matched(session: Session, footage_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Say which encounters a recording belongs to, and why."""
    rows = session.execute(
        select(FootageOfEncounter.encounter_id, FootageOfEncounter.matched_by).where(FootageOfEncounter.footage_id == footage_id)
    )
    return {row.encounter_id: row.matched_by for row in rows}


def test_receiving_stores_the_row_the_audit_entry_and_the_job_together(session: Session) -> None:
    footage_id = receive(session, a_file(started_at=STARTED, device_serial="C1", name="../x.mp4"))
    footage = footage_shown(session, footage_id=footage_id)
    assert footage.state is FootageState.RECEIVED
    assert footage.original_name == "x.mp4"
    assert footage.erase_after == (STARTED + timedelta(days=31)).date()
    assert acts(session) == ["receive_footage"]
    job = session.scalars(select(Job)).one()
    assert (job.name, job.queue, job.arguments) == ("examine_footage", "footage", {"footage_id": str(footage_id)})


def test_the_same_bytes_twice_are_one_recording_and_one_job(session: Session) -> None:
    first = receive(session, a_file())
    officer = an_officer(session)
    assert receive(session, a_file(officer_id=officer.id, started_at=STARTED, name="copy.mp4")) == first
    assert session.scalar(select(func.count()).select_from(Footage)) == 1
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    assert acts(session) == ["receive_footage"]
    footage = session.get_one(Footage, first)
    assert (footage.officer_id, footage.started_at, footage.original_name) == (officer.id, STARTED, "clip.mp4")


def test_what_is_known_is_not_overwritten_by_the_same_bytes_again(session: Session) -> None:
    first = receive(session, a_file(device_serial="C1", started_at=STARTED))
    receive(session, a_file(device_serial="C2", started_at=NOON))
    footage = session.get_one(Footage, first)
    assert (footage.device_serial, footage.started_at) == ("C1", STARTED)


def test_a_recording_is_tied_to_what_its_officer_did_at_that_time(session: Session) -> None:
    officer, other = an_officer(session), an_officer(session)
    then, later = an_encounter(session, officer=officer, started_at=STARTED), STARTED + timedelta(hours=3)
    present = an_encounter(session, officer=other, others_present=(officer,), started_at=STARTED + timedelta(minutes=5))
    an_encounter(session, officer=officer, started_at=later)
    an_encounter(session, officer=other, started_at=STARTED)
    footage_id = receive(session, a_file(officer_id=officer.id, started_at=STARTED - timedelta(minutes=2)))
    assert matched(session, footage_id) == {then.id: "officer_and_time", present.id: "officer_and_time"}


def test_a_declared_encounter_wins_over_the_guess(session: Session) -> None:
    officer = an_officer(session)
    guessed = an_encounter(session, officer=officer, started_at=STARTED)
    declared = an_encounter(session, officer=officer, started_at=STARTED - timedelta(days=1))
    footage_id = receive(session, a_file(officer_id=officer.id, started_at=STARTED))
    assert matched(session, footage_id) == {guessed.id: "officer_and_time"}
    receive(session, a_file(encounter_reference=declared.reference))
    assert matched(session, footage_id) == {declared.id: "declared"}
    note_examination(session, footage_id=footage_id, found=Examined({}, {}, None, timedelta(seconds=60)), now=NOON)
    assert matched(session, footage_id) == {declared.id: "declared"}


def test_an_unknown_encounter_or_an_impossible_start_is_refused(session: Session) -> None:
    with pytest.raises(Invalid, match="no encounter"):
        receive(session, a_file(encounter_reference="XX-1"))
    with pytest.raises(Invalid, match="cannot have started"):
        receive(session, a_file("b", started_at=NOON.replace(year=1970)))


def test_an_examination_tells_the_end_and_finds_what_began_before_the_encounter(session: Session) -> None:
    officer = an_officer(session)
    encounter = an_encounter(session, officer=officer, started_at=STARTED)
    footage_id = receive(session, a_file(officer_id=officer.id, started_at=STARTED - timedelta(hours=1)))
    assert matched(session, footage_id) == {}
    found = Examined({"length_seconds": 4000.0}, {"poster": "x"}, None, timedelta(seconds=4000))
    note_examination(session, footage_id=footage_id, found=found, now=NOON)
    assert matched(session, footage_id) == {encounter.id: "officer_and_time"}
    footage = footage_shown(session, footage_id=footage_id)
    assert (footage.state, footage.duration_seconds) == (FootageState.EXAMINED, 4000.0)
    assert footage.ended_at == STARTED - timedelta(hours=1) + timedelta(seconds=4000)


def test_a_failure_keeps_its_words_and_what_was_found_all_the_same(session: Session) -> None:
    footage_id = receive(session, a_file())
    found = Examined({"length_seconds": 5.0, "flags": ["cut_off"]}, None, None, None, "It was cut off.", "Copy it again.")
    note_examination(session, footage_id=footage_id, found=found, now=NOON)
    footage = footage_shown(session, footage_id=footage_id)
    assert (footage.state, footage.failure_reason, footage.flags) == (FootageState.FAILED, "It was cut off.", ("cut_off",))


def test_an_examination_that_comes_after_erasure_writes_nothing(session: Session) -> None:
    footage = a_recording(session, state=FootageState.ERASED)
    note_examination(session, footage_id=footage.id, found=Examined({"length_seconds": 1.0}, {}, None, None), now=NOON)
    assert footage.facts is None
    with pytest.raises(NoLongerOpen):
        examine_again(session, footage_id=footage.id, actor=COMMAND_LINE, now=NOON)


def test_examining_again_asks_for_a_new_job_once(session: Session) -> None:
    footage_id = receive(session, a_file())
    with pytest.raises(Conflict, match="waiting"):
        examine_again(session, footage_id=footage_id, actor=COMMAND_LINE, now=NOON)
    give_up_examination(session, {"footage_id": str(footage_id)}, "Segmentation fault.", NOON)
    assert session.get_one(Footage, footage_id).state == FootageState.FAILED
    examine_again(session, footage_id=footage_id, actor=COMMAND_LINE, now=NOON)
    footage = session.get_one(Footage, footage_id)
    assert (footage.state, footage.failure_reason) == (FootageState.RECEIVED, None)
    assert session.scalar(select(func.count()).select_from(Job)) == 2
    with pytest.raises(NotFound):
        examine_again(session, footage_id=uuid.uuid4(), actor=COMMAND_LINE, now=NOON)


def test_giving_up_does_not_touch_what_is_examined(session: Session) -> None:
    footage = a_recording(session)
    give_up_examination(session, {"footage_id": str(footage.id)}, "late", NOON)
    assert footage.state == FootageState.EXAMINED
    give_up_examination(session, {"footage_id": str(uuid.uuid4())}, "unknown", NOON)


def test_a_hold_is_placed_once_and_covers_what_arrives_later(session: Session) -> None:
    officer = an_officer(session)
    encounter = an_encounter(session, officer=officer, started_at=STARTED)
    placed = [
        place_hold(session, encounter_id=encounter.id, reason=HoldReason.FEEDBACK, cause_id="1", now=NOON, actor=PUBLIC) for _ in range(2)
    ]
    other = place_hold(session, encounter_id=encounter.id, reason=HoldReason.DRAWN, cause_id="1", now=NOON)
    assert placed[0] == placed[1] != other
    footage_id = receive(session, a_file(officer_id=officer.id, started_at=STARTED))
    holds = footage_shown(session, footage_id=footage_id).holds
    assert {(hold.reason, hold.encounter_reference) for hold in holds} == {
        ("feedback", encounter.reference),
        ("drawn", encounter.reference),
    }
    assert acts(session)[:2] == ["place_hold", "place_hold"]


def test_a_released_hold_stays_known_and_can_be_placed_again(session: Session) -> None:
    encounter = an_encounter(session)
    footage = a_recording(session, encounter=encounter)
    hold_id = place_hold(session, encounter_id=encounter.id, reason=HoldReason.COMPLAINT, cause_id="7", now=NOON)
    release_hold(session, hold_id=hold_id, because="The complaint was closed.", actor=COMMAND_LINE, now=NOON)
    assert footage_shown(session, footage_id=footage.id).holds == ()
    with pytest.raises(NoLongerOpen):
        release_hold(session, hold_id=hold_id, because="again", actor=COMMAND_LINE, now=NOON)
    with pytest.raises(NotFound):
        release_hold(session, hold_id=uuid.uuid4(), because="none", actor=COMMAND_LINE, now=NOON)
    assert place_hold(session, encounter_id=encounter.id, reason=HoldReason.COMPLAINT, cause_id="7", now=NOON) == hold_id
    assert len(footage_shown(session, footage_id=footage.id).holds) == 1
    assert acts(session) == ["place_hold", "release_hold", "place_hold"]


def test_a_playback_is_one_entry_for_each_session(session: Session) -> None:
    footage, viewer = a_recording(session), an_account(session)
    actor = Actor(id=str(viewer.id), role="supervisor")
    for mark in ("morning", "morning", "evening", "morning"):
        note_playback(
            session,
            footage_id=footage.id,
            session_mark=mark,
            viewer_id=viewer.id,
            actor=actor,
            purpose=Purpose.SUPERVISOR_REVIEW,
            now=NOON,
        )
    entries = session.execute(select(AuditEntry.action, AuditEntry.operation, AuditEntry.object_id)).all()
    assert [tuple(entry) for entry in entries] == [("play_footage", "consultation", str(footage.id))] * 2
    assert is_playback_noted(session, footage_id=footage.id, session_mark="morning")
    assert not is_playback_noted(session, footage_id=footage.id, session_mark="night")


def test_the_same_bytes_at_the_same_moment_are_one_recording(installation_on_each: Installation) -> None:
    ready, received = threading.Barrier(4), []

    def race() -> None:
        ready.wait()
        with installation_on_each.writing() as session:
            received.append(receive(session, a_file()))

    racers = [threading.Thread(target=race) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(received) == 4
    assert len(set(received)) == 1
    with installation_on_each.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1
        assert acts(session) == ["receive_footage"]


@pytest.mark.parametrize("off_by", [-HOUR, timedelta(0), -30 * HOUR])
def test_a_recording_that_comes_just_after_midnight_by_a_clock_that_is_behind_is_kept_from_the_new_day(
    session: Session, off_by: timedelta
) -> None:
    midnight = datetime(2026, 11, 19, tzinfo=UTC)
    looked = midnight - timedelta(minutes=10)
    look_at_clock(session, shown=looked, witness=Witness("1", 0))
    look_at_clock(session, shown=looked + off_by, witness=Witness("1", 1))
    shown = midnight + timedelta(minutes=2) + off_by
    footage = session.get_one(Footage, receive_footage(session, new=a_file(), actor=CAMERA, now=shown))
    assert footage.received_at == shown
    assert footage.erase_after == date(2026, 12, 20)
