"""Which feedback may be a complaint, or may speak of danger, so that a person has to look at it. Pure, and over-inclusive by design.

Nothing is decided here: a sign puts the feedback on the list of the complaints handlers, and a person decides.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from stop_search.feedback.forms import Form

PHRASES = Path(__file__).parent / "complaint_phrases.yaml"
WORST_LEVEL = 0
WEIGHED = frozenset({"respect", "fair", "force", "clothing", "overall"})  # questions whose worst answer is dissatisfaction
BAD_ANSWERS = {("impact", "worse"), ("next", "complaint")}
READ_BY_LIST = "en"  # the language of the list


@dataclass(frozen=True)
class PhraseGroup:
    """Phrases of one kind, as one pattern over a text in small letters with single spaces."""

    name: str
    pattern: re.Pattern[str]


def signs_of_complaint(form: Form, *, given: Mapping[str, str], text: str | None, language: str) -> tuple[str, ...]:
    """Return what in the feedback may be a complaint, sorted; empty: nothing.

    "answer:respect" for an answer, "words:force" for a group of phrases, "language" for a text that the list cannot read.
    A complaint is any expression of dissatisfaction with a police force (Police Reform Act 2002 s.12).
    """
    found = {f"answer:{question}" for question, answer in given.items() if _is_bad(form, question, answer)}
    if text:
        found |= {f"words:{group.name}" for group in phrase_groups() if group.pattern.search(_plain(text))}
        found |= {"language"} if language != READ_BY_LIST else set()
    return tuple(sorted(found))


@cache
def phrase_groups() -> tuple[PhraseGroup, ...]:
    """Return the groups of phrases, in the order of their file."""
    read: dict[str, Any] = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))
    return tuple(PhraseGroup(name, _pattern(phrases)) for name, phrases in read["groups"].items())


def _is_bad(form: Form, question: str, answer: str) -> bool:
    return (question, answer) in BAD_ANSWERS or (question in WEIGHED and form.level(question, answer) == WORST_LEVEL)


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    each = (re.escape(phrase.removesuffix("*")) + (r"\w*" if phrase.endswith("*") else "") for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)")


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
