"""The languages in which this force offers receipts, as officers choose them."""

from receipts.words import languages, words
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.errors import SettingMissing
from stop_search.force import Force


def language_name(code: str) -> str:
    """Return a language in its own words and in English: "Polski (Polish)"."""
    said = words(code, LAYOUT_VERSION)
    return said.own_name if said.own_name == said.english_name else f"{said.own_name} ({said.english_name})"


def language_names() -> dict[str, str]:
    """Return every language that receipts can be had in, by its code."""
    return {code: language_name(code) for code in languages(LAYOUT_VERSION)}


def refuse_unknown_languages(force: Force) -> None:
    """Stop the start where the force offers receipts in a language that has no words.

    Raises:
        SettingMissing: it does; the message names the language.

    """
    there = languages(LAYOUT_VERSION)
    if unknown := [code for code in force.receipt_languages if code not in there]:
        message = f"STOP_SEARCH_FORCE: receipt_languages has {', '.join(unknown)}. Receipts can be had in: {', '.join(there)}."
        raise SettingMissing(message)
