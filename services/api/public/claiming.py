"""A lost receipt, or none: what can still be done, and telling where and when it was so that a person looks for the stop.

The answer is the same, and takes as long, whether or not there is such a stop: nothing is looked up.
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.dependencies import opens_to_all
from services.api.pages import page
from services.api.public.complaining import CONTACT
from services.api.public.letter_forms import Field, LetterForm, Page, Sort
from services.api.public.letter_routes import letter_routes
from stop_search.letters.rules import LetterKind

CLAIM = LetterForm(
    LetterKind.STOP_WITHOUT_RECEIPT,
    "claim",
    "/no-receipt/tell",
    "",  # with a receipt nobody needs it
    (
        Page("where", (Field("place", needed=True), Field("day", needed=True), Field("time"))),
        Page("remembered", (Field("remembered", Sort.LONG, longest=2000),)),
        Page("offered", (Field("offered", Sort.CHOICE, needed=True, answers=("not_offered", "not_taken", "lost", "not_sure")),)),
        Page("wanted", (Field("wanted", Sort.CHOICE, needed=True, answers=("receipt", "copy", "both", "nothing")),)),
        Page(
            "contact",
            (*CONTACT, Field("station")),
            one_of=("email", "phone", "address", "station"),
            shown=lambda typed, _: typed.get("wanted") != "nothing",
        ),
    ),
)

router = APIRouter(dependencies=[opens_to_all()])
router.include_router(letter_routes(CLAIM))


@router.get("/no-receipt")
def without_receipt(request: Request) -> Response:
    """Say what can be done without a receipt, without a phone and without the internet."""
    return page(request, "public/without_receipt.html")
