"""Walking through the form: from what a page posted to the page that comes next. Pure: everything typed travels in the form itself.

Nothing is kept between two pages, no cookie and no row, so a page that is sent again or opened by a machine changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.api.public.drafts import ABOUT, SETS, Draft
from stop_search.errors import Invalid
from stop_search.feedback.forms import Question
from stop_search.feedback.rules import checked_text

SET, CHECK, LANGUAGES = "set", "check", "languages"  # pages that are no question; ABOUT is one more
CHANGE = "change:"
STAY = "stay"  # the same page again: in another language, or as a browser brings it back


@dataclass(frozen=True)
class Walk:
    """Which pages stand around the questions. `sets`: to choose from, if there are two or more. `without`: questions that are left out."""

    sets: tuple[str, ...] = ()
    asks_about: bool = True
    without: tuple[str, ...] = ()

    def places(self, draft: Draft) -> tuple[str, ...]:
        """Return the pages in their order: which set, each question by its id, about the person, all answers once more."""
        about = (ABOUT,) if self.asks_about and draft.about_form else ()
        questions = (question.id for question in draft.form.questions if question.id not in self.without)
        return (*((SET,) if len(self.sets) > 1 else ()), *questions, *about, CHECK)


@dataclass(frozen=True)
class Step:
    """The page that comes next, with what is wrong, if anything is. `at`: the page to come back to from the languages."""

    draft: Draft
    place: str
    error: Invalid | None = None
    at: str = ""

    @property
    def question(self) -> Question | None:
        """The question that the page asks, if it asks one."""
        return self.draft.form.question(self.place)


def first_step(draft: Draft, walk: Walk) -> Step:
    """Return the first page of a new form."""
    return Step(draft, walk.places(draft)[0])


def next_step(draft: Draft, posted: Mapping[str, str], walk: Walk) -> Step:
    """Return the page that comes after the one that was posted: on, back, skip, a change from the check page, or the same again."""
    go, at, places = posted.get("go", "continue"), posted.get("at", ""), walk.places(draft)
    if go.startswith(CHANGE):
        wanted = go.removeprefix(CHANGE)
        return Step(replace(draft, changing=True), wanted if wanted in places else _first_question(draft))
    if at not in places or go in {SET, LANGUAGES, STAY}:
        return _aside(draft, go, at, places)
    if go == "back":
        return _back(draft, at, places)
    if go != "skip" and (error := _error(draft, at, posted)):
        return Step(draft, at, error)
    return _on(_skipped(draft, at) if go == "skip" else _in_chosen_set(draft, at, posted, walk), at, places)


def number_of(draft: Draft, place: str) -> int:
    """Return a question's number, from 1."""
    return [question.id for question in draft.form.questions].index(place) + 1


def _aside(draft: Draft, go: str, at: str, places: tuple[str, ...]) -> Step:
    """Return the choice of sets, the languages, or the same page again; the first page where nobody knows which one it was."""
    if go == SET and SET in places:
        return Step(draft, SET)
    if at not in places:
        return Step(draft, places[0])
    return Step(draft, LANGUAGES, at=at) if go == LANGUAGES else Step(draft, at)


def _on(draft: Draft, at: str, places: tuple[str, ...]) -> Step:
    if draft.changing or at == CHECK:
        return Step(replace(draft, changing=False), CHECK)
    if at == SET:
        return Step(draft, _first_question(draft))
    return Step(draft, places[places.index(at) + 1])


def _back(draft: Draft, at: str, places: tuple[str, ...]) -> Step:
    if draft.changing:
        return Step(replace(draft, changing=False), CHECK)
    return Step(draft, places[max(0, places.index(at) - 1)])


def _first_question(draft: Draft) -> str:
    """Return the first question without an answer, the first of all where each has one."""
    open_ones = (question.id for question in draft.form.questions if question.id not in draft.answers)
    return next(open_ones, draft.form.questions[0].id)


def _skipped(draft: Draft, at: str) -> Draft:
    return draft.without_about() if at == ABOUT else draft.without(at)


def _in_chosen_set(draft: Draft, at: str, posted: Mapping[str, str], walk: Walk) -> Draft:
    wanted = posted.get(SET, "")
    return draft.in_set(wanted) if at == SET and wanted in walk.sets and wanted in SETS else draft


def _error(draft: Draft, at: str, posted: Mapping[str, str]) -> Invalid | None:
    if at == ABOUT:
        return None if draft.agreed or not draft.about else Invalid(TICK).worded("equality.tick")
    question = draft.form.question(at)
    if (at == SET and SET not in posted) or (question and not question.is_text and at not in draft.answers):
        return Invalid(CHOOSE).worded("errors.choose")
    try:
        checked_text(draft.form, draft.text if question and question.is_text else "")
    except Invalid as wrong:
        return wrong
    return None


CHOOSE = "Choose an answer, or skip this question."
TICK = "Tick “I agree” if we may keep these answers. If not, skip this page."
