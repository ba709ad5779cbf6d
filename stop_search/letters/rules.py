"""Kinds and states of letters, what each must hold, when it is to be answered, and what closing asks for. Pure."""

import enum
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from stop_search.codes.lists import CodeEntry, code_list
from stop_search.errors import Invalid
from stop_search.footage.rules import HoldReason

SUBMISSION_ID = re.compile(r"[0-9a-f]{32}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_TEXT = 10_000
LONGEST_BODY = 20_000
MOST_FIELDS = 40
# What was written is kept after closing for the 28 days in which a review can be asked for, and two months to answer it.
KEPT_AFTER_CLOSING = timedelta(days=92)
REACH = ("email", "phone", "address")
REFERENCE_SYMBOLS = 8


class LetterKind(enum.StrEnum):
    """What a letter is about."""

    COMPLAINT = "complaint"
    COPY_OF_RECORD = "copy_of_record"
    STOP_WITHOUT_RECEIPT = "stop_without_receipt"
    PANEL_INTEREST = "panel_interest"


class LetterState(enum.StrEnum):
    """received: nobody has it yet; in_hand: a person has; closed: a person decided."""

    RECEIVED = "received"
    IN_HAND = "in_hand"
    CLOSED = "closed"


class LetterCame(enum.StrEnum):
    """How a letter came: typed by the person, typed by staff for the person, or out of feedback that a person took for a complaint."""

    ONLINE = "online"
    ASSISTED = "assisted"
    FEEDBACK = "feedback"


class ReviewTold(enum.StrEnum):
    """Whether a complainant was told of the right to a review (Police (Complaints and Misconduct) Regulations 2020 reg. 34(4))."""

    TOLD = "told"
    NO_WAY_TO_TELL = "no_way_to_tell"


class PartOfLetter(enum.StrEnum):
    """What a sealed part of a letter is: what the person wrote, or a note of whoever deals with it."""

    BODY = "body"
    NOTE = "note"


PREFIXES = {
    LetterKind.COMPLAINT: "C",
    LetterKind.COPY_OF_RECORD: "R",
    LetterKind.STOP_WITHOUT_RECEIPT: "S",
    LetterKind.PANEL_INTEREST: "P",
}
# What a letter holds at the footage of its encounter, from arrival or from the day somebody ties it to one.
HOLDS = {
    LetterKind.COMPLAINT: HoldReason.COMPLAINT,
    LetterKind.COPY_OF_RECORD: HoldReason.RECORD_REQUEST,
    LetterKind.STOP_WITHOUT_RECEIPT: HoldReason.RECORD_REQUEST,
}
# Kinds that may name a receipt as they are sent. A stop without a receipt is never looked up then, so that its answer tells nothing.
NAMES_A_RECEIPT = frozenset({LetterKind.COMPLAINT, LetterKind.COPY_OF_RECORD})
REQUIRED = {
    LetterKind.COMPLAINT: {"what_happened": "Tell us what happened."},
    LetterKind.COPY_OF_RECORD: {},
    LetterKind.STOP_WITHOUT_RECEIPT: {"place": "Tell us where you were stopped.", "day": "Tell us which day it was."},
    LetterKind.PANEL_INTEREST: {"name": "Tell us your name."},
}
# Without one of these fields what is asked for cannot be given. A complaint or claim may come without any, and is looked at all the same.
WAYS_TO_ANSWER = {LetterKind.COPY_OF_RECORD: (*REACH, "station"), LetterKind.PANEL_INTEREST: REACH}


@dataclass(frozen=True)
class SentLetter:
    """What sending a letter gives back, the first time and every further time: the reference to say, and the day of the answer."""

    reference: str
    kind: LetterKind
    answer_due_on: date


def checked_body(kind: LetterKind, body: Mapping[str, object]) -> dict[str, object]:
    """Return the body as it is sealed: texts trimmed and in NFC, empty fields left out.

    Values are text, numbers, yes or no, or lists of text. `email`, `phone` and `address` are the ways to answer;
    `station` is where somebody comes to fetch a copy.

    Raises:
        Invalid: `fields` names what is missing, too long or of no use.

    """
    kept = {name: value for name, value in ((name, _plain(value)) for name, value in body.items()) if value not in ("", None, [])}
    wrong = {name: sentence for name, sentence in REQUIRED[kind].items() if name not in kept}
    wrong |= {name: sentence for name, value in kept.items() if (sentence := _mistake(name, value))}
    if kind in WAYS_TO_ANSWER and not any(way in kept for way in WAYS_TO_ANSWER[kind]):
        wrong["email"] = "Tell us how we can answer you: an e-mail address, a phone number or an address."
    if len(kept) > MOST_FIELDS or sum(len(str(value)) for value in kept.values()) > LONGEST_BODY:
        wrong["what_happened"] = "This is too long for one letter. Tell us the most important part, and the rest when we answer."
    if wrong:
        message = "Something is missing or cannot be right."
        raise Invalid(message, wrong)
    return kept


def refuse_wrong_envelope(submission_id: str, language: str) -> None:
    """Refuse an id or a language that no page of ours made.

    Raises:
        Invalid: the id is not 32 hexadecimal digits, or the language is no tag.

    """
    if not SUBMISSION_ID.fullmatch(submission_id) or not LANGUAGE.fullmatch(language):
        message = "This form is not complete. Go back one page and send it again."
        raise Invalid(message, {"submission_id": message})


def answer_due_on(kind: LetterKind, received_on: date) -> date:
    """Return the last day on which the first answer is in time: the days of `codes/letter_kind.yaml` after the day of arrival."""
    return received_on + timedelta(days=code_list("letter_kind").entry(kind).answer_within_days or 0)


def dispositions(kind: LetterKind, day: date) -> tuple[CodeEntry, ...]:
    """Return the ways in which a letter of this kind can be closed on a day."""
    return code_list(f"{kind}_disposition").on(day)


def checked_closing(kind: LetterKind, disposition: str, review_told: ReviewTold | None, day: date) -> None:
    """Refuse to close a letter without a person's decision, or a complaint without a word on the right to a review.

    Who was complained about decides nothing here and no rule decides for a person: Police Reform Act 2002 Schedule 3,
    Police (Complaints and Misconduct) Regulations 2020 reg. 34(4).

    Raises:
        Invalid: `fields` says what is missing.

    """
    wrong: dict[str, str] = {}
    if disposition not in {entry.key for entry in dispositions(kind, day)}:
        wrong["disposition"] = "Choose how it was decided."
    if kind is LetterKind.COMPLAINT and review_told is None:
        wrong["review_told"] = "Say whether the person was told of the right to a review."
    if wrong:
        message = "A letter is closed by a person's decision."
        raise Invalid(message, wrong)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    listed = _listed(value)
    return value if listed is None else [_plain(each) for each in listed]


def _mistake(name: str, value: object) -> str | None:
    listed = _listed(value)
    texts = [value] if listed is None else listed
    if not FIELD_NAME.fullmatch(name) or not (all(isinstance(each, str) for each in texts) or (listed is None and isinstance(value, int))):
        return "This cannot be kept. Leave it out."
    if any(len(str(each)) > LONGEST_TEXT for each in texts):
        return f"This is too long. Use at most {LONGEST_TEXT:,} characters."
    if any("\0" in str(each) or "\N{REPLACEMENT CHARACTER}" in str(each) for each in texts):
        return "There is a character in it that cannot be kept. Take it out."
    if name == "email" and not EMAIL.fullmatch(str(value)):
        return "Enter an e-mail address, like name@example.com."
    return None


def _listed(value: object) -> list[object] | None:
    return list(cast("Iterable[object]", value)) if isinstance(value, (list, tuple)) else None
