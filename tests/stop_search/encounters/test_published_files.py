"""Published files in the database and out again, on both databases; all 27 real months to the byte."""

import csv
import hashlib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import Database
from stop_search.encounters.gap_counts import completeness_of_records
from stop_search.encounters.police_uk import written
from stop_search.encounters.police_uk_reading import Flag, read_published
from stop_search.encounters.published_files import AlreadyImported, keep_published
from stop_search.encounters.published_months import PublishedMonth, publish_month
from stop_search.encounters.records import Encounter, PersonSearched, PublishedRow, Receipt
from stop_search.encounters.rules import EncounterSource, PersonPart
from stop_search.errors import Invalid
from tests.support.published import a_published_file, a_published_row

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
    files = FILES if database.is_sqlite else FILES[::4]  # what the second database adds shows on a part
    flagged = dict.fromkeys(Flag, 0)
    for path in files:
        reading = read_published(path.name, path.read_bytes())
        assert reading.same_bytes
        for row in reading.kept:
            for flag in row.flags:
                flagged[flag] += 1
        with database.writing() as session:
            keep_published(session, reading=reading, actor=COMMAND_LINE, now=now)
            session.commit()
    rows = [row for path in files for row in _rows(path)]
    with database.writing() as session:
        assert session.scalar(select(func.count()).select_from(Encounter)) == len(rows)
        judged = completeness_of_records(session, published=True)
        assert (judged.records, judged.complete_in_files) == (len(rows), sum(_says_all_it_can(row) for row in rows))
        assert session.scalar(select(func.count()).select_from(PersonSearched)) == sum(r["Type"] != "Vehicle search" for r in rows)
        for path in files:
            published = publish_month(session, month=path.name[:7], actor=COMMAND_LINE, now=now)
            assert hashlib.sha256(published.text.encode()).digest() == hashlib.sha256(path.read_bytes()).digest(), path.name
    bare = [r for r in rows if r["Type"] != "Vehicle search" and not (r["Legislation"] or r["Object of search"] or r["Outcome"])]
    assert flagged[Flag.NOTHING_BUT_THE_PERSON] == len(bare) > 50
    assert flagged[Flag.EXACT_MIDNIGHT] == sum(r["Date"].endswith("T00:00:00+00:00") for r in rows)
    assert flagged[Flag.REPEATED] > len(rows) / 20
    assert (len(files), len(rows)) == (27, 20_692) or not database.is_sqlite
    assert flagged[Flag.OTHER_MONTH] == flagged[Flag.NOT_TO_THE_LETTER] == 0


def _says_all_it_can(row: dict[str, Any]) -> bool:
    """Say whether a row fills every column that it must: worked out from the file's words alone."""
    person = ("Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity")
    wanted = ["Latitude", "Legislation", "Object of search", "Outcome"]
    if row["Type"] != "Vehicle search":
        wanted += [*person, "Removal of more than just outer clothing"]
    elif any(row[column] for column in person):
        wanted += person
    if row["Outcome"] != "A no further action disposal":
        wanted.append("Outcome linked to object of search")
    return all(row[column] for column in wanted)


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
