"""Who may see which recording, and in what order recordings of an encounter come."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotFound
from stop_search.footage.queries import footage_of_encounter, footage_shown, footage_to_examine
from stop_search.footage.rules import FootageState
from tests.support.builders import NOON, a_recording, an_account, an_encounter, an_officer


def a_viewer(*roles: Role, account_id: uuid.UUID | None = None) -> Viewer:
    """Give a viewer with these roles."""
    return Viewer(id=account_id or uuid.uuid4(), name="Viewer", roles=frozenset(roles))


def sees(session: Session, footage_id: uuid.UUID, viewer: Viewer) -> bool:
    """Say whether the viewer is shown the recording."""
    try:
        return footage_shown(session, footage_id=footage_id, viewer=viewer).footage_id == footage_id
    except NotFound:
        return False


@pytest.mark.parametrize(
    ("role", "may_see"),
    [
        (Role.DEVICE, True),
        (Role.CAMERA, True),
        (Role.ADMINISTRATOR, True),
        (Role.SUPERVISOR, True),
        (Role.OFFICER, False),
        (Role.LEARNING_TEAM, False),
        (Role.PANEL_MEMBER, False),
        (Role.COMPLAINTS_HANDLER, False),
        (Role.AUDITOR, False),
        (None, False),
    ],
)
def test_a_role_opens_a_stranger_s_recording_or_not(
    role: Role | None,
    may_see: bool,  # noqa: FBT001 -- a column of the table above
    session: Session,
) -> None:
    footage = a_recording(session, encounter=an_encounter(session, officer=an_officer(session)), officer_id=an_officer(session).id)
    assert sees(session, footage.id, a_viewer(*([role] if role else []))) is may_see


def test_an_officer_sees_his_own_recording(session: Session) -> None:
    officer = an_officer(session)
    footage = a_recording(session, officer_id=officer.id)
    assert sees(session, footage.id, a_viewer(Role.OFFICER, account_id=officer.id))
    assert not sees(session, footage.id, a_viewer(Role.OFFICER))


def test_a_supervisor_never_sees_what_he_was_part_of(session: Session) -> None:
    supervisor, officer = an_account(session), an_officer(session)
    as_searcher = a_recording(session, encounter=an_encounter(session, officer=supervisor))
    as_present = a_recording(session, encounter=an_encounter(session, officer=officer, others_present=(supervisor,)))
    as_wearer = a_recording(session, officer_id=supervisor.id)
    viewer = a_viewer(Role.SUPERVISOR, account_id=supervisor.id)
    assert [sees(session, footage.id, viewer) for footage in (as_searcher, as_present, as_wearer)] == [False, False, False]


def test_a_recording_that_may_not_be_seen_looks_like_one_that_is_not_there(session: Session) -> None:
    footage = a_recording(session)
    told = []
    for footage_id in (footage.id, uuid.uuid4()):
        with pytest.raises(NotFound) as refusal:
            footage_shown(session, footage_id=footage_id, viewer=a_viewer(Role.AUDITOR))
        told.append(str(refusal.value))
    assert told[0] == told[1]


def test_recordings_of_an_encounter_come_by_start_then_by_arrival(session: Session) -> None:
    encounter = an_encounter(session)
    late = a_recording(session, encounter=encounter, started_at=NOON)
    second = a_recording(session, encounter=encounter, started_at=NOON - timedelta(hours=1), received_at=NOON)
    first = a_recording(session, encounter=encounter, started_at=NOON - timedelta(hours=1), received_at=NOON - timedelta(minutes=1))
    a_recording(session, encounter=an_encounter(session))
    lines = footage_of_encounter(session, encounter_id=encounter.id)
    assert [line.footage_id for line in lines] == [first.id, second.id, late.id]
    assert all(line.matched_by == "declared" for line in lines)


def test_facts_and_flags_reach_the_line(session: Session) -> None:
    encounter = an_encounter(session)
    a_recording(session, encounter=encounter, facts={"length_seconds": 61.5, "flags": ["no_sound"]}, pictures={"poster": "key"})
    line = footage_of_encounter(session, encounter_id=encounter.id)[0]
    assert (line.duration_seconds, line.flags, line.pictures) == (61.5, ("no_sound",), {"poster": "key"})


def test_an_erased_recording_is_not_examined(session: Session) -> None:
    erased, there = a_recording(session, state=FootageState.ERASED), a_recording(session, state=FootageState.RECEIVED)
    assert footage_to_examine(session, footage_id=erased.id) is None
    assert footage_to_examine(session, footage_id=uuid.uuid4()) is None
    asked = footage_to_examine(session, footage_id=there.id)
    assert asked is not None
    assert asked.storage_key == there.storage_key
