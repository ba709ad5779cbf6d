"""What was answered so far, and how it travels from page to page: one short field of the form, beside the text. Pure.

    adult.1.c.0123456789abcdef0123456789abcdef.02--1.1.y.3-0

The set of questions and its version; "c" while an answer is changed from the check page; the id of the form; one symbol for each question,
the place of the chosen answer; then version, consent and answers of the page about the person. A published version is never edited, so
the places stay true. Whatever is not as it should be is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stop_search.errors import NotFound
from stop_search.feedback.forms import Form, newest_form, published_form
from stop_search.feedback.rules import TEXT, cleaned_text

FIELD = "draft"
SETS = ("adult", "young", "easy_read")  # as they are offered; a set that is not there is not offered
ABOUT_FORM = "equality"
ABOUT = "about"  # before each question's name on the page about the person: "about-age"
AGREE = "agree"
PLACES = "0123456789abcdefghijklmnopqrstuvwxyz"
NONE, CHANGING, AGREED, REFUSED = "-", "c", "y", "n"
PARTS = 8


@dataclass(frozen=True)
class Draft:
    """One form on its way. `answers`, `about`: question id to answer key. `changing`: an answer is changed from the check page."""

    submission_id: str
    form: Form
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    text: str = ""
    changing: bool = False
    about_form: Form | None = None
    about: Mapping[str, str] = field(default_factory=dict[str, str])
    agreed: bool = False
    language: str = "en"

    def without(self, question_id: str) -> "Draft":
        """Return the draft with this question skipped."""
        return replace(self, answers=_but(self.answers, question_id), text="" if question_id == TEXT else self.text)

    def without_about(self) -> "Draft":
        """Return the draft with nothing about the person."""
        return replace(self, about={}, agreed=False)

    def in_set(self, name: str) -> "Draft":
        """Return the draft in the newest version of another set; what both offer is kept."""
        form = newest_form(name, self.language)
        return replace(self, form=form, answers=_offered(form, self.answers))

    def hidden(self, shown: str) -> list[tuple[str, str]]:
        """Return the fields that carry everything but what the page `shown` asks for itself."""
        answers = _but(self.answers, shown)
        parts = [self.form.name, str(self.form.version), CHANGING * self.changing, self.submission_id, _packed(self.form, answers)]
        if self.about_form and shown != ABOUT and (self.about or self.agreed):
            parts += [str(self.about_form.version), AGREED if self.agreed else REFUSED, _packed(self.about_form, self.about)]
        fields = [(FIELD, ".".join(parts))]
        return [*fields, (TEXT, self.text)] if self.text and shown != TEXT else fields


def sets_offered() -> tuple[str, ...]:
    """Return the sets of questions that there are."""
    return tuple(name for name in SETS if _found(name, None, "en"))


def new_draft(submission_id: str, language: str) -> Draft:
    """Return a draft with nothing in it, in the usual questions."""
    return Draft(submission_id, newest_form(language=language), about_form=_found(ABOUT_FORM, None, language), language=language)


def read_draft(posted: Mapping[str, str], language: str) -> Draft:
    """Return what a page posted, with only such answers as the form offers; the text is cleaned, and kept whole if it is too long."""
    parts = posted.get(FIELD, "").split(".")
    name, version, changing, submission_id, answers, about_version, agreed, about = (parts + [""] * PARTS)[:PARTS]
    form = (_found(name, version, language) if name in SETS else None) or newest_form(language=language)
    about_form = _found(ABOUT_FORM, about_version, language) or _found(ABOUT_FORM, None, language)
    typed = {name.removeprefix(f"{ABOUT}-"): answer for name, answer in posted.items() if name.startswith(f"{ABOUT}-")}
    return Draft(
        submission_id=posted.get("submission_id", submission_id),
        form=form,
        answers=_offered(form, _unpacked(form, answers) | dict(posted)),
        text=cleaned_text(posted.get(TEXT, "")),
        changing=changing == CHANGING,
        about_form=about_form,
        about=_offered(about_form, _unpacked(about_form, about) | typed) if about_form else {},
        agreed=agreed == AGREED or AGREE in posted,
        language=language,
    )


def _found(name: str, version: str | None, language: str) -> Form | None:
    """Return the newest version, or the one that is named, or None."""
    try:
        if version is None:
            return newest_form(name, language)
        return published_form(name, int(version), language) if version.isdecimal() and len(version) < len(PLACES) else None
    except NotFound:
        return None


def _packed(form: Form, answers: Mapping[str, str]) -> str:
    keys = [[answer.key for answer in question.answers] for question in form.questions]
    chosen = [answers.get(question.id) for question in form.questions]
    return "".join(PLACES[there.index(key)] if key in there else NONE for key, there in zip(chosen, keys, strict=True)).rstrip(NONE)


def _unpacked(form: Form, symbols: str) -> dict[str, str]:
    pairs = ((question, PLACES.find(symbol)) for question, symbol in zip(form.questions, symbols, strict=False))
    return {question.id: question.answers[place].key for question, place in pairs if 0 <= place < len(question.answers)}


def _offered(form: Form, answers: Mapping[str, str]) -> dict[str, str]:
    choices = (question for question in form.questions if not question.is_text and question.id in answers)
    return {question.id: answers[question.id] for question in choices if question.answer(answers[question.id])}


def _but(answers: Mapping[str, str], question_id: str) -> dict[str, str]:
    return {name: answer for name, answer in answers.items() if name != question_id}
