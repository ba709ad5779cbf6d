"""Showing one page of a form: the sets of questions, a question, the page about the person, all answers once more."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import Response

from services.api.pages import page
from services.api.public.drafts import ABOUT, Draft
from services.api.public.steps import CHECK, LANGUAGES, SET, Step, Walk, number_of
from stop_search.errors import Invalid
from stop_search.feedback.forms import Question
from stop_search.feedback.queries import answers_in_words
from stop_search.feedback.rules import TEXT

TEMPLATES = {
    SET: "public/question_sets.html",
    ABOUT: "public/about_you.html",
    CHECK: "public/check_answers.html",
    LANGUAGES: "public/languages.html",
}


@dataclass(frozen=True)
class Journey:
    """One form's addresses. `carried`: fields that go along on every page. `back`: where the first page leads back to."""

    walk: Walk
    steps: str
    sending: str
    back: str
    carried: tuple[tuple[str, str], ...] = ()
    is_correction: bool = False


def shown(request: Request, step: Step, journey: Journey, *, says_line: bool = False) -> Response:
    """Return the page of a step. `says_line`: with the words for a lost line, which the script keeps from page to page."""
    draft, question = step.draft, step.question
    return page(
        request,
        TEMPLATES.get(step.place, "public/question.html"),
        status=422 if step.error else 200,
        journey=journey,
        draft=draft,
        place=step.at or step.place,
        says_line=says_line,
        hidden=[*draft.hidden(step.place), *journey.carried],
        is_first=step.place == journey.walk.places(draft)[0] and not draft.changing,
        error=step.error,
        **(_of_question(draft, question) if question else {"lines": _lines(draft, journey)}),
    )


def refused(request: Request, draft: Draft, journey: Journey, wrong: Invalid) -> Response:
    """Return the check page with what is wrong, beside the question that it is about if it is about one."""
    about = next((name for name in wrong.fields if draft.form.question(name)), "")
    return page(
        request,
        TEMPLATES[CHECK],
        status=422,
        journey=journey,
        draft=draft,
        place=CHECK,
        hidden=[*draft.hidden(CHECK), *journey.carried],
        error=wrong,
        error_at=about,
        lines=_lines(draft, journey),
    )


def _of_question(draft: Draft, question: Question) -> dict[str, Any]:
    return {
        "question": question,
        "number": number_of(draft, question.id),
        "total": len(draft.form.questions),
        "chosen": draft.answers.get(question.id, ""),
        "text": draft.text,
    }


def _lines(draft: Draft, journey: Journey) -> list[tuple[str, str, str]]:
    """Return (question id, question, answer) for the check page."""
    in_words = dict(answers_in_words(draft.form, dict(draft.answers)))
    questions = [question for question in draft.form.questions if question.id not in journey.walk.without]
    return [(each.id, each.words, draft.text if each.id == TEXT else in_words.get(each.words, "")) for each in questions]
