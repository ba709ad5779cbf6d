"""What is counted, what is left out, and with which weights, on both databases."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from stop_search.codes.themes import themes
from stop_search.draws.rules import FrameOutcome, RiskClass
from stop_search.feedback.forms import newest_form
from stop_search.feedback.rules import Standing
from stop_search.learning.criteria import CriterionResult, criterion_results, grade_series
from stop_search.learning.estimates import Tally, share_met
from stop_search.learning.queries import (
    PublicAnswers,
    public_voice,
    review_progress,
    theme_counts,
    what_was_learned,
)
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import MarkKind, Reading, ReviewState
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.learned import some_answers, some_reviews

MET, BELOW = {"C1": 2}, {"C1": 1}


def test_nothing_drawn_gives_zeros_and_every_criterion_with_its_reason(session: Session) -> None:
    learned = what_was_learned(session, now=NOON)
    assert (learned.progress.draws, learned.progress.drawn, learned.progress.submitted) == (0, 0, 0)
    assert [result.id for result in learned.criteria] == [criterion.id for criterion in newest_rubric().criteria]
    assert {result.share.too_few for result in learned.criteria} == {"no review has scored it yet"}
    assert {theme.per_100 for theme in learned.themes} == {None}
    assert {question.answered for question in learned.public.questions} == {0}


def test_a_share_is_weighted_by_the_chance_of_being_drawn_and_the_size_of_the_class(session: Session) -> None:
    draw = a.a_draw(session)
    some_reviews(session, draw=draw, marks=[MET] * 24 + [BELOW] * 6, probability=(1, 10), not_drawn=270)
    some_reviews(session, draw=draw, marks=[MET] * 8 + [BELOW] * 12, risk_class=RiskClass.HIGH, probability=(1, 1))
    expected = share_met([Tally("base", 10, 24, 6), Tally("high", 1, 8, 12)], {"base": 300, "high": 20})
    assert _result(session, "C1").share == expected
    assert expected.interval
    assert expected.interval.share == pytest.approx((300 * 0.8 + 20 * 0.4) / 320)


def test_one_class_drawn_with_two_probabilities_keeps_each_weight(session: Session) -> None:
    for start, probability in ((2, (1, 2)), (9, (1, 8))):
        draw = a.a_draw(session, period_start=date(2026, 11, start), period_end=date(2026, 11, start + 6))
        some_reviews(session, draw=draw, marks=[MET] * 12 + [BELOW] * 8, probability=probability)
    expected = share_met([Tally("base", 2, 12, 8), Tally("base", 8, 12, 8)], {"base": 40})
    assert _result(session, "C1").share == expected


def test_not_applicable_and_not_observable_are_counted_apart(session: Session) -> None:
    marks = [MET, BELOW, {"C1": MarkKind.NOT_OBSERVABLE}, {"C1": MarkKind.NOT_OBSERVABLE}, {"C1": MarkKind.NOT_APPLICABLE}, {}]
    some_reviews(session, draw=a.a_draw(session), marks=marks)
    share = _result(session, "C1").share
    assert (share.n, share.met, share.not_observable, share.not_applicable) == (2, 1, 2, 1)
    assert share.not_observable_rate == pytest.approx(0.5)


@pytest.mark.parametrize(
    "aside",
    [
        {"reading": Reading.SECOND},
        {"state": ReviewState.STARTED},
        {"state": ReviewState.RECUSED},
        {"rubric_version": 0},
        {"rubric": "another"},
    ],
)
def test_only_submitted_first_readings_by_this_rubric_count(session: Session, aside: dict[str, Any]) -> None:
    draw = a.a_draw(session)
    some_reviews(session, draw=draw, marks=[MET, BELOW])
    some_reviews(session, draw=draw, marks=[BELOW] * 5, **aside)
    assert _result(session, "C1").share.n == 2


def test_reviews_by_a_version_that_is_not_here_are_told_of(session: Session) -> None:
    some_reviews(session, draw=a.a_draw(session), marks=[MET] * 3, rubric_version=0)
    progress = review_progress(session)
    assert (progress.submitted, progress.unknown_rubric) == (3, 3)


def test_a_review_of_what_was_not_drawn_for_the_force_never_enters(session: Session) -> None:
    """Picked for a cause (not drawn), or drawn for a theme: in no share, count or frame."""
    some_reviews(session, draw=a.a_draw(session, scope="a theme"), marks=[BELOW] * 4, themes=[("early_handcuffs",)] * 4)
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=a.an_encounter(session), drawn=False)
    rubric = newest_rubric()
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks=BELOW, rubric=rubric.name, rubric_version=rubric.version)
    assert _result(session, "C1").share.n == 0
    assert sum(theme.count for theme in theme_counts(session)) == 0
    assert sum(grade.count for grade in grade_series(session)[-1].grades) == 0
    assert review_progress(session).framed == 1


def test_what_became_of_the_drawn_is_counted(session: Session) -> None:
    draw = a.a_draw(session)
    some_reviews(session, draw=draw, marks=[MET] * 3, not_drawn=9)
    for outcome in (FrameOutcome.DRAWN, FrameOutcome.DRAWN, FrameOutcome.NO_FOOTAGE, FrameOutcome.REFUSED):
        a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session), outcome=outcome)
    progress = review_progress(session)
    assert (progress.draws, progress.framed, progress.drawn) == (1, 16, 7)
    assert (progress.reviewed, progress.waiting, progress.no_footage, progress.refused) == (3, 2, 1, 1)


def test_themes_are_counted_per_100_reviews_the_most_frequent_first(session: Session) -> None:
    first, second = themes()[0].key, themes()[1].key
    some_reviews(session, draw=a.a_draw(session), marks=[MET] * 8, themes=[(second,), (second, first), (second,)])
    counted = theme_counts(session)
    assert [(theme.key, theme.count, theme.per_100) for theme in counted[:3]] == [
        (second, 3, 37.5),
        (first, 1, 12.5),
        (themes()[2].key, 0, 0.0),
    ]
    assert len(counted) == len(themes())


def test_grades_are_counted_in_the_rubrics_order(session: Session) -> None:
    grades = [grade.id for grade in newest_rubric().grades]
    some_reviews(session, draw=a.a_draw(session), marks=[MET] * 2, grade=grades[0])
    (counted,) = grade_series(session)
    assert [grade.id for grade in counted.grades] == grades
    assert [grade.count for grade in counted.grades] == [2] + [0] * (len(grades) - 1)


def test_the_publics_answers_stand_under_the_criterion_that_they_are_about(session: Session) -> None:
    some_answers(session, question="listened", criterion="C5", answers={"fully": 9, "a_little": 6, "not_sure": 5})
    (answers,) = public_voice(session, minimum=5, now=NOON).about("C5")
    assert answers.answered == 20
    assert {level: count for level, (_, count) in answers.levels.items()} == {3: 9, 2: 0, 1: 6, 0: 0}
    assert answers.levels[3][0] == "Yes, fully"
    assert (answers.unsure, answers.apart) == (5, 0)


def test_answers_on_every_version_of_the_form_are_counted_together_under_the_newest_words(session: Session) -> None:
    newest = newest_form().version
    assert newest > 1
    some_answers(session, question="respect", criterion="C6", answers={"fully": 6}, form_version=1)
    some_answers(session, question="respect", criterion="C6", answers={"fully": 5, "not_sure": 5}, form_version=newest)
    answers = _answers(session, "C6", minimum=5)
    assert (answers.answered, answers.levels[3], answers.unsure) == (16, ("Yes, always", 11), 5)


def test_two_questions_about_one_criterion_stay_two(session: Session) -> None:
    some_answers(session, question="looking_for", criterion="C3", answers={"not_told": 6})
    some_answers(session, question="officer_id", criterion="C3", answers={"not_told": 7})
    assert [question.answered for question in public_voice(session, minimum=5, now=NOON).about("C3")] == [6, 7]


def test_an_answer_without_a_level_is_not_the_same_as_not_sure(session: Session) -> None:
    some_answers(session, question="force", criterion="C9", answers={"not_used": 12, "not_sure": 6, "explained": 5})
    answers = _answers(session, "C9", minimum=5)
    assert (answers.apart, answers.unsure, answers.levels[2][1]) == (12, 6, 5)


@pytest.mark.parametrize(("minimum", "told"), [(5, (9, 6, 5)), (6, (9, None, None)), (10, (None, None, None))])
def test_small_counts_are_hidden_by_the_minimum_that_is_asked_for(session: Session, minimum: int, told: tuple[int | None, ...]) -> None:
    some_answers(session, question="listened", criterion="C5", answers={"fully": 9, "a_little": 6, "not_sure": 5})
    answers = _answers(session, "C5", minimum=minimum)
    assert (answers.levels[3][1], answers.levels[1][1], answers.unsure) == told
    assert answers.can_be_told == any(told)


def test_only_the_one_answer_of_the_person_who_was_stopped_counts_and_the_others_are_told_of(session: Session) -> None:
    some_answers(session, question="listened", criterion="C5", answers={"fully": 6})
    some_answers(session, question="listened", criterion="C5", answers={"not_at_all": 8}, standing=Standing.SECONDARY)
    a.a_receipt(session, person=a.a_person(session, encounter=a.an_encounter(session, people=0)))
    public = public_voice(session, minimum=5, now=NOON)
    assert (public.receipts, public.answered, public.further) == (15, 6, 8)
    assert _answers(session, "C5", minimum=5).answered == 6


def _result(session: Session, criterion: str) -> CriterionResult:
    return next(result for result in criterion_results(session) if result.id == criterion)


def _answers(session: Session, criterion: str, *, minimum: int) -> PublicAnswers:
    return public_voice(session, minimum=minimum, now=NOON).about(criterion)[0]
