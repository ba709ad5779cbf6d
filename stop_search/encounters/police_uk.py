"""One row of a published data.police.uk file: its fifteen columns, what it says in codes of ours, and writing it. Pure.

Columns and values as published: https://data.police.uk/docs/method/stops-force/ and 1,034,848 published rows of 44 forces.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from stop_search.codes.lists import code_list
from stop_search.encounters.rules import EncounterKind

Cells = tuple[str, ...]

COLUMNS: Cells = (
    "Type",
    "Date",
    "Part of a policing operation",
    "Policing operation",
    "Latitude",
    "Longitude",
    "Gender",
    "Age range",
    "Self-defined ethnicity",
    "Officer-defined ethnicity",
    "Legislation",
    "Object of search",
    "Outcome",
    "Outcome linked to object of search",
    "Removal of more than just outer clothing",
)
KINDS = {
    "Person search": EncounterKind.PERSON,
    "Vehicle search": EncounterKind.VEHICLE,
    "Person and Vehicle search": EncounterKind.PERSON_AND_VEHICLE,
}
TYPES = {kind: published for published, kind in KINDS.items()} | {EncounterKind.UNATTENDED_VEHICLE: "Vehicle search"}
CODES = {
    "Gender": "gender",
    "Age range": "age_band",
    "Self-defined ethnicity": "ethnicity",
    "Officer-defined ethnicity": "perceived_ethnicity",
    "Legislation": "power",
    "Object of search": "object_of_search",
    "Outcome": "outcome",
}
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class PublishedStop:
    """What one row says, in codes of ours. None: the cell is blank, which is never the same as False."""

    kind: EncounterKind
    started_at: datetime
    is_operation: bool | None
    operation_name: str | None
    latitude: Decimal | None
    longitude: Decimal | None
    gender: str | None
    age_band: str | None
    self_defined_ethnicity: str | None
    officer_perceived_ethnicity: str | None
    power: str | None
    object_of_search: str | None
    outcome: str | None
    outcome_linked: bool | None
    more_than_outer_clothing: bool | None

    @property
    def as_stored(self) -> "PublishedStop":
        """What the tables keep of it: about clothing only where there is somebody who wore it."""
        return self if self.has_person else replace(self, more_than_outer_clothing=None)

    @property
    def has_person(self) -> bool:
        """Whether there is somebody in it: always, but for a vehicle of whose driver nothing is said."""
        if self.kind is not EncounterKind.VEHICLE:
            return True
        return any((self.gender, self.age_band, self.self_defined_ethnicity, self.officer_perceived_ethnicity))


def cells_of(stop: PublishedStop) -> Cells:
    """Return the row as it is published today."""
    return (
        TYPES[stop.kind],
        stop.started_at.astimezone(UTC).isoformat(timespec="seconds"),
        _truth(stop.is_operation),
        stop.operation_name or "",
        _degrees(stop.latitude),
        _degrees(stop.longitude),
        _string("gender", stop.gender),
        _string("age_band", stop.age_band),
        _string("ethnicity", stop.self_defined_ethnicity),
        _string("perceived_ethnicity", stop.officer_perceived_ethnicity),
        _string("power", stop.power),
        _string("object_of_search", stop.object_of_search),
        _string("outcome", stop.outcome),
        _truth(stop.outcome_linked),
        _truth(stop.more_than_outer_clothing),
    )


def written(rows: Iterable[Cells], line_ending: str = "\n") -> str:
    """Return the text of a file: the header and the rows."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=line_ending)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return file.getvalue()


def _string(name: str, key: str | None) -> str:
    return (code_list(name).entry(key).dpuk or "") if key else ""


def _truth(value: bool | None) -> str:  # noqa: FBT001 -- a cell's value, not a switch
    return "" if value is None else str(value)


def _degrees(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.6f}"
