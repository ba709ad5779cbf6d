"""From the receipt to the form: typing the code, and the page that the QR opens. They show nothing about the stop and change nothing."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.api.dependencies import opens_to_all
from services.api.language import link
from services.api.pages import page
from services.api.public.asking import Held, Posted
from stop_search.encounters.receipt_codes import normalised, pretty
from stop_search.errors import Invalid
from stop_search.feedback.rules import cleaned_text

LONGEST_SHOWN = 64
LANDING = "/r/{code}"
LANDING_IN_CAPITALS = "/R/{code}"
CHOOSING = "/r/{code}/choose"  # what a person can do, side by side

router = APIRouter(dependencies=[opens_to_all()])


@router.get("/r")
@router.get("/R", include_in_schema=False)
def type_code(request: Request) -> Response:
    """Ask for the code."""
    return page(request, "public/type_code.html", typed="", error=None)


@router.post("/r")
def open_typed_code(request: Request, posted: Posted) -> Response:
    """Lead to the receipt's page, or say what is wrong with the code and keep what was typed."""
    typed = posted.get("code", "")
    try:
        code = normalised(typed)
    except Invalid as wrong:
        return page(request, "public/type_code.html", status=422, typed=cleaned_text(typed)[:LONGEST_SHOWN], error=wrong)
    return RedirectResponse(link(request, LANDING.format(code=code)), status_code=303)


# Nothing about the stop may stand here: whoever finds or photographs a receipt can open it. Previews and robots change nothing by it.
@router.get(LANDING)
@router.get(LANDING_IN_CAPITALS, include_in_schema=False)
def landing(request: Request, held: Held) -> Response:
    """Show what a receipt's code opens. The QR holds the address in capitals, so both cases are answered."""
    return page(request, "public/landing.html", code=held.code, pretty_code=pretty(held.code), check_words=held.facts.check_words)
