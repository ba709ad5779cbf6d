"""Asking for a copy of the record: how long one can, how one gets it, and how a person sees that it is one's own without a name."""

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.dependencies import InstallationDep, Now, opens_to_all
from services.api.pages import page
from services.api.public.asking import Posted
from services.api.public.complaining import CONTACT
from services.api.public.letter_forms import Field, LetterForm, Page, Sort, Typed
from services.api.public.letter_pages import PerhapsHeld, Sitting, open_letter
from services.api.public.letter_sending import go_on
from stop_search.encounters.rules import HeldReceipt
from stop_search.installation import Installation
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

router = APIRouter(dependencies=[opens_to_all()])


@router.get("/record")
@router.get("/r/{code}/record")
def open_request(request: Request, installation: InstallationDep, now: Now, held: PerhapsHeld) -> Response:
    """Say until when one can ask, and ask who and how; after the last day, say what is left.

    The last day is all that is shown of the stop, and only here. It may be the longer one, of a written statement
    (Criminal Justice and Public Order Act 1994 s.60(10), (10A)): which of the two can still be given a person says.
    """
    sitting = _sitting(request, installation, held, now)
    if held and held.facts.entitlement_ends_on < london(now).date():
        return page(
            request,
            "public/record_past.html",
            last_day=sitting.site.receipt.day(held.facts.entitlement_ends_on),
            access=request.app.state.force.subject_access_url,
            code=held.code,
        )
    return open_letter(sitting)


@router.post("/record")
@router.post("/r/{code}/record")
def write_request(request: Request, installation: InstallationDep, now: Now, held: PerhapsHeld, posted: Posted) -> Response:
    """Go on with it, or send it: whoever opened the page on the last day is not shut out at midnight."""
    return go_on(_sitting(request, installation, held, now), posted)


def _sitting(request: Request, installation: Installation, held: HeldReceipt | None, now: Now) -> Sitting:
    plain = Sitting(request, installation, COPY, held, now)
    if held is None:
        return replace(plain, notes=tuple(plain.site.lines("record.no_code")))
    last_day = plain.site.receipt.day(held.facts.entitlement_ends_on)
    return replace(plain, notes=(plain.site.say("record.last_day", last_day=last_day),))
