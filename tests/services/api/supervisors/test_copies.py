"""The review copy at the workbench: played where no browser plays the original, asked for over a slow line, hidden from everybody else."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.footage.records import Footage, FootageOfEncounter, ReviewCopy
from stop_search.footage.rules import CopyReason, CopyState
from stop_search.installation import Installation
from stop_search.jobs.records import Job
from stop_search.reviews.records import CopyWish, Review
from stop_search.reviews.rules import ReviewState
from tests.support.builders import NOON
from tests.support.visitors import sign_in
from tests.support.workbench import Bench, a_bench, soup, words

CONTENT = b"\0\0\0\x18ftypmp42" + bytes(range(200))


@pytest.fixture
def bench(client: TestClient, installation: Installation) -> Bench:
    """Give a supervisor with one review that is begun."""
    return a_bench(client, installation, state=ReviewState.STARTED)


def footage_of(installation: Installation) -> uuid.UUID:
    """Return the one recording."""
    with installation.reading() as session:
        return session.scalars(select(FootageOfEncounter.footage_id)).one()


def with_copy(installation: Installation, footage_id: uuid.UUID, state: CopyState = CopyState.MADE, **columns: Any) -> None:
    """Add a copy, with its bytes where it is made."""
    made = {"storage_key": f"copies/{footage_id}", "size_bytes": len(CONTENT)} if state is CopyState.MADE else {}
    with installation.writing() as session:
        row = {"footage_id": footage_id, "state": state, "reason": CopyReason.SLOW_LINE, "asked_at": NOON} | made | columns
        session.add(ReviewCopy(**row))
        for review_id in session.scalars(select(Review.id)):
            session.add(CopyWish(review_id=review_id, footage_id=footage_id, asked_at=NOON, shown_from=NOON))
    if made:
        installation.storage.put_bytes(made["storage_key"], CONTENT)


def unplayable(installation: Installation, footage_id: uuid.UUID) -> None:
    """Let no browser play the original."""
    with installation.writing() as session:
        footage = session.get_one(Footage, footage_id)
        footage.facts = (footage.facts or {}) | {"flags": ["not_playable_in_browser"]}


def played(bench: Bench, rest: str = "/C1", **asked: Any) -> str | None:
    """Return the address that the player plays."""
    video = soup(bench.client.get(bench.path + rest, **asked)).select_one("video")
    return str(video["src"]) if video else None


def test_without_a_copy_the_original_is_played_and_a_copy_can_be_asked_for_once(bench: Bench, installation: Installation) -> None:
    footage_id = footage_of(installation)
    assert played(bench) == f"/media/footage/{footage_id}/video"
    for _ in range(2):
        sent = bench.post(f"/copy/{footage_id}", back=f"{bench.path}/C1")
        assert (sent.status_code, sent.headers["location"]) == (303, f"{bench.path}/C1")
    with installation.reading() as session:
        assert [job.queue for job in session.scalars(select(Job).where(Job.name == "make_review_copy"))] == ["copies"]
    assert "A smaller copy for slow lines is being made" in words(bench.get("/C1"))
    assert played(bench) == f"/media/footage/{footage_id}/video"


def test_a_copy_is_played_where_the_line_is_slow_and_the_original_where_it_is_not(bench: Bench, installation: Installation) -> None:
    footage_id = footage_of(installation)
    with_copy(installation, footage_id)
    original, copy = (f"/media/footage/{footage_id}/{what}" for what in ("video", "copy"))
    assert played(bench) == original
    assert played(bench, "/C1?line=slow") == copy
    assert played(bench, headers={"save-data": "on"}) == copy
    assert played(bench, "/C1?line=fast", headers={"save-data": "on"}) == original
    assert "play the smaller copy" in words(bench.get("/C1"))


def test_where_no_browser_plays_the_original_the_copy_is_played(bench: Bench, installation: Installation) -> None:
    footage_id = footage_of(installation)
    unplayable(installation, footage_id)
    assert played(bench) is None
    with_copy(installation, footage_id)
    assert played(bench) == f"/media/footage/{footage_id}/copy"


def test_a_copy_that_failed_says_why_and_can_be_tried_again(bench: Bench, installation: Installation) -> None:
    with_copy(installation, footage_of(installation), CopyState.FAILED, failure_reason="The decoder crashed on it.")
    shown = words(bench.get("/C1"))
    assert "The decoder crashed on it." in shown
    assert "Try to make the copy again" in shown


def test_where_no_copy_can_be_made_of_what_no_browser_plays_nothing_is_scored(bench: Bench, installation: Installation) -> None:
    footage_id = footage_of(installation)
    unplayable(installation, footage_id)
    with_copy(installation, footage_id, CopyState.FAILED, reason=CopyReason.UNPLAYABLE, failure_reason="The decoder crashed on it.")
    shown = words(bench.get("/C1", follow_redirects=True))
    assert "No recording to play" in shown
    assert "no copy could be made. The decoder crashed on it." in shown
    assert "Hand in: no recording to play" in shown
    assert "Try to make a copy of camera 1 that can be played" in shown
    bench.post(f"/copy/{footage_id}", back=bench.path)
    with installation.reading() as session:
        copy = session.get_one(ReviewCopy, footage_id)
        assert (copy.state, copy.reason) == ("asked", "unplayable"), "any other reader sees it, too"
    shown = words(bench.get())
    assert "A copy that they can play is being made." in shown
    assert "Hand in: no recording to play" not in shown
    assert bench.post("/without-footage").status_code == 409


def test_a_copy_is_served_in_pieces_and_to_nobody_who_may_not_watch(bench: Bench, installation: Installation, client: TestClient) -> None:
    footage_id = footage_of(installation)
    path = f"/media/footage/{footage_id}/copy"
    assert client.get(path).status_code == 404
    with_copy(installation, footage_id)
    piece = client.get(path, headers={"range": "bytes=4-7"})
    assert (piece.status_code, piece.content, piece.headers["content-type"]) == (206, b"ftyp", "video/mp4")
    sign_in(client, installation, Role.SUPERVISOR)
    assert client.get(path).status_code == 404
    assert bench.post(f"/copy/{footage_id}", back="/").status_code == 404


def test_asking_leads_back_into_the_review_and_nowhere_else(bench: Bench, installation: Installation) -> None:
    sent = bench.post(f"/copy/{footage_of(installation)}", back="//elsewhere.example/reviews")
    assert sent.headers["location"] == bench.path
