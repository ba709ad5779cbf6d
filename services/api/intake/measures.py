"""What was learned, as JSON, for the learning team's own program. Counts go by the force's minimum for what is published."""

from datetime import date

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, opens_to
from stop_search.accounts.rules import Role
from stop_search.learning.actions import note_consultation
from stop_search.learning.criteria import CriterionResult
from stop_search.learning.disclosure import told_count
from stop_search.learning.findings import ABOUT_ANSWERS, ABOUT_REVIEWS
from stop_search.learning.queries import Learned, PublicAnswers, what_was_learned
from stop_search.learning.told_criteria import told_criterion


def note_look(request: Request, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> None:
    """Write into the audit log who asks for what, once per request, before anything is told."""
    with installation.writing() as session:
        note_consultation(session, of=request.url.path, actor=viewer.acting_as(Role.LEARNING_TEAM), now=now)


router = APIRouter(prefix="/measures", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)])


class SampleMeasure(BaseModel):
    """The random sample: encounters in the frames, drawn, and what became of those."""

    frame: int
    drawn: int
    reviewed: int
    no_footage: int
    refused: int
    waiting: int


class AnswersMeasure(BaseModel):
    """What people answered to one question. A count is null where it is above 0 and too small to tell."""

    question: str
    words: str
    answered: int
    levels: dict[int, int | None]
    not_sure: int | None
    does_not_apply: int | None


class CriterionMeasure(BaseModel):
    """How often a criterion was met, as shares of 1. `share`, `low` and `high` (95 %) are null where `too_few` says why.

    `n`, `not_applicable` and `not_observable` add up to all reviews; null is too small to tell, or would give such a count away.
    Where `n` is null, shares are told in whole hundredths.

    `agreement`: how well two readers of one stop agree: "fine", "tentative", "withheld" (then no share is told) or "not_known".

    A criterion whose words changed stands here once for each wording, the earlier first: never add these up. `since` and `before` are
    the days of the change, `changed` says what it was; the public's answers stand with the wording in force.
    """

    criterion: str
    name: str
    rubric_versions: list[int]
    since: date | None
    before: date | None
    changed: str
    n: int | None
    not_applicable: int | None
    not_observable: int | None
    not_observable_rate: float | None
    share: float | None
    low: float | None
    high: float | None
    too_few: str | None
    agreement: str
    public: list[AnswersMeasure]


class CriteriaMeasures(BaseModel):
    """All criteria, with the public's answers on the same things and what must be kept in mind. `rubric_version`: the newest in use.

    `receipts`: given out from `receipts_since` to `receipts_until`, both included, and not withdrawn; the answers are those to these.
    `response_rate`: answered of receipts, a share of 1; half of those who answered are, among everybody, between `half_at_least` and
    `half_at_most`, for of who did not answer nothing is known.
    """

    rubric: str
    rubric_version: int
    sample: SampleMeasure
    criteria: list[CriterionMeasure]
    receipts: int
    receipts_since: date
    receipts_until: date
    answered: int
    response_rate: float
    half_at_least: float
    half_at_most: float
    caveats: list[str]


class ThemeMeasure(BaseModel):
    """In how many reviews a theme was picked; null where that is above 0 and too small to tell."""

    theme: str
    label: str
    reviews: int | None
    per_100_reviews: float | None


class ThemeMeasures(BaseModel):
    """All themes, the most frequent first."""

    reviews: int
    themes: list[ThemeMeasure]


@router.get("/criteria")
def criteria(request: Request, session: ReadSession, now: Now) -> CriteriaMeasures:
    """Tell how often each criterion was met, and what the public answered about the same."""
    learned = what_was_learned(session, minimum=request.app.state.force.publication_minimum, now=now)
    progress, response = learned.progress, learned.public.response
    half_at_least, half_at_most = response.bounds(0.5)
    return CriteriaMeasures(
        rubric=learned.rubric.name,
        rubric_version=learned.rubric.version,
        sample=SampleMeasure(
            frame=progress.framed,
            drawn=progress.drawn,
            reviewed=progress.reviewed,
            no_footage=progress.no_footage,
            refused=progress.refused,
            waiting=progress.waiting,
        ),
        criteria=[_criterion(result, learned) for result in learned.criteria],
        receipts=response.receipts,
        receipts_since=response.since,
        receipts_until=response.until,
        answered=response.answered,
        response_rate=response.rate,
        half_at_least=half_at_least,
        half_at_most=half_at_most,
        caveats=[*ABOUT_REVIEWS, *ABOUT_ANSWERS],
    )


@router.get("/themes")
def themes(request: Request, session: ReadSession, now: Now) -> ThemeMeasures:
    """Tell how often each theme was picked in the random sample's reviews."""
    learned = what_was_learned(session, minimum=request.app.state.force.publication_minimum, now=now)
    told = [(theme, told_count(theme.count, minimum=learned.minimum)) for theme in learned.themes]
    return ThemeMeasures(
        reviews=learned.progress.submitted,
        themes=[
            ThemeMeasure(theme=t.key, label=t.label, reviews=count, per_100_reviews=None if count is None else t.per_100)
            for t, count in told
        ],
    )


def _criterion(result: CriterionResult, learned: Learned) -> CriterionMeasure:
    told = told_criterion(result.share, result.bounds, minimum=learned.minimum)
    share, low, high = told.share
    return CriterionMeasure(
        criterion=result.id,
        name=result.name,
        rubric_versions=list(result.series.versions),
        since=result.series.since,
        before=result.series.until,
        changed=result.series.why,
        n=told.scored,
        not_applicable=told.not_applicable,
        not_observable=told.not_observable,
        not_observable_rate=told.not_observable_rate,
        share=share,
        low=low,
        high=high,
        too_few=told.too_few,
        agreement=result.band,
        public=[_answers(question) for question in learned.public.about(result.id) if result.series.is_current],
    )


def _answers(question: PublicAnswers) -> AnswersMeasure:
    return AnswersMeasure(
        question=question.question,
        words=question.words,
        answered=question.answered,
        levels={level: count for level, (_, count) in question.levels.items()},
        not_sure=question.unsure,
        does_not_apply=question.apart,
    )
