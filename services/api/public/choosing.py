"""What a person can do, side by side, so that the differences are quick to see: with a receipt, and without."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.dependencies import opens_to_all
from services.api.pages import page
from services.api.public.asking import Held
from stop_search.codes.lists import code_list
from stop_search.letters.rules import LetterKind

WITH_RECEIPT = "/r/{code}/choose"
KINDS = {
    "complain": LetterKind.COMPLAINT,
    "record": LetterKind.COPY_OF_RECORD,
    "claim": LetterKind.STOP_WITHOUT_RECEIPT,
    "panel": LetterKind.PANEL_INTEREST,
}

router = APIRouter(dependencies=[opens_to_all()])


@router.get("/choose")
def choose_without_receipt(request: Request) -> Response:
    """Show what one can do; what needs a receipt asks for its code."""
    ways = {
        "code": "/r",
        "claim": "/no-receipt",
        "complain": "/complain",
        "record": "/record",
        "support": "/support",
        "panel": "/panel-interest",
    }
    return _shown(request, ways)


@router.get(WITH_RECEIPT)
def choose(request: Request, held: Held) -> Response:
    """Show what one can do with this receipt."""
    own = f"/r/{held.code}"
    ways = {
        "tell": f"{own}/feedback",
        "complain": f"{own}/complain",
        "record": f"{own}/record",
        "support": "/support",
        "panel": f"{own}/panel",
    }
    return _shown(request, ways, listed=f"{own}/in-the-draw")


def _shown(request: Request, ways: dict[str, str], *, listed: str = "") -> Response:
    letters = code_list("letter_kind")
    days = {name: letters.entry(kind).answer_within_days for name, kind in KINDS.items()}
    return page(request, "public/choose.html", ways=ways, days=days, listed=listed)
