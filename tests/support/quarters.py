"""A quarter in which much happened, of known counts: enough that figures are told, and some that are too few to tell."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import Database
from stop_search.draws.rules import RiskClass
from stop_search.force import Force, read_force
from stop_search.learning.quarters import Quarter
from stop_search.learning.reports.actions import make_report
from stop_search.learning.reports.queries import Report, report_kept
from tests.support import builders as a
from tests.support.learned import some_answers, some_reviews
from tests.support.searched import a_small_force, some_searched

QUARTER = Quarter(2026, 4)
AFTER = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def the_force() -> Force:
    """Return the invented force: its counts are withheld below 10."""
    return read_force(None)


def an_eventful_quarter(session: Session) -> None:
    """Add searches of four units, a draw with reviews, and answers, all in the last quarter of 2026."""
    a_small_force(session)
    draw = a.a_draw(session, period_start=date(2026, 11, 1), period_end=date(2026, 11, 8))
    met = [{"C1": 3, "C2": 2, "C3": 0}] * 40
    missed = [{"C1": 1, "C2": 2, "C3": 1}] * 15
    themes = [("grounds_on_area_or_record",)] * 12
    some_reviews(session, draw=draw, marks=[*met, *missed], not_drawn=120, themes=themes)
    some_reviews(session, draw=draw, marks=[{"C1": 2, "C4": 1}] * 6, risk_class=RiskClass.HIGH, probability=(1, 2), not_drawn=8)
    some_answers(session, question="listened", criterion="C5", answers={"fully": 12, "mostly": 3, "not_at_all": 11})


def the_report(session: Session, *, now: datetime = AFTER, reason: str = "") -> Report:
    """Make the quarter's report and return it as it is kept."""
    made = make_report(session, quarter=QUARTER, reason=reason, force=the_force(), actor=COMMAND_LINE, now=now)
    return report_kept(session, snapshot_id=made)


def an_eventful_report(database: Database) -> Report:
    """Make the report of an eventful quarter on a database in which nothing is kept; after it was made, more happens."""
    with database.engine.execution_options(writes=True).connect() as connection:
        outermost = connection.begin()
        with database.writing(bind=connection, join_transaction_mode="create_savepoint") as session:
            an_eventful_quarter(session)
            made = make_report(session, quarter=QUARTER, reason="", force=the_force(), actor=COMMAND_LINE, now=AFTER)
            before = report_kept(session, snapshot_id=made)
            some_searched(session, 30)
            report = report_kept(session, snapshot_id=made)
        outermost.rollback()
    assert report == before
    return report
