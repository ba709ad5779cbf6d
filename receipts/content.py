"""What a receipt or a notice says: the one source for every form. Pure. It knows the order of things, and no layout and no language."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from receipts.qr import qr_matrix, qr_text
from receipts.words import ENGLISH, Words, languages, words
from stop_search.codes.power_rules import power_rule
from stop_search.encounters.entitlement import USUAL_MONTHS, last_day
from stop_search.encounters.receipt_codes import pretty, receipt_url
from stop_search.encounters.rules import EncounterKind, NoticeFacts, PersonPart, ReceiptFacts
from stop_search.errors import Invalid
from stop_search.wording import london

# Names that every language leaves as they are. Who changes one makes a new layout version, as for any other word.
COMPLAINT_SITE = "policeconduct.gov.uk"
ADVISERS = "Citizens Advice, StopWatch, Release"
CHILDLINE = "0800\u00a01111"  # never broken between two lines
UNCOVERING = "cjpoa_s60aa"  # disguises are taken off, nobody is searched (CJPOA 1994 s.60AA)
WIDER_CLOTHES = "tact_s47a"  # headgear and footwear too (Terrorism Act 2000 Schedule 6B)

# What happened, as the titles are called -> which rights, which words about a copy, which text message.
HAPPENINGS = {
    "person": ("searched", "record", "searched"),
    "person_and_vehicle": ("searched", "record", "searched"),
    "vehicle": ("searched", "record", "vehicle_searched"),
    "unattended_vehicle": ("searched", "record", "vehicle_searched"),
    "stop_and_account": ("stopped", "stopped", "stopped"),
    "traffic_stop": ("traffic_stopped", "stopped", "stopped"),
    "traffic_stop_passenger": ("traffic_stopped", "stopped", "stopped"),
    "not_carried_out": ("not_carried_out", "not_carried_out", "not_carried_out"),
    "vehicle_not_carried_out": ("not_carried_out", "not_carried_out", "not_carried_out"),
    "uncovered": ("stopped", "stopped", "stopped"),
}
DAYS = re.compile(r"({day}|{record_day})")

Run = tuple[str, bool]  # words, and whether they stand out


@dataclass(frozen=True)
class Section:
    """Lines under a heading. `key` is rights, copy, help or notice; a line is a row of runs; `listed` lines have bullets."""

    key: str
    heading: str
    lines: tuple[tuple[Run, ...], ...]
    listed: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines without their emphasis."""
        return tuple("".join(said for said, _ in line) for line in self.lines)


@dataclass(frozen=True)
class Content:
    """Every word of a notice, and of a receipt but for what its code opens. `details` are (name, value) pairs without empty ones.

    In languages written from right to left, what is written from left to right stands between Unicode isolates (UAX 9).
    `page` still holds {page} and {pages}. `note` is empty, or says that a machine translated this.
    """

    language: str
    direction: str
    layout_version: int
    force_name: str
    title: str
    when: str
    place: str
    details: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    reference: str
    colon: str
    page: str
    note: str

    def section(self, key: str) -> Section:
        """Return the section with this key."""
        return next(section for section in self.sections if section.key == key)


@dataclass(frozen=True)
class ReceiptContent(Content):
    """Every word of a receipt; `message` is the four parts of a text message."""

    question: str
    invitation: str
    scan: str
    web_page_label: str
    address: str
    code_label: str
    code: str
    check_words_label: str
    check_words: str
    check_words_why: str
    url: str
    qr_alt: str
    message: tuple[str, str, str, str]

    @property
    def qr_text(self) -> str:
        """What the QR holds: the address in capitals, which makes a smaller square; the site answers to both cases."""
        return qr_text(self.url)

    @cached_property
    def matrix(self) -> tuple[tuple[bool, ...], ...]:
        """The QR in rows of modules, True is black, without the quiet zone."""
        return qr_matrix(self.qr_text)


