"""Published files in the database and out again, on both databases; all 27 real months to the byte."""

import csv
import hashlib
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import Database
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.police_uk import COLUMNS, Flag, read_published, written
from stop_search.encounters.published_files import AlreadyImported, PublishedMonth, keep_published, publish_month
from stop_search.encounters.records import Encounter, PersonSearched, PublishedRow, Receipt
from stop_search.encounters.rules import EncounterKind, EncounterSource, NewEncounter, PersonPart
from stop_search.errors import Invalid
from tests.support.builders import an_officer
from tests.support.published import a_published_file, a_published_row
from tests.support.stops import OFFICER_NUMBER, a_new_encounter, a_new_person

FOLDER = Path(__file__).parents[4] / "shared" / "data"
FILES = sorted(FOLDER.glob("20[12][0-9]-[01][0-9]-avon-and-somerset-stop-and-search.csv"))
NAME = "2019-01-avon-and-somerset-stop-and-search.csv"


def keep(session: Session, content: bytes, now: datetime, *, name: str = NAME) -> None:
    """Import a file."""
    keep_published(session, reading=read_published(name, content), actor=COMMAND_LINE, now=now)


def publish(session: Session, month: str, now: datetime) -> PublishedMonth:
    """Export a month."""
    session.expire_all()
    return publish_month(session, month=month, actor=COMMAND_LINE, now=now)


@pytest.mark.slow
@pytest.mark.skipif(not FILES, reason="the published files are not beside the project (../shared/data)")
def test_all_27_real_months_come_out_again_to_the_byte(database: Database, now: datetime) -> None:
    assert len(FILES) == 27
    flagged = dict.fromkeys(Flag, 0)
    for path in FILES:
        reading = read_published(path.name, path.read_bytes())
        assert reading.same_bytes
        for row in reading.kept:
            for flag in row.flags:
                flagged[flag] += 1
        with database.writing() as session:
            keep_published(session, reading=reading, actor=COMMAND_LINE, now=now)
            session.commit()
    rows = [row for path in FILES for row in _rows(path)]
    with database.writing() as session:
        assert session.scalar(select(func.count()).select_from(Encounter)) == len(rows) == 20_692
        assert session.scalar(select(func.count()).select_from(PersonSearched)) == sum(r["Type"] != "Vehicle search" for r in rows)
        for path in FILES:
            published = publish_month(session, month=path.name[:7], actor=COMMAND_LINE, now=now)
            assert hashlib.sha256(published.text.encode()).digest() == hashlib.sha256(path.read_bytes()).digest(), path.name
    bare = [r for r in rows if r["Type"] != "Vehicle search" and not (r["Legislation"] or r["Object of search"] or r["Outcome"])]
    assert flagged[Flag.NOTHING_BUT_THE_PERSON] == len(bare) > 500
    assert flagged[Flag.EXACT_MIDNIGHT] == sum(r["Date"].endswith("T00:00:00+00:00") for r in rows)
    assert flagged[Flag.REPEATED] > 2_000
    assert flagged[Flag.OTHER_MONTH] == flagged[Flag.NOT_TO_THE_LETTER] == 0


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_odd_spellings_come_out_as_they_went_in(session: Session, now: datetime) -> None:
    rows = [
        a_published_row(self_defined_ethnicity="White - White British (W1)", date="2019-01-05T14:30:00.250+00:00"),
        a_published_row(latitude="51.4", longitude="-2.58790049", policing_operation='Operation "Sceptre", one'),
        a_published_row(type="Vehicle search", outcome="Arrest", outcome_linked_to_object_of_search="False"),
        a_published_row(
            type="Vehicle search",
            gender="",
            age_range="",
            self_defined_ethnicity="",
            officer_defined_ethnicity="",
            removal_of_more_than_just_outer_clothing="False",
        ),
        a_published_row(date="2019-02-01T00:00:00+00:00", part_of_a_policing_operation="False"),
    ]
    content = written(rows, "\r\n").encode()
    keep(session, content, now)
    published = publish(session, "2019-01", now)
    assert published.text.encode() == content
    assert (published.imported, published.own, published.unfinished) == (5, 0, 0)


def test_an_imported_row_is_an_encounter_without_officer_reference_or_receipt(session: Session, now: datetime) -> None:
    keep(session, a_published_file(), now)
    row = session.scalars(select(Encounter)).one()
    person = session.scalars(select(PersonSearched)).one()
    assert (row.source, row.officer_id, row.place, row.grounds) == (EncounterSource.POLICE_UK, None, None, None)
    assert row.reference.startswith("PU-2019-01-")
    assert (row.latitude, row.longitude) == (Decimal("51.454500"), Decimal("-2.587900"))
    assert (person.self_defined_ethnicity, person.outcome_linked, person.more_than_outer_clothing) == ("B1", None, None)
    assert session.scalar(select(func.count()).select_from(Receipt)) == 0


