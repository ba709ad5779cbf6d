"""Finding a receipt for whoever draws it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.handing_out import hand_out_receipt, hand_out_receipt_of_person
from stop_search.encounters.rules import ReceiptState
from stop_search.errors import Conflict, NotFound
from tests.support.builders import NOON, RECEIPT_KEY, a_person, a_receipt, an_encounter, code_of


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
