"""How far feedback reaches, from known counts: offered, answered, by whom; old, withdrawn and doubtful ones apart; small counts hidden."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.encounters.rules import ReceiptState, WithdrawalReason
from stop_search.errors import NotAllowed
from stop_search.feedback.forms import newest_form
from stop_search.feedback.rules import Standing
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.reach_queries import LABELS, Reach, reach_of_feedback
from stop_search.learning.reach_sums import NOT_OFFERED
from stop_search.learning.year_of_receipts import Offers
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.searched import BLACK, WHITE, a_viewer

QUESTION = next(one for one in newest_form().questions if one.criterion == "C5")
ANSWERS = {answer.level: answer.key for answer in QUESTION.answers if answer.level is not None}
HANDED = {"receipt_handed": "printed", "receipt_not_offered_reason": None}
REFUSED = {"receipt_handed": None, "receipt_not_offered_reason": "person_left"}


def some_receipts(
    session: Session, number: int, *, answered: int = 0, level: int = 3, feedback: dict[str, Any] | None = None, **person: Any
) -> None:
    """Add so many receipts, the first of them answered with this level."""
    issued_at, state = person.pop("issued_at", NOON), person.pop("receipt", {})
    for place in range(number):
        encounter = a.an_encounter(session, people=0)
        receipt = a.a_receipt(session, person=a.a_person(session, encounter=encounter, **person), issued_at=issued_at, **state)
        if place < answered:
            about = {QUESTION.id: "C5"}
            a.some_feedback(session, receipt=receipt, answers={QUESTION.id: ANSWERS[level]}, criteria=about, **(feedback or {}))


def reach(session: Session) -> Reach:
    """Return it as the learning team sees it."""
    return reach_of_feedback(session, viewer=a_viewer(session), now=NOON)


def test_offers_and_answers_are_counted_of_the_year_and_of_receipts_that_stand(session: Session) -> None:
    some_receipts(session, 50, answered=12, **HANDED)
    some_receipts(session, 20, answered=2, **REFUSED)
    some_receipts(session, 5, receipt_handed=None)
    some_receipts(session, 5, answered=5, issued_at=NOON - timedelta(days=366), **HANDED)
    withdrawn = {"state": ReceiptState.WITHDRAWN, "withdrawn_at": NOON, "withdrawn_reason": WithdrawalReason.RECORDED_IN_ERROR}
    some_receipts(session, 3, answered=3, receipt=withdrawn, **HANDED)
    some_receipts(session, 4, answered=4, feedback={"standing": Standing.SECONDARY}, **HANDED)
    found = reach(session)
    assert (found.given, found.answered, found.offers) == (79, 14, Offers(handed=54, refused=20, unsaid=5))
    assert found.share is not None
    ways = {way.label: (way.given, way.answered) for way in found.ways}
    assert ways["Printed and handed over"] == (54, None), "hidden, or it would tell the 2 beside it"
    assert ways[LABELS[NOT_OFFERED]] == (20, None)


def test_who_answered_stands_beside_who_was_given_a_receipt(session: Session) -> None:
    some_receipts(session, 60, answered=24, **WHITE)
    some_receipts(session, 40, answered=6, **BLACK)
    some_receipts(session, 6, answered=1, self_defined_ethnicity="A1")
    sides = {one.basis: {side.label: side for side in one.groups} for one in reach(session).sides}
    white, black, asian = (sides[Basis.SELF_DEFINED][label] for label in ("White", "Black", "Asian"))
    assert (white.stopped, white.answered, round(white.of_stopped or 0, 3)) == (60, 24, 0.566)
    assert white.share is not None
    assert (round(white.share.share, 3), round(white.share.low, 2), round(white.share.high, 2)) == (0.774, 0.6, 0.89)
    assert (asian.answered, black.answered) == (None, None), "one hidden count alone would be the sum less the others"


def test_a_question_is_told_with_its_bounds_and_without_answers_that_may_be_the_officers_own(session: Session) -> None:
    some_receipts(session, 40, answered=20, level=3)
    some_receipts(session, 20, answered=12, level=0)
    some_receipts(session, 12, answered=12, level=3, feedback={"self_scan_suspected": True})
    (found,) = [one for one in reach(session).heard if one.question == QUESTION.words]
    assert (found.good, found.answered, found.given) == (20, 32, 72)
    assert found.whoever == (20 / 72, 60 / 72)
    (other, *_) = [one for one in reach(session).heard if one.question != QUESTION.words]
    assert other.too_few == "0 answered, 30 are needed"


def test_records_are_due_after_a_day(session: Session) -> None:
    for recorded_at, finished_at in ((NOON - timedelta(days=2), NOON), (NOON - timedelta(days=2), None), (NOON, None)):
        a.an_encounter(session, people=0, recorded_at=recorded_at, finished_at=finished_at)
    records = reach(session).records
    assert (records.finished, records.due) == (1, 2)


def test_only_the_learning_team_looks(session: Session) -> None:
    with pytest.raises(NotAllowed):
        reach_of_feedback(session, viewer=a_viewer(session, Role.SUPERVISOR), now=NOON)
