"""Walking through a file of words, for tests that look at every sentence of it."""

from typing import Any

from receipts.words import CODES


def sentences(said: Any, path: str = "", *, codes: bool = False) -> dict[str, str]:
    """Return every text of a file of words by its path; the words of codes only when asked for."""
    if isinstance(said, dict):
        steps = said.items()
    elif isinstance(said, list):
        steps = enumerate(said)
    else:
        return {path: str(said)}
    found: dict[str, str] = {}
    for step, inner in steps:
        if codes or step not in CODES.values():
            found |= sentences(inner, f"{path}.{step}", codes=codes)
    return found
