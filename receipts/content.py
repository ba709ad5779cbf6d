"""What a receipt says: the one source for every form (A6, text, HTML). Pure. It knows the words and the order, and no layout."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from receipts.qr import qr_text
from stop_search.codes.lists import code_list
from stop_search.codes.power_rules import power_rule
from stop_search.encounters.receipt_codes import pretty, receipt_url
from stop_search.encounters.rules import EncounterKind, PersonPart, ReceiptFacts
from stop_search.wording import day_in_words, london, moment_in_words

NOT_SEARCHED = frozenset({EncounterKind.STOP_AND_ACCOUNT, EncounterKind.TRAFFIC_STOP})

RIGHTS_WHEN_SEARCHED = (
    "You need not give your name, address or date of birth.",
    "You need not say what your ethnic group is.",
    "A search is not an arrest, and not a criminal record.",
    "In public, only a coat, jacket and gloves may come off.",
    "You can complain, with or without this receipt.",
)
RIGHTS_WHEN_STOPPED = (
    "You can ask the officer why you were stopped.",
    "You need not say what your ethnic group is.",
    "A stop is not an arrest, and not a criminal record.",
    "To search you, police need a reason of its own in law.",
    "You can complain, with or without this receipt.",
)
COMPLAINT = "To complain, ask at any police station or go to policeconduct.gov.uk."
SUPPORT = "For free advice that is not from the police: Citizens Advice, StopWatch, Release. Under 19: Childline, 0800 1111."


@dataclass(frozen=True)
class ReceiptContent:
    """Every word on a receipt, in the order of the eye. `details` are (name, value) pairs; empty ones are left out."""

    language: str
    layout_version: int
    force_name: str
    title: str
    when: str
    place: str
    details: tuple[tuple[str, str], ...]
    rights: tuple[str, ...]
    copy_before: str
    copy_day: str
    copy_after: str
    invitation: str
    complaint: str
    support: str
    url: str
    address: str
    code: str
    check_words: str
    reference: str

    @property
    def qr_text(self) -> str:
        """What the QR holds: the address in capitals, which makes a smaller square; the site answers to both cases."""
        return qr_text(self.url)


def receipt_content(facts: ReceiptFacts, *, code: str, force_name: str, public_url: str) -> ReceiptContent:
    """Return what the receipt of `facts` says. `code` is the receipt's code, 12 symbols; `public_url` has no path."""
    searched = facts.kind not in NOT_SEARCHED
    before, after = _copy_words(facts)
    return ReceiptContent(
        language=facts.language,
        layout_version=facts.layout_version,
        force_name=_one_line(force_name),
        title=_title(facts.kind, facts.part),
        when=moment_in_words(facts.started_at),
        place=_one_line(facts.place or "Place not recorded"),
        details=_details(facts),
        rights=RIGHTS_WHEN_SEARCHED if searched else RIGHTS_WHEN_STOPPED,
        copy_before=before,
        copy_day=day_in_words(facts.entitlement_ends_on),
        copy_after=after,
        invitation="How was it? Tell us, without giving your name. Scan this, or go to",
        complaint=COMPLAINT,
        support=SUPPORT,
        url=receipt_url(public_url, code),
        address=_spoken_address(public_url),
        code=pretty(code),
        check_words=facts.check_words,
        reference=facts.reference,
    )


def _title(kind: EncounterKind, part: PersonPart) -> str:
    """Say what this is to the person who holds it."""
    if kind == EncounterKind.STOP_AND_ACCOUNT:
        return "You were stopped and asked questions"
    if kind == EncounterKind.TRAFFIC_STOP:
        return "Your vehicle was stopped" if part != PersonPart.PASSENGER else "The vehicle you were in was stopped"
    if kind == EncounterKind.UNATTENDED_VEHICLE:
        return "This vehicle was searched"
    if kind == EncounterKind.PERSON_AND_VEHICLE and part != PersonPart.PASSENGER:
        return "You and your vehicle were searched"
    if kind == EncounterKind.VEHICLE:
        return "The vehicle you were in was searched"
    return "You were searched"


def _details(facts: ReceiptFacts) -> tuple[tuple[str, str], ...]:
    """Say what for, under which law, by whom, and how the record is found again (PACE Code A, Note 21)."""
    found = (
        ("Looking for", _plain("object_of_search", facts.object_of_search)),
        ("Law used", _power(facts.power)),
        ("Officer", _one_line(_officer_line(facts))),
        ("Reference", facts.reference),
    )
    return tuple((name, value) for name, value in found if value)


def _officer_line(facts: ReceiptFacts) -> str:
    """Name, number and station; without the name where it is withheld (PACE Code A 3.8(a), 4.4)."""
    number = f"officer number {facts.officer_number}" if facts.officer_number else None
    return ", ".join(part for part in (facts.officer_name, number, facts.officer_station) if part)


def _power(key: str | None) -> str:
    if not key:
        return ""
    power = code_list("power").entry(key)
    return f"{power.label.strip()} ({power.plain.strip()})"


def _plain(name: str, key: str | None) -> str:
    if not key:
        return ""
    words = code_list(name).entry(key).plain.strip()
    return words[:1].upper() + words[1:]


def _copy_words(facts: ReceiptFacts) -> tuple[str, str]:
    """Say until when a copy can be asked for (PACE 1984 s.3(7) to (9), CJPOA 1994 s.60(10), (10A)); the day stands between the two."""
    if facts.record_in_custody:
        return "The record of this search is in your custody record. You can ask for a copy until ", "."
    if facts.power and power_rule(facts.power, london(facts.started_at).date()).entitlement_to == "statement":
        return "You can ask for a written statement about this search until ", ", at any police station. Show this receipt."
    if facts.kind in NOT_SEARCHED:
        return "You can ask for a copy of what was written down until ", ", at any police station."
    return "You can ask for a copy of the full record until ", ", at any police station. Show this receipt."


def _spoken_address(public_url: str) -> str:
    """Return the address as people type it: no scheme, where to type the code."""
    return f"{urlsplit(public_url).netloc or public_url}/r"


def _one_line(text: str) -> str:
    """Return typed text as one line without control characters and without marks that turn the direction of writing."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}).strip()
