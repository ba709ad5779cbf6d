"""Reading the join: answers of the people who were stopped, beside the marks that count for the same encounter, by criterion."""

import uuid
from collections.abc import Collection
from datetime import date
from fractions import Fraction

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from stop_search.draws.records import Draw, FrameEntry
from stop_search.encounters.records import Receipt
from stop_search.feedback.forms import published_form
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.feedback.rules import Standing
from stop_search.learning.quarters import Quarter
from stop_search.learning.sample import drawn_for
from stop_search.learning.together import Pair
from stop_search.reviews.final_marks import mark_counts
from stop_search.reviews.records import Mark, Review


def pairs_by_criterion(session: Session, *, quarter: Quarter | None = None, before_week: str = "9999-W99") -> dict[str, list[Pair]]:
    """Return the pairs of each criterion, sorted: primary answers that stand for a level, beside scored marks of drawn encounters.

    One pair for each person: who answered two questions about a criterion stands there with the mean of both.
    The mark is the one that counts: a third reader's or a re-read's in place of the first's. Answers that may be the officer's own are
    left out, and those given in `before_week` or later. `quarter`: only encounters of draws whose period ended in it.
    """
    return _pairs(session, drawn_for(quarter), Feedback.week < before_week)


def pairs_in(session: Session, *, first: date, before: date) -> dict[str, list[Pair]]:
    """Return the same of draws whose period ended from `first` to the day before `before`."""
    return _pairs(session, Draw.period_end >= first, Draw.period_end < before)


def pairs_of(session: Session, *, tokens: Collection[str]) -> dict[str, list[Pair]]:
    """Return the same of these encounters of the frame."""
    return _pairs(session, FrameEntry.token.in_(tokens))


def _pairs(session: Session, *which: ColumnElement[bool]) -> dict[str, list[Pair]]:
    rows = session.execute(
        select(
            FeedbackAnswer.criterion,
            FrameEntry.token,
            Feedback.id,
            Feedback.form,
            Feedback.form_version,
            FeedbackAnswer.question,
            FeedbackAnswer.answer,
            Mark.level,
        )
        .join(Feedback, (Feedback.id == FeedbackAnswer.feedback_id) & (Feedback.version == FeedbackAnswer.version))
        .join(Receipt, Receipt.id == Feedback.receipt_id)
        .join(FrameEntry, FrameEntry.encounter_id == Receipt.encounter_id)
        .join(Draw, Draw.id == FrameEntry.draw_id)
        .join(Review, Review.frame_entry_id == FrameEntry.id)
        .join(Mark, (Mark.review_id == Review.id) & (Mark.criterion == FeedbackAnswer.criterion))
        .where(Feedback.standing == Standing.PRIMARY, ~Feedback.self_scan_suspected, FrameEntry.is_drawn, mark_counts(), *which)
        .order_by(FeedbackAnswer.criterion, FrameEntry.token, Feedback.id, FeedbackAnswer.question)
    )
    levels: dict[tuple[str, str, uuid.UUID, int], list[int]] = {}
    for criterion, token, person, form, version, question, answer, marked in rows:
        said = published_form(form, version).level(question, answer)
        if criterion is not None and said is not None and marked is not None:
            levels.setdefault((criterion, token, person, marked), []).append(said)
    found: dict[str, list[Pair]] = {}
    for (criterion, token, _, marked), answered in levels.items():
        found.setdefault(criterion, []).append(Pair(token, Fraction(sum(answered), len(answered)), marked))
    return found
