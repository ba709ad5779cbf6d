"""How complete records are: published ones by what a file can hold, our own by all that they must state."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.completeness import CHILDREN_ACT
from stop_search.encounters.gap_counts import completeness_of_records
from stop_search.encounters.police_uk_reading import read_published
from stop_search.encounters.published_files import keep_published
from stop_search.encounters.published_gaps import HELD_IN_FILES, published_gaps
from stop_search.encounters.records import Encounter
from tests.support import builders as a
from tests.support.published import a_published_file, a_published_row

FULL = {"removal_of_more_than_just_outer_clothing": "False", "latitude": "51.45", "longitude": "-2.58"}
NEVER = [
    "place",
    "grounds",
    "officer_number",
    "people.0.force_used",
    "people.0.receipt_handed",
]


def kept(session: Session, now: datetime, *rows: tuple[str, ...]) -> list[Encounter]:
    """Import a file of these rows and return their encounters, in order."""
    keep_published(session, reading=read_published("2019-01-x.csv", a_published_file(*rows)), actor=COMMAND_LINE, now=now)
    return list(session.scalars(select(Encounter).order_by(Encounter.reference)))


def test_a_published_row_says_what_it_lacks_as_a_record_of_our_own_does(session: Session, now: datetime) -> None:
    (encounter,) = kept(session, now, a_published_row(**FULL))
    assert (encounter.gaps, encounter.finished_at) == (NEVER, None)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"latitude": "", "longitude": ""}, ["latitude"]),
        ({"legislation": ""}, ["power"]),
        ({"object_of_search": ""}, ["object_of_search"]),
        ({"gender": ""}, ["people.0.gender"]),
        ({"age_range": ""}, ["people.0.age_band"]),
        ({"self_defined_ethnicity": ""}, ["people.0.self_defined_ethnicity"]),
        ({"officer_defined_ethnicity": ""}, ["people.0.officer_perceived_ethnicity"]),
        ({"removal_of_more_than_just_outer_clothing": ""}, ["people.0.clothing_level"]),
        ({"outcome": ""}, ["people.0.outcome"]),
        ({"outcome": "Arrest"}, ["people.0.outcome_linked"]),
        ({"outcome": "Arrest", "outcome_linked_to_object_of_search": "False"}, []),
        ({"type": "Vehicle search", "outcome": ""}, ["vehicle_outcome"]),
        ({"type": "Vehicle search", "outcome": "Arrest"}, ["vehicle_outcome_linked"]),
        ({"type": "Vehicle search", "gender": ""}, ["people.0.gender"]),
        ({"self_defined_ethnicity": "Other ethnic group - Not stated"}, []),
        ({"age_range": "10-17"}, []),
        ({"removal_of_more_than_just_outer_clothing": "True"}, []),
    ],
)
def test_each_column_that_is_blank_is_a_gap_that_a_file_could_have_filled(
    session: Session, now: datetime, changes: dict[str, Any], missing: list[str]
) -> None:
    (row,) = read_published("2019-01-x.csv", a_published_file(a_published_row(**(FULL | changes)))).kept
    held = [gap.path for gap in published_gaps(row.stop) if gap.path.replace("people.0.", "people.") in HELD_IN_FILES]
    assert held == missing
    (encounter,) = kept(session, now, a_published_row(**(FULL | changes)))
    assert [path for path in encounter.gaps or () if path in held] == missing


def test_a_vehicle_of_whose_driver_nothing_is_said_lacks_nothing_about_a_driver(session: Session, now: datetime) -> None:
    nobody = dict.fromkeys(("gender", "age_range", "self_defined_ethnicity", "officer_defined_ethnicity"), "")
    (encounter,) = kept(session, now, a_published_row(**(FULL | nobody | {"type": "Vehicle search"})))
    assert encounter.gaps == ["place", "grounds", "officer_number"]


def test_records_are_counted_with_what_they_lack_and_the_rule_that_asks_for_it(session: Session, now: datetime) -> None:
    kept(
        session,
        now,
        a_published_row(**FULL),
        a_published_row(**FULL, gender=""),
        a_published_row(age_range="10-17", latitude="", longitude=""),
    )
    found = completeness_of_records(session, published=True)
    assert (found.records, found.complete, found.complete_in_files, found.not_judged) == (3, 0, 1, 0)
    counted = {line.path: (line.records, line.is_held) for line in found.lacking}
    assert counted["grounds"] == (3, False)
    assert counted["people.gender"] == counted["latitude"] == (1, True)
    assert counted["people.referral_made"] == (1, False)
    assert {line.rule for line in found.lacking if line.path == "people.referral_made"} == {CHILDREN_ACT}
    assert [line.records for line in found.lacking] == sorted((line.records for line in found.lacking), reverse=True)


def test_our_own_are_counted_apart_each_once_whoever_in_it_lacks_something(session: Session, now: datetime) -> None:
    kept(session, now, a_published_row(**FULL))
    a.an_encounter(session)
    a.an_encounter(session, gaps=["people.0.gender", "people.1.gender", "people.11.gender"], finished_at=None)
    a.an_encounter(session, gaps=None)
    found = completeness_of_records(session, published=False)
    assert (found.records, found.complete, found.not_judged) == (3, 1, 1)
    assert [(line.path, line.records, line.rule) for line in found.lacking] == [("people.gender", 1, "Home Office annual data requirement")]


def test_where_there_are_no_records_nothing_is_counted(session: Session) -> None:
    found = completeness_of_records(session, published=True)
    assert (found.records, found.complete, found.lacking) == (0, 0, ())
