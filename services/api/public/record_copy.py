"""Asking for a copy of the record: how long one can, how one gets it, and how a person sees that it is one's own without a name."""

from dataclasses import replace

from starlette.responses import Response

from services.api.pages import page
from services.api.public.complaining import CONTACT
from services.api.public.letter_forms import Field, LetterForm, Page, Sort, Typed
from services.api.public.letter_pages import Sitting, open_letter
from services.api.public.letter_routes import letter_routes
from stop_search.letters.rules import LetterKind
from stop_search.wording import london


def _by(way: str, typed: Typed) -> bool:
    return typed.get("how") == way


def _must_prove(typed: Typed, has_receipt: bool) -> bool:  # noqa: FBT001 -- the shape of Page.shown
    """Return whether two answers are needed, which a person compares with the record; at a counter the receipt itself is the proof."""
    return not (has_receipt and _by("station", typed))


COPY = LetterForm(
    LetterKind.COPY_OF_RECORD,
    "record",
    "/record",
    "/record",
    (
        Page("asked_by", (Field("asked_by", Sort.CHOICE, needed=True, answers=("searched", "vehicle", "child", "other")),)),
        Page("where", (Field("place", needed=True), Field("day", needed=True)), shown=lambda _, has_receipt: not has_receipt),
        Page("how", (Field("how", Sort.CHOICE, needed=True, answers=("station", "email", "post")),)),
        Page("station", (Field("station", needed=True), CONTACT[2]), shown=lambda typed, _: _by("station", typed)),
        Page("email", (Field("email", Sort.EMAIL, needed=True, autocomplete="email"),), shown=lambda typed, _: _by("email", typed)),
        Page(
            "post",
            (
                Field("name", needed=True, autocomplete="name"),
                Field("address", Sort.LONG, needed=True, longest=500, autocomplete="street-address"),
            ),
            shown=lambda typed, _: _by("post", typed),
        ),
        Page("proof", (Field("time", needed=True), Field("remembered", Sort.LONG, needed=True, longest=1000)), shown=_must_prove),
    ),
)


def with_its_clock(sitting: Sitting) -> Sitting:
    """Say until when one can ask: the one day with a receipt, the months of the law without.

    The day is all that is shown of the stop, and only here. It may be the longer one, of a written statement (Criminal Justice and
    Public Order Act 1994 s.60(10), (10A)): which of the two can still be given a person says.
    """
    if sitting.held is None:
        return replace(sitting, notes=tuple(sitting.site.lines("record.no_code")))
    last_day = sitting.site.receipt.day(sitting.held.facts.entitlement_ends_on)
    return replace(sitting, notes=(sitting.site.say("record.last_day", last_day=last_day),))


def open_until_the_last_day(sitting: Sitting) -> Response:
    """Open the form; after the last day, say what is left. Whoever opened it on that day is not shut out at midnight."""
    if sitting.held is None or sitting.held.facts.entitlement_ends_on >= london(sitting.now).date():
        return open_letter(sitting)
    return page(
        sitting.request,
        "public/record_past.html",
        last_day=sitting.site.receipt.day(sitting.held.facts.entitlement_ends_on),
        access=sitting.request.app.state.force.subject_access_url,
        code=sitting.held.code,
    )


router = letter_routes(COPY, opening=open_until_the_last_day, preparing=with_its_clock)
