"""Reading the join: answers of the people who were stopped, beside the marks that count for the same encounter, by criterion."""

import uuid
from collections.abc import Collection, Iterator, Mapping
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
from stop_search.learning.series import Asked
from stop_search.learning.together import Pair
from stop_search.reviews.final_marks import mark_counts
from stop_search.reviews.records import Mark, Review


def pairs_by_criterion(
    session: Session, *, asked: Mapping[str, Asked], quarter: Quarter | None = None, before_week: str = "9999-W99"
) -> dict[str, list[Pair]]:
    """Return the pairs of each criterion, sorted: primary answers that stand for a level, beside scored marks of drawn encounters.

    `asked`: the criteria as they are asked now; marks by versions that asked in another sense stand beside nothing.
    One pair for each person: who answered two questions about a criterion stands there with the mean of both.
    The mark is the one that counts: a third reader's or a re-read's in place of the first's. Answers that may be the officer's own are
    left out, and those given in `before_week` or later. `quarter`: only encounters of draws whose period ended in it.
    """
    return _as_asked(_pairs(session, drawn_for(quarter), Feedback.week < before_week), asked)


def pairs_in(session: Session, *, first: date, before: date) -> dict[tuple[str, int], list[Pair]]:
    """Return the same of draws whose period ended from `first` to the day before `before`, by criterion and version of the rubric."""
    found: dict[tuple[str, int], list[Pair]] = {}
    for criterion, version, pair in _pairs(session, Draw.period_end >= first, Draw.period_end < before):
        found.setdefault((criterion, version), []).append(pair)
    return found


def pairs_of(session: Session, *, asked: Mapping[str, Asked], tokens: Collection[str]) -> dict[str, list[Pair]]:
    """Return the same as `pairs_by_criterion` of these encounters of the frame."""
    return _as_asked(_pairs(session, FrameEntry.token.in_(tokens)), asked)


def _as_asked(pairs: Iterator[tuple[str, int, Pair]], asked: Mapping[str, Asked]) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    for criterion, version, pair in pairs:
        if criterion in asked and version in asked[criterion].versions:
            found.setdefault(criterion, []).append(pair)
    return found


def _pairs(session: Session, *which: ColumnElement[bool]) -> Iterator[tuple[str, int, Pair]]:
    rows = session.execute(
        select(
            FeedbackAnswer.criterion,
            FrameEntry.token,
            Feedback.id,
            Feedback.form,
            Feedback.form_version,
            FeedbackAnswer.question,
            FeedbackAnswer.answer,
            Review.rubric_version,
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
    levels: dict[tuple[str, str, uuid.UUID, int, int], list[int]] = {}
    for criterion, token, person, form, form_version, question, answer, version, marked in rows:
        said = published_form(form, form_version).level(question, answer)
        if criterion is not None and said is not None and marked is not None:
            levels.setdefault((criterion, token, person, version, marked), []).append(said)
    for (criterion, token, _, version, marked), answered in levels.items():
        yield criterion, version, Pair(token, Fraction(sum(answered), len(answered)), marked)
