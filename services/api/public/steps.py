"""Walking through the form: from what a page posted to the page that comes next. Pure: everything typed travels in the form itself.

Nothing is kept between two pages, no cookie and no row, so a page that is sent again or opened by a machine changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from stop_search.errors import Invalid
from stop_search.feedback.forms import Form, Question
from stop_search.feedback.rules import TEXT, checked_text, cleaned_text

CHANGE = "change:"


@dataclass(frozen=True)
class Draft:
    """What was answered so far. `answers`: question id to answer key, as the form offers them. `changing`: came from the check page."""

    submission_id: str
    answers: dict[str, str]
    text: str = ""
    changing: bool = False

    def without(self, question: Question) -> "Draft":
        """Return the draft with this question skipped."""
        if question.is_text:
            return replace(self, text="")
        return replace(self, answers={key: value for key, value in self.answers.items() if key != question.id})

    def hidden(self, shown: Question | None) -> list[tuple[str, str]]:
        """Return the fields that carry everything but the question that is shown."""
        fields = [("submission_id", self.submission_id)]
        fields += [pair for pair in self.answers.items() if shown is None or pair[0] != shown.id]
        if self.text and (shown is None or not shown.is_text):
            fields.append((TEXT, self.text))
        if self.changing and shown is not None:
            fields.append(("changing", "yes"))
        return fields


@dataclass(frozen=True)
class Step:
    """The page that comes next: a question, or the check page (None), with what is wrong, if anything is."""

    draft: Draft
    question: Question | None
    error: str = ""


def first_step(form: Form, submission_id: str) -> Step:
    """Return the first page of a new form."""
    return Step(Draft(submission_id, {}), form.questions[0])


def next_step(form: Form, posted: Mapping[str, str]) -> Step:
    """Return the page that comes after the one that was posted: on, back, skip, or a change from the check page."""
    draft = read_draft(form, posted)
    go = posted.get("go", "continue")
    if go.startswith(CHANGE):
        return Step(replace(draft, changing=True), form.question(go.removeprefix(CHANGE)) or form.questions[0])
    question = form.question(posted.get("at", ""))
    if question is None:
        return Step(draft, form.questions[0])
    if go == "back":
        return _back(form, draft, question)
    if go == "skip":
        return _on(form, draft.without(question), question)
    if error := _error(form, draft, question):
        return Step(draft, question, error)
    return _on(form, draft, question)


def read_draft(form: Form, posted: Mapping[str, str]) -> Draft:
    """Return what a page posted, with only such answers as the form offers; the text is cleaned, and kept whole if it is too long."""
    answers = {q.id: posted[q.id] for q in form.questions if not q.is_text and q.id in posted and q.answer(posted[q.id])}
    return Draft(
        submission_id=posted.get("submission_id", ""),
        answers=answers,
        text=cleaned_text(posted.get(TEXT, "")),
        changing="changing" in posted,
    )


def number_of(form: Form, question: Question) -> int:
    """Return the question's number, from 1."""
    return form.questions.index(question) + 1


def _on(form: Form, draft: Draft, question: Question) -> Step:
    following = form.questions[number_of(form, question) :]
    if draft.changing or not following:
        return Step(replace(draft, changing=False), None)
    return Step(draft, following[0])


def _back(form: Form, draft: Draft, question: Question) -> Step:
    if draft.changing:
        return Step(replace(draft, changing=False), None)
    return Step(draft, form.questions[max(0, number_of(form, question) - 2)])


def _error(form: Form, draft: Draft, question: Question) -> str:
    if not question.is_text:
        return "" if question.id in draft.answers else "Choose an answer, or skip this question."
    try:
        checked_text(form, draft.text)
    except Invalid as wrong:
        return str(wrong)
    return ""
