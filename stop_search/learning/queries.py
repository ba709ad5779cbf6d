"""What was learned: criteria, themes and grades from the random sample's reviews, and the public's answers beside them.

What counts of a review is the first reading's that was submitted, and in its place what a third reader or a re-read decided; only of
encounters that the draw chose: what was picked for a cause never enters. Nothing here tells of one officer, one team or one encounter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from stop_search.codes.themes import themes
from stop_search.draws.rules import FrameOutcome
from stop_search.feedback.forms import Form, newest_form
from stop_search.feedback.queries import AnswerCount, answer_counts
from stop_search.feedback.rules import APART, NOT_SURE, UNSURE, Standing
from stop_search.learning.asked import counted_versions
from stop_search.learning.criteria import CriterionResult, GradeSeries, criterion_results, grade_series
from stop_search.learning.disclosure import WITHIN_THE_HOUSE, told_counts
from stop_search.learning.draw_sums import FIRST, FRAME, GONE, OUTCOMES, THEME, DrawSums, added_up, of_quarter, sums_by_draw
from stop_search.learning.quarters import Quarter
from stop_search.learning.response import Response
from stop_search.learning.year_of_receipts import year_of_receipts
from stop_search.reviews.agreement import Band
from stop_search.reviews.rubric import STOP_SEARCH
from stop_search.reviews.rules import Rubric

LEVELS = (3, 2, 1, 0)
Bin = int | Literal["unsure", "apart"]


@dataclass(frozen=True)
class Progress:
    """How far the reviewing is, of all drawn encounters.

    `submitted`: first readings; themes and grades are counted among these. `unknown_rubric`: those of them by a version that is not
    here any more, which shares and grades leave out. `gone`: of all drawn, whose footage was erased before the first reading was handed in.
    """

    draws: int
    framed: int
    drawn: int
    reviewed: int
    no_footage: int
    refused: int
    waiting: int
    submitted: int
    unknown_rubric: int
    gone: int


@dataclass(frozen=True)
class ThemeCount:
    """In how many reviews a theme was picked; `per_100` is per 100 submitted reviews, None where there are none."""

    key: str
    label: str
    meaning: str
    count: int
    per_100: float | None


@dataclass(frozen=True)
class PublicAnswers:
    """What people answered to one question. A count is None where it is too small to tell; `answered` is their sum.

    `levels` maps 3, 2, 1, 0 to (words, count). `unsure` said "Not sure"; `apart` gave an answer that has no level ("No force was used").
    """

    question: str
    words: str
    criterion: str
    answered: int
    levels: dict[int, tuple[str, int | None]]
    unsure: int | None
    apart: int | None

    @property
    def can_be_told(self) -> bool:
        """True if at least one count above 0 may be shown."""
        return any([*(count for _, count in self.levels.values()), self.unsure, self.apart])


@dataclass(frozen=True)
class PublicVoice:
    """The public's answers to the receipts of a year: how many were given out, how many are answered, and what, by question.

    `further`: of other people than the one who was stopped; `contested`: where two say for one receipt that they were that person.
    `counted_at`: when the oldest of it was counted, None where all was just now.
    """

    response: Response
    further: int
    contested: int
    questions: tuple[PublicAnswers, ...]
    counted_at: datetime | None = None

    @property
    def receipts(self) -> int:
        """How many receipts of the year count."""
        return self.response.receipts

    @property
    def answered(self) -> int:
        """How many of them the person who was stopped answered."""
        return self.response.answered

    def about(self, criterion: str) -> tuple[PublicAnswers, ...]:
        """Return the answers to the questions about one criterion."""
        return tuple(question for question in self.questions if question.criterion == criterion)


@dataclass(frozen=True)
class Learned:
    """Everything that the learning page shows. `minimum`: counts of the public's answers below it are hidden.

    `counted_at`: when the oldest of the sums of draws that ended long ago was counted, None where all were counted as they were asked for;
    `newer_counted_at`: the same of newer draws.
    `rubric`: the newest version by which figures are told; `grades`: a series for each meaning of the grades, the newest last.
    """

    progress: Progress
    rubric: Rubric
    criteria: tuple[CriterionResult, ...]
    themes: tuple[ThemeCount, ...]
    grades: tuple[GradeSeries, ...]
    public: PublicVoice
    minimum: int
    counted_at: datetime | None = None
    newer_counted_at: datetime | None = None

    @property
    def current(self) -> tuple[CriterionResult, ...]:
        """What is told of each criterion as it is asked now, without the series that a change has ended."""
        return tuple(result for result in self.criteria if result.series.is_current)

    @property
    def withheld(self) -> tuple[str, ...]:
        """The names of the criteria of which no estimate is told because readers differ too much."""
        return tuple(result.name for result in self.criteria if result.is_withheld)

    @property
    def not_known(self) -> int:
        """Of how many criteria it is not known yet whether readers agree."""
        return sum(result.band is Band.NOT_KNOWN for result in self.criteria)


def what_was_learned(session: Session, *, now: datetime, minimum: int = WITHIN_THE_HOUSE) -> Learned:
    """Return all of it; what leaves the house gives the force's own `minimum`."""
    draws = sums_by_draw(session, now=now)
    return Learned(
        progress=review_progress(session, draws),
        rubric=counted_versions(session, draws)[-1].rubric,
        criteria=criterion_results(session, draws),
        themes=theme_counts(session, draws),
        grades=grade_series(session, draws),
        public=public_voice(session, minimum=minimum, now=now),
        minimum=minimum,
        counted_at=min((draw.counted_at for draw in draws if draw.counted_at and draw.is_settled), default=None),
        newer_counted_at=min((draw.counted_at for draw in draws if draw.counted_at and not draw.is_settled), default=None),
    )


