"""What the forms for letters ask, page by page, and which page comes next. Pure: everything typed travels in the form itself.

The words of a form stand in `words/<language>/<group>.yaml`: `pages.<page>.question` over several fields, `fields.<name>.label` for each.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from stop_search.feedback.rules import MISSING_CHARACTER, cleaned_text
from stop_search.letters.rules import LetterKind

CHANGE = "change:"
CHECK, SENT = "check", "sent"  # what `at` says on the two pages that ask nothing
TICKED = "yes"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Sort(StrEnum):
    """How a field is typed in."""

    LINE = "text"
    EMAIL = "email"
    PHONE = "tel"
    LONG = "long"
    CHOICE = "choice"
    TICK = "tick"


@dataclass(frozen=True)
class Field:
    """One thing that is asked. `name` is its name in the letter; `answers` are the keys of a choice; `longest` counts characters."""

    name: str
    sort: Sort = Sort.LINE
    needed: bool = False
    longest: int = 200
    answers: tuple[str, ...] = ()
    autocomplete: str = "off"


Typed = Mapping[str, str]


@dataclass(frozen=True)
class Page:
    """Fields that stand together. Of the fields in `one_of` one must be filled. `shown` decides by what was typed and by the receipt."""

    name: str
    fields: tuple[Field, ...]
    one_of: tuple[str, ...] = ()
    shown: Callable[[Typed, bool], bool] = lambda _typed, _has_receipt: True


@dataclass(frozen=True)
class LetterForm:
    """A form for one kind of letter. `path` is its address without a receipt, `coded_path` what follows /r/CODE."""

    kind: LetterKind
    group: str
    path: str
    coded_path: str
    pages: tuple[Page, ...]

    def shown_pages(self, typed: Typed, *, has_receipt: bool) -> list[Page]:
        """Return the pages that this person is asked, in their order."""
        return [page for page in self.pages if page.shown(typed, has_receipt)]


@dataclass(frozen=True)
class LetterDraft:
    """What was typed so far. `changing`: came from the check page. `assisted`: the token of whoever types for somebody."""

    submission_id: str
    typed: dict[str, str] = field(default_factory=dict[str, str])
    changing: bool = False
    assisted: str = ""

    def hidden(self, shown: Page | None = None) -> list[tuple[str, str]]:
        """Return the fields that carry everything but what is shown."""
        asked = {one.name for one in shown.fields} if shown else set[str]()
        fields = [("submission_id", self.submission_id)]
        fields += [(name, text) for name, text in self.typed.items() if text and name not in asked]
        fields += [("changing", "yes")] if self.changing and shown else []
        return fields + ([("assisted", self.assisted)] if self.assisted else [])


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field: where its words are, and what stands in them."""

    words: str
    filled: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class LetterStep:
    """What comes next: a page, or the check page (None), or, with `sends`, the letter is sent."""

    draft: LetterDraft
    page: Page | None
    faults: Mapping[str, Fault] = field(default_factory=dict[str, Fault])
    sends: bool = False


def next_step(form: LetterForm, posted: Mapping[str, str], *, has_receipt: bool) -> LetterStep:
    """Return what comes after the page that was posted: on, back, the same page in another language, a change, or sending."""
    draft = read_draft(form, posted)
    pages = form.shown_pages(draft.typed, has_receipt=has_receipt)
    go, at = posted.get("go", "continue"), posted.get("at", "")
    if at == SENT:
        return LetterStep(draft, None, sends=True)
    if go.startswith(CHANGE):
        return LetterStep(replace(draft, changing=True), _named(pages, go.removeprefix(CHANGE)) or pages[0])
    if at == CHECK:
        return _from_check_page(form, draft, pages, sends=go == "send")
    return _from_page(form, draft, pages, _named(pages, at), go)


def read_draft(form: LetterForm, posted: Mapping[str, str]) -> LetterDraft:
    """Return what a page posted, cleaned, and with only such answers as the form offers; too long a text is kept whole."""
    fields = [one for page in form.pages for one in page.fields]
    typed = {one.name: _cleaned(one, posted[one.name]) for one in fields if one.name in posted}
    return LetterDraft(posted.get("submission_id", ""), typed, "changing" in posted, posted.get("assisted", ""))


def faults_of(form: LetterForm, page: Page, typed: Typed) -> dict[str, Fault]:
    """Return what is wrong on a page, by field."""
    found = {one.name: fault for one in page.fields if (fault := _fault(form, one, typed.get(one.name, "")))}
    if page.one_of and not any(typed.get(name) for name in page.one_of):
        found[page.one_of[0]] = Fault("letter.errors.reach")
    return found


def told(form: LetterForm, typed: Typed, *, has_receipt: bool) -> dict[str, str]:
    """Return what goes into the letter: what stands on pages that this person was asked."""
    asked = [one.name for page in form.shown_pages(typed, has_receipt=has_receipt) for one in page.fields]
    return {name: typed[name] for name in asked if typed.get(name)}


def _from_page(form: LetterForm, draft: LetterDraft, pages: list[Page], page: Page | None, go: str) -> LetterStep:
    if page is None or go == "stay":
        return LetterStep(draft, page or pages[0])
    if go == "back":
        return _back(draft, pages, page)
    if faults := faults_of(form, page, draft.typed):
        return LetterStep(draft, page, faults)
    return _on(form, draft, pages, page)


def _from_check_page(form: LetterForm, draft: LetterDraft, pages: list[Page], *, sends: bool) -> LetterStep:
    unfinished = _first_with_fault(form, draft, pages)
    if not sends or unfinished is None:
        return LetterStep(draft, None, sends=sends)
    return LetterStep(replace(draft, changing=True), unfinished, faults_of(form, unfinished, draft.typed))


def _on(form: LetterForm, draft: LetterDraft, pages: list[Page], page: Page) -> LetterStep:
    """Go on; from a change straight to the check page, unless the change asks for something new."""
    following = pages[pages.index(page) + 1 :]
    if draft.changing:
        unfinished = _first_with_fault(form, draft, pages)
        return LetterStep(draft, unfinished) if unfinished else LetterStep(replace(draft, changing=False), None)
    return LetterStep(draft, following[0] if following else None)


def _back(draft: LetterDraft, pages: list[Page], page: Page) -> LetterStep:
    if draft.changing:
        return LetterStep(replace(draft, changing=False), None)
    return LetterStep(draft, pages[max(0, pages.index(page) - 1)])


def _first_with_fault(form: LetterForm, draft: LetterDraft, pages: list[Page]) -> Page | None:
    return next((page for page in pages if faults_of(form, page, draft.typed)), None)


def _named(pages: list[Page], name: str) -> Page | None:
    return next((page for page in pages if page.name == name), None)


def _fault(form: LetterForm, one: Field, text: str) -> Fault | None:
    if not text:
        missing = "letter.errors.choose" if one.sort is Sort.CHOICE else f"{form.group}.fields.{one.name}.missing"
        return Fault(missing) if one.needed else None
    if len(text) > one.longest:
        return Fault("letter.errors.too_long", {"longest": str(one.longest)})
    if one.sort is Sort.EMAIL and not EMAIL.fullmatch(text):
        return Fault("letter.errors.email")
    return None


def _cleaned(one: Field, typed: str) -> str:
    if one.sort is Sort.CHOICE:
        return typed if typed in one.answers else ""
    if one.sort is Sort.TICK:
        return TICKED if typed == TICKED else ""
    text = unicodedata.normalize("NFC", cleaned_text(typed).replace(MISSING_CHARACTER, ""))
    return text.strip() if one.sort is Sort.LONG else " ".join(text.split())
