"""The seventeenth migration with rows: time ranges become moments, marked grounds are locked, and down again nothing that fits is lost."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from stop_search.database.migrating import migrate, undo_migrations
from stop_search.database.session import Database
from stop_search.reviews.records import Mark, MarkMoment, ReviewDraft, WatchedFootage
from tests.support import builders as a


def test_time_ranges_become_moments_and_grounds_whose_outcome_was_shown_are_locked(database: Database) -> None:
    with database.writing() as session:
        encounter = a.an_encounter(session, officer=a.an_officer(session))
        footage = a.a_recording(session, encounter=encounter)
        entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
        review = a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks={"C1": 2, "C2": 2})
        a.a_mark(session, review=review, criterion="C5", answer=1, evidence_from_seconds=3.5, evidence_to_seconds=9.0)
        session.add(ReviewDraft(review_id=review.id, form="C6", revision=1, content={}, saved_at=a.NOON, saved_by="x"))
        session.add(WatchedFootage(review_id=review.id, footage_id=footage.id, spans=[[0, 1]], told_at=a.NOON))
        session.commit()
    undo_migrations(database, to="0014")
    migrate(database)
    with database.reading() as session:
        moment = session.scalars(select(MarkMoment)).one()
        assert (moment.criterion, moment.from_seconds, moment.to_seconds, moment.footage_id) == ("C5", 3.5, 9.0, None)
        locked = dict(session.execute(select(Mark.criterion, Mark.locked_at)).all())
        assert locked == {"C1": a.NOON, "C2": None, "C5": None}
    with database.engine.begin() as connection, pytest.raises(DatabaseError, match="the grounds are locked"):
        connection.execute(text("UPDATE mark SET level = 3 WHERE criterion = 'C1'"))
