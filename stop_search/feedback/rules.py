"""Who answers, and what an answer may be. Pure."""

import enum
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from stop_search.errors import Invalid
from stop_search.feedback.forms import Form

WHO = "who"
TEXT = "text"
THE_PERSON = "searched"
SUBMISSION_ID = re.compile(r"[0-9a-f]{32}")
KEPT_CONTROLS = frozenset("\n\t")
MISSING_CHARACTER = "\N{REPLACEMENT CHARACTER}"


class Standing(enum.StrEnum):
    """primary: the one answer of the person who was stopped; secondary: labelled further ones, counted apart."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


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
        raise Invalid(message, {"answers": message})
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
        raise Invalid(message, wrong)


def checked_text(form: Form, typed: str) -> str:
    """Return typed text, cleaned, if it is not too long.

    Raises:
        Invalid: it is longer than the form allows; the sentence says by how much.

    """
    question = form.question(TEXT)
    longest = question.longest if question else 0
    text = cleaned_text(typed)
    if len(text) > longest:
        over = len(text) - longest
        message = f"Your text is {over:,} {'character' if over == 1 else 'characters'} too long. Make it {longest:,} or fewer."
        raise Invalid(message, {TEXT: message})
    return text


def cleaned_text(typed: str) -> str:
    """Return typed text as both databases can store it: one kind of line end, no NUL or other controls, no half characters."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in KEPT_CONTROLS or unicodedata.category(c) != "Cc")
    return "".join(MISSING_CHARACTER if unicodedata.category(c) == "Cs" else c for c in kept).strip()


def standing_of(answering_as: str | None, *, has_primary: bool) -> Standing:
    """Return how an answer counts. A receipt is given to the person who was stopped: who says nothing is taken to be that person."""
    is_the_person = answering_as in {None, THE_PERSON}
    return Standing.PRIMARY if is_the_person and not has_primary else Standing.SECONDARY


def refuse_wrong_submission_id(submission_id: str) -> None:
    """Refuse an id that no page of ours made.

    Raises:
        Invalid: it is not 32 hexadecimal digits.

    """
    if not SUBMISSION_ID.fullmatch(submission_id):
        message = "This form is not complete. Go back one page and send it again."
        raise Invalid(message, {"submission_id": message})
