"""Saying that one would like to join the community scrutiny panel. Nothing ties it to a stop, with a receipt's address or without."""

from services.api.public.complaining import CONTACT
from services.api.public.letter_forms import Field, LetterForm, Page, Sort
from services.api.public.letter_routes import letter_routes
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

router = letter_routes(INTEREST)
