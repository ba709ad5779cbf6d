"""Amending: who, when and why; the version before is kept whole; nobody is taken out; what was printed is not taken back."""

import dataclasses
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.queries import newest_entries
from stop_search.audit.records import AuditEntry
from stop_search.database.session import Database
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.amending import AmendedMeanwhile, amend_encounter, told_before
from stop_search.encounters.queries import EncounterRecord, receipt_by_code, recorded_encounter
from stop_search.encounters.records import Encounter, EncounterVersion, OfficerPresent, PersonSearched, Receipt
from stop_search.encounters.rules import EncounterKind, EncounterSource, NameWithheldReason, NewEncounter, NewPerson, RecordedEncounter
from stop_search.encounters.versions import as_json, changed_fields, told_in_json
from stop_search.errors import Invalid, NotFound
from tests.support.builders import an_officer
from tests.support.stops import OFFICER_NUMBER, a_new_encounter, a_new_person, a_searched_thoroughly

KEY = b"r" * 32
DEVICE = Viewer(id=uuid.UUID(int=1), name="device", roles=frozenset({Role.DEVICE}), is_machine=True)
LATER = timedelta(hours=2)


def officer_viewer(account_id: uuid.UUID) -> Viewer:
    """Return an officer as a viewer."""
    return Viewer(id=account_id, name="Pat Invented", roles=frozenset({Role.OFFICER}))


def recorded(session: Session, encounter: NewEncounter, now: datetime) -> RecordedEncounter:
    """Record a stop of the device."""
    return record_encounter(
        session, encounter=encounter, receipt_key=KEY, reference_prefix="WX", actor=DEVICE.acting_as(Role.DEVICE), now=now
    )


def shown(session: Session, reference: str, viewer: Viewer = DEVICE) -> EncounterRecord:
    """Return the record as it stands."""
    return recorded_encounter(session, reference=reference, viewer=viewer)


def amended(
    session: Session,
    reference: str,
    encounter: NewEncounter,
    now: datetime,
    *,
    version: int = 1,
    reason: str = "The place was wrong.",
    viewer: Viewer = DEVICE,
    role: Role = Role.DEVICE,
) -> RecordedEncounter:
    """Amend a record."""
    return amend_encounter(
        session,
        reference=reference,
        version=version,
        reason=reason,
        encounter=encounter,
        viewer=viewer,
        actor=viewer.acting_as(role),
        receipt_key=KEY,
        now=now,
    )


def everything(**changes: Any) -> NewEncounter:
    """Return a record in which every kind of field is filled."""
    told = {
        "kind": EncounterKind.PERSON_AND_VEHICLE,
        "ended_at": datetime(2026, 11, 18, 11, 32, 5, tzinfo=UTC),
        "latitude": Decimal("51.454513"),
        "longitude": Decimal("-2.587910"),
        "officers_present": ("77",),
        "officer_name_withheld_reason": NameWithheldReason.REASONABLE_BELIEF_OF_DANGER,
        "camera_serial": "CAM-1",
        "is_operation": True,
        "operation_name": "Invented",
        "vehicle_registration": "AB12CDE",
        "vehicle_outcome": "arrest",
        "vehicle_outcome_linked": True,
        "footage_absence_reason": "battery_flat",
        "follows": "WX-26-AAAAAA",
        "people": (
            a_searched_thoroughly(self_description="“Both”, he said.\nTwice.", age_band="10_17", vulnerable=True, language="pl"),
            a_new_person(force_used=("baton", "dog"), record_in_custody=True, outcome="arrest", outcome_linked=True),
        ),
    }
    return a_new_encounter(**(told | changes))


