"""Recording encounters and withdrawing receipts, on a real database."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.queries import chain_report, newest_entries
from stop_search.audit.rules import Actor, Purpose
from stop_search.encounters.actions import consult_encounter, record_encounter
from stop_search.encounters.queries import receipt_by_code
from stop_search.encounters.receipt_codes import check_words, code_digest, make_code, normalised
from stop_search.encounters.records import Encounter, OfficerPresent, PersonSearched, Receipt
from stop_search.encounters.rules import EncounterKind, NewEncounter, PersonPart, RecordedEncounter, WithdrawalReason
from stop_search.encounters.withdrawing import ReceiptWithdrawn, withdraw_receipt
from stop_search.errors import Invalid, NotFound
from tests.support.builders import a_team, an_officer
from tests.support.stops import OFFICER_NUMBER, a_new_encounter, a_new_person, a_searched_thoroughly

KEY = b"r" * 32
DEVICE = Actor(id="device:1", role="device")


def recorded(session: Session, encounter: NewEncounter, now: datetime) -> RecordedEncounter:
    """Record an encounter as the device of force WX."""
    return record_encounter(session, encounter=encounter, receipt_key=KEY, reference_prefix="WX", actor=DEVICE, now=now)


def test_an_encounter_is_stored_with_its_people_officers_and_team(session: Session, now: datetime) -> None:
    team = a_team(session)
    officer = an_officer(session, number=OFFICER_NUMBER, team=team)
    other = an_officer(session, number="77")
    done = recorded(
        session,
        a_new_encounter(
            officers_present=("77", OFFICER_NUMBER, "77"),
            latitude=Decimal("51.4545"),
            longitude=Decimal("-2.587910"),
            people=(a_new_person(), a_searched_thoroughly(gender="female", force_used=("baton", "dog", "dog"))),
        ),
        now,
    )
    session.expire_all()
    row = session.get_one(Encounter, done.encounter_id)
    assert (row.officer_id, row.team_id, row.code_a_version) == (officer.id, team.id, "2023-12")
    assert (row.latitude, row.longitude) == (Decimal("51.454500"), Decimal("-2.587910"))
    assert list(session.scalars(select(OfficerPresent.account_id))) == [other.id]
    people = list(session.scalars(select(PersonSearched).order_by(PersonSearched.ordinal)))
    assert [(p.ordinal, p.gender, p.more_than_outer_clothing) for p in people] == [(1, "male", False), (2, "female", True)]
    assert people[1].force_used == ["baton", "dog"]


def test_every_person_gets_a_receipt_of_his_own(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(people=tuple(a_new_person() for _ in range(4))), now)
    assert [person.ordinal for person in done.people] == [1, 2, 3, 4]
    assert len({person.code for person in done.people}) == 4
    for person in done.people:
        receipt = session.get_one(Receipt, person.receipt_id)
        assert receipt.person_id == person.person_id
        assert person.code == make_code(KEY, person.receipt_id) == normalised(person.code)
        assert receipt.code_digest == code_digest(KEY, person.code)
        assert receipt.locator == person.code[:4]
        assert receipt.check_words == person.check_words == check_words(KEY, person.code)
        assert receipt.entitlement_ends_on == date(2027, 2, 17)


def test_the_code_itself_is_nowhere_in_the_row(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    code = recorded(session, a_new_encounter(), now).people[0].code
    receipt = session.scalars(select(Receipt)).one()
    stored = " ".join(str(getattr(receipt, column.name)) for column in Receipt.__table__.columns)
    assert code not in stored
    assert code[4:] not in stored


def test_an_unattended_vehicle_gets_no_receipt(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(kind=EncounterKind.UNATTENDED_VEHICLE, people=()), now)
    assert done.people == ()
    assert session.scalar(select(func.count()).select_from(Receipt)) == 0


def test_a_record_kept_in_custody_is_noted_and_the_person_has_a_receipt_all_the_same(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(people=(a_new_person(record_in_custody=True, outcome="arrest"),)), now)
    assert receipt_by_code(session, code=done.people[0].code, key=KEY, now=now).facts.record_in_custody


def test_a_reference_tells_the_force_and_the_year_and_nothing_of_the_order(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    references = [recorded(session, a_new_encounter(), now).reference for _ in range(20)]
    assert len(set(references)) == 20
    assert all(r.startswith("WX-26-") and len(r) == 14 and not set(r[6:]) & set("ILOU") for r in references)
    assert references != sorted(references)


def test_a_stop_just_after_midnight_on_new_years_day_is_of_the_new_year(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    started = datetime.fromisoformat("2026-01-01T00:05:00+00:00")
    assert recorded(session, a_new_encounter(started_at=started), now).reference.startswith("WX-26-")


@pytest.mark.parametrize(
    ("change", "path"),
    [({"officer_number": "9999"}, "officer_number"), ({"officers_present": (OFFICER_NUMBER, "9999")}, "officers_present.1")],
)
def test_an_unknown_officer_is_told_and_nothing_is_stored(session: Session, now: datetime, change: dict[str, Any], path: str) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    with pytest.raises(Invalid) as refusal:
        recorded(session, a_new_encounter(**change), now)
    assert refusal.value.fields == {path: "There is no officer with the number 9999."}
    assert session.scalar(select(func.count()).select_from(Encounter)) == 0


def test_recording_leaves_an_entry_for_the_encounter_and_for_each_receipt(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(people=(a_new_person(), a_new_person())), now)
    entries = newest_entries(session)
    assert [(e.action, e.object_id) for e in reversed(entries)] == [
        ("encounter_recorded", str(done.encounter_id)),
        ("receipt_issued", str(done.people[0].receipt_id)),
        ("receipt_issued", str(done.people[1].receipt_id)),
    ]
    assert {(e.actor, e.role, e.operation) for e in entries} == {("device:1", "device", "collection")}
    assert chain_report(session).problems == []


def test_a_withdrawn_receipt_opens_nothing_and_is_not_withdrawn_twice(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    first, second = recorded(session, a_new_encounter(people=(a_new_person(), a_new_person())), now).people
    reason = WithdrawalReason.RECORDED_IN_ERROR
    assert withdraw_receipt(session, code=first.code.lower(), receipt_key=KEY, reason=reason, actor=DEVICE, now=now) == first.receipt_id
    with pytest.raises(NotFound):
        receipt_by_code(session, code=first.code, key=KEY, now=now)
    assert receipt_by_code(session, code=second.code, key=KEY, now=now).receipt_id == second.receipt_id
    with pytest.raises(ReceiptWithdrawn):
        withdraw_receipt(session, code=first.code, receipt_key=KEY, reason=reason, actor=DEVICE, now=now)
    assert [e.action for e in newest_entries(session, limit=2)] == ["receipt_withdrawn", "receipt_issued"]
    session.expire_all()
    assert session.get_one(Receipt, first.receipt_id).withdrawn_reason == reason


def test_only_a_code_that_was_issued_can_be_withdrawn(session: Session, now: datetime) -> None:
    unknown = make_code(KEY, uuid.UUID(int=5))
    with pytest.raises(NotFound, match="No receipt has this code"):
        withdraw_receipt(session, code=unknown, receipt_key=KEY, reason=WithdrawalReason.SEEN_BY_OTHERS, actor=DEVICE, now=now)
    with pytest.raises(Invalid):
        withdraw_receipt(session, code="nonsense", receipt_key=KEY, reason=WithdrawalReason.SEEN_BY_OTHERS, actor=DEVICE, now=now)


def test_reading_a_record_is_an_act_that_is_noted(session: Session, now: datetime) -> None:
    officer = an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(kind=EncounterKind.PERSON_AND_VEHICLE, people=(a_new_person(part=PersonPart.DRIVER),)), now)
    viewer = Viewer(id=officer.id, name=officer.name, roles=frozenset({Role.OFFICER}))
    later = now + timedelta(hours=1)
    record = consult_encounter(
        session,
        reference=done.reference,
        viewer=viewer,
        actor=viewer.acting_as(Role.OFFICER),
        purpose=Purpose.RECORDING,
        now=later,
    )
    assert record.encounter_id == done.encounter_id
    newest = newest_entries(session, limit=1)[0]
    assert (newest.action, newest.operation, newest.actor, newest.at) == ("encounter_read", "consultation", str(officer.id), later)
    assert newest.object_id == str(done.encounter_id)
