"""Finding a receipt by its code, what it prints, and who may see which record."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Actor
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.queries import (
    ReceiptNotFound,
    receipt_by_code,
    receipt_facts,
    receipts_of,
    recorded_encounter,
    stops_of_officer,
)
from stop_search.encounters.receipt_codes import make_code, pretty
from stop_search.encounters.rules import (
    EncounterKind,
    EncounterSource,
    NameWithheldReason,
    NewEncounter,
    PersonPart,
    RecordedEncounter,
    WithdrawalReason,
)
from stop_search.encounters.withdrawing import withdraw_receipt
from stop_search.errors import NotFound
from tests.support.builders import an_officer
from tests.support.stops import OFFICER_NUMBER, a_new_encounter, a_new_person

KEY = b"r" * 32
ACTOR = Actor(id="device:1", role="device")


def recorded(session: Session, encounter: NewEncounter, now: datetime) -> RecordedEncounter:
    """Record an encounter."""
    return record_encounter(session, encounter=encounter, receipt_key=KEY, reference_prefix="WX", actor=ACTOR, now=now)


def test_a_receipt_is_found_however_its_code_is_typed(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    person = done.people[0]
    for typed in (person.code, pretty(person.code), pretty(person.code).lower().replace("-", " "), person.code.replace("0", "O")):
        held = receipt_by_code(session, code=typed, key=KEY, now=now)
        assert (held.receipt_id, held.encounter_id, held.person_id) == (person.receipt_id, done.encounter_id, person.person_id)
        assert held.code == person.code
        assert held.facts.check_words == person.check_words


def test_wrong_withdrawn_mistyped_and_too_old_are_told_alike(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    good, withdrawn = recorded(session, a_new_encounter(people=(a_new_person(), a_new_person())), now).people
    reason = WithdrawalReason.NOT_HANDED_OVER
    withdraw_receipt(session, code=withdrawn.code, receipt_key=KEY, reason=reason, actor=ACTOR, now=now)
    last = datetime.fromisoformat("2027-11-17T23:30:00+00:00")
    assert receipt_by_code(session, code=good.code, key=KEY, now=last)
    said: set[str] = set()
    for code, at in (
        (withdrawn.code, now),
        (make_code(KEY, uuid.UUID(int=9)), now),
        ("nonsense", now),
        ("", now),
        (good.code[:-1], now),
        (good.code, last + timedelta(hours=1)),
    ):
        with pytest.raises(ReceiptNotFound) as refusal:
            receipt_by_code(session, code=code, key=KEY, now=at)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_another_key_finds_nothing(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    code = recorded(session, a_new_encounter(), now).people[0].code
    with pytest.raises(ReceiptNotFound):
        receipt_by_code(session, code=code, key=b"o" * 32, now=now)


def test_a_receipt_prints_what_the_law_wants(session: Session, now: datetime) -> None:
    an_officer(session, name="Pat Invented", number=OFFICER_NUMBER)
    encounter = a_new_encounter(kind=EncounterKind.PERSON_AND_VEHICLE, people=(a_new_person(part=PersonPart.DRIVER, language="pl"),))
    done = recorded(session, encounter, now)
    facts = receipt_facts(session, receipt_id=done.people[0].receipt_id)
    assert (facts.reference, facts.kind, facts.part) == (done.reference, EncounterKind.PERSON_AND_VEHICLE, PersonPart.DRIVER)
    assert (facts.started_at, facts.place) == (encounter.started_at, encounter.place)
    assert (facts.power, facts.object_of_search) == ("pace_s1", "stolen_goods")
    assert (facts.officer_name, facts.officer_number, facts.officer_station) == ("Pat Invented", OFFICER_NUMBER, "Central")
    assert (facts.language, facts.layout_version) == ("pl", 2)


def test_a_name_that_is_withheld_is_not_printed(session: Session, now: datetime) -> None:
    an_officer(session, name="Pat Invented", number=OFFICER_NUMBER)
    secret = a_new_encounter(officer_name_withheld_reason=NameWithheldReason.REASONABLE_BELIEF_OF_DANGER)
    done = recorded(session, secret, now)
    facts = receipt_facts(session, receipt_id=done.people[0].receipt_id)
    assert (facts.officer_name, facts.officer_number, facts.officer_station) == (None, OFFICER_NUMBER, "Central")


def test_no_receipt_no_facts(session: Session) -> None:
    with pytest.raises(NotFound):
        receipt_facts(session, receipt_id=uuid.uuid4())
    with pytest.raises(NotFound):
        receipts_of(session, encounter_id=uuid.uuid4(), receipt_key=KEY)


def test_the_codes_of_a_recorded_encounter_can_be_told_again(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(people=tuple(a_new_person() for _ in range(3))), now)
    assert receipts_of(session, encounter_id=done.encounter_id, receipt_key=KEY) == done


def test_a_record_is_shown_to_devices_and_to_officers_who_were_there(session: Session, now: datetime) -> None:
    officer = an_officer(session, number=OFFICER_NUMBER)
    there = an_officer(session, number="77")
    elsewhere = an_officer(session, number="78")
    by_device = recorded(session, a_new_encounter(officers_present=("77",)), now)
    by_page = recorded(session, a_new_encounter(source=EncounterSource.OFFICER_PAGE), now)

    def sees(viewer_id: uuid.UUID, role: Role) -> list[bool]:
        viewer = Viewer(id=viewer_id, name="", roles=frozenset({role}))
        return [_is_shown(session, done.reference, viewer) for done in (by_device, by_page)]

    assert sees(officer.id, Role.OFFICER) == [True, True]
    assert sees(there.id, Role.OFFICER) == [True, False]
    assert sees(elsewhere.id, Role.OFFICER) == [False, False]
    assert sees(uuid.uuid4(), Role.DEVICE) == [True, False]
    for role in set(Role) - {Role.OFFICER, Role.DEVICE}:
        assert sees(officer.id, role) == [False, False], role


def _is_shown(session: Session, reference: str, viewer: Viewer) -> bool:
    try:
        return recorded_encounter(session, reference=reference.lower(), viewer=viewer).reference == reference
    except NotFound:
        return False


def test_an_officer_sees_his_own_stops_newest_first(session: Session, now: datetime) -> None:
    officer = an_officer(session, number=OFFICER_NUMBER)
    an_officer(session, number="77")
    early = recorded(session, a_new_encounter(started_at=now - timedelta(days=3)), now)
    late = recorded(session, a_new_encounter(started_at=now - timedelta(days=1), people=(a_new_person(), a_new_person())), now)
    vehicle = recorded(session, a_new_encounter(started_at=now - timedelta(days=2), kind=EncounterKind.UNATTENDED_VEHICLE, people=()), now)
    recorded(session, a_new_encounter(officer_number="77"), now)
    viewer = Viewer(id=officer.id, name=officer.name, roles=frozenset({Role.OFFICER}))
    lines = stops_of_officer(session, viewer=viewer)
    assert [(line.reference, line.people) for line in lines] == [(late.reference, 2), (vehicle.reference, 0), (early.reference, 1)]
    assert [line.reference for line in stops_of_officer(session, viewer=viewer, limit=1)] == [late.reference]
