"""A reader raises a serious concern from the review, says when away and whom they are too near to; each page loses nothing typed."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.records import Absence, DeclaredRelation
from stop_search.accounts.rules import Role
from stop_search.footage.records import FootageHold
from stop_search.installation import Installation
from stop_search.reviews.records import Concern, Review
from stop_search.reviews.rules import ReviewState
from tests.support import builders as a
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import Bench, a_bench, words


@pytest.fixture
def bench(client: TestClient, installation: Installation) -> Bench:
    """Give a supervisor with one review that is started."""
    return a_bench(client, installation, state=ReviewState.STARTED)


def send(client: TestClient, installation: Installation, path: str, **fields: str):  # noqa: ANN201 -- an answer
    """Send a form of one of our pages, without following where it leads."""
    return client.post(path, data={"csrf": csrf_for(client, installation)} | fields, follow_redirects=False)


def test_a_concern_is_raised_in_one_step_and_the_footage_is_held(bench: Bench, client: TestClient, installation: Installation) -> None:
    path = f"/reviews/{bench.review_id}/concern"
    assert "What did you see?" in words(client.get(f"{path}?at=3:12"))
    assert client.get(f"{path}?at=3:12").text.count('value="3:12"') == 1
    answered = send(client, installation, path, what="A blow to the head.", at="3:12")
    assert (answered.status_code, answered.headers["location"]) == (303, path)
    assert "Your concern was raised" in words(client.get(path))
    with installation.reading() as session:
        concern = session.scalars(select(Concern)).one()
        assert (concern.what, concern.at_seconds) == ("A blow to the head.", 192.0)
        assert session.scalars(select(FootageHold.reason).where(FootageHold.reason == "concern")).one() == "concern"
        assert session.get_one(Review, bench.review_id).state == ReviewState.STARTED


def test_what_is_wrong_with_a_concern_is_said_beside_it_and_nothing_typed_is_lost(
    bench: Bench, client: TestClient, installation: Installation
) -> None:
    answered = send(client, installation, f"/reviews/{bench.review_id}/concern", what="A blow.", at="soon")
    assert answered.status_code == 422
    assert "Write the time as minutes and seconds" in words(answered)
    assert "A blow." in answered.text
    assert "Say in 1 to 4000 characters" in words(send(client, installation, f"/reviews/{bench.review_id}/concern", what=" "))


def test_a_concern_about_anothers_review_is_answered_as_if_it_were_not_there(client: TestClient, installation: Installation) -> None:
    bench = a_bench(client, installation, state=ReviewState.STARTED)
    client.cookies.clear()
    sign_in(client, installation, Role.SUPERVISOR)
    path = f"/reviews/{bench.review_id}/concern"
    assert client.get(path).status_code == 404
    assert send(client, installation, path, what="x").status_code == 404


def test_days_away_are_noted_listed_and_taken_back(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.SUPERVISOR)
    assert "No days are noted." in words(client.get("/reviews/away"))
    assert send(client, installation, "/reviews/away", starts_on="2099-12-21", ends_on="2099-12-24").status_code == 303
    assert "21 December 2099 to 24 December 2099" in words(client.get("/reviews/away"))
    with installation.reading() as session:
        absence_id = session.scalars(select(Absence.id)).one()
    assert send(client, installation, f"/reviews/away/{absence_id}/forget").status_code == 303
    assert "No days are noted." in words(client.get("/reviews/away"))


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "said"),
    [
        ("soon", "2099-12-24", "Give the day"),
        ("2099-12-24", "", "Give the day"),
        ("2099-12-24", "2099-12-21", "cannot be before the first"),
    ],
)
def test_days_that_are_none_are_refused_with_what_was_typed(
    client: TestClient, installation: Installation, starts_on: str, ends_on: str, said: str
) -> None:
    sign_in(client, installation, Role.SUPERVISOR)
    answered = send(client, installation, "/reviews/away", starts_on=starts_on, ends_on=ends_on)
    assert answered.status_code == 422
    assert said in words(answered)
    assert f'value="{starts_on}"' in answered.text


def test_nobody_takes_anothers_days_back(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.SUPERVISOR)
    send(client, installation, "/reviews/away", starts_on="2099-12-21", ends_on="2099-12-24")
    with installation.reading() as session:
        absence_id = session.scalars(select(Absence.id)).one()
    client.cookies.clear()
    sign_in(client, installation, Role.SUPERVISOR)
    assert send(client, installation, f"/reviews/away/{absence_id}/forget").status_code == 404


def test_somebody_too_near_is_named_by_number_and_let_go_by_either(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        a.an_officer(session, name="Kim Example", number="4711")
    answered = send(client, installation, "/reviews/near", number="9")
    assert answered.status_code == 422
    assert "There is no officer with this number." in words(answered)
    assert send(client, installation, "/reviews/near", number="4711").status_code == 303
    assert "Kim Example, number 4711" in words(client.get("/reviews/near"))
    with installation.reading() as session:
        relation_id = session.scalars(select(DeclaredRelation.id)).one()
    assert send(client, installation, f"/reviews/near/{relation_id}/end").status_code == 303
    assert "You have named nobody." in words(client.get("/reviews/near"))
