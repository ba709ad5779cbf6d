"""Puts the name of its kind in the place of every personal detail that was found. Pure."""

from dataclasses import dataclass

from stop_search.feedback.personal_details.details import Detail
from stop_search.feedback.personal_details.finding import find_details


@dataclass(frozen=True)
class MaskedText:
    """`text` with "[name]", "[phone number]" and so on. `details` say where each stood in the text that was given, in order."""

    text: str
    details: tuple[Detail, ...]


def masked(text: str) -> MaskedText:
    """Return a text without the personal details that were found in it. It finds most, never all: a person still reads it."""
    details = find_details(text)
    pieces, end = list[str](), 0
    for detail in details:
        pieces += text[end : detail.start], f"[{detail.kind}]"
        end = detail.end
    return MaskedText("".join([*pieces, text[end:]]), details)
