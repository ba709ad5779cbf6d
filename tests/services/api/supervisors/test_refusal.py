"""A reader says on a page that a drawn stop must not be reviewed; somebody of rank decides on another; the draw's page tells it."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.accounts.ranks import note_rank
from stop_search.accounts.rules import Rank, Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.records import Draw
from stop_search.installation import Installation
from stop_search.reviews.records import RefusalRequest, Review
from stop_search.reviews.rules import ReviewState
from tests.conftest import NOON
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import Bench, a_bench, words


@pytest.fixture
def bench(client: TestClient, installation: Installation) -> Bench:
    """Give a supervisor with one review that is started."""
    return a_bench(client, installation, state=ReviewState.STARTED)


def somebody_of_rank(installation: Installation, rank: Rank | None = Rank.CHIEF_INSPECTOR) -> TestClient:
    """Give the browser of one of the learning team, with a rank unless told otherwise."""
    browser = TestClient(create_app(installation), follow_redirects=False)
    account_id = sign_in(browser, installation, Role.LEARNING_TEAM)
    with installation.writing() as session:
        note_rank(session, account_id=account_id, rank=rank, actor=COMMAND_LINE, now=NOON)
    return browser


def request_path(installation: Installation) -> str:
    """Return where the one request is decided."""
    with installation.reading() as session:
        return f"/learning/refusals/{session.scalars(select(RefusalRequest.id)).one()}"


def test_a_search_that_must_not_be_reviewed_is_refused_by_rank_and_the_draw_says_so(bench: Bench, installation: Installation) -> None:
    assert "It must not be reviewed" in words(bench.get("/C1"))
    said = words(bench.get("/refusal"))
    assert "An inspector or somebody above decides" in said
    assert "Missing footage is no reason: where nothing can be played, the page of the review asks for no marks" in said
    assert "in your marks" not in said
    assert bench.post("/refusal", reason="court_order", because="Order of 2 May.").status_code == 303
    assert "Somebody of rank decides" in words(bench.get("/refusal"))
    superior = somebody_of_rank(installation)
    assert "to decide" in words(superior.get("/learning/draws"))
    assert "A court has forbidden it" in words(superior.get("/learning/refusals"))
    path = request_path(installation)
    shown = superior.get(path)
    assert "Order of 2 May." in words(shown)
    assert "your rank (chief inspector)" in words(shown)
    sent = superior.post(path, data={"csrf": csrf_for(superior, installation), "decision": "refused"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/learning/refusals")
    assert "Refused, by a person of the rank of chief inspector" in words(superior.get("/learning/refusals"))
    with installation.reading() as session:
        draw_id = session.scalars(select(Draw.id)).one()
    drawn = words(superior.get(f"/learning/draws/{draw_id}"))
    assert "0 reviewed, 0 waiting, 0 without footage, 1 refused" in drawn
    assert "A court has forbidden it Refused, rank: chief inspector 1" in drawn
    assert "They stay among the 1 drawn stops" in drawn
    assert "This search was refused" in words(bench.get("/refusal"))
    assert "Nothing waits for you" in words(bench.client.get("/reviews"))


def test_a_search_that_is_kept_goes_on_and_its_reader_reads_why(bench: Bench, installation: Installation) -> None:
    bench.post("/refusal", reason="recorded_in_error", because="It was a traffic stop.")
    superior, path = somebody_of_rank(installation), request_path(installation)
    csrf = csrf_for(superior, installation)
    refused = superior.post(path, data={"csrf": csrf, "decision": "kept"})
    assert refused.status_code == 422
    assert "why it is to be reviewed" in words(refused)
    superior.post(path, data={"csrf": csrf, "decision": "kept", "answer": "He was searched at 3:12."})
    assert "He was searched at 3:12." in words(bench.get("/refusal"))
    with installation.reading() as session:
        assert session.get_one(Review, bench.review_id).state == ReviewState.STARTED


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(bench: Bench) -> None:
    answered = bench.post("/refusal", because="I was told.")
    assert answered.status_code == 422
    assert "Choose why it must not be reviewed." in words(answered)
    assert "I was told." in answered.text


def test_who_has_no_rank_reads_it_and_cannot_decide(bench: Bench, installation: Installation) -> None:
    bench.post("/refusal", reason="court_order", because="Order of 2 May.")
    nobody, path = somebody_of_rank(installation, rank=None), request_path(installation)
    assert "no rank is noted for you" in words(nobody.get("/learning/refusals"))
    assert "What is to become of it?" not in words(nobody.get(path))
    assert nobody.post(path, data={"csrf": csrf_for(nobody, installation), "decision": "refused"}).status_code == 403


def test_anothers_review_and_ones_own_request_are_as_if_they_were_not_there(bench: Bench, installation: Installation) -> None:
    other = TestClient(create_app(installation), follow_redirects=False)
    sign_in(other, installation, Role.SUPERVISOR)
    assert other.get(f"{bench.path}/refusal").status_code == 404
    sent = {"csrf": csrf_for(other, installation), "reason": "court_order", "because": "x"}
    assert other.post(f"{bench.path}/refusal", data=sent).status_code == 404
    bench.post("/refusal", reason="court_order", because="Order of 2 May.")
    sign_in(bench.client, installation, Role.LEARNING_TEAM, account_id=bench.reviewer_id)
    with installation.writing() as session:
        note_rank(session, account_id=bench.reviewer_id, rank=Rank.INSPECTOR, actor=COMMAND_LINE, now=NOON)
    path = request_path(installation)
    assert bench.client.get(path).status_code == 404
    sent = {"csrf": csrf_for(bench.client, installation), "decision": "refused"}
    assert bench.client.post(path, data=sent).status_code == 404


def test_a_review_that_is_closed_asks_for_nothing(bench: Bench) -> None:
    bench.mark_all()
    assert bench.post("/submit", summary="Fine.").status_code == 303
    assert "This review is closed" in words(bench.get("/refusal"))
    assert bench.post("/refusal", reason="court_order", because="x").status_code == 410
