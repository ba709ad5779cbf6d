"""Who answers, what an answer may be, and until when it may be corrected. Pure."""

import enum
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from stop_search.errors import Invalid
from stop_search.feedback.forms import Form
from stop_search.wording import first_day, week_of

WHO = "who"
TEXT = "text"
THE_PERSON = "searched"
NOT_SURE = "not_sure"  # the answer's key in every form
UNSURE: Final = "unsure"
APART: Final = "apart"
CORRECTABLE_FOR = timedelta(days=28)
YEARS_KEPT = 2  # what the privacy page promises
MOST_TEXTS = 20  # of one person about one stop: room for everything that is meant, none for filling a disk
SUBMISSION_ID = re.compile(r"[0-9a-f]{32}")
KEPT_CONTROLS = frozenset("\n\t")
MISSING_CHARACTER = "\N{REPLACEMENT CHARACTER}"


class Standing(enum.StrEnum):
    """primary: the one answer of the person who was stopped; secondary: of others, labelled by who answers.

    contested: a second answer of "the person who was stopped" for one receipt. It is kept, never takes the first one's place,
    and is counted apart: nobody can tell which of the two held the receipt by right.
    """

    PRIMARY = "primary"
    SECONDARY = "secondary"
    CONTESTED = "contested"


class TriageState(enum.StrEnum):
    """open: waits for a person; closed: a person decided."""

    OPEN = "open"
    CLOSED = "closed"


class Decision(enum.StrEnum):
    """What a person decided about a text: the learning team may read it, masked; or it may not."""

    RELEASED = "released"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class CheckedAnswers:
    """Answers that fit their form. `given`: question id to answer key, in the form's order, without who and without the text."""

    given: dict[str, str]
    comment: str | None
    answering_as: str | None


def checked_answers(form: Form, *, answers: Mapping[str, str], comment: str | None, answering_as: str | None) -> CheckedAnswers:
    """Return the answers as they are stored.

    Raises:
        Invalid: an answer does not belong to the form, the text is too long, or nothing at all was answered.

    """
    refuse_unknown_answers(form, {**answers, **({WHO: answering_as} if answering_as else {})})
    text = checked_text(form, comment or "") or None
    given = {question.id: answers[question.id] for question in form.questions if question.id in answers and question.id != WHO}
    if not given and text is None:
        message = "You have not answered any question yet. Answer one or more, then send."
        raise Invalid(message, {"answers": message}).worded("errors.nothing_answered")
    return CheckedAnswers(given=given, comment=text, answering_as=answering_as or answers.get(WHO))


def refuse_unknown_answers(form: Form, answers: Mapping[str, str]) -> None:
    """Refuse answers that the form does not offer.

    Raises:
        Invalid: `fields` names each question.

    """
    wrong: dict[str, str] = {}
    for question_id, answer in answers.items():
        question = form.question(question_id)
        if question is None or question.is_text or question.answer(answer) is None:
            wrong[question_id] = "Choose one of the answers that are offered, or skip the question."
    if wrong:
        message = "Some answers are not ones that this form offers."
        raise Invalid(message, wrong).worded("errors.not_offered")


def checked_text(form: Form, typed: str) -> str:
    """Return typed text, cleaned, if it is not too long.

    Raises:
        Invalid: it is longer than the form allows; the sentence says by how much.

    """
    question = form.question(TEXT)
    longest = question.longest if question else 0
    text = cleaned_text(typed)
    if len(text) > longest:
        most, over = str(longest), str(len(text) - longest)  # no thousands mark: in some languages a comma is the decimal point
        message = f"Your text is too long. You can write {most} letters and spaces. Take away this many: {over}."
        raise Invalid(message, {TEXT: message}).worded("errors.text_too_long", longest=most, over=over)
    return text


def cleaned_text(typed: str) -> str:
    """Return typed text as both databases can store it: one kind of line end, no NUL or other controls, no half characters."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in KEPT_CONTROLS or unicodedata.category(c) != "Cc")
    return "".join(MISSING_CHARACTER if unicodedata.category(c) == "Cs" else c for c in kept).strip()


def standing_of(answering_as: str | None, *, has_primary: bool) -> Standing:
    """Return how an answer counts. A receipt is given to the person who was stopped: who says nothing is taken to be that person."""
    if answering_as not in {None, THE_PERSON}:
        return Standing.SECONDARY
    return Standing.CONTESTED if has_primary else Standing.PRIMARY


def last_day_to_correct(week: str) -> date:
    """Return the last day on which answers sent in an ISO week may be corrected: the 28th from the Monday after, which is the first.

    Only the week is kept of when they were sent, so everybody has at least 28 days, and nobody more than 35.
    """
    return first_day(week) + timedelta(days=7) + CORRECTABLE_FOR - timedelta(days=1)


def newest_week_to_erase(today: date) -> str:
    """Return the newest ISO week whose Monday is YEARS_KEPT years ago or longer: nothing is kept longer than is promised.

    Only the week is kept of when somebody answered, so its first day decides.
    """
    leap_day = (today.month, today.day) == (2, 29)
    return week_of(today.replace(year=today.year - YEARS_KEPT, day=28 if leap_day else today.day))


def are_all_kept(since: date, *, today: date) -> bool:
    """Return whether no answer that was left on the day `since` or later can have been erased for its age."""
    return week_of(since) > newest_week_to_erase(today)


def bin_of(answer: str, level: int | None) -> str:
    """Return what an answer is counted under: "3" to "0" for its level, else "unsure" or "apart" ("No force was used")."""
    if level is not None:
        return str(level)
    return UNSURE if answer == NOT_SURE else APART


def refuse_wrong_submission_id(submission_id: str) -> None:
    """Refuse an id that no page of ours made.

    Raises:
        Invalid: it is not 32 hexadecimal digits.

    """
    if not SUBMISSION_ID.fullmatch(submission_id):
        message = "This form is not complete. Go back one page and send it again."
        raise Invalid(message, {"submission_id": message}).worded("errors.form_incomplete")
