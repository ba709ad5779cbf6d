"""What a receipt or a notice says: the one source for every form. Pure. It knows the order of things, and no layout and no language."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from receipts.happenings import HAPPENINGS, what_happened
from receipts.qr import qr_matrix, qr_text
from receipts.sections import Section, copy_section, help_section, rights_section, with_days
from receipts.words import ENGLISH, Words, languages, words
from stop_search.encounters.receipt_codes import pretty, receipt_url
from stop_search.encounters.rules import NoticeFacts, ReceiptFacts
from stop_search.errors import Invalid
from stop_search.wording import london


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
    happening = what_happened(facts, said)
    rights, copy, message = HAPPENINGS[happening]
    url = receipt_url(public_url, code)
    common = _content(
        facts,
        said,
        force_name=force_name,
        title=said.text("titles", happening),
        details=_receipt_details(facts, said),
        sections=(rights_section(facts, said, rights), copy_section(facts, said, copy), help_section(said, answers=True)),
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
        with_days(said.text("notice", "copy"), day=said.day(facts.entitlement_ends_on)),
    )
    registration = _one_line(facts.vehicle_registration or "")
    details = ((said.text("labels", "vehicle"), said.apart(registration)), *_search_details(facts, said))
    return _content(
        facts,
        said,
        force_name=force_name,
        title=said.text("titles", "unattended_vehicle"),
        details=_filled_in(*details),
        sections=(Section("notice", "", lines), help_section(said, answers=False)),
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


def _message(facts: ReceiptFacts, said: Words, key: str) -> tuple[str, str, str, str]:
    what = said.text("sms", key).replace("{date}", f"{london(facts.started_at):%d/%m/%Y}")
    reference = said.text("sms", "reference").replace("{reference}", facts.reference)
    return what, reference, said.text("sms", "page"), said.text("sms", "check_words")


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
