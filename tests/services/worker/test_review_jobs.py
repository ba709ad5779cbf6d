"""The jobs that give reviewers their reviews and gold clips: carried twice, each has one effect."""

from datetime import timedelta

from sqlalchemy import select

from services.worker.jobs import Ending, carry_out
from stop_search.accounts.rules import Role
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.jobs.records import Job
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading
from tests.support import builders as a
from tests.support.double_reading import a_gold_clip, read_by
from tests.support.work import asked_for


def test_the_job_that_a_draw_asks_for_assigns_its_reviews_once(installation_on_each: Installation) -> None:
    installation = installation_on_each
    with installation.writing() as session:
        draw, officer = a.a_draw(session), a.an_officer(session, team=a.a_team(session))
        a.an_account(session)
        for _ in range(3):
            a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, officer=officer))
    jobs = [asked_for(installation, name="assign_reviews", draw_id=str(draw.id)) for _ in range(2)]
    assert [carry_out(installation, job_id=job) for job in jobs] == [Ending.DONE, Ending.DONE]
    with installation.reading() as session:
        reviews = session.scalars(select(Review)).all()
        assert len(reviews) == 3
        assert {review.due_on - review.assigned_at.date() for review in reviews} <= {timedelta(days=14), timedelta(days=15)}
        assert set(session.scalars(select(Job.state))) == {"done"}


def test_gold_clips_are_given_once_and_by_the_forces_own_number(installation_on_each: Installation) -> None:
    installation = installation_on_each
    with installation.writing() as session:
        draw, experts = a.a_draw(session), [a.an_account(session, role=Role.LEARNING_TEAM) for _ in range(3)]
        supervisor = a.an_account(session)
        for _ in range(5):
            entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, officer=a.an_officer(session)))
            read_by(session, entry=entry, reader=experts[0], marks={"C1": 2})
            a_gold_clip(session, entry=entry, proposed_by=experts[1], agreed_by=experts[2])
    jobs = [asked_for(installation, name="give_gold_clips", slot=n) for n in range(2)]
    assert [carry_out(installation, job_id=job) for job in jobs] == [Ending.DONE, Ending.DONE]
    wanted = read_force(installation.settings.force).calibration_clips
    with installation.reading() as session:
        given = session.scalars(select(Review).where(Review.reviewer_id == supervisor.id)).all()
        assert [review.reading for review in given] == [Reading.CALIBRATION] * wanted
