"""The learning team sees what is late and gives it to somebody else."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.jobs.records import Job
from stop_search.reviews.records import Review
from stop_search.reviews.rules import ReviewState
from tests.support import builders as a
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import words


def test_what_is_late_is_listed_by_its_day_and_given_to_somebody_else(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert "No review is late." in words(client.get("/learning/late-reviews"))
    today = datetime.now(UTC).date()
    with installation.writing() as session:
        draw, reviewer = a.a_draw(session), a.an_account(session, name="Jo Example")
        for days in (1, -3, 0):
            entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session))
            day = today - timedelta(days=days)
            a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.ASSIGNED, due_on=day)
        late = session.scalars(select(Review.id).where(Review.due_on < today)).one()
    shown = words(client.get("/learning/late-reviews"))
    assert "1 day late, with Jo Example" in shown
    assert shown.count("late, with") == 1
    csrf = csrf_for(client, installation)
    assert client.post(f"/learning/late-reviews/{late}", data={"csrf": csrf}, follow_redirects=False).status_code == 303
    assert client.post(f"/learning/late-reviews/{late}", data={"csrf": csrf}).status_code == 404
    with installation.reading() as session:
        review = session.get_one(Review, late)
        assert (review.state, review.recused_reason) == ("recused", "It was late, and was given to somebody else.")
        assert session.scalars(select(Job.name).where(Job.dedupe_key.contains(f"after:{late}"))).one() == "assign_reviews"
