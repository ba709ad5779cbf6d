"""The receipts whose forms are kept as golden files, by name: what differs from an ordinary search."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from receipts.content import Content, ReceiptContent
from receipts.forms import FORMS, NOTICE_FORMS, notice_file, page_pictures
from receipts.words import languages
from stop_search.codes.lists import code_list
from stop_search.encounters.rules import EncounterKind, PersonPart
from tests.support.receipt_facts import receipt_file, some_content, some_notice

GOLDEN = Path(__file__).parents[1] / "receipts" / "golden"
SQUARE = tuple(tuple(dot == "#" for dot in row) for row in (GOLDEN / "square.txt").read_text().split())
PACKED = ("thermal80", "thermal58")  # PNG: the same dots lie in ESC/POS, which no packing changes
WHOLE = (".sms", "/person.text", "/person.html", "/notice.text", "/strange_place.text", "/section_60.text")

SUMMER_NIGHT = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
STRANGE = '#read("x") <b>Café</b> 😀 שלום e\u0301t\u00e9 \u202eturned\u202c, '
CASES: dict[str, dict[str, Any]] = {
    "person": {},
    "person_and_vehicle": {
        "kind": EncounterKind.PERSON_AND_VEHICLE, "part": PersonPart.DRIVER, "power": "mda_s23", "object_of_search": "drugs",
    },
    "passenger": {"kind": EncounterKind.PERSON_AND_VEHICLE, "part": PersonPart.PASSENGER},
    "vehicle": {"kind": EncounterKind.VEHICLE, "part": PersonPart.IN_CHARGE_OF_VEHICLE, "started_at": SUMMER_NIGHT},
    "unattended_vehicle": {"kind": EncounterKind.UNATTENDED_VEHICLE, "part": PersonPart.IN_CHARGE_OF_VEHICLE},
    "stop_and_account": {"kind": EncounterKind.STOP_AND_ACCOUNT, "power": None, "object_of_search": None},
    "traffic_stop": {"kind": EncounterKind.TRAFFIC_STOP, "part": PersonPart.DRIVER, "power": None, "object_of_search": None},
    "traffic_stop_passenger": {"kind": EncounterKind.TRAFFIC_STOP, "part": PersonPart.PASSENGER, "power": None, "object_of_search": None},
    "section_60": {"power": "cjpoa_s60", "object_of_search": "weapons", "entitlement_ends_on": date(2027, 11, 20)},
    "custody": {"record_in_custody": True},
    "name_withheld": {"officer_name": None, "power": "tact_s43"},
    "nothing_recorded": {
        "place": None, "power": None, "object_of_search": None, "officer_name": None, "officer_number": None, "officer_station": None,
    },
    "strange_place": {"place": STRANGE + "Llanfairpwllgwyngyllgogerychwyrndrobwll " * 9},
}  # fmt: skip


LATER_CASES: dict[str, dict[str, Any]] = {
    "not_carried_out": {"search_carried_out": False},
    "uncovered": {"power": "cjpoa_s60aa", "object_of_search": None},
    "operation": {"kind": EncounterKind.TRAFFIC_STOP, "part": PersonPart.DRIVER, "power": None, "traffic_stop_reason": "operation"},
}


def code_cases(layout: int) -> dict[str, dict[str, Any]]:
    """Return a receipt for each power and each object of search, and for each reason of a traffic stop where the layout has them."""
    names = ("power", "object_of_search") if layout == 1 else ("power", "object_of_search", "traffic_stop_reason")
    return {f"{name}-{key}": {name: key} for name in names for key in code_list(name).keys}


def golden_files(layout: int) -> dict[str, bytes]:
    """Return every golden file of a layout by its name: texts and one page as they are, the SHA-256 of everything else in sums.json.

    The square is always the stored one: which square holds an address is for tests/receipts/test_qr.py and no matter of layout.
    """
    whole: dict[str, bytes] = {}
    sums: dict[str, str] = {}
    for name, drawn in _drawn_forms(layout):
        if name.endswith(WHOLE):
            whole[name] = drawn
        else:
            sums[name] = hashlib.sha256(drawn).hexdigest()
    told = {"typst": version("typst"), "forms": sums}
    return whole | {"sums.json": (json.dumps(told, indent=1) + "\n").encode()}


def stored_files(layout: int) -> dict[str, bytes]:
    """Return the golden files of a layout as they are stored."""
    folder = GOLDEN / f"v{layout}"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _drawn_forms(layout: int) -> Iterator[tuple[str, bytes]]:
    """Yield each golden form by its name: English in all cases, other languages an ordinary search and a notice."""
    for case, changes in (CASES if layout == 1 else CASES | LATER_CASES).items():
        yield from _forms(f"en/{case}", some_content(**changes, layout_version=layout))
    for case, changes in code_cases(layout).items():
        yield f"en/{case}.text", receipt_file(some_content(**changes, layout_version=layout), "text")
    for language in languages(layout):
        if layout > 1:
            yield from _forms(f"{language}/notice", some_notice(spoken=language, layout_version=layout))
        if language != "en":
            yield from _forms(f"{language}/person", some_content(spoken=language, layout_version=layout))


def _forms(name: str, content: Content) -> Iterator[tuple[str, bytes]]:
    if not isinstance(content, ReceiptContent):
        yield from ((f"{name}.{form}", notice_file(content, form)) for form in NOTICE_FORMS if form not in PACKED)
        return
    vars(content)["matrix"] = SQUARE
    if content.layout_version == 1:
        yield from ((f"{name}.{form}", receipt_file(content, form)) for form in ("a6", "text", "html"))
        yield from ((f"{name}-{number}.png", page) for number, page in enumerate(page_pictures(content, "a6"), start=1))
        return
    yield from ((f"{name}.{form}", receipt_file(content, form)) for form in FORMS if form not in PACKED)
