"""The invented half-year is recorded, drawn, read twice where chance says so, and learned from, by the real actions."""

from datetime import datetime

from sqlalchemy import func, select

from stop_search.accounts.records import Account
from stop_search.audit.queries import chain_report
from stop_search.demo.filling import draw_and_review, fill_people_and_stops
from stop_search.demo.history import fill_learning, fill_week, weeks_to_fill
from stop_search.demo.people import NEWCOMER
from stop_search.demo.stops import HISTORY_WEEKS, STOPS_OF_HISTORY
from stop_search.draws.queries import draws_made
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.learning.coding import coded_count
from stop_search.learning.maturity.queries import overdue_competencies
from stop_search.learning.records import LearningAction, ReportSnapshot
from stop_search.learning.transparency.released import quarters_out
from stop_search.reviews.records import Review
from stop_search.reviews.rules import OPEN_STATES, Reading
from tests.stop_search.demo.test_filling import KEYS, all_examined, originals


def test_weeks_are_added_once_each_and_before_the_newest_are_drawn(installation: Installation, now: datetime) -> None:
    force = read_force(None)
    with installation.writing() as session:
        assert weeks_to_fill(session, now=now) == ()
        fill_people_and_stops(session, force=force, keys=KEYS, originals=originals(8), now=now)
        all_examined(session)
    with installation.writing() as session:
        weeks = weeks_to_fill(session, now=now)
        assert len(weeks) == HISTORY_WEEKS
        for first in weeks[:3]:
            assert fill_week(session, first=first, force=force, keys=KEYS, now=now) == STOPS_OF_HISTORY
        assert weeks_to_fill(session, now=now) == weeks[3:]
        assert draw_and_review(session, force=force, now=now) > 0
        assert draw_and_review(session, force=force, now=now) == 0
        fill_learning(session, force=force, keys=KEYS, now=now)
    with installation.reading() as session:
        assert chain_report(session).problems == []
        lines = sorted(draws_made(session), key=lambda line: line.sequence or 0)
        assert [line.period_start for line in lines] == sorted(line.period_start for line in lines)
        assert [line.committed_at for line in lines] == sorted(line.committed_at for line in lines)
        assert all(line.is_known_in_time for line in lines), "somebody outside had each list before the dice were thrown"
        of_weeks = select(FrameEntry.id).join(Draw, Draw.id == FrameEntry.draw_id).where(Draw.period_start.in_(weeks))
        readings = dict(
            session.execute(select(Review.reading, func.count()).where(Review.frame_entry_id.in_(of_weeks)).group_by(Review.reading)).all()
        )
        assert readings[Reading.FIRST] > 8
        assert readings[Reading.SECOND] >= 1
        still = session.execute(
            select(Review.reading, Account.name)
            .join(Account, Account.id == Review.reviewer_id)
            .where(Review.frame_entry_id.in_(of_weeks), Review.state.in_(OPEN_STATES))
        )
        assert {tuple(row) for row in still} == {(Reading.CALIBRATION, NEWCOMER.name)}, "only who is new has something to read"
        waiting = FrameEntry.is_drawn & (FrameEntry.outcome == FrameOutcome.DRAWN)
        assert not session.scalar(select(func.count()).where(FrameEntry.id.in_(of_weeks), waiting))
        ended = select(FrameEntry.outcome, Review.state, func.count()).join(Review, Review.frame_entry_id == FrameEntry.id)
        first = ended.where(Review.reading == Reading.FIRST, FrameEntry.id.in_(of_weeks)).group_by(FrameEntry.outcome, Review.state)
        assert {(outcome, state) for outcome, state, _ in session.execute(first)} == {
            ("reviewed", "submitted"),
            ("no_footage", "without_footage"),
        }
        assert coded_count(session) >= 2
        assert session.scalar(select(func.count()).select_from(LearningAction).where(LearningAction.published_at.is_not(None))) == 1
        assert [out.quarter for out in quarters_out(session)] == [one.quarter for one in session.scalars(select(ReportSnapshot))]
        assert overdue_competencies(session, asked=force.competencies, now=now)
