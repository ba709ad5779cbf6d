"""The words for where a redaction stands, and for what is under a box."""

from stop_search.redactions.queries import RedactionShown
from stop_search.redactions.rules import CoverKind, RedactionState

STATE_WORDS = {
    RedactionState.OPENED: "The detector is looking",
    RedactionState.PROPOSED: "Boxes proposed",
    RedactionState.EDITED: "Being drawn",
    RedactionState.ASKED: "Copy is being made",
    RedactionState.MADE: "Copy is being checked",
    RedactionState.VERIFIED: "Waits for a second person",
    RedactionState.RELEASED: "Released to panels",
    RedactionState.REFUSED: "Sent back",
}
KIND_WORDS = {
    CoverKind.FACE: "Face",
    CoverKind.PLATE: "Number plate",
    CoverKind.SCREEN: "Screen",
    CoverKind.DOCUMENT: "Document",
    CoverKind.OTHER: "Something else",
}


def stage_words(shown: RedactionShown) -> str:
    """Return one sentence: what happens now, and how far it is."""
    done = f": {shown.progress}%" if shown.progress is not None else ""
    if shown.state is RedactionState.ASKED:
        return f"The copy is being made{done}."
    if shown.state is RedactionState.MADE:
        return f"The copy is being checked{done}."
    if not shown.is_proposed:
        return f"The detector is looking for faces and plates{done}. You can draw meanwhile."
    return f"{STATE_WORDS[shown.state]}."
