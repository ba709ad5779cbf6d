"""Withdrawing one person's receipt: who may, and what becomes of what was still missing about them."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.amending import amend_encounter
from stop_search.encounters.queries import ReceiptNotFound, receipt_by_code, recorded_encounter
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import NewPerson, RecordedEncounter, WithdrawalReason
from stop_search.encounters.withdrawing import ReceiptWithdrawn, withdraw_receipt, withdraw_receipt_of_person
from stop_search.errors import NotFound
from tests.support.builders import an_officer
from tests.support.stops import OFFICER_NUMBER, a_new_encounter, a_new_person

KEY = b"r" * 32
IN_ERROR = WithdrawalReason.RECORDED_IN_ERROR
MISTAKEN = NewPerson()


def an_officer_s_record(session: Session, now: datetime) -> tuple[Viewer, RecordedEncounter]:
    """Return an officer and a record of two people, about the second of whom nearly everything is missing."""
    officer = an_officer(session, number=OFFICER_NUMBER)
    told = a_new_encounter(people=(a_new_person(), MISTAKEN), finish_later=True)
    done = record_encounter(session, encounter=told, receipt_key=KEY, reference_prefix="WX", actor=COMMAND_LINE, now=now)
    return Viewer(id=officer.id, name=officer.name, roles=frozenset({Role.OFFICER})), done


def withdraw(
    session: Session, viewer: Viewer, reference: str, now: datetime, *, person: int = 2, reason: WithdrawalReason = IN_ERROR
) -> None:
    """Withdraw a receipt."""
    withdraw_receipt_of_person(
        session,
        reference=reference,
        person=person,
        reason=reason,
        viewer=viewer,
        actor=viewer.acting_as(Role.OFFICER),
        receipt_key=KEY,
        now=now,
    )
    session.expire_all()


def test_a_receipt_withdrawn_opens_nothing_and_nothing_more_is_asked_about_who_was_recorded_in_error(
    session: Session, now: datetime
) -> None:
    viewer, done = an_officer_s_record(session, now)
    assert len(done.gaps) > 5
    withdraw(session, viewer, done.reference, now + timedelta(hours=1))
    with pytest.raises(ReceiptNotFound):
        receipt_by_code(session, code=done.people[1].code, key=KEY, now=now)
    record = recorded_encounter(session, reference=done.reference, viewer=viewer)
    assert (record.gaps, [line.in_error for line in record.receipts]) == ((), [False, True])
    row = session.scalars(select(Encounter)).one()
    assert (row.gaps, row.finished_at) == ([], now + timedelta(hours=1))
    entry = newest_entries(session, limit=1)[0]
    assert (entry.action, entry.actor) == ("receipt_withdrawn", str(viewer.id))


@pytest.mark.parametrize("reason", [WithdrawalReason.NOT_HANDED_OVER, WithdrawalReason.SEEN_BY_OTHERS])
def test_for_another_reason_the_record_still_has_to_be_finished(session: Session, now: datetime, reason: WithdrawalReason) -> None:
    viewer, done = an_officer_s_record(session, now)
    withdraw(session, viewer, done.reference, now, reason=reason)
    row = session.scalars(select(Encounter)).one()
    assert (row.gaps, row.finished_at) == ([gap.path for gap in done.gaps], None)


def test_a_record_with_somebody_recorded_in_error_can_be_amended_without_saying_more_about_them(session: Session, now: datetime) -> None:
    viewer, done = an_officer_s_record(session, now)
    withdraw(session, viewer, done.reference, now)
    amended = amend_encounter(
        session,
        reference=done.reference,
        version=1,
        reason="The place was wrong.",
        encounter=a_new_encounter(place="by the bridge", people=(a_new_person(), MISTAKEN)),
        viewer=viewer,
        actor=viewer.acting_as(Role.OFFICER),
        receipt_key=KEY,
        now=now,
    )
    assert amended.gaps == ()
    session.expire_all()
    assert session.scalars(select(Encounter)).one().finished_at == now


def test_it_is_withdrawn_once_and_only_by_whoever_may_see_the_record(session: Session, now: datetime) -> None:
    viewer, done = an_officer_s_record(session, now)
    stranger = Viewer(id=uuid.uuid4(), name="", roles=frozenset({Role.OFFICER}))
    for who, reference, person in ((stranger, done.reference, 2), (viewer, "WX-26-NOBODY", 2), (viewer, done.reference, 3)):
        with pytest.raises(NotFound):
            withdraw(session, who, reference, now, person=person)
    withdraw(session, viewer, done.reference, now)
    with pytest.raises(ReceiptWithdrawn):
        withdraw(session, viewer, done.reference, now)


def test_a_device_that_withdraws_what_was_recorded_in_error_finishes_the_record_too(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    unsaid = a_new_person(outcome=None, outcome_linked=None)
    done = record_encounter(
        session,
        encounter=a_new_encounter(people=(a_new_person(), unsaid)),
        receipt_key=KEY,
        reference_prefix="WX",
        actor=COMMAND_LINE,
        now=now,
    )
    assert session.get_one(Encounter, done.encounter_id).finished_at is None
    withdraw_receipt(
        session,
        code=done.people[1].code,
        receipt_key=KEY,
        reason=WithdrawalReason.RECORDED_IN_ERROR,
        actor=COMMAND_LINE,
        now=now,
    )
    session.expire_all()
    row = session.get_one(Encounter, done.encounter_id)
    assert (row.gaps, row.finished_at) == ([], now)
