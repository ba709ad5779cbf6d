"""Which receipts count: the same on every page, in every report and table; and n of N does not fall because answers are erased."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.codes.public_tables import public_tables
from stop_search.encounters.rules import ReceiptState, WithdrawalReason
from stop_search.feedback.erasing import erase_old_answers
from stop_search.learning.maturity.evidence import Evidence
from stop_search.learning.quarters import Quarter
from stop_search.learning.queries import public_voice, response_of
from stop_search.learning.reach_queries import reach_of_feedback
from stop_search.learning.receipts_that_count import receipts_of
from stop_search.learning.reports.actions import make_report
from stop_search.learning.reports.queries import report_kept
from stop_search.learning.reports.sentences import ERASED
from stop_search.learning.response import Response
from stop_search.learning.transparency.counting import counted_tables
from stop_search.learning.transparency.released import quarter_out, quarters_out
from stop_search.learning.transparency.rules import ALL
from stop_search.wording import iso_week
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.public_tables import AFTER, IN_QUARTER, QUARTER, a_quarter, a_release
from tests.support.quarters import the_force
from tests.support.searched import a_viewer
from tests.support.years import count_what_is_due

IN_TWO_YEARS = datetime(2028, 10, 5, 9, tzinfo=UTC)


def some_receipts(
    session: Session,
    number: int,
    *,
    answered: int = 0,
    at: datetime = NOON,
    began: datetime | None = None,
    why: WithdrawalReason | None = None,
) -> None:
    """Add so many receipts given out at a moment, the first of them answered at once; all withdrawn where it is said why."""
    columns = {"state": ReceiptState.WITHDRAWN, "withdrawn_at": at, "withdrawn_reason": why} if why else {}
    for place in range(number):
        stop = a.an_encounter(session, people=0, started_at=began or at)
        receipt = a.a_receipt(session, person=a.a_person(session, encounter=stop), issued_at=at, **columns)
        if place < answered:
            about = {"listened": "C5"}
            a.some_feedback(session, receipt=receipt, answers={"listened": "fully"}, criteria=about, week=iso_week(at))


def said_everywhere(session: Session, now: datetime) -> set[tuple[int, int]]:
    """Return what the pages say of receipts and of answered ones: one pair, if they say the same."""
    response, voice = response_of(session, now=now), public_voice(session, minimum=0, now=now)
    reach = reach_of_feedback(session, viewer=a_viewer(session), now=now)
    (figure,) = Evidence(session, now).figures(("receipts_answered",))
    (listened,) = voice.about("C5")
    assert (listened.answered, listened.levels[3][1]) == (voice.answered, voice.answered)
    assert figure.n == reach.given
    return {(response.receipts, response.answered), (voice.receipts, voice.answered), (reach.given, reach.answered)}


def test_n_of_n_does_not_fall_when_old_answers_are_erased(session: Session) -> None:
    """Half of the receipts were answered at all times: it was said to be a quarter once those of two years ago were erased."""
    some_receipts(session, 40, answered=20, at=NOON - timedelta(days=740))
    some_receipts(session, 40, answered=20, at=NOON - timedelta(days=30))
    before = response_of(session, now=NOON)
    assert erase_old_answers(session, now=NOON) == 20
    assert response_of(session, now=NOON) == before == Response(40, 20, datetime(2025, 12, 1, tzinfo=UTC).date(), NOON.date())
    assert before.bounds(0.5) == (0.25, 0.75)
    assert said_everywhere(session, NOON) == {(40, 20)}


@pytest.mark.parametrize("why", WithdrawalReason)
def test_a_receipt_that_was_withdrawn_counts_nowhere_and_its_answers_neither(session: Session, why: WithdrawalReason) -> None:
    some_receipts(session, 7, answered=3)
    some_receipts(session, 2, answered=2, why=why)
    assert said_everywhere(session, NOON) == {(7, 3)}


def test_answers_that_may_be_the_officers_own_are_primary_ones_and_those_of_others_are_told_of(session: Session) -> None:
    some_receipts(session, 3, answered=2)
    for columns in ({"self_scan_suspected": True}, {"standing": "secondary"}, {"standing": "contested"}, {"standing": "contested"}):
        receipt = a.a_receipt(session, person=a.a_person(session, encounter=a.an_encounter(session, people=0)))
        a.some_feedback(session, receipt=receipt, answers={"listened": "fully"}, criteria={"listened": "C5"}, **columns)
    voice = public_voice(session, minimum=0, now=NOON)
    assert (voice.receipts, voice.answered, voice.further, voice.contested) == (7, 3, 1, 2)
    assert voice.about("C5")[0].levels[3][1] == 3


def test_kept_months_say_the_same_as_the_year_moves_on(session: Session) -> None:
    for months in range(14):
        some_receipts(session, 2 + months, answered=1 + months // 2, at=NOON - timedelta(days=30 * months))
    count_what_is_due(session, NOON)
    assert public_voice(session, minimum=0, now=NOON).counted_at == NOON
    for now in (NOON, datetime(2026, 12, 1, 3, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)):
        count_what_is_due(session, now)
        kept = response_of(session, now=now)
        first = kept.since
        expected = [(2 + months, 1 + months // 2) for months in range(14) if (NOON - timedelta(days=30 * months)).date() >= first]
        assert (kept.receipts, kept.answered) == tuple(map(sum, zip(*expected, strict=True)))
        assert said_everywhere(session, now) == {(kept.receipts, kept.answered)}


def test_a_report_and_the_public_tables_count_the_receipts_of_the_quarters_stops(session: Session) -> None:
    some_receipts(session, 12, answered=5, at=IN_QUARTER)
    some_receipts(session, 4, answered=1, at=AFTER, began=IN_QUARTER)
    some_receipts(session, 3, answered=3, at=IN_QUARTER, began=IN_QUARTER - timedelta(days=120))
    for why in WithdrawalReason:
        some_receipts(session, 2, answered=1, at=IN_QUARTER, why=why)
    found = receipts_of(session, QUARTER, now=AFTER)
    assert (found.receipts, found.answered) == (16, 6)
    exact = {table.name: table.counts for table in counted_tables(session, declared=public_tables(), quarter=QUARTER, asked={}, now=AFTER)}
    assert (exact["answers"]["answered",], exact["answers"][ALL,]) == (6, 16)


def test_a_quarter_that_is_out_keeps_its_answers_when_they_are_erased(session: Session) -> None:
    """After a long pause the last four quarters that are out may be older than answers are kept."""
    a_quarter(session)
    some_receipts(session, 60, answered=30, at=IN_QUARTER)
    a_release(session)
    before = quarter_out(session, quarter=QUARTER.key).table("answers")
    erase_old_answers(session, now=IN_TWO_YEARS)
    a_release(session, quarter=Quarter(2028, 3), now=IN_TWO_YEARS)
    assert before is not None
    assert before.counts["answered",] == 30
    assert {told.quarter for told in quarters_out(session)} == {"2026Q3", "2028Q3"}
    assert quarter_out(session, quarter=QUARTER.key).table("answers") == before


def test_a_quarter_whose_answers_may_be_erased_is_told_without_them(session: Session) -> None:
    a_quarter(session)
    some_receipts(session, 60, answered=30, at=IN_QUARTER)
    assert receipts_of(session, QUARTER, now=datetime(2028, 7, 3, 12, tzinfo=UTC)).answered is None
    assert receipts_of(session, QUARTER, now=datetime(2028, 6, 28, 12, tzinfo=UTC)).answered == 30
    names = [table.name for table in counted_tables(session, declared=public_tables(), quarter=QUARTER, asked={}, now=IN_TWO_YEARS)]
    assert "answers" not in names
    assert "object" in names


def test_a_report_of_a_quarter_whose_answers_may_be_erased_says_so(session: Session) -> None:
    some_receipts(session, 60, answered=30, at=IN_QUARTER)
    made = make_report(session, quarter=QUARTER, reason="", force=the_force(), actor=COMMAND_LINE, now=IN_TWO_YEARS)
    report = report_kept(session, snapshot_id=made)
    tables = {table.name: table for table in report.tables}
    assert f"Receipts: 60. {ERASED}" in report.looked_at
    assert ERASED in report.findings
    assert "receipts" not in {row["of_what"] for row in tables["receipts"].values()}
    assert (tables["answers"].rows, tables["answers"].empty) == ((), ERASED)