def receipt_content(facts: ReceiptFacts, *, code: str, force_name: str, public_url: str, language: str | None = None) -> ReceiptContent:
    """Return what the receipt of `facts` says. `code` is the receipt's code, 12 symbols; `public_url` has no path.

    Without `language` it speaks the language in which it was issued, or English where the layout has no words in that.

    Raises:
        Invalid: the layout has no words in `language`, or there is no such layout.

    """
    said = words(language or _issued_in(facts.language, facts.layout_version), facts.layout_version)
    happening = _happening(facts, said)
    rights, copy, message = HAPPENINGS[happening]
    url = receipt_url(public_url, code)
    common = _content(
        facts,
        said,
        force_name=force_name,
        title=said.text("titles", happening),
        details=_receipt_details(facts, said),
        sections=(_rights(facts, said, rights), _copy(facts, said, copy), _help(said, answers=True)),
    )
    return ReceiptContent(
        **vars(common),
        question=said.text("question"),
        invitation=said.text("invitation"),
        scan=said.text("scan"),
        web_page_label=said.text("labels", "web_page"),
        address=f"{urlsplit(public_url).netloc or public_url}/r",  # as people type it: no scheme, where to type the code
        code_label=said.text("labels", "code"),
        code=pretty(code),
        check_words_label=said.text("labels", "check_words"),
        check_words=facts.check_words,
        check_words_why=said.text("check_words_why"),
        url=url,
        qr_alt=said.text("qr_alt", url=url),
        message=_message(facts, said, message),
    )


def notice_content(facts: NoticeFacts, *, force_name: str, language: str | None = None) -> Content:
    """Return what the notice left in an unattended vehicle says (PACE 1984 s.2(6), (7)): the four things that the law wants, at least.

    Raises:
        Invalid: the officer's station is not known, which the law wants on the notice; the layout has no notice, or not in `language`.

    """
    if not facts.officer_station:
        message = "A notice must name the officer's police station. Give the officer a station first."
        raise Invalid(message, {"officer_station": message})
    said = words(language or _issued_in(facts.language, facts.layout_version), facts.layout_version)
    if not said.text("notice", "searched"):
        message = f"The layout {facts.layout_version} of receipts has no notice."
        raise Invalid(message)
    station = _one_line(facts.officer_station)
    lines = (
        ((said.text("notice", "searched"), False),),
        ((said.text("notice", "station", station=station), False),),
        ((said.text("notice", "damage", station=station), False),),
        _with_days(said.text("notice", "copy"), day=said.day(facts.entitlement_ends_on)),
    )
    registration = _one_line(facts.vehicle_registration or "")
    details = ((said.text("labels", "vehicle"), said.apart(registration)), *_search_details(facts, said))
    return _content(
        facts,
        said,
        force_name=force_name,
        title=said.text("titles", "unattended_vehicle"),
        details=_filled_in(*details),
        sections=(Section("notice", "", lines), _help(said, answers=False)),
    )


def _content(
    facts: ReceiptFacts | NoticeFacts,
    said: Words,
    *,
    force_name: str,
    title: str,
    details: tuple[tuple[str, str], ...],
    sections: tuple[Section, ...],
) -> Content:
    return Content(
        language=said.language,
        direction=said.direction,
        layout_version=facts.layout_version,
        force_name=said.apart(_one_line(force_name)),
        title=title,
        when=said.moment(facts.started_at),
        place=said.apart(_one_line(facts.place or "")) or said.text("place_missing"),
        details=details,
        sections=sections,
        reference=facts.reference,
        colon=said.text("colon"),
        page=said.text("page"),
        note=said.text("translation_note"),
    )


def _issued_in(language: str, version: int) -> str:
    return language if language in languages(version) else ENGLISH


def _happening(facts: ReceiptFacts, said: Words) -> str:
    """Return what happened, as the titles are called; a layout that has no title for something special takes the ordinary one."""
    on_foot = facts.kind in {EncounterKind.PERSON, EncounterKind.PERSON_AND_VEHICLE}
    special = ""
    if facts.kind not in {EncounterKind.STOP_AND_ACCOUNT, EncounterKind.TRAFFIC_STOP}:
        if not facts.search_carried_out:
            special = "not_carried_out" if on_foot else "vehicle_not_carried_out"
        elif facts.power == UNCOVERING:
            special = "uncovered"
    return special if said.text("titles", special) else _ordinary(facts.kind, facts.part)