def review_progress(session: Session, draws: Sequence[DrawSums] | None = None, *, quarter: Quarter | None = None) -> Progress:
    """Return how many were drawn and what became of them: by all draws, or by those whose period ended in a quarter."""
    whole = sums_by_draw(session) if draws is None else draws
    known = {version.rubric.version for version in counted_versions(session, whole)}
    draws = of_quarter(whole, quarter)
    frames = added_up(draws, FRAME).values()
    framed, drawn, *outcomes = (sum(counts) for counts in zip(*frames, strict=True)) if frames else [0] * (2 + len(OUTCOMES))
    became = dict(zip(OUTCOMES, outcomes, strict=True))
    firsts = added_up(draws, FIRST).items()
    return Progress(
        draws=len(draws),
        framed=framed,
        drawn=drawn,
        reviewed=became[FrameOutcome.REVIEWED],
        no_footage=became[FrameOutcome.NO_FOOTAGE],
        refused=became[FrameOutcome.REFUSED],
        waiting=became[FrameOutcome.DRAWN],
        submitted=sum(count for _, (count,) in firsts),
        unknown_rubric=sum(count for (rubric, version), (count,) in firsts if rubric != STOP_SEARCH or int(version) not in known),
        gone=sum(number for (number,) in added_up(draws, GONE).values()),
    )


def theme_counts(session: Session, draws: Sequence[DrawSums] | None = None) -> tuple[ThemeCount, ...]:
    """Return how often each theme was picked in submitted reviews: the most frequent first, then in the codebook's order."""
    draws = sums_by_draw(session) if draws is None else draws
    reviews = sum(count for (count,) in added_up(draws, FIRST).values())
    picked = {theme: count for (theme,), (count,) in added_up(draws, THEME).items()}
    counted = [
        ThemeCount(theme.key, theme.label, theme.meaning, count, count / reviews * 100 if reviews else None)
        for theme in themes()
        for count in [picked.get(theme.key, 0)]
    ]
    return tuple(sorted(counted, key=lambda theme: -theme.count))


def public_answers(session: Session, *, weeks: tuple[str, str], minimum: int) -> tuple[PublicAnswers, ...]:
    """Return what people answered in these weeks (both included), to receipts of any time, as in `public_voice`."""
    first, last = weeks
    return tuple(_answers_about(newest_form(), answer_counts(session, first_week=first, last_week=last), minimum))


def response_of(session: Session, *, now: datetime) -> Response:
    """Return how many receipts of the newest year count, and how many of them the person who was stopped answered."""
    return year_of_receipts(session, now=now).response


def public_voice(session: Session, *, minimum: int, now: datetime) -> PublicVoice:
    """Return the primary answers to the year's receipts by question about a criterion; counts below `minimum` are hidden.

    Answers to other versions of a question with the same id are counted with it: an answer's level says what it stands for.
    """
    year = year_of_receipts(session, now=now)
    answers = tuple(year.receipts.answers(with_doubtful=True))
    return PublicVoice(
        response=year.response,
        further=year.receipts.beside(Standing.SECONDARY),
        contested=year.receipts.beside(Standing.CONTESTED),
        questions=tuple(_answers_about(newest_form(), answers, minimum)),
        counted_at=year.counted_at,
    )


def _answers_about(form: Form, counts: Iterable[AnswerCount], minimum: int) -> Iterable[PublicAnswers]:
    for question in form.questions:
        if question.criterion is None:
            continue
        counted: dict[Bin, int] = dict.fromkeys((*LEVELS, UNSURE, APART), 0)
        for found in counts:
            if found.question == question.id:
                counted[_bin_of(found)] += found.count
        told = told_counts(counted, minimum=minimum)
        words = {answer.level: answer.words for answer in question.answers if answer.level is not None}
        yield PublicAnswers(
            question=question.id,
            words=question.words,
            criterion=question.criterion,
            answered=sum(counted.values()),
            levels={level: (words.get(level, ""), told[level]) for level in LEVELS},
            unsure=told[UNSURE],
            apart=told[APART],
        )


def _bin_of(found: AnswerCount) -> Bin:
    if found.level is not None:
        return found.level
    return UNSURE if found.answer == NOT_SURE else APART
