"""Reading a published data.police.uk file: every row kept, flagged as odd, or refused with its reasons. Pure.

A value is never guessed and never mended: a row that cannot be understood refuses its file, an odd one is kept to the letter.
"""

import csv
import enum
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from stop_search.codes.lists import code_list
from stop_search.encounters.police_uk import CODES, COLUMNS, KINDS, MONTH, Cells, PublishedStop, cells_of, written
from stop_search.encounters.rules import EncounterKind
from stop_search.errors import Invalid

TRUTHS = {"True": True, "False": False, "": None}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MILLIONTH = Decimal("0.000001")


class Flag(enum.StrEnum):
    """What is odd about a row that is kept all the same."""

    NOTHING_BUT_THE_PERSON = "nothing_but_the_person"
    EXACT_MIDNIGHT = "exact_midnight"
    REPEATED = "repeated"
    OTHER_MONTH = "other_month"
    NOT_TO_THE_LETTER = "not_to_the_letter"


FLAG_MEANS = {
    Flag.NOTHING_BUT_THE_PERSON: "no legislation, object or outcome",
    Flag.EXACT_MIDNIGHT: "exactly midnight: perhaps only the date is known",
    Flag.REPEATED: "the same as another row: perhaps several people in one stop",
    Flag.OTHER_MONTH: "of another month than its file",
    Flag.NOT_TO_THE_LETTER: "an older or other spelling, kept beside its meaning",
}


@dataclass(frozen=True)
class KeptRow:
    """A row that can be kept. `as_published`: the cells that writing it again would not give to the letter, by column."""

    number: int
    stop: PublishedStop
    flags: tuple[Flag, ...]
    as_published: dict[str, str] | None


@dataclass(frozen=True)
class RefusedRow:
    """A row that cannot be understood, with every reason."""

    number: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class PublishedReading:
    """A file that was read. With `refused` rows it must not be kept. `same_bytes`: writing it again gives the same bytes."""

    name: str
    digest: str
    month: str
    line_ending: str
    kept: tuple[KeptRow, ...]
    refused: tuple[RefusedRow, ...]
    same_bytes: bool


def read_published(name: str, content: bytes) -> PublishedReading:
    """Read a file. Rows are numbered from 1, the header not counted.

    Raises:
        Invalid: it is not such a file: no UTF-8, another header, no month to be found.

    """
    rows, line_ending = _rows(name, content)
    month = _month(name, rows)
    kept: list[KeptRow] = []
    refused: list[RefusedRow] = []
    times_seen = Counter(rows)
    for number, cells in enumerate(rows, start=1):
        reasons = tuple(_refusals(cells))
        if reasons:
            refused.append(RefusedRow(number, reasons))
            continue
        stop = _stop(cells)
        flags = tuple(_flags(stop, cells, month, is_repeated=times_seen[cells] > 1))
        differing = {c: was for c, was, now in zip(COLUMNS, cells, cells_of(stop.as_stored), strict=True) if was != now}
        kept.append(KeptRow(number, stop, flags, differing or None))
    same = written(rows, line_ending).encode() == content
    return PublishedReading(name, hashlib.sha256(content).hexdigest(), month, line_ending, tuple(kept), tuple(refused), same)


def _rows(name: str, content: bytes) -> tuple[list[Cells], str]:
    try:
        text = content.decode("utf-8")
        read = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except UnicodeDecodeError as error:
        raise _unusable(name, "it is not a text in UTF-8. Download it again from data.police.uk") from error
    except csv.Error as error:
        raise _unusable(name, f"it cannot be read as CSV ({error})") from error
    _check_header(name, read[0] if read else ())
    while not read[-1]:
        read.pop()  # blank lines at the end are no rows
    first_line_end = text.find("\n")
    line_ending = "\r\n" if text[first_line_end - 1 : first_line_end] == "\r" else "\n"
    return read[1:], line_ending


def _check_header(name: str, header: Cells) -> None:
    if header == COLUMNS:
        return
    if not header:
        raise _unusable(name, "it is empty")
    if missing := [column for column in COLUMNS if column not in header]:
        raise _unusable(name, f"the column “{missing[0]}” is missing")
    if strange := [column for column in header if column not in COLUMNS]:
        raise _unusable(name, f"the column “{strange[0]}” is not one of the fifteen published ones")
    place = next((n for n, pair in enumerate(zip(header, COLUMNS, strict=False)) if pair[0] != pair[1]), len(COLUMNS))
    raise _unusable(name, f"the column “{header[place]}” is not in its place (column {place + 1})")


