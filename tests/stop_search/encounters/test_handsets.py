"""Officers' phones: registered by their officer, in use until they are lost, and lost for good."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.queries import newest_entries
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.allocation import HolderNotInForce, allocate_codes
from stop_search.encounters.handsets import (
    all_handsets,
    handset_in_use,
    handsets_of,
    hold_handset,
    own_handset,
    register_handset,
    report_handset_lost,
)
from stop_search.errors import Conflict, Invalid, NotFound
from tests.conftest import NOON
from tests.support.builders import an_officer


def registered(session: Session, officer: Account, label: str = "Android phone", minutes: int = 0) -> uuid.UUID:
    """Register a phone."""
    return register_handset(session, account_id=officer.id, label=label, actor=COMMAND_LINE, now=NOON + timedelta(minutes=minutes))


def viewer(officer: Account) -> Viewer:
    """Return the officer as whoever asks."""
    return Viewer(officer.id, officer.name, frozenset({Role.OFFICER}))


def test_a_handset_is_its_officers_own_until_it_is_lost(session: Session) -> None:
    mine, other = an_officer(session), an_officer(session)
    phone = registered(session, mine)
    hold_handset(session, handset_id=phone, account_id=mine.id)
    assert handset_in_use(session, handset_id=phone, account_id=mine.id)
    assert not handset_in_use(session, handset_id=phone, account_id=other.id)
    with pytest.raises(HolderNotInForce):
        hold_handset(session, handset_id=phone, account_id=other.id)
    report_handset_lost(session, handset_id=phone, actor=COMMAND_LINE, now=NOON)
    assert not handset_in_use(session, handset_id=phone, account_id=mine.id)
    with pytest.raises(HolderNotInForce):
        hold_handset(session, handset_id=phone, account_id=mine.id)


def test_an_officer_reports_only_his_own_and_only_once(session: Session) -> None:
    mine, other = an_officer(session), an_officer(session)
    phone = registered(session, mine)
    for handset_id, account in ((phone, other), (uuid.uuid4(), mine)):
        with pytest.raises(NotFound):
            report_handset_lost(session, handset_id=handset_id, account_id=account.id, actor=COMMAND_LINE, now=NOON)
    report_handset_lost(session, handset_id=phone, account_id=mine.id, actor=COMMAND_LINE, now=NOON)
    with pytest.raises(Conflict):
        report_handset_lost(session, handset_id=phone, account_id=mine.id, actor=COMMAND_LINE, now=NOON)


def test_lists_have_those_in_use_first_and_count_unused_codes(session: Session) -> None:
    mine, other = an_officer(session, number="11"), an_officer(session, number="22")
    old, new, lost, theirs = registered(session, mine), registered(session, mine, "iPad", 2), registered(session, mine, "Old", 5), None
    theirs = registered(session, other, minutes=1)
    report_handset_lost(session, handset_id=lost, actor=COMMAND_LINE, now=NOON)
    allocate_codes(session, holder_id=old, hold=4, key=b"k" * 32, actor=COMMAND_LINE, now=NOON)
    lines = handsets_of(session, viewer=viewer(mine))
    assert [(line.handset_id, line.label, line.unused_codes) for line in lines] == [
        (new, "iPad", 0),
        (old, "Android phone", 4),
        (lost, "Old", 0),
    ]
    assert [line.lost_at is None for line in lines] == [True, True, False]
    assert [(line.handset_id, line.officer_number) for line in all_handsets(session)] == [
        (new, "11"),
        (theirs, "22"),
        (old, "11"),
        (lost, "11"),
    ]
    assert own_handset(session, handset_id=old, viewer=viewer(mine)).label == "Android phone"
    with pytest.raises(NotFound):
        own_handset(session, handset_id=theirs, viewer=viewer(mine))


@pytest.mark.parametrize("label", ["", "  ", "two\nlines", "x" * 201])
def test_a_label_is_one_line(session: Session, label: str) -> None:
    with pytest.raises(Invalid):
        registered(session, an_officer(session), label)


def test_registering_and_losing_are_in_the_audit_log_without_the_label(session: Session) -> None:
    phone = registered(session, an_officer(session), "Blue case")
    report_handset_lost(session, handset_id=phone, actor=COMMAND_LINE, now=NOON)
    entries = newest_entries(session)
    assert [entry.action for entry in entries] == ["handset_lost", "handset_registered"]
    assert not [text for text in session.scalars(select(AuditEntry.text)) if "Blue case" in text]
