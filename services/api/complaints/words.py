"""Words of the inbox: states, how a letter came, and the names of what people write in letters."""

from typing import Any

from receipts.words import languages
from services.api.receipt_languages import language_name
from stop_search.codes.lists import code_list
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.letters.rules import LetterCame, LetterState

STATE_WORDS = {LetterState.RECEIVED: "New", LetterState.IN_HAND: "In hand", LetterState.CLOSED: "Closed"}
STATE_COLOURS = {LetterState.RECEIVED: "govuk-tag--blue", LetterState.IN_HAND: "govuk-tag--yellow", LetterState.CLOSED: "govuk-tag--grey"}
CAME_WORDS = {
    LetterCame.ONLINE: "Typed by the person",
    LetterCame.ASSISTED: "Typed by staff for the person",
    LetterCame.FEEDBACK: "Out of feedback that somebody took for a complaint",
}
# In the order in which the opened letter shows them; a name that is not here is shown as it is, after these.
FIELD_WORDS = {
    "what_happened": "What happened",
    "about_whom": "Whom it happened to",
    "wanted": "What the person wants",
    "asked_by": "Who asks",
    "place": "Where",
    "day": "Day",
    "time": "Time",
    "remembered": "What the person remembers: to compare with the record",
    "offered": "Whether a receipt was offered",
    "how": "How to hand over the copy",
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "address": "Address",
    "station": "Fetches it at",
    "no_answer": "Wants no answer",
    "answer_language": "Language for the answer",
    "needs": "What would help",
    "age": "18 or older",
    "about": "What the person tells of themselves",
    "note": "Note",
    "by": "Written by",
}


def kind_words() -> dict[str, str]:
    """Return the name of each kind of letter."""
    return {entry.key: entry.label for entry in code_list("letter_kind").entries}


def language_in_words(code: str) -> str:
    """Return a language as its speakers and English say it; a code that no receipt has is shown as it is."""
    return language_name(code) if code in languages(LAYOUT_VERSION) else code


def reasons() -> dict[str, str]:
    """Return the reasons for which a letter may be opened."""
    return {entry.key: entry.label for entry in code_list("opening_reason").entries}


def shown_words() -> dict[str, Any]:
    """Return what every page of the inbox needs."""
    return {
        "kinds": kind_words(),
        "states": {str(state): words for state, words in STATE_WORDS.items()},
        "colours": {str(state): words for state, words in STATE_COLOURS.items()},
        "came": {str(way): words for way, words in CAME_WORDS.items()},
    }
