"""Showing a form for a letter, whichever it is: a page of it, the check page, the page with the reference. Sends nothing."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from services.api.assisted import is_assisted
from services.api.language import language_of, link
from services.api.pages import page
from services.api.public.letter_forms import Field, LetterDraft, LetterForm, LetterStep, Sort
from services.api.public.letter_limits import Wait
from services.api.site_words import SiteWords, site_words
from stop_search.encounters.rules import HeldReceipt
from stop_search.installation import Installation
from stop_search.letters.keys import takes_letters
from stop_search.letters.rules import SentLetter

IOPC = "https://www.policeconduct.gov.uk/complaints"


@dataclass(frozen=True)
class Sitting:
    """One person at one form. `notes`: sentences on its first page beside the form's own; `filled`: what stands in its words."""

    request: Request
    installation: Installation
    form: LetterForm
    held: HeldReceipt | None
    now: datetime
    notes: tuple[Markup, ...] = ()
    filled: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def code(self) -> str:
        """The receipt's code, or nothing."""
        return self.held.code if self.held else ""

    @property
    def path(self) -> str:
        """Where the form stands."""
        return f"/r/{self.code}{self.form.coded_path}" if self.held else self.form.path

    @property
    def site(self) -> SiteWords:
        """The words of the page's language."""
        return site_words(language_of(self.request))

    def is_assisted(self, draft: LetterDraft) -> bool:
        """Return whether somebody of the staff types this for the person."""
        return is_assisted(self.installation, draft.assisted, code=self.code, now=self.now)


def open_letter(sitting: Sitting) -> Response:
    """Open a new form, or say by which other ways to ask where nothing can be sealed."""
    with sitting.installation.reading() as session:
        if not takes_letters(session, now=sitting.now):
            return closed(sitting.request)
    pages = sitting.form.shown_pages({}, has_receipt=sitting.held is not None)
    return show_step(sitting, LetterStep(LetterDraft(uuid.uuid4().hex), pages[0]))


def closed(request: Request) -> Response:
    """Show the other ways to ask, where nothing could be sealed and so nothing is taken."""
    return page(request, "public/letter_closed.html", status=HTTPStatus.SERVICE_UNAVAILABLE)


def show_step(sitting: Sitting, step: LetterStep) -> Response:
    """Show a page of the form, or the check page."""
    if step.page is None:
        return check_page(sitting, step.draft)
    pages = sitting.form.shown_pages(step.draft.typed, has_receipt=sitting.held is not None)
    faults = {name: sitting.site.say(fault.words, **fault.filled) for name, fault in step.faults.items()}
    return page(
        sitting.request,
        "public/letter_page.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        **_at_every_page(sitting, step.draft),
        shown=step.page,
        words=_words_of_page(sitting, step.page.name),
        is_first=step.page == pages[0],
        draft=step.draft,
        hidden=step.draft.hidden(step.page),
        faults=faults,
    )


def check_page(sitting: Sitting, draft: LetterDraft, *, problem: str = "", wait: Wait | None = None) -> Response:
    """Show all that was typed. `problem`: where the words are that say why it was not sent; `wait`: until when it has to wait."""
    pages = sitting.form.shown_pages(draft.typed, has_receipt=sitting.held is not None)
    refused = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    shown = partial(in_words, sitting.site, sitting.form, typed=draft.typed)
    hidden = draft.hidden() + ([("slot", wait.turn)] if wait and wait.turn else [])
    return page(
        sitting.request,
        "public/letter_check.html",
        status=HTTPStatus.TOO_MANY_REQUESTS if wait else refused,
        **_at_every_page(sitting, draft),
        lines=[(one.name, asked, text) for one in pages for asked in one.fields if (text := shown(asked)) or asked.sort is not Sort.TICK],
        hidden=hidden,
        problem=problem,
        wait=wait,
    )


def sent_page(sitting: Sitting, draft: LetterDraft, sent: SentLetter) -> Response:
    """Show the reference and what happens now. The page carries what shows it again in another language, and nothing that was typed."""
    return page(
        sitting.request,
        "public/letter_sent.html",
        **_at_every_page(sitting, draft),
        hidden=LetterDraft(draft.submission_id, assisted=draft.assisted).hidden(),
        reference=sent.reference,
        day=sitting.site.receipt.day(sent.answer_due_on),
        iopc=IOPC,
    )


def in_words(site: SiteWords, form: LetterForm, asked: Field, typed: Mapping[str, str]) -> str:
    """Return what was typed or chosen as people read it, as plain text."""
    text = typed.get(asked.name, "")
    if text and asked.sort is Sort.CHOICE:
        return site.plain(f"{form.group}.fields.{asked.name}.answers.{text}")
    return site.plain("letter.ticked") if text and asked.sort is Sort.TICK else text


def _at_every_page(sitting: Sitting, draft: LetterDraft) -> dict[str, Any]:
    own = {"own_language": sitting.site.receipt.own_name, "force": sitting.request.app.state.force.name}
    choosing = link(sitting.request, f"/r/{sitting.code}/choose" if sitting.held else "/choose")
    return {
        "form": sitting.form,
        "group": sitting.form.group,
        "path": link(sitting.request, sitting.path),
        "choosing": choosing,
        "has_receipt": sitting.held is not None,
        "is_assisted": sitting.is_assisted(draft),
        "notes": sitting.notes,
        "filled": own | dict(sitting.filled),
    }


def _words_of_page(sitting: Sitting, name: str) -> str:
    """Return where a page's own words are; without a receipt some pages have others."""
    path = f"{sitting.form.group}.pages.{name}"
    return f"{path}_no_code" if sitting.held is None and sitting.site.has(f"{path}_no_code") else path
