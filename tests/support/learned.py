"""A small force that has learned something: draws, reviews and answers, all of known counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from stop_search.draws.records import Draw
from stop_search.draws.rules import FrameOutcome, RiskClass
from stop_search.feedback.rules import Standing
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import MarkKind, Reading, ReviewState
from tests.support import builders as a


def some_reviews(
    session: Session,
    *,
    draw: Draw,
    marks: Sequence[Mapping[str, int | MarkKind]],
    risk_class: RiskClass = RiskClass.BASE,
    probability: tuple[int, int] = (1, 4),
    not_drawn: int = 0,
    themes: Sequence[tuple[str, ...]] = (),
    state: ReviewState = ReviewState.SUBMITTED,
    reading: Reading = Reading.FIRST,
    **columns: Any,
) -> None:
    """Add one drawn and reviewed encounter for each entry of `marks`, and `not_drawn` more in the frame."""
    rubric, reviewer = newest_rubric(), a.an_account(session)
    outcome = FrameOutcome.REVIEWED if state == ReviewState.SUBMITTED else FrameOutcome.DRAWN
    for n, given in enumerate(marks):
        entry = a.a_frame_entry(
            session, draw=draw, encounter=a.an_encounter(session, people=0), risk_class=risk_class, probability=probability, outcome=outcome
        )
        values = {"rubric": rubric.name, "rubric_version": rubric.version, "rubric_digest": rubric.digest} | columns
        a.a_review(
            session,
            frame_entry=entry,
            reviewer=reviewer,
            marks=given,
            themes=themes[n] if n < len(themes) else (),
            state=state,
            reading=reading,
            **values,
        )
    for _ in range(not_drawn):
        a.a_frame_entry(
            session, draw=draw, encounter=a.an_encounter(session, people=0), risk_class=risk_class, probability=probability, drawn=False
        )


def some_answers(
    session: Session,
    *,
    question: str,
    criterion: str,
    answers: Mapping[str, int],
    standing: Standing = Standing.PRIMARY,
    issued_at: datetime = a.NOON,
    **columns: Any,
) -> None:
    """Add receipts with answers to one question: `answers` maps an answer to how many gave it. A page looks at the clock: give it now."""
    for answer, number in answers.items():
        for _ in range(number):
            encounter = a.an_encounter(session, people=0)
            receipt = a.a_receipt(session, person=a.a_person(session, encounter=encounter), issued_at=issued_at)
            about = {question: criterion}
            a.some_feedback(session, receipt=receipt, answers={question: answer}, criteria=about, standing=standing, **columns)
