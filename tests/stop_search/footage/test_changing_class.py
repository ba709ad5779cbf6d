"""Changing a recording's class: longer by one person, sooner by two and never while held, never about a stop of one's own."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import WORKER
from stop_search.codes.retention import RetentionClass
from stop_search.errors import Conflict, NoLongerOpen, NotAllowed
from stop_search.footage.actions import place_hold
from stop_search.footage.changing_class import agree_to_change, change_class
from stop_search.footage.clock_rules import Change
from stop_search.footage.erasing import erase_footage, footage_past_its_time
from stop_search.footage.plan import changes_waiting
from stop_search.footage.records import Footage, RetentionChange
from stop_search.footage.rules import FootageState, HoldReason
from tests.support.builders import CLOCKS, NOON, a_recording, an_account, an_encounter

OLD = NOON - timedelta(days=40)
EVIDENCE, NOT = RetentionClass.EVIDENTIAL, RetentionClass.NON_EVIDENTIAL


def an_administrator(session: Session) -> Viewer:
    """Open an administrator's account."""
    return Viewer(id=an_account(session, role=Role.ADMINISTRATOR).id, name="", roles=frozenset({Role.ADMINISTRATOR}))


def change(session: Session, footage: Footage, to: RetentionClass, viewer: Viewer) -> Change:
    """Change it now."""
    return change_class(session, footage_id=footage.id, to=to, because="told by the case", viewer=viewer, clocks=CLOCKS, now=NOON)


def waiting(session: Session) -> RetentionChange:
    """Return the one change that waits."""
    return session.scalars(select(RetentionChange).where(RetentionChange.took_effect_at.is_(None))).one()


def test_evidence_is_never_past_its_time(session: Session) -> None:
    footage = a_recording(session, started_at=OLD, erase_after=(NOON - timedelta(days=2)).date())
    assert footage_past_its_time(session, now=NOON) == [footage.id]
    assert change(session, footage, EVIDENCE, an_administrator(session)) is Change.LONGER
    assert footage_past_its_time(session, now=NOON + timedelta(days=4000)) == []
    with pytest.raises(Conflict):
        erase_footage(session, footage_id=footage.id, now=NOON + timedelta(days=4000), actor=WORKER)


def test_for_a_recording_to_go_sooner_a_second_person_agrees_and_a_week_passes(session: Session) -> None:
    first, second = an_administrator(session), an_administrator(session)
    footage = a_recording(session, started_at=OLD, retention_class=EVIDENCE, erase_after=None)
    assert change(session, footage, NOT, first) is Change.SOONER
    assert (footage.retention_class, footage.erase_after) == (EVIDENCE, None)
    assert [line.footage_id for line in changes_waiting(session)] == [footage.id]
    with pytest.raises(Conflict):
        change(session, footage, NOT, second)
    with pytest.raises(NotAllowed):
        agree_to_change(session, change_id=waiting(session).id, viewer=first, clocks=CLOCKS, now=NOON)
    change_id = waiting(session).id
    agree_to_change(session, change_id=change_id, viewer=second, clocks=CLOCKS, now=NOON)
    assert (footage.retention_class, footage.erase_after) == (NOT, NOON.date() + timedelta(days=7))
    assert changes_waiting(session) == []
    with pytest.raises(NoLongerOpen):
        agree_to_change(session, change_id=change_id, viewer=second, clocks=CLOCKS, now=NOON)


def test_what_is_held_cannot_be_had_to_go_sooner_before_or_after_it_was_proposed(session: Session) -> None:
    first, second, encounter = an_administrator(session), an_administrator(session), an_encounter(session)
    footage = a_recording(session, encounter=encounter, retention_class=EVIDENCE, erase_after=None)
    change(session, footage, NOT, first)
    place_hold(session, encounter_id=encounter.id, reason=HoldReason.DRAWN, cause_id="1", now=NOON)
    with pytest.raises(Conflict, match="drawn"):
        agree_to_change(session, change_id=waiting(session).id, viewer=second, clocks=CLOCKS, now=NOON)
    another = a_recording(session, encounter=encounter, retention_class=EVIDENCE, erase_after=None)
    with pytest.raises(Conflict, match="drawn"):
        change(session, another, NOT, first)


def test_nobody_decides_about_their_own_stop_without_the_role_or_about_what_is_gone(session: Session) -> None:
    administrator = an_administrator(session)
    own = a_recording(session, officer_id=administrator.id)
    other = a_recording(session)
    for footage, viewer in ((own, administrator), (other, Viewer(administrator.id, "", frozenset({Role.SUPERVISOR})))):
        with pytest.raises(NotAllowed):
            change(session, footage, EVIDENCE, viewer)
    with pytest.raises(NoLongerOpen):
        change(session, a_recording(session, state=FootageState.ERASED), EVIDENCE, administrator)
    with pytest.raises(Conflict):
        change(session, other, NOT, administrator)
