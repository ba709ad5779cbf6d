"""Making a complaint, with a receipt or without: to the complaints team, never by the officer's line (Police Reform Act 2002 s.12)."""

from services.api.public.letter_forms import Field, LetterForm, Page, Sort
from services.api.public.letter_routes import letter_routes
from stop_search.letters.rules import LetterKind

# Whoever was there, saw it or looks after a child may complain; others with written permission (2002 Act s.12(1), (6)).
WHOM = Field("about_whom", Sort.CHOICE, needed=True, answers=("me", "seen", "child", "other_agreed", "other_not_yet"))
CONTACT = (
    Field("name", autocomplete="name"),
    Field("email", Sort.EMAIL, autocomplete="email"),
    Field("phone", Sort.PHONE, autocomplete="tel"),
    Field("address", Sort.LONG, longest=500, autocomplete="street-address"),
)
COMPLAINT = LetterForm(
    LetterKind.COMPLAINT,
    "complain",
    "/complain",
    "/complain",
    (
        Page("what_happened", (Field("what_happened", Sort.LONG, needed=True, longest=6000),)),
        Page("where", (Field("place"), Field("day")), shown=lambda _, has_receipt: not has_receipt),
        Page("wanted", (Field("wanted", Sort.LONG, longest=2000),)),
        Page("about_whom", (WHOM,)),
        Page("contact", (*CONTACT, Field("no_answer", Sort.TICK)), one_of=("email", "phone", "address", "no_answer")),
        Page("needs", (Field("needs", Sort.LONG, longest=1000),)),
        Page("answer_language", (Field("answer_language"),)),
    ),
)

router = letter_routes(COMPLAINT)
