"""Which words are in which language, and whether a person who speaks it has reviewed them: receipts, pages and forms, in one list."""

from dataclasses import dataclass

from receipts.words import languages, words
from services.api.site_words import ENGLISH, site_languages, site_words
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.feedback.form_words import form_words
from stop_search.feedback.forms import forms

REVIEWED = ("reviewed", "original")


@dataclass(frozen=True)
class Translation:
    """One language. `receipts` and `pages`: "reviewed", "awaiting review" or "none yet". The forms: names of files ("adult_v1")."""

    language: str
    own_name: str
    english_name: str
    direction: str
    receipts: str
    pages: str
    forms_awaiting: tuple[str, ...]
    forms_missing: tuple[str, ...]


def translations() -> tuple[Translation, ...]:
    """Return every language that receipts can be had in, but for English, which everything else is translated from."""
    return tuple(_translation(language) for language in languages(LAYOUT_VERSION) if language != ENGLISH)


def _translation(language: str) -> Translation:
    receipt = words(language, LAYOUT_VERSION)
    there = {f"{form.name}_v{form.version}": form.state for form in form_words() if form.language == language}
    return Translation(
        language=language,
        own_name=receipt.own_name,
        english_name=receipt.english_name,
        direction=receipt.direction,
        receipts=_in_words(receipt.state),
        pages=_in_words(site_words(language).groups["about"]["state"]) if language in site_languages() else "none yet",
        forms_awaiting=tuple(name for name, state in there.items() if state not in REVIEWED),
        forms_missing=tuple(name for form in forms() if (name := f"{form.name}_v{form.version}") not in there),
    )


def _in_words(state: str) -> str:
    return "reviewed" if state in REVIEWED else "awaiting review"