def _ordinary(kind: EncounterKind, part: PersonPart) -> str:
    if kind == EncounterKind.TRAFFIC_STOP and part == PersonPart.PASSENGER:
        return "traffic_stop_passenger"
    if kind == EncounterKind.PERSON_AND_VEHICLE and part == PersonPart.PASSENGER:
        return "person"
    return kind.value


def _receipt_details(facts: ReceiptFacts, said: Words) -> tuple[tuple[str, str], ...]:
    reason = said.plain("traffic_stop_reason", facts.traffic_stop_reason) if facts.traffic_stop_reason else ""
    return _filled_in((said.text("labels", "reason"), _capital(reason)), *_search_details(facts, said))


def _search_details(facts: ReceiptFacts | NoticeFacts, said: Words) -> tuple[tuple[str, str], ...]:
    """Say what for, under which law, by whom, and how the record is found again (PACE Code A, Note 21)."""
    wanted = said.plain("object_of_search", facts.object_of_search) if facts.object_of_search else ""
    return (
        (said.text("labels", "looking_for"), _capital(wanted)),
        (said.text("labels", "law"), _capital(said.law(facts.power)) if facts.power else ""),
        (said.text("labels", "officer"), _officer(facts, said)),
        (said.text("labels", "reference"), said.apart(facts.reference)),
    )


def _officer(facts: ReceiptFacts | NoticeFacts, said: Words) -> str:
    """Name, number and station; without the name where it is withheld (PACE Code A 3.8(a), 4.4)."""
    number = said.text("officer_number", number=facts.officer_number) if facts.officer_number else ""
    name, station = (said.apart(_one_line(typed or "")) for typed in (facts.officer_name, facts.officer_station))
    return said.text("separator").join(part for part in (name, number, station) if part)


def _rights(facts: ReceiptFacts, said: Words, key: str) -> Section:
    if key == "searched" and facts.power == WIDER_CLOTHES:
        key = "searched_for_terrorism"
    return Section("rights", said.text("labels", "rights"), tuple(((line, False),) for line in said.lines("rights", key)), listed=True)


def _copy(facts: ReceiptFacts, said: Words, key: str) -> Section:
    """Say until when a copy can be asked for (PACE 1984 s.3(7) to (9)), or a written statement (CJPOA 1994 s.60(10), (10A))."""
    searched_on = london(facts.started_at).date()
    if facts.record_in_custody:
        key = "custody"
    elif key == "record" and facts.power and power_rule(facts.power, searched_on).entitlement_to == "statement":
        key = "statement"
    days = {"day": said.day(facts.entitlement_ends_on), "record_day": said.day(last_day(searched_on, USUAL_MONTHS))}
    return Section("copy", said.text("labels", "copy"), (_with_days(said.text("copy", key), **days),))


def _help(said: Words, *, answers: bool) -> Section:
    """Say how to complain and who gives advice; where one can answer, that answers are no complaint."""
    complaint = said.text("complaint", complaint_site=COMPLAINT_SITE)
    if answers and said.text("no_complaint"):
        complaint = f"{said.text('no_complaint')} {complaint}"
    support = said.text("support", advisers=ADVISERS, childline=CHILDLINE)
    return Section("help", said.text("labels", "help"), (((complaint, False),), ((support, False),)))


def _message(facts: ReceiptFacts, said: Words, key: str) -> tuple[str, str, str, str]:
    what = said.text("sms", key).replace("{date}", f"{london(facts.started_at):%d/%m/%Y}")
    reference = said.text("sms", "reference").replace("{reference}", facts.reference)
    return what, reference, said.text("sms", "page"), said.text("sms", "check_words")


def _with_days(sentence: str, **days: str) -> tuple[Run, ...]:
    """Return a sentence in runs, the days in bold."""
    parts = (part for part in DAYS.split(sentence) if part)
    return tuple((days[part[1:-1]], True) if DAYS.fullmatch(part) else (part, False) for part in parts)


def _filled_in(*details: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in details if name and value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _one_line(text: str) -> str:
    """Return typed text as one line without control characters and without marks that turn the direction of writing."""
    spaced = " ".join(text.split())
    if spaced.isprintable():  # nothing of the kinds below
        return spaced
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}).strip()