def test_what_became_of_a_vehicle_is_not_what_became_of_its_driver(session: Session, now: datetime) -> None:
    keep(session, a_published_file(type="Vehicle search", outcome="Arrest", outcome_linked_to_object_of_search="True"), now)
    encounter = session.scalars(select(Encounter)).one()
    driver = session.scalars(select(PersonSearched)).one()
    assert (encounter.vehicle_outcome, encounter.vehicle_outcome_linked) == ("arrest", True)
    assert (driver.outcome, driver.outcome_linked, driver.part) == (None, None, PersonPart.IN_CHARGE_OF_VEHICLE)


def test_repeated_rows_are_all_stored(session: Session, now: datetime) -> None:
    keep(session, a_published_file(*[a_published_row()] * 3), now)
    flags = list(session.scalars(select(PublishedRow.flags).order_by(PublishedRow.row_number)))
    assert flags == [["repeated"]] * 3


def test_the_same_file_is_not_imported_twice_whatever_it_is_called(session: Session, now: datetime) -> None:
    keep(session, a_published_file(), now)
    with pytest.raises(AlreadyImported, match=r"x\.csv was imported before, as 2019-01-.*\.csv on 18 November 2026"):
        keep(session, a_published_file(), now, name="2019-01-x.csv")
    assert session.scalar(select(func.count()).select_from(Encounter)) == 1


def test_a_file_with_a_refused_row_is_not_kept_at_all(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid, match="1 rows cannot be understood, so none was kept"):
        keep(session, a_published_file(a_published_row(), a_published_row(gender="?")), now)
    assert session.scalar(select(func.count()).select_from(Encounter)) == 0


def test_two_files_of_a_month_stand_one_after_the_other(session: Session, now: datetime) -> None:
    one, two = a_published_row(), a_published_row(gender="Female", date="2019-01-01T12:00:00+00:00")
    keep(session, a_published_file(one), now, name="2019-01-b.csv")
    keep(session, a_published_file(two), now, name="2019-01-a.csv")
    assert publish(session, "2019-01", now).text == written([two, one])


def test_progress_is_told_and_both_acts_are_noted(session: Session, now: datetime) -> None:
    rows = [a_published_row(date=f"2019-01-05T14:{n // 60 % 60:02}:{n % 60:02}+00:00") for n in range(1_050)]
    told: list[int] = []
    reading = read_published(NAME, a_published_file(*rows))
    keep_published(session, reading=reading, actor=COMMAND_LINE, now=now, progress=told.append)
    publish(session, "2019-01", now)
    assert told == [1_000, 50]
    assert [(e.action, e.operation) for e in newest_entries(session)] == [
        ("month_published", "disclosure"),
        ("published_file_imported", "collection"),
    ]


@pytest.mark.parametrize("month", ["", "2019", "2019-13", "2019-1", "2019-01-01", "'; --"])
def test_a_month_that_is_none_is_refused(session: Session, now: datetime, month: str) -> None:
    with pytest.raises(Invalid, match="Write it as in 2026-11"):
        publish_month(session, month=month, actor=COMMAND_LINE, now=now)


def test_a_month_without_anything_is_a_header(session: Session, now: datetime) -> None:
    assert publish(session, "2026-12", now).text == ",".join(COLUMNS) + "\n"


def _recorded(session: Session, now: datetime, encounter: NewEncounter) -> None:
    record_encounter(session, encounter=encounter, receipt_key=b"k" * 32, reference_prefix="WX", actor=COMMAND_LINE, now=now)


def test_our_own_searches_are_published_without_free_text_and_exact_place(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    at = {"latitude": Decimal("51.454513"), "longitude": Decimal("-2.587910")}
    people = (
        a_new_person(part=PersonPart.DRIVER, clothing_level="more_than_outer"),
        a_new_person(part=PersonPart.PASSENGER, outcome=None, outcome_linked=None),
    )
    _recorded(
        session,
        now,
        a_new_encounter(kind=EncounterKind.PERSON_AND_VEHICLE, people=people, is_operation=True, operation_name="=Secret", **at),
    )
    published = publish(session, "2026-11", now)
    there = "2026-11-18T11:20:00+00:00,True,,51.450000,-2.590000"
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
        f"Vehicle search,2026-11-18T11:20:00+00:00,,,,,,,,,{search},Arrest,,False",
        f"Vehicle search,2026-11-18T11:55:00+00:00,,,,,,,,,{search},,,",
    ]


def test_months_are_counted_in_utc(session: Session, now: datetime) -> None:
    an_officer(session, number=OFFICER_NUMBER)
    for moment in ("2025-12-31T23:59:59+00:00", "2026-01-01T00:00:00+00:00", "2025-07-31T23:30:00+00:00"):
        _recorded(session, now, a_new_encounter(started_at=datetime.fromisoformat(moment)))
    assert [publish(session, month, now).own for month in ("2025-12", "2026-01", "2025-07", "2025-08")] == [1, 1, 1, 0]
