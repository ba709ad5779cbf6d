"""Forms that ask for a reason from a list of codes, and for words where it needs them: what they show, and what was typed."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Form

from stop_search.codes.lists import code_list


@dataclass(frozen=True)
class TypedReason:
    """What was typed: `reason` is a key of a list, or "" where nothing was chosen; `faults` by field."""

    reason: str = ""
    words: str = ""
    faults: dict[str, str] = field(default_factory=dict[str, str])

    def items(self, name: str, on: date) -> list[dict[str, Any]]:
        """Return the list's codes of that day as radio buttons, the chosen one checked."""
        items: list[dict[str, Any]] = []
        for entry in code_list(name).on(on):
            items.append({"value": entry.key, "text": entry.label, "checked": entry.key == self.reason})
            if entry.needs_words:
                items[-1]["hint"] = {"text": "Say more below."}
        return items

    @property
    def summary(self) -> list[dict[str, str]]:
        """The faults for the summary at the top."""
        return [{"text": words, "href": f"#{name}"} for name, words in self.faults.items()]


def typed_reason(reason: Annotated[str, Form()] = "", words: Annotated[str, Form()] = "") -> TypedReason:
    """Return what the form holds; NUL can be stored nowhere and is taken out."""
    return TypedReason(reason, words.replace("\x00", ""))


SentReason = Annotated[TypedReason, Depends(typed_reason)]
