"""Finding a receipt, or the notice for a vehicle, for whoever draws it."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.handing_out import hand_out_notice, hand_out_receipt, hand_out_receipt_of_person
from stop_search.encounters.records import Encounter
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.encounters.rules import EncounterKind, NameWithheldReason, NoticeFacts, ReceiptState
from stop_search.errors import Conflict, NotFound
from tests.support.builders import NOON, RECEIPT_KEY, a_person, a_receipt, an_encounter, an_officer, code_of


def test_each_person_of_an_encounter_has_a_receipt_of_their_own(session: Session) -> None:
    encounter = an_encounter(session, reference="IT-26-TWO", people=0)
    receipts = [a_receipt(session, person=a_person(session, encounter=encounter, ordinal=number)) for number in (1, 2)]
    for number, receipt in enumerate(receipts, start=1):
        held = hand_out_receipt_of_person(
            session, reference=" it-26-two ", person=number, form="a6", key=RECEIPT_KEY, actor=COMMAND_LINE, now=NOON
        )
        assert (held.receipt_id, held.code, held.facts.check_words) == (receipt.id, code_of(receipt), receipt.check_words)
        again = hand_out_receipt(session, code=held.code, form="text", key=RECEIPT_KEY, actor=COMMAND_LINE, now=NOON)
        assert again == held
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "receipt_handed_out").order_by(AuditEntry.n)).all()
    assert [entry.object_id for entry in entries] == [str(receipts[0].id)] * 2 + [str(receipts[1].id)] * 2


@pytest.mark.parametrize(
    ("reference", "person", "told"),
    [("IT-26-NONE", 1, "no encounter with the reference IT-26-NONE"), ("IT-26-ONE", 2, "no person 2"), ("IT-26-OFF", 1, "was withdrawn")],
)
def test_what_is_not_there_is_told_by_name(session: Session, reference: str, person: int, told: str) -> None:
    a_receipt(session, person=a_person(session, encounter=an_encounter(session, reference="IT-26-ONE", people=0)))
    withdrawn = an_encounter(session, reference="IT-26-OFF", people=0)
    a_receipt(session, person=a_person(session, encounter=withdrawn), state=ReceiptState.WITHDRAWN, withdrawn_at=NOON)
    with pytest.raises(NotFound, match=told):
        hand_out_receipt_of_person(session, reference=reference, person=person, form="a6", key=RECEIPT_KEY, actor=COMMAND_LINE, now=NOON)


def test_under_another_secret_key_nothing_is_handed_out(session: Session) -> None:
    a_receipt(session, person=a_person(session, encounter=an_encounter(session, reference="IT-26-KEY", people=0)))
    with pytest.raises(Conflict, match="another STOP_SEARCH_SECRET_KEY"):
        hand_out_receipt_of_person(session, reference="IT-26-KEY", person=1, form="a6", key=b"x" * 32, actor=COMMAND_LINE, now=NOON)
    assert session.scalars(select(AuditEntry)).all() == []


def a_left_vehicle(session: Session, **columns: object) -> Encounter:
    """Add the search of a vehicle that nobody was with."""
    officer = an_officer(session, name="Pat Invented", number="4821")
    usual = {"kind": EncounterKind.UNATTENDED_VEHICLE, "vehicle_registration": "AB12CDE", "people": 0}
    return an_encounter(session, reference="IT-26-CAR", officer=officer, **(usual | columns))


def test_the_notice_for_a_vehicle_says_what_the_law_wants_and_handing_it_out_is_noted(session: Session) -> None:
    encounter = a_left_vehicle(session)
    facts = hand_out_notice(session, reference=" it-26-car", form="a6", viewer=None, actor=COMMAND_LINE, now=NOON, language="cy")
    assert facts == NoticeFacts(
        reference="IT-26-CAR",
        started_at=encounter.started_at,
        place="near Castle Park, Invented Town",
        vehicle_registration="AB12CDE",
        power="mda_s23",
        object_of_search="drugs",
        officer_name="Pat Invented",
        officer_number="4821",
        officer_station="Central",
        entitlement_ends_on=date(2027, 2, 15),
        language="cy",
        layout_version=LAYOUT_VERSION,
    )
    (entry,) = session.scalars(select(AuditEntry)).all()
    assert (entry.action, entry.operation, entry.object_id) == ("notice_handed_out", "disclosure", str(encounter.id))
    assert '"reason":"a6"' in entry.text


def test_the_notice_holds_for_three_months_whatever_the_power_and_keeps_a_withheld_name_back(session: Session) -> None:
    a_left_vehicle(session, power="cjpoa_s60", officer_name_withheld_reason=NameWithheldReason.TERRORISM_ENQUIRY)
    facts = hand_out_notice(session, reference="IT-26-CAR", form="a6", viewer=None, actor=COMMAND_LINE, now=NOON)
    assert (facts.entitlement_ends_on, facts.language) == (date(2027, 2, 15), "en")
    assert (facts.officer_name, facts.officer_number, facts.officer_station) == (None, "4821", "Central")


def test_a_notice_is_for_those_who_may_see_the_record_and_only_for_a_vehicle_that_nobody_was_with(session: Session) -> None:
    encounter = a_left_vehicle(session)
    an_encounter(session, reference="IT-26-WHO", people=0)
    who_searched, stranger = (
        Viewer(id=account_id, name="", roles=frozenset({Role.OFFICER})) for account_id in (encounter.officer_id, uuid.uuid4()) if account_id
    )
    assert hand_out_notice(session, reference="IT-26-CAR", form="a6", viewer=who_searched, actor=COMMAND_LINE, now=NOON).reference
    for reference, viewer in (("IT-26-CAR", stranger), ("IT-26-WHO", None), ("IT-26-NONE", None)):
        with pytest.raises(NotFound, match="no record of an unattended vehicle"):
            hand_out_notice(session, reference=reference, form="a6", viewer=viewer, actor=COMMAND_LINE, now=NOON)
    assert len(session.scalars(select(AuditEntry)).all()) == 1
