"""The dated code lists: read from YAML, checked, and found by key or by the string of published files. Knows no database."""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from stop_search.errors import NotFound

FOLDER = Path(__file__).parent
SCHEMA = FOLDER / "codes.schema.json"
NAMES = (
    "ethnicity",
    "perceived_ethnicity",
    "not_stated_reason",
    "power",
    "object_of_search",
    "outcome",
    "clothing_level",
    "force_type",
    "gender",
    "age_band",
    "footage_absence_reason",
    "footage_apart_reason",
    "receipt_not_offered_reason",
    "receipt_handed",
    "search_not_carried_out_reason",
    "search_place",
    "traffic_stop_reason",
    "traffic_outcome",
    "ethnicity_known_before",
    "letter_kind",
    "opening_reason",
    "complaint_disposition",
    "copy_of_record_disposition",
    "stop_without_receipt_disposition",
    "panel_interest_disposition",
    "bank_holiday",
    "triage_disposition",
)
# Published files of 2017 and before end a label with its code: "White - White British (W1)".
_CODE_IN_LABEL = re.compile(r"\(([A-Z][A-Z0-9])\)$")


class BrokenCodeList(Exception):  # a fault of the installation, never of a person: no StopSearchError
    """A file of codes is not as the schema says, or says one thing twice."""


@dataclass(frozen=True)
class CodeEntry:
    """One code. `plain`: words for the public. `dpuk`: the string of data.police.uk, to the letter, or None.

    `group`: broad ethnic group (None: not stated).
    `more_than_outer_clothing`: clothing levels only. `answer_within_days`: kinds of letters only.
    `needs_words`: whoever chooses it says more in words.
    """

    key: str
    label: str
    plain: str
    dpuk: str | None
    source: str
    valid_from: date
    valid_until: date | None = None
    also: tuple[str, ...] = ()
    group: str | None = None
    more_than_outer_clothing: bool | None = None
    answer_within_days: int | None = None
    needs_words: bool = False

    def holds_on(self, day: date) -> bool:
        """Return whether the code may be used for a stop on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class CodeList:
    """One list, in the order of its file."""

    name: str
    entries: tuple[CodeEntry, ...]
    _by_key: dict[str, CodeEntry] = field(repr=False)
    _by_string: dict[str, CodeEntry] = field(repr=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, in order."""
        return tuple(self._by_key)

    def __contains__(self, key: object) -> bool:
        """Return whether there is a code with this key."""
        return key in self._by_key

    def entry(self, key: str) -> CodeEntry:
        """Return the code with this key.

        Raises:
            NotFound: the list has no such key.

        """
        if key not in self._by_key:
            message = f"There is no code “{key}” in the list {self.name}."
            raise NotFound(message)
        return self._by_key[key]

    def by_dpuk(self, string: str) -> CodeEntry | None:
        """Return what a string of a published file means: as published now, or an older label that ends with its code."""
        if known := self._by_string.get(string):
            return known
        if found := _CODE_IN_LABEL.search(string):
            return self._by_key.get(found.group(1)) or self._by_string.get(found.group(1))
        return None

    def on(self, day: date) -> tuple[CodeEntry, ...]:
        """Return the codes that may be used for a stop on `day`."""
        return tuple(entry for entry in self.entries if entry.holds_on(day))


@cache
def code_list(name: str) -> CodeList:
    """Return one of the lists in `NAMES`, read once.

    Raises:
        NotFound: there is no list of this name.
        BrokenCodeList: its file is not as it must be; the message says where.

    """
    if name not in NAMES:
        message = f"There is no list of codes called {name}."
        raise NotFound(message)
    return read_code_list(FOLDER / f"{name}.yaml")


def read_code_list(path: Path) -> CodeList:
    """Read and check one file of codes.

    Raises:
        BrokenCodeList: the schema is broken, or a key or a published string stands there twice.

    """
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        jsonschema.validate(read, json.loads(SCHEMA.read_text(encoding="utf-8")))
    except jsonschema.ValidationError as error:
        message = f"{path.name}: {error.json_path}: {error.message}"
        raise BrokenCodeList(message) from error
    if read["name"] != path.stem:
        message = f"{path.name}: name says {read['name']}"
        raise BrokenCodeList(message)
    entries = tuple(_entry(row, read) for row in read["entries"])
    by_key = _found_once(path, [(entry.key, entry) for entry in entries])
    strings = [(string, entry) for entry in entries for string in (entry.dpuk, *entry.also) if string]
    return CodeList(read["name"], entries, by_key, _found_once(path, strings))


def _entry(row: dict[str, Any], around: dict[str, Any]) -> CodeEntry:
    until = row.get("valid_until")
    return CodeEntry(
        key=row["key"],
        label=row["label"],
        plain=row["plain"],
        dpuk=row.get("dpuk"),
        source=row.get("source", around["source"]),
        valid_from=date.fromisoformat(row.get("valid_from", around["valid_from"])),
        valid_until=date.fromisoformat(until) if until else None,
        also=tuple(row.get("also", ())),
        group=row.get("group"),
        more_than_outer_clothing=row.get("more_than_outer_clothing"),
        answer_within_days=row.get("answer_within_days"),
        needs_words=row.get("needs_words", False),
    )


def _found_once(path: Path, pairs: list[tuple[str, CodeEntry]]) -> dict[str, CodeEntry]:
    found: dict[str, CodeEntry] = {}
    for string, entry in pairs:
        if string in found:
            message = f"{path.name}: “{string}” stands there twice"
            raise BrokenCodeList(message)
        found[string] = entry
    return found
