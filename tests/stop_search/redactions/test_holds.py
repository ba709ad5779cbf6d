"""The panel's hold of a redaction: over a while after the copy was declined, unless somebody goes on; the release is in the audit log."""

import uuid
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import WORKER
from stop_search.codes.retention import retention_classes
from stop_search.database.session import Database
from stop_search.footage.actions import release_hold
from stop_search.footage.holds import note_panel_met
from stop_search.footage.records import FootageHold
from stop_search.redactions.actions import open_redaction, put_track
from stop_search.redactions.copies import MadeCopy, ask_for_copy, note_check, note_copy, release_copy, send_copy_back
from stop_search.redactions.holds import redaction_holds_closed
from stop_search.reviews.holds import closed_causes, release_holds_over
from stop_search.unit_of_work import reading, unit_of_work
from tests.support import builders as a
from tests.support.doorbells import RememberingDoorbell

DECLINED_AT = a.NOON + timedelta(days=3)
FRAMES = [[0.0, 0.1, 0.1, 0.2, 0.2], [2.0, 0.3, 0.1, 0.2, 0.2]]
PASSED = {"passed": True, "reasons": [], "faces": [], "looks": 3, "frames": 50, "has_detector": True}


def somebody(session: Session) -> Viewer:
    """Add somebody of the learning team."""
    return Viewer(a.an_account(session, role=Role.LEARNING_TEAM).id, "Somebody", frozenset({Role.LEARNING_TEAM}))


def declined(session: Session, *, is_released_before: bool = False, is_sent_back: bool = True) -> tuple[uuid.UUID, uuid.UUID, Viewer]:
    """Have a copy made, and sent back unless it is not; return the redaction, its hold, and who drew the boxes."""
    editor, checker = somebody(session), somebody(session)
    footage = a.a_recording(session, encounter=a.an_encounter(session, officer=a.an_officer(session)), facts={"length_seconds": 2.0})
    redaction_id = open_redaction(session, footage_id=footage.id, viewer=editor, now=a.NOON)
    put_track(session, redaction_id=redaction_id, track_id=uuid.uuid4(), kind="face", key_frames=FRAMES, viewer=editor, now=a.NOON)
    version = ask_for_copy(session, redaction_id=redaction_id, viewer=editor, now=a.NOON)
    made = MadeCopy(f"footage/{uuid.uuid4()}/copy.mp4", "0" * 64, 1000, 50)
    note_copy(session, redaction_id=redaction_id, version=version, made=made, now=a.NOON)
    note_check(session, redaction_id=redaction_id, version=version, findings=PASSED, now=a.NOON)
    hold_id = session.scalars(select(FootageHold.id).where(FootageHold.cause_id == f"redaction:{redaction_id}")).one()
    if is_released_before:
        release_copy(session, redaction_id=redaction_id, version=version, viewer=checker, now=a.NOON)
        assert redaction_holds_closed(session) == {}
    send = {"reason": "A face in the mirror.", "viewer": checker, "now": DECLINED_AT}
    assert redaction_holds_closed(session) == {}
    if is_sent_back:
        send_copy_back(session, redaction_id=redaction_id, version=version, **send)
    return redaction_id, hold_id, editor


@pytest.mark.parametrize("is_released_before", [False, True])
def test_a_copy_that_was_declined_or_taken_back_closes_the_cause_of_its_hold(session: Session, *, is_released_before: bool) -> None:
    _, hold_id, _ = declined(session, is_released_before=is_released_before)
    assert redaction_holds_closed(session) == {hold_id: date(2026, 11, 21)}
    assert redaction_holds_closed(session, hold_id=uuid.uuid4()) == {}


@pytest.mark.parametrize("what", ["a box", "a copy"])
def test_whoever_goes_on_opens_the_cause_again_and_holds_again(session: Session, what: str) -> None:
    redaction_id, hold_id, editor = declined(session)
    release_hold(session, hold_id=hold_id, because="over", actor=WORKER, now=DECLINED_AT)
    if what == "a box":
        drawn = {"track_id": uuid.uuid4(), "kind": "face", "key_frames": FRAMES}
        put_track(session, redaction_id=redaction_id, **drawn, viewer=editor, now=DECLINED_AT)
    else:
        ask_for_copy(session, redaction_id=redaction_id, viewer=editor, now=DECLINED_AT)
    assert redaction_holds_closed(session) == {}
    assert session.get_one(FootageHold, hold_id, populate_existing=True).released_at is None


@pytest.mark.parametrize("days", [1, 91], ids=["held still", "released"])
@pytest.mark.parametrize("is_sent_back", [True, False])
def test_whoever_goes_on_after_the_panel_has_met_holds_until_it_meets_again(database: Database, days: int, *, is_sent_back: bool) -> None:
    later = DECLINED_AT + timedelta(days=days)
    with unit_of_work(database, RememberingDoorbell()) as session:
        redaction_id, hold_id, editor = declined(session, is_released_before=True, is_sent_back=is_sent_back)
        hold = session.get_one(FootageHold, hold_id)
        note_panel_met(session, encounter_id=hold.encounter_id, viewer=editor, now=DECLINED_AT)
    night = {"classes": retention_classes(), "by": later, "now": later, "actor": WORKER}
    run = partial(release_holds_over, lambda: reading(database), lambda: unit_of_work(database, RememberingDoorbell()), **night)
    assert run() == (days > 90)
    with unit_of_work(database, RememberingDoorbell()) as session:
        drawn = {"track_id": uuid.uuid4(), "kind": "face", "key_frames": FRAMES}
        put_track(session, redaction_id=redaction_id, **drawn, viewer=editor, now=later)
        assert closed_causes(session) == {}
    assert run() == 0
    with reading(database) as session:
        actions = set(session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == str(hold_id))))
    assert ("panel_hold_opened_again" in actions) == (days < 90)


def test_ninety_days_after_it_was_declined_the_hold_is_released_with_an_audit_entry(database: Database) -> None:
    with unit_of_work(database, RememberingDoorbell()) as session:
        _, hold_id, _ = declined(session)
    classes = retention_classes()

    def released(days: int) -> int:
        by = DECLINED_AT + timedelta(days=days)
        writing = {"classes": classes, "by": by, "now": by, "actor": WORKER}
        return release_holds_over(lambda: reading(database), lambda: unit_of_work(database, RememberingDoorbell()), **writing)

    assert [released(days) for days in (90, 91, 92)] == [0, 1, 0]
    with reading(database) as session:
        hold = session.get_one(FootageHold, hold_id)
        assert hold.release_reason == "Its cause was closed on 2026-11-21, and it has been kept long enough since."
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.n.desc())).first()
        assert newest is not None
        assert (newest.action, newest.object_id, newest.actor) == ("release_hold", str(hold.encounter_id), "worker")
