"""Published rows: each value understood, kept to the letter, flagged where odd, refused where it cannot be."""

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.codes.lists import code_list
from stop_search.encounters.police_uk import CODES, COLUMNS, KINDS, cells_of, written
from stop_search.encounters.police_uk_reading import Flag, read_published
from stop_search.encounters.rules import EncounterKind
from stop_search.errors import Invalid
from tests.support.published import HEADER, a_published_file, a_published_row

NAME = "2019-01-avon-and-somerset-stop-and-search.csv"


def test_a_row_is_understood_in_codes() -> None:
    row = read_published(NAME, a_published_file()).kept[0]
    stop = row.stop
    assert (row.number, row.flags, row.as_published) == (1, (), None)
    assert (stop.kind, stop.power, stop.object_of_search) == (EncounterKind.PERSON, "mda_s23", "drugs")
    assert (stop.self_defined_ethnicity, stop.officer_perceived_ethnicity) == ("B1", "black")
    assert (stop.gender, stop.age_band, stop.outcome) == ("male", "18_24", "no_further_action")
    assert stop.has_person


def test_a_blank_flag_stays_blank_and_is_never_false() -> None:
    rows = [a_published_row(outcome_linked_to_object_of_search=text) for text in ("", "False", "True")]
    kept = read_published(NAME, a_published_file(*rows)).kept
    assert [row.stop.outcome_linked for row in kept] == [None, False, True]
    assert [cells_of(row.stop) for row in kept] == rows


def test_not_stated_is_not_other() -> None:
    row = read_published(NAME, a_published_file(self_defined_ethnicity="Other ethnic group - Not stated")).kept[0]
    assert row.stop.self_defined_ethnicity == "NS"


def test_the_space_before_the_bracket_goes_in_and_out() -> None:
    string = "Environmental Protection Act 1990 (section 34B )"
    row = read_published(NAME, a_published_file(legislation=string)).kept[0]
    assert (row.stop.power, row.as_published) == ("env_s34b", None)
    without = read_published(NAME, a_published_file(legislation=string.replace("B )", "B)"))).kept[0]
    assert (without.stop.power, without.flags) == ("env_s34b", (Flag.NOT_TO_THE_LETTER,))
    assert without.as_published == {"Legislation": "Environmental Protection Act 1990 (section 34B)"}


def test_an_older_label_is_understood_and_kept_beside_its_meaning() -> None:
    row = read_published(NAME, a_published_file(self_defined_ethnicity="White - White British (W1)")).kept[0]
    assert row.stop.self_defined_ethnicity == "W1"
    assert row.flags == (Flag.NOT_TO_THE_LETTER,)
    assert row.as_published == {"Self-defined ethnicity": "White - White British (W1)"}


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"legislation": "", "object_of_search": "", "outcome": ""}, (Flag.NOTHING_BUT_THE_PERSON,)),
        ({"legislation": "", "object_of_search": ""}, ()),
        ({"type": "Vehicle search", "legislation": "", "object_of_search": "", "outcome": ""}, ()),
        ({"date": "2019-01-05T00:00:00+00:00"}, (Flag.EXACT_MIDNIGHT,)),
        ({"date": "2019-01-05T00:00:01+00:00"}, ()),
        ({"date": "2019-02-05T14:00:00+00:00"}, (Flag.OTHER_MONTH,)),
        ({"date": "2019-01-05T14:00:00Z"}, (Flag.NOT_TO_THE_LETTER,)),
        ({"latitude": "51.4545"}, (Flag.NOT_TO_THE_LETTER,)),
    ],
)
def test_odd_rows_are_kept_and_flagged(changes: dict[str, str], flags: tuple[Flag, ...]) -> None:
    reading = read_published(NAME, a_published_file(**changes))
    assert reading.refused == ()
    assert reading.kept[0].flags == flags


