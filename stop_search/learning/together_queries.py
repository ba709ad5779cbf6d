"""Reading the join: answers of the people who were stopped, beside the marks that count for the same encounter, by criterion."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from stop_search.draws.records import FrameEntry
from stop_search.encounters.records import Receipt
from stop_search.feedback.forms import published_form
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.feedback.rules import Standing
from stop_search.learning.together import Pair
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import Reading, ReviewState


def pairs_by_criterion(session: Session) -> dict[str, list[Pair]]:
    """Return the pairs of each criterion, sorted: primary answers that stand for a level, beside scored marks of drawn encounters.

    The mark is the first reader's, or the third's where two were far apart. Answers that may be the officer's own are left out.
    """
    first, third, judged = aliased(Review), aliased(Review), aliased(Mark)
    level = func.coalesce(judged.level, Mark.level)
    rows = session.execute(
        select(
            FeedbackAnswer.criterion,
            FrameEntry.token,
            Feedback.form,
            Feedback.form_version,
            FeedbackAnswer.question,
            FeedbackAnswer.answer,
            level,
        )
        .join(Feedback, (Feedback.id == FeedbackAnswer.feedback_id) & (Feedback.version == FeedbackAnswer.version))
        .join(Receipt, Receipt.id == Feedback.receipt_id)
        .join(FrameEntry, FrameEntry.encounter_id == Receipt.encounter_id)
        .join(first, (first.frame_entry_id == FrameEntry.id) & (first.reading == Reading.FIRST) & (first.state == ReviewState.SUBMITTED))
        .join(Mark, (Mark.review_id == first.id) & (Mark.criterion == FeedbackAnswer.criterion))
        .outerjoin(
            third,
            (third.frame_entry_id == FrameEntry.id) & (third.reading == Reading.ADJUDICATION) & (third.state == ReviewState.SUBMITTED),
        )
        .outerjoin(judged, (judged.review_id == third.id) & (judged.criterion == FeedbackAnswer.criterion))
        .where(Feedback.standing == Standing.PRIMARY, ~Feedback.self_scan_suspected, FrameEntry.is_drawn, level.is_not(None))
        .order_by(FeedbackAnswer.criterion, FrameEntry.token, Feedback.id, FeedbackAnswer.question)
    )
    found: dict[str, list[Pair]] = {}
    for criterion, token, form, version, question, answer, marked in rows:
        said = published_form(form, version).level(question, answer)
        if criterion is not None and said is not None:
            found.setdefault(criterion, []).append(Pair(token, said, marked))
    return found
