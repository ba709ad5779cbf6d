"""Redactions in the database: who may, what a change does to a copy, that nobody is both editor and checker, and erasure."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import FootageState, HoldReason
from stop_search.jobs.records import Job
from stop_search.redactions.actions import BothParts, Proposals, ProposedTrack, note_proposals, open_redaction, put_track, remove_track
from stop_search.redactions.copies import MadeCopy, ask_for_copy, note_check, note_copy, release_copy, send_copy_back
from stop_search.redactions.queries import copies_for_panels, may_redact, redaction_shown, served_copy
from stop_search.redactions.records import Redaction, RedactionCopy, RedactionPerson
from stop_search.redactions.rules import RedactionState
from tests.support import builders as a

FRAMES = [[0.0, 0.1, 0.1, 0.2, 0.2], [2.0, 0.3, 0.1, 0.2, 0.2]]
PANEL = Viewer(uuid.uuid4(), "A member", frozenset({Role.PANEL_MEMBER}))
PASSED = {"passed": True, "reasons": [], "faces": [], "looks": 3, "frames": 50, "has_detector": True}


def somebody(session: Session) -> Viewer:
    """Add somebody of the learning team."""
    return Viewer(a.an_account(session, role=Role.LEARNING_TEAM).id, "Somebody", frozenset({Role.LEARNING_TEAM}))


def begun(session: Session, viewer: Viewer) -> uuid.UUID:
    """Open a redaction of a new recording, proposals and all."""
    encounter = a.an_encounter(session, officer=a.an_officer(session))
    footage = a.a_recording(session, encounter=encounter, facts={"length_seconds": 2.0})
    redaction_id = open_redaction(session, footage_id=footage.id, viewer=viewer, now=a.NOON)
    found = Proposals([ProposedTrack("face", 0.9, FRAMES)], [1, 2, 3], 0.1, has_detector=True)
    note_proposals(session, redaction_id=redaction_id, found=found, now=a.NOON)
    return redaction_id


def verified(session: Session, redaction_id: uuid.UUID, viewer: Viewer) -> int:
    """Ask for a copy, and have it made and passed."""
    version = ask_for_copy(session, redaction_id=redaction_id, viewer=viewer, now=a.NOON)
    made = MadeCopy(f"footage/{uuid.uuid4()}/copy.mp4", "0" * 64, 1000, 50)
    note_copy(session, redaction_id=redaction_id, version=version, made=made, now=a.NOON)
    note_check(session, redaction_id=redaction_id, version=version, findings=PASSED, now=a.NOON)
    return version


def released_in_the_database(session: Session, copy_id: uuid.UUID, account_id: uuid.UUID) -> None:
    """Write a release past all of our code."""
    values = {"released_at": a.NOON, "released_by": account_id, "released_part": "checker"}
    with session.begin_nested():
        session.execute(update(RedactionCopy).where(RedactionCopy.id == copy_id).values(values))


def state_of(session: Session, redaction_id: uuid.UUID) -> str:
    """Return the state as it stands."""
    return session.get_one(Redaction, redaction_id).state


def test_opening_holds_the_footage_for_the_panel_and_asks_the_detector_once(session: Session) -> None:
    viewer = somebody(session)
    encounter = a.an_encounter(session, officer=a.an_officer(session))
    footage = a.a_recording(session, encounter=encounter)
    first = open_redaction(session, footage_id=footage.id, viewer=viewer, now=a.NOON)
    assert open_redaction(session, footage_id=footage.id, viewer=viewer, now=a.NOON) == first
    hold = session.scalars(select(FootageHold).where(FootageHold.encounter_id == encounter.id)).one()
    assert (hold.reason, hold.cause_id) == (HoldReason.PANEL, f"redaction:{first}")
    assert session.scalars(select(Job.queue).where(Job.name == "propose_redaction")).all() == ["copies"]


def test_who_took_part_in_the_stop_or_is_of_no_learning_team_finds_nothing(session: Session) -> None:
    officer = a.an_officer(session)
    footage = a.a_recording(session, encounter=a.an_encounter(session, officer=officer))
    both = Viewer(officer.id, "Both", frozenset({Role.OFFICER, Role.LEARNING_TEAM}))
    supervisor = Viewer(uuid.uuid4(), "Other", frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}))
    for viewer in (both, supervisor):
        assert not may_redact(session, footage_id=footage.id, viewer=viewer)
        with pytest.raises(NotFound):
            open_redaction(session, footage_id=footage.id, viewer=viewer, now=a.NOON)
    assert may_redact(session, footage_id=footage.id, viewer=somebody(session))


def test_nobody_releases_what_they_drew_and_a_second_person_does(session: Session) -> None:
    editor, checker = somebody(session), somebody(session)
    redaction_id = begun(session, editor)
    version = verified(session, redaction_id, editor)
    with pytest.raises(BothParts, match="somebody else has to check"):
        release_copy(session, redaction_id=redaction_id, version=version, viewer=editor, now=a.NOON)
    assert copies_for_panels(session, viewer=PANEL) == []
    release_copy(session, redaction_id=redaction_id, version=version, viewer=checker, now=a.NOON)
    assert [copy.redaction_id for copy in copies_for_panels(session, viewer=PANEL)] == [redaction_id]
    with pytest.raises(BothParts, match="somebody else has to change"):
        put_track(session, redaction_id=redaction_id, track_id=uuid.uuid4(), kind="face", key_frames=FRAMES, viewer=checker, now=a.NOON)
    assert state_of(session, redaction_id) == RedactionState.RELEASED


def test_the_database_itself_lets_no_editor_release(session: Session) -> None:
    editor, stranger = somebody(session), somebody(session)
    redaction_id = begun(session, editor)
    verified(session, redaction_id, editor)
    copy = session.scalars(select(RedactionCopy)).one()
    for account_id in (editor.id, stranger.id):
        with pytest.raises(IntegrityError):
            released_in_the_database(session, copy.id, account_id)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(RedactionPerson.__table__.insert(), [{"redaction_id": redaction_id, "account_id": editor.id, "part": "checker"}])


def test_the_database_itself_lets_nobody_release_what_is_not_verified(session: Session) -> None:
    editor, checker = somebody(session), somebody(session)
    redaction_id = begun(session, editor)
    ask_for_copy(session, redaction_id=redaction_id, viewer=editor, now=a.NOON)
    session.add(RedactionPerson(redaction_id=redaction_id, account_id=checker.id, part="checker"))
    session.flush()
    copy = session.scalars(select(RedactionCopy)).one()
    with pytest.raises(IntegrityError):
        released_in_the_database(session, copy.id, checker.id)


@pytest.mark.parametrize("what", ["put", "remove"])
def test_a_change_takes_a_released_copy_away_at_once_and_has_it_removed(session: Session, what: str) -> None:
    editor, checker = somebody(session), somebody(session)
    redaction_id = begun(session, editor)
    version = verified(session, redaction_id, editor)
    release_copy(session, redaction_id=redaction_id, version=version, viewer=checker, now=a.NOON)
    where = {"redaction_id": redaction_id, "viewer": editor, "now": a.NOON}
    if what == "put":
        put_track(session, **where, track_id=uuid.uuid4(), kind="screen", key_frames=FRAMES)
    else:
        remove_track(session, **where, track_id=redaction_shown(session, redaction_id=redaction_id, viewer=editor).tracks[0].track_id)
    assert copies_for_panels(session, viewer=PANEL) == []
    with pytest.raises(NotFound):
        served_copy(session, redaction_id=redaction_id, viewer=PANEL)
    with pytest.raises(Conflict):
        release_copy(session, redaction_id=redaction_id, version=version, viewer=checker, now=a.NOON)
    assert session.scalar(select(func.count()).select_from(Job).where(Job.name == "remove_old_copies")) == 1


def test_a_copy_is_sent_back_only_with_a_reason_and_then_is_served_to_nobody(session: Session) -> None:
    editor, checker = somebody(session), somebody(session)
    redaction_id = begun(session, editor)
    version = verified(session, redaction_id, editor)
    where = {"redaction_id": redaction_id, "version": version, "viewer": checker, "now": a.NOON}
    with pytest.raises(Invalid):
        send_copy_back(session, **where, reason="  ")
    release_copy(session, **where)
    send_copy_back(session, **where, reason="A face in the mirror at 1.5 s.")
    assert copies_for_panels(session, viewer=PANEL) == []
    shown = redaction_shown(session, redaction_id=redaction_id, viewer=editor)
    assert (shown.state, shown.refusal, shown.is_refused_by_machine) == (RedactionState.REFUSED, "A face in the mirror at 1.5 s.", False)


@pytest.mark.parametrize("findings", [{}, {"passed": "yes"}, {"passed": False, "reasons": ["A box is not filled."]}])
def test_anything_but_a_clear_pass_refuses_the_copy(session: Session, findings: dict[str, object]) -> None:
    editor = somebody(session)
    redaction_id = begun(session, editor)
    version = ask_for_copy(session, redaction_id=redaction_id, viewer=editor, now=a.NOON)
    note_copy(session, redaction_id=redaction_id, version=version, made=MadeCopy("footage/x/copy.mp4", "0" * 64, 9, 50), now=a.NOON)
    note_check(session, redaction_id=redaction_id, version=version, findings=findings, now=a.NOON)
    assert state_of(session, redaction_id) == RedactionState.REFUSED


def test_an_erased_recording_takes_its_copy_with_it(session: Session) -> None:
    editor, checker = somebody(session), somebody(session)
    redaction_id = begun(session, editor)
    version = verified(session, redaction_id, editor)
    release_copy(session, redaction_id=redaction_id, version=version, viewer=checker, now=a.NOON)
    from stop_search.footage.records import Footage

    session.get_one(Footage, session.get_one(Redaction, redaction_id).footage_id).state = FootageState.ERASED
    session.flush()
    assert copies_for_panels(session, viewer=PANEL) == []
    with pytest.raises(NotFound):
        redaction_shown(session, redaction_id=redaction_id, viewer=editor)


def test_every_step_is_in_the_audit_log_with_its_purpose(session: Session) -> None:
    editor, checker = somebody(session), somebody(session)
    redaction_id = begun(session, editor)
    version = verified(session, redaction_id, editor)
    release_copy(session, redaction_id=redaction_id, version=version, viewer=checker, now=a.NOON + timedelta(hours=1))
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == str(redaction_id)).order_by(AuditEntry.n)).all()
    assert acts == [
        "open_redaction",
        "propose_redaction",
        "ask_for_redacted_copy",
        "make_redacted_copy",
        "verify_redacted_copy",
        "release_redacted_copy",
    ]