def test_repeated_rows_are_all_kept_each_flagged() -> None:
    one, other = a_published_row(), a_published_row(gender="Female")
    kept = read_published(NAME, a_published_file(one, other, one, one)).kept
    assert [row.flags for row in kept] == [(Flag.REPEATED,), (), (Flag.REPEATED,), (Flag.REPEATED,)]


def test_a_vehicle_of_whose_driver_nothing_is_said_has_no_person() -> None:
    bare = {"gender": "", "age_range": "", "self_defined_ethnicity": "", "officer_defined_ethnicity": ""}
    row = a_published_row(type="Vehicle search", removal_of_more_than_just_outer_clothing="False", **bare)
    kept = read_published(NAME, a_published_file(row)).kept[0]
    assert not kept.stop.has_person
    assert kept.as_published == {"Removal of more than just outer clothing": "False"}
    with_driver = read_published(NAME, a_published_file(type="Vehicle search")).kept[0]
    assert with_driver.stop.has_person


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "Horse search"}, "Type: “Horse search” is not a published value"),
        ({"type": ""}, "Type: “” is not a published value"),
        ({"date": ""}, "Date: “” is not a date and time such as 2019-01-31T23:05:00+00:00"),
        ({"date": "31/01/2019 23:05"}, "Date: “31/01/2019 23:05” is not a date and time such as 2019-01-31T23:05:00+00:00"),
        ({"date": "2019-01-05T14:30:00"}, "Date: “2019-01-05T14:30:00” does not say its time zone"),
        (
            {"date": "0001-01-01T00:00:00+14:00"},
            "Date: “0001-01-01T00:00:00+14:00” is not a date and time such as 2019-01-31T23:05:00+00:00",
        ),
        ({"latitude": ""}, "Latitude and Longitude: only one of them is there"),
        ({"latitude": "north"}, "Latitude: “north” is not a number"),
        ({"longitude": "181"}, "Longitude: “181” is not on the map"),
        ({"latitude": "NaN"}, "Latitude: “NaN” is not on the map"),
        ({"gender": "male"}, "Gender: “male” is not a published value"),
        ({"age_range": "18-25"}, "Age range: “18-25” is not a published value"),
        ({"officer_defined_ethnicity": "Martian"}, "Officer-defined ethnicity: “Martian” is not a published value"),
        ({"legislation": "Magna Carta"}, "Legislation: “Magna Carta” is not a published value"),
        ({"outcome": " Arrest"}, "Outcome: “ Arrest” is not a published value"),
        ({"outcome_linked_to_object_of_search": "TRUE"}, "Outcome linked to object of search: “TRUE” is not a published value"),
        ({"policing_operation": "=1+1"}, "Policing operation: a spreadsheet would take this for a formula"),
        ({"policing_operation": "a\0b"}, "Policing operation: there is a character in it that cannot be stored"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_reason(changes: dict[str, str], reason: str) -> None:
    reading = read_published(NAME, a_published_file(**changes))
    assert reading.kept == ()
    assert [(row.number, row.reasons) for row in reading.refused] == [(1, (reason,))]


def test_every_reason_of_a_row_is_told_and_rows_keep_their_numbers() -> None:
    bad = a_published_row(type="x", gender="y", outcome="z")
    reading = read_published(NAME, a_published_file(a_published_row(), bad, a_published_row()))
    assert [row.number for row in reading.kept] == [1, 3]
    assert [(row.number, len(row.reasons)) for row in reading.refused] == [(2, 3)]


def test_a_row_with_too_few_or_too_many_cells_is_refused() -> None:
    content = f"{HEADER}\na,b\n\n{',' * 15}\n".encode()
    reasons = [row.reasons for row in read_published(NAME, content).refused]
    assert reasons == [(f"it has {n} cells instead of 15",) for n in (2, 0, 16)]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"\n", "it is empty"),
        (b"\xff\xfe\x00", "it is not a text in UTF-8"),
        (HEADER.replace("Gender,", "").encode(), "the column “Gender” is missing"),
        (HEADER.replace("Gender", "Sex").encode(), "the column “Gender” is missing"),
        ((HEADER + ",Colour").encode(), "the column “Colour” is not one of the fifteen"),
        (HEADER.replace("Type,Date", "Date,Type").encode(), "the column “Date” is not in its place (column 1)"),
        ((HEADER + ",Type").encode(), "the column “Type” is not in its place (column 16)"),
        (b"\xef\xbb\xbf" + HEADER.encode(), "the column “Type” is missing"),
        ((HEADER + '\n"unclosed').encode(), "it cannot be read as CSV"),
        ((HEADER + "\n" + "x" * 200_000).encode(), "it cannot be read as CSV"),
    ],
)
def test_another_file_is_refused_with_the_column_that_tells(content: bytes, why: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_published(NAME, content)
    assert why in str(refusal.value)
    assert str(refusal.value).startswith(f"{NAME} is not a stop-and-search file of data.police.uk: ")


def test_the_month_is_that_of_the_name_else_of_most_rows_else_unknown() -> None:
    assert read_published("2020-02-x.csv", a_published_file()).month == "2020-02"
    rows = [a_published_row(date=f"2019-0{month}-05T14:30:00+00:00") for month in (3, 4, 4)]
    assert read_published("download.csv", a_published_file(*rows)).month == "2019-04"
    with pytest.raises(Invalid, match="its month is not known"):
        read_published("download.csv", (HEADER + "\n").encode())
    assert read_published("2020-02-x.csv", (HEADER + "\n").encode()).kept == ()


@pytest.mark.parametrize("line_ending", ["\n", "\r\n"])
def test_line_endings_are_kept(line_ending: str) -> None:
    content = written([a_published_row()], line_ending).encode()
    reading = read_published(NAME, content)
    assert (reading.line_ending, reading.same_bytes) == (line_ending, True)


@pytest.mark.parametrize("change", [lambda b: b + b"\n", lambda b: b.rstrip(b"\n"), lambda b: b.replace(b"Male", b'"Male"')])
def test_what_cannot_come_out_to_the_byte_is_said(change: Callable[[bytes], bytes]) -> None:
    reading = read_published(NAME, change(a_published_file()))
    assert not reading.same_bytes
    assert len(reading.kept) == 1
    assert reading.refused == ()


def _values(column: str) -> list[str]:
    if column == "Type":
        return list(KINDS)
    if column in CODES:
        entries = code_list(CODES[column]).entries
        return ["", *(string for entry in entries for string in (entry.dpuk, *entry.also) if string)]
    if column == "Date":
        return ["2019-01-05T00:00:00+00:00", "2019-06-30T23:59:59+00:00", "2019-01-05T14:30:00.25+01:00", "20190105T143000Z"]
    if column == "Policing operation":
        return ["", "Operation Sceptre", 'with "quotes", commas\nand lines']
    return ["", "True", "False"]


PLACES = st.sampled_from([("", ""), ("51.454500", "-2.587900"), ("51.4", "-2"), ("-0.0000001", "0.00000049"), ("1E+1", "+3.5")])


@given(st.lists(st.tuples(st.tuples(*(st.sampled_from(_values(column)) for column in COLUMNS)), PLACES), max_size=4))
def test_whatever_is_kept_is_given_back_to_the_letter(drawn: list[tuple[tuple[str, ...], tuple[str, str]]]) -> None:
    rows = [cells[:4] + place + cells[6:] for cells, place in drawn]
    reading = read_published(NAME, written(rows).encode())
    assert reading.refused == ()
    back = []
    for row in reading.kept:
        cells = dict(zip(COLUMNS, cells_of(row.stop.as_stored), strict=True)) | (row.as_published or {})
        back.append(tuple(cells.values()))
    assert back == rows


@given(st.lists(st.lists(st.text(max_size=12), min_size=15, max_size=15), max_size=3))
def test_any_fifteen_cells_are_kept_or_refused(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([COLUMNS, *rows])
    content = file.getvalue().encode("utf-8", "replace")
    reading = read_published(NAME, content)
    assert len(reading.kept) + len(reading.refused) == len(rows)
