"""A month as it is published: imported rows to the letter, our own without free text, exact time and exact place."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.police_uk import COLUMNS, written
from stop_search.encounters.police_uk_reading import read_published
from stop_search.encounters.published_files import keep_published
from stop_search.encounters.published_months import PublishedMonth, publish_month
from stop_search.encounters.rules import EncounterKind, NewEncounter, NewPerson, PersonPart, RecordedEncounter, WithdrawalReason
from stop_search.encounters.withdrawing import withdraw_receipt
from stop_search.errors import Invalid
from tests.support.builders import an_officer
from tests.support.published import a_published_file, a_published_row
from tests.support.stops import OFFICER_NUMBER, a_new_encounter, a_new_person, a_searched_thoroughly

KEY = b"k" * 32


def keep(session: Session, content: bytes, now: datetime, *, name: str) -> None:
    """Import a file."""
    keep_published(session, reading=read_published(name, content), actor=COMMAND_LINE, now=now)


def publish(session: Session, month: str, now: datetime) -> PublishedMonth:
    """Export a month."""
    session.expire_all()
    return publish_month(session, month=month, actor=COMMAND_LINE, now=now)


def test_two_files_of_a_month_stand_one_after_the_other(session: Session, now: datetime) -> None:
    one, two = a_published_row(), a_published_row(gender="Female", date="2019-01-01T12:00:00+00:00")
    keep(session, a_published_file(one), now, name="2019-01-b.csv")
    keep(session, a_published_file(two), now, name="2019-01-a.csv")
    assert publish(session, "2019-01", now).text == written([two, one])


@pytest.mark.parametrize("month", ["", "2019", "2019-13", "2019-1", "2019-01-01", "'; --"])
def test_a_month_that_is_none_is_refused(session: Session, now: datetime, month: str) -> None:
    with pytest.raises(Invalid, match="Write it as in 2026-11"):
        publish_month(session, month=month, actor=COMMAND_LINE, now=now)


def test_a_month_without_anything_is_a_header(session: Session, now: datetime) -> None:
    assert publish(session, "2026-12", now).text == ",".join(COLUMNS) + "\n"


def _recorded(session: Session, now: datetime, encounter: NewEncounter) -> RecordedEncounter:
    return record_encounter(
        session,
        encounter=replace(encounter, finish_later=True),
        receipt_key=KEY,
        reference_prefix="WX",
        actor=COMMAND_LINE,
        now=now,
    )


def test_our_own_searches_are_published_without_free_text_exact_time_and_exact_place(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    at = {"latitude": Decimal("51.454513"), "longitude": Decimal("-2.587910")}
    people = (
        a_searched_thoroughly(part=PersonPart.DRIVER),
        a_new_person(part=PersonPart.PASSENGER, outcome=None, outcome_linked=None),
    )
    _recorded(
        session,
        now,
        a_new_encounter(kind=EncounterKind.PERSON_AND_VEHICLE, people=people, is_operation=True, operation_name="=Secret", **at),
    )
    published = publish(session, "2026-11", now)
    there = "2026-11-18T11:00:00+00:00,True,,,"
    person = "Male,18-24,Black/African/Caribbean/Black British - Caribbean,Black"
    search = "Police and Criminal Evidence Act 1984 (section 1),Stolen goods"
    assert published.text.splitlines()[1:] == [
        f"Person and Vehicle search,{there},{person},{search},A no further action disposal,False,True",
        f"Person search,{there},{person},{search},,,False",
    ]
    assert (published.imported, published.own, published.unfinished) == (0, 2, 1)
    reading = read_published("2026-11-own.csv", published.text.encode())
    assert (len(reading.kept), reading.refused, reading.same_bytes) == (2, (), True)


def test_a_vehicle_is_one_row_without_a_person_and_a_stop_without_a_search_is_none(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    in_charge = a_new_person(part=PersonPart.IN_CHARGE_OF_VEHICLE)
    passenger = a_new_person(part=PersonPart.PASSENGER)
    _recorded(session, now, a_new_encounter(kind=EncounterKind.VEHICLE, people=(in_charge, passenger), vehicle_outcome="arrest"))
    _recorded(session, now, a_new_encounter(kind=EncounterKind.UNATTENDED_VEHICLE, people=(), started_at=now - timedelta(minutes=5)))
    _recorded(session, now, a_new_encounter(kind=EncounterKind.STOP_AND_ACCOUNT))
    _recorded(session, now, a_new_encounter(kind=EncounterKind.TRAFFIC_STOP))
    search = "Police and Criminal Evidence Act 1984 (section 1),Stolen goods"
    assert publish(session, "2026-11", now).text.splitlines()[1:] == [
        f"Vehicle search,2026-11-18T11:00:00+00:00,,,,,,,,,{search},Arrest,,False",
        f"Vehicle search,2026-11-18T11:00:00+00:00,,,,,,,,,{search},,,",
    ]


def test_whoever_was_not_searched_after_all_is_not_published_as_searched(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    spared = NewPerson(search_not_carried_out_reason="suspicion_removed", gender="male", age_band="18_24")
    _recorded(session, now, a_new_encounter(people=(spared,)))
    _recorded(session, now, a_new_encounter(people=(spared, a_new_person(gender="female"))))
    both = EncounterKind.PERSON_AND_VEHICLE
    _recorded(session, now, a_new_encounter(kind=both, people=(spared, a_new_person(), a_new_person()), vehicle_outcome="arrest"))
    _recorded(session, now, a_new_encounter(kind=both, people=(spared,), vehicle_outcome="arrest"))
    only = EncounterKind.VEHICLE
    _recorded(session, now, a_new_encounter(kind=only, people=(replace(spared, part=PersonPart.IN_CHARGE_OF_VEHICLE),)))
    rows = [line.split(",") for line in publish(session, "2026-11", now).text.splitlines()[1:]]
    assert sorted((row[0], row[6], row[12]) for row in rows) == [
        ("Person and Vehicle search", "Male", "A no further action disposal"),
        ("Person search", "Female", "A no further action disposal"),
        ("Person search", "Male", "A no further action disposal"),
        ("Vehicle search", "", "Arrest"),
    ]


def test_whoever_was_recorded_in_error_is_not_published(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)

    def recorded_with_the_first_in_error(encounter: NewEncounter) -> None:
        code = _recorded(session, now, encounter).people[0].code
        withdraw_receipt(session, code=code, receipt_key=KEY, reason=WithdrawalReason.RECORDED_IN_ERROR, actor=COMMAND_LINE, now=now)

    recorded_with_the_first_in_error(a_new_encounter(people=(a_new_person(), a_new_person(gender="female"))))
    recorded_with_the_first_in_error(a_new_encounter())
    recorded_with_the_first_in_error(a_new_encounter(kind=EncounterKind.PERSON_AND_VEHICLE))
    handed_over = _recorded(session, now, a_new_encounter(people=(a_new_person(gender="other"),))).people[0].code
    withdraw_receipt(session, code=handed_over, receipt_key=KEY, reason=WithdrawalReason.SEEN_BY_OTHERS, actor=COMMAND_LINE, now=now)
    rows = [line.split(",") for line in publish(session, "2026-11", now).text.splitlines()[1:]]
    assert sorted((row[0], row[6]) for row in rows) == [("Person search", "Female"), ("Person search", "Other")]


def test_months_are_counted_in_utc(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    for moment in ("2025-12-31T23:59:59+00:00", "2026-01-01T00:00:00+00:00", "2025-07-31T23:30:00+00:00"):
        _recorded(session, now, a_new_encounter(started_at=datetime.fromisoformat(moment)))
    assert [publish(session, month, now).own for month in ("2025-12", "2026-01", "2025-07", "2025-08")] == [1, 1, 1, 0]