def _month(name: str, rows: list[Cells]) -> str:
    if found := MONTH.match(name):
        return found.group()
    months = Counter(cells[1][:7] for cells in rows if len(cells) == len(COLUMNS) and MONTH.match(cells[1]))
    if not months:
        raise _unusable(name, "its month is not known: begin its name with it, as in 2019-01-avon-and-somerset-stop-and-search.csv")
    return months.most_common(1)[0][0]


def _unusable(name: str, why: str) -> Invalid:
    return Invalid(f"{name} is not a stop-and-search file of data.police.uk: {why}.")


def _refusals(cells: Cells) -> Iterator[str]:
    if len(cells) != len(COLUMNS):
        yield f"it has {len(cells)} cells instead of {len(COLUMNS)}"
        return
    row = dict(zip(COLUMNS, cells, strict=True))
    if row["Type"] not in KINDS:
        yield _unknown("Type", row["Type"])
    yield from _faults_of_moment(row["Date"])
    for column in ("Part of a policing operation", "Outcome linked to object of search", "Removal of more than just outer clothing"):
        if row[column] not in TRUTHS:
            yield _unknown(column, row[column])
    if row["Policing operation"].startswith(FORMULA):
        yield "Policing operation: a spreadsheet would take this for a formula"
    if "\0" in row["Policing operation"]:
        yield "Policing operation: there is a character in it that cannot be stored"
    yield from _faults_of_place(row["Latitude"], row["Longitude"])
    for column, name in CODES.items():
        if row[column] and code_list(name).by_dpuk(row[column]) is None:
            yield _unknown(column, row[column])


def _faults_of_moment(written_as: str) -> Iterator[str]:
    try:
        moment = datetime.fromisoformat(written_as)
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        yield f"Date: “{written_as}” is not a date and time such as 2019-01-31T23:05:00+00:00"
        return
    if moment.tzinfo is None:
        yield f"Date: “{written_as}” does not say its time zone"


def _faults_of_place(latitude: str, longitude: str) -> Iterator[str]:
    if bool(latitude) != bool(longitude):
        yield "Latitude and Longitude: only one of them is there"
    for column, text, limit in (("Latitude", latitude, 90), ("Longitude", longitude, 180)):
        try:
            degrees = Decimal(text or "0")
        except InvalidOperation:
            yield f"{column}: “{text}” is not a number"
            continue
        if not degrees.is_finite() or abs(degrees) > limit:
            yield f"{column}: “{text}” is not on the map"


def _unknown(column: str, value: str) -> str:
    return f"{column}: “{value}” is not a published value"


def _stop(cells: Cells) -> PublishedStop:
    row = dict(zip(COLUMNS, cells, strict=True))
    codes = {column: _key(name, row[column]) for column, name in CODES.items()}
    return PublishedStop(
        kind=KINDS[row["Type"]],
        started_at=datetime.fromisoformat(row["Date"]),
        is_operation=TRUTHS[row["Part of a policing operation"]],
        operation_name=row["Policing operation"] or None,
        latitude=_millionths(row["Latitude"]),
        longitude=_millionths(row["Longitude"]),
        gender=codes["Gender"],
        age_band=codes["Age range"],
        self_defined_ethnicity=codes["Self-defined ethnicity"],
        officer_perceived_ethnicity=codes["Officer-defined ethnicity"],
        power=codes["Legislation"],
        object_of_search=codes["Object of search"],
        outcome=codes["Outcome"],
        outcome_linked=TRUTHS[row["Outcome linked to object of search"]],
        more_than_outer_clothing=TRUTHS[row["Removal of more than just outer clothing"]],
    )


def _flags(stop: PublishedStop, cells: Cells, month: str, *, is_repeated: bool) -> Iterator[Flag]:
    moment = stop.started_at.astimezone(UTC)
    if stop.kind is not EncounterKind.VEHICLE and not (stop.power or stop.object_of_search or stop.outcome):
        yield Flag.NOTHING_BUT_THE_PERSON
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        yield Flag.EXACT_MIDNIGHT
    if is_repeated:
        yield Flag.REPEATED
    if cells[1][:7] != month:
        yield Flag.OTHER_MONTH
    if cells != cells_of(stop):
        yield Flag.NOT_TO_THE_LETTER


def _key(name: str, string: str) -> str | None:
    entry = code_list(name).by_dpuk(string) if string else None
    return entry.key if entry else None


def _millionths(text: str) -> Decimal | None:
    return Decimal(text).quantize(MILLIONTH) + 0 if text else None  # + 0: there is no minus nought
