"""Saying that one would like to join the community scrutiny panel. Nothing ties it to a stop, with a receipt's address or without."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.dependencies import InstallationDep, Now, opens_to_all
from services.api.public.asking import Posted
from services.api.public.complaining import CONTACT
from services.api.public.letter_forms import Field, LetterForm, Page, Sort
from services.api.public.letter_pages import PerhapsHeld, Sitting, open_letter
from services.api.public.letter_sending import go_on
from stop_search.letters.rules import LetterKind

INTEREST = LetterForm(
    LetterKind.PANEL_INTEREST,
    "panel",
    "/panel-interest",
    "/panel",
    (
        Page(
            "contact",
            (Field("name", needed=True, autocomplete="name"), *CONTACT[1:]),
            one_of=("email", "phone", "address"),
        ),
        Page("age", (Field("age", Sort.CHOICE, needed=True, answers=("adult", "young", "unsaid")),)),
        Page("about", (Field("about", Sort.LONG, longest=2000),)),
    ),
)

router = APIRouter(dependencies=[opens_to_all()])


@router.get("/panel-interest")
@router.get("/r/{code}/panel")
def open_interest(request: Request, installation: InstallationDep, now: Now, held: PerhapsHeld) -> Response:
    """Say what a panel is, and ask how the person can be reached."""
    return open_letter(Sitting(request, installation, INTEREST, held, now))


@router.post("/panel-interest")
@router.post("/r/{code}/panel")
def write_interest(request: Request, installation: InstallationDep, now: Now, held: PerhapsHeld, posted: Posted) -> Response:
    """Go on with it, or send it."""
    return go_on(Sitting(request, installation, INTEREST, held, now), posted)
