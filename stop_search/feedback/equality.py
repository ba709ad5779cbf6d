"""What people say of themselves: what may be asked and under which consent text, and sums of the whole force. Nothing else reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.errors import Invalid
from stop_search.feedback.forms import forms
from stop_search.feedback.records import EqualityAnswer


@dataclass(frozen=True)
class EqualityPage:
    """One version of the page: its consent text, and for each question the keys of its answers, in order."""

    version: int
    consent: str
    questions: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class EqualityGiven:
    """What a person gave. `consented`: they agreed to the consent text of this version; without it nothing is kept."""

    consent_version: int
    consented: bool
    answers: Mapping[str, str]


@dataclass(frozen=True)
class EqualityCount:
    """How many people of the whole force's feedback gave one answer."""

    question: str
    answer: str
    count: int


@cache
def equality_pages() -> tuple[EqualityPage, ...]:
    """Return every version of the page, the newest first."""
    asked = (form for form in forms() if form.consent)
    return tuple(
        EqualityPage(form.version, form.consent, {each.id: tuple(answer.key for answer in each.answers) for each in form.questions})
        for form in asked
    )


def kept_equality(given: EqualityGiven | None) -> dict[str, str]:
    """Return the answers that are kept: none without consent.

    Raises:
        Invalid: there is no such version of the consent text, or an answer that its page does not offer.

    """
    if given is None or not given.consented:
        return {}
    page = next((page for page in equality_pages() if page.version == given.consent_version), None)
    if page is None:
        message = "The page about you has changed. Read it again, and choose again if you agree."
        raise Invalid(message, {"equality": message}).worded("errors.equality_changed")
    if wrong := {name for name, answer in given.answers.items() if answer not in page.questions.get(name, ())}:
        message = "Some answers about you are not ones that the page offers."
        raise Invalid(message, dict.fromkeys(sorted(wrong), "Choose one of the answers that are offered, or skip the question.")).worded(
            "errors.equality_not_offered"
        )
    return {name: given.answers[name] for name in page.questions if name in given.answers}


def equality_counts(session: Session) -> tuple[EqualityCount, ...]:
    """Return how often each answer was given in the whole force, by question and answer. Small counts are for the caller to hide."""
    counted = (
        select(EqualityAnswer.question, EqualityAnswer.answer, func.count())
        .group_by(EqualityAnswer.question, EqualityAnswer.answer)
        .order_by(EqualityAnswer.question, EqualityAnswer.answer)
    )
    return tuple(EqualityCount(*row) for row in session.execute(counted))