def test_an_amendment_says_who_when_and_why(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    amended(session, done.reference, a_new_encounter(place="by the bridge"), now + LATER, reason="  The place was wrong. ")
    record = shown(session, done.reference)
    assert (record.version, record.told.place, record.recorded_at) == (2, "by the bridge", now)
    (version,) = record.versions
    assert (version.number, version.amended_at, version.reason) == (1, now + LATER, "The place was wrong.")
    assert version.amended_by == f"device:{DEVICE.id}"


def test_the_version_before_is_kept_whole_and_equal(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    an_officer(session, number="77")
    told = everything()
    done = recorded(session, told, now)
    amended(session, done.reference, dataclasses.replace(told, grounds="Other words.", officers_present=()), now + LATER)
    amended(session, done.reference, dataclasses.replace(told, grounds="Third words."), now + 2 * LATER, version=2)
    first, second = (told_before(session, reference=done.reference, version=n, viewer=DEVICE) for n in (1, 2))
    assert first == told
    assert second == dataclasses.replace(told, grounds="Other words.", officers_present=())
    assert shown(session, done.reference).told == dataclasses.replace(told, grounds="Third words.")
    kept = session.scalars(select(EncounterVersion).order_by(EncounterVersion.number)).all()
    assert [told_in_json(version.told) for version in kept] == [first, second]
    assert session.scalar(select(func.count()).select_from(OfficerPresent)) == 1


def test_what_json_keeps_is_read_back_to_the_letter_and_fields_to_come_are_left_out() -> None:
    told = everything()
    assert told_in_json(as_json(told)) == told
    assert told_in_json(as_json(told) | {"a_field_that_is_gone": 1}) == told
    without = {name: value for name, value in as_json(told).items() if name != "follows"}
    assert told_in_json(without) == dataclasses.replace(told, follows=None)


def test_an_earlier_version_is_shown_to_nobody_else(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    amended(session, done.reference, a_new_encounter(place="elsewhere"), now)
    other = officer_viewer(an_officer(session, number="77").id)
    for version, viewer in ((1, other), (2, DEVICE), (0, DEVICE)):
        with pytest.raises(NotFound):
            told_before(session, reference=done.reference, version=version, viewer=viewer)


@pytest.mark.parametrize("statement", ["UPDATE encounter_version SET reason = 'x'", "UPDATE encounter_version SET told = '{}'"])
def test_the_database_itself_refuses_to_change_a_version(session: Session, now: datetime, statement: str) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    amended(session, done.reference, a_new_encounter(place="elsewhere"), now)
    with pytest.raises(DatabaseError, match="never changed"), session.begin_nested():
        session.execute(text(statement))
    assert told_before(session, reference=done.reference, version=1, viewer=DEVICE) == a_new_encounter()


def test_a_version_that_is_not_the_newest_changes_nothing(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    amended(session, done.reference, a_new_encounter(place="the first"), now)
    with pytest.raises(AmendedMeanwhile):
        amended(session, done.reference, a_new_encounter(place="the second"), now)
    assert shown(session, done.reference).told.place == "the first"
    assert session.scalar(select(func.count()).select_from(EncounterVersion)) == 1


def test_what_was_read_before_another_amended_it_does_not_hide_the_newer_version(database: Database, now: datetime) -> None:
    with database.writing() as session:
        an_officer(session, number=OFFICER_NUMBER)
        done = recorded(session, a_new_encounter(), now)
        session.commit()
    with database.writing() as slow:
        assert shown(slow, done.reference).version == 1
        if database.is_sqlite:  # one writer at a time: the other comes first
            slow.commit()
        with database.writing() as fast:
            amended(fast, done.reference, a_new_encounter(place="the first"), now)
            fast.commit()
        with pytest.raises(AmendedMeanwhile):
            amended(slow, done.reference, a_new_encounter(place="the second"), now)
        assert shown(slow, done.reference).told.place == "the first"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "a\0b"])
def test_without_a_reason_nothing_is_amended(session: Session, now: datetime, reason: str) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    with pytest.raises(Invalid) as refusal:
        amended(session, done.reference, a_new_encounter(place=""), now, reason=reason)
    assert list(refusal.value.fields) == ["place", "reason"]
    assert shown(session, done.reference).version == 1


@pytest.mark.parametrize("wrong", [{"officers_present": ("9999",)}, {"officer_number": "9999"}, {"power": "magic"}, {"people": ()}])
def test_a_refused_amendment_leaves_nothing_behind_even_where_the_transaction_goes_on(
    session: Session, now: datetime, wrong: dict[str, Any]
) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    with pytest.raises(Invalid):
        amended(session, done.reference, dataclasses.replace(a_new_encounter(), **wrong), now)
    session.flush()
    assert session.scalar(select(func.count()).select_from(EncounterVersion)) == 0
    assert amended(session, done.reference, a_new_encounter(place="elsewhere"), now).reference == done.reference


def test_a_date_that_is_amended_to_long_ago_takes_nobodys_receipt_away(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    long_ago = a_new_encounter(started_at=now - timedelta(days=3650))
    amended(session, done.reference, long_ago, now + LATER)
    held = receipt_by_code(session, code=done.people[0].code, key=KEY, now=now + timedelta(days=300))
    assert held.receipt_id == done.people[0].receipt_id
    assert held.facts.started_at == long_ago.started_at


def test_somebody_added_gets_a_receipt_and_the_others_keep_theirs(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    again = amended(session, done.reference, a_new_encounter(people=(a_new_person(), a_new_person(gender="female"))), now + LATER)
    assert again.people[0] == done.people[0]
    assert [person.ordinal for person in again.people] == [1, 2]
    held = receipt_by_code(session, code=again.people[1].code, key=KEY, now=now)
    assert (held.receipt_id, held.issued_at) == (again.people[1].receipt_id, now + LATER)
    actions = [entry.action for entry in newest_entries(session, limit=2)]
    assert sorted(actions) == ["encounter_amended", "receipt_issued"]


def test_nobody_is_taken_out(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(people=(a_new_person(), a_new_person())), now)
    with pytest.raises(Invalid) as refusal:
        amended(session, done.reference, a_new_encounter(), now)
    assert list(refusal.value.fields) == ["people"]
    assert session.scalar(select(func.count()).select_from(PersonSearched)) == 2


@pytest.mark.parametrize(
    ("change", "last_day"),
    [
        ({"power": "pace_s1"}, date(2027, 11, 17)),
        ({"power": "cjpoa_s60", "started_at": datetime(2026, 11, 10, 11, 20, tzinfo=UTC)}, date(2027, 11, 17)),
    ],
    ids=["to a power with three months", "to an earlier day"],
)
def test_a_last_day_that_was_printed_is_never_taken_back(session: Session, now: datetime, change: dict[str, Any], last_day: date) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    under_s60 = a_new_encounter(power="cjpoa_s60", authorisation_reference="A1")
    done = recorded(session, under_s60, now)
    amended(session, done.reference, dataclasses.replace(under_s60, **change), now)
    assert set(session.scalars(select(Receipt.entitlement_ends_on))) == {last_day}


def test_a_later_last_day_holds(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    amended(session, done.reference, a_new_encounter(power="cjpoa_s60", authorisation_reference="A1"), now)
    assert set(session.scalars(select(Receipt.entitlement_ends_on))) == {date(2027, 11, 17)}


def test_the_log_names_the_fields_and_tells_no_value(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    changed = a_new_encounter(
        grounds="CANARYGROUNDS", people=(a_new_person(self_description="CANARYSELF", force_used=("dog",)), a_new_person())
    )
    amended(session, done.reference, changed, now, reason="CANARYREASON")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "encounter_amended")).one()
    assert '"fields":["grounds","people.0.self_description","people.0.force_used","people.1"]' in entry.text
    assert "CANARY" not in " ".join(session.scalars(select(AuditEntry.text)))


def test_fields_that_differ_are_told_by_path() -> None:
    before, after = everything(), everything(place="x", finish_later=True, people=(*everything().people, NewPerson()))
    assert changed_fields(before, after) == ("place", "people.2")
    assert changed_fields(before, before) == ()


def test_a_record_of_a_device_is_amended_by_its_officer_and_stays_a_device_s(session: Session, now: datetime) -> None:
    officer = an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    by_hand = a_new_encounter(source=EncounterSource.OFFICER_PAGE, place="by the bridge")
    amended(session, done.reference, by_hand, now, viewer=officer_viewer(officer.id), role=Role.OFFICER)
    record = shown(session, done.reference)
    assert (record.told.source, record.told.place) == (EncounterSource.DEVICE, "by the bridge")
    assert record.versions[0].amended_by == str(officer.id)
    entry = newest_entries(session, limit=1)[0]
    assert (entry.action, entry.actor, entry.role) == ("encounter_amended", str(officer.id), "officer")


def test_another_officer_s_record_is_answered_as_one_that_is_not_there(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    done = recorded(session, a_new_encounter(), now)
    stranger = officer_viewer(an_officer(session, number="77").id)
    for reference in (done.reference, "WX-26-NOBODY"):
        with pytest.raises(NotFound, match="no record with this reference among those that you may see"):
            amended(session, reference, a_new_encounter(), now, viewer=stranger, role=Role.OFFICER)


def test_an_unfinished_record_is_finished_by_what_was_missing_and_keeps_that_moment(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    half = a_new_encounter(grounds=None, finish_later=True)
    done = recorded(session, half, now)
    assert [gap.path for gap in done.gaps] == ["grounds"]
    whole = amended(session, done.reference, a_new_encounter(), now + LATER, reason="Finished the record")
    row = session.scalars(select(Encounter)).one()
    assert (whole.gaps, row.gaps, row.finished_at) == ((), [], now + LATER)
    amended(session, done.reference, a_new_encounter(place="elsewhere"), now + 2 * LATER, version=2)
    session.expire_all()
    assert session.scalars(select(Encounter)).one().finished_at == now + LATER
    amended(session, done.reference, dataclasses.replace(half, finish_later=True), now + 3 * LATER, version=3)
    session.expire_all()
    assert session.scalars(select(Encounter)).one().finished_at is None
