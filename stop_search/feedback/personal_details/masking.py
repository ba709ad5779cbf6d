"""Puts the name of its kind in the place of every personal detail that was found, and hides what a person points at. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stop_search.errors import Invalid
from stop_search.feedback.personal_details.details import Detail, Kind
from stop_search.feedback.personal_details.finding import find_details

HIDDEN = "[hidden]"
MARKER = re.compile(rf"(\[(?:hidden|{'|'.join(re.escape(kind) for kind in Kind)})\])")


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


def pieces(text: str) -> tuple[tuple[str, bool], ...]:
    """Return a masked text in pieces, each with True where something was covered: to show what is missing."""
    parted = MARKER.split(text)
    return tuple((piece, bool(place % 2)) for place, piece in enumerate(parted) if piece)


def without(text: str, hidden: Iterable[str]) -> str:
    """Return a masked text without these words, wherever they stand, in small or large letters.

    Raises:
        Invalid: some do not stand there (`hide`).

    """
    for words in sorted({each.strip() for each in hidden} - {""}, key=lambda each: (-len(each), each)):
        looked_for = re.compile(re.escape(words), re.IGNORECASE)
        shown = pieces(text)
        if not any(looked_for.search(piece) for piece, is_marker in shown if not is_marker):
            message = "Some of these words do not stand in the text. Copy them from it, one place on each line."
            raise Invalid(message, {"hide": message})
        text = "".join(piece if is_marker else looked_for.sub(lambda _: HIDDEN, piece) for piece, is_marker in shown)
    return text
