"""What an officer may know of the answers about their own stops: what was released to them once a month, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.feedback.forms import Form, Question, newest_form
from stop_search.feedback.release_rules import ENOUGH, FEWEST
from stop_search.feedback.released import ToldMonth, told_to_officer
from stop_search.feedback.rules import APART, UNSURE
from stop_search.learning.queries import response_of

LEVELS = ("3", "2", "1", "0")
ASIDE = {UNSURE: "Not sure", APART: "Does not apply"}

router = APIRouter(prefix="/officer/feedback", dependencies=[opens_to(Role.OFFICER)], include_in_schema=False)


@dataclass(frozen=True)
class Bar:
    """How many people gave one answer; `of_100`: as a share of the release's answers."""

    words: str
    count: int
    of_100: float


@dataclass(frozen=True)
class QuestionTold:
    """One question and the answers that may be told; others were given by too few, or by nobody."""

    words: str
    bars: tuple[Bar, ...]


@router.get("")
def feedback_page(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show the releases, the newest first, or say why there is none yet."""
    form = newest_form()
    told = [(release, told_questions(release, form)) for release in reversed(told_to_officer(session, officer_id=viewer.id))]
    response = response_of(session, now=now)
    return page(request, "officers/feedback.html", viewer=viewer, told=told, enough=ENOUGH, fewest=FEWEST, response=response)


def told_questions(release: ToldMonth, form: Form) -> tuple[QuestionTold, ...]:
    """Return what a release tells, in the form's order and words: for each question, its answers from best to worst."""
    return tuple(
        QuestionTold(question.words, _bars(question, release.bins[question.id], release.answers))
        for question in form.questions
        if release.bins.get(question.id)
    )


def _bars(question: Question, bins: Mapping[str, int], answers: int) -> tuple[Bar, ...]:
    words = {str(answer.level): answer.words for answer in question.answers if answer.level is not None} | ASIDE
    return tuple(Bar(words.get(name, name), bins[name], 100 * bins[name] / answers) for name in (*LEVELS, *ASIDE) if name in bins)
