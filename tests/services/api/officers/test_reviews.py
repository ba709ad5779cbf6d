"""The officer's pages of own reviews: what went well stands first, every mark in words, and an answer is kept, or nothing typed is lost."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role, Viewer
from stop_search.draws.rules import Cause
from stop_search.installation import Installation
from stop_search.reviews.records import Mark, MarkMoment, OfficerResponse, Review
from stop_search.reviews.rules import MarkKind, Reading, ResponseKind, ReviewState
from stop_search.reviews.without_footage import confirm_without_footage
from tests.support import builders as a
from tests.support.reviewed_stops import MARKED, a_reviewed_stop, read_again
from tests.support.visitors import csrf_for, sign_in_as

Made = Callable[..., str]


@pytest.fixture
def reviewed(client: TestClient, installation: Installation) -> Made:
    """Return what makes a review of a stop of the officer who is signed in, and tells its address."""
    with installation.writing() as session:
        officer = a.an_officer(session, name="Olu Officer", number="8812")
        reviewer = a.an_account(session, name="Robin Reader", officer_number="7788")
        ids = officer.id, reviewer.id
    sign_in_as(client, installation, ids[0])

    def made(**columns: object) -> str:
        from stop_search.accounts.records import Account

        with installation.writing() as session:
            who = {"officer": session.get_one(Account, ids[0]), "reviewer": session.get_one(Account, ids[1])}
            given = {"submitted_at": datetime.now(UTC)} | columns
            return f"/officer/reviews/{a_reviewed_stop(session, **who, **given).id}"  # pyright: ignore[reportArgumentType]

    return made


def main_of(client: TestClient, path: str) -> Tag:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    found = BeautifulSoup(answer.text, "html.parser").find("main")
    assert isinstance(found, Tag)
    return found


def words(found: Tag) -> str:
    return " ".join(found.get_text(" ").split())


def send(client: TestClient, installation: Installation, path: str, **fields: object):  # noqa: ANN201 -- the client's answer
    return client.post(path, data={"csrf": csrf_for(client, installation)} | fields)


def responses(installation: Installation) -> list[tuple[str, str | None]]:
    with installation.reading() as session:
        return [(one.kind, one.text) for one in session.scalars(select(OfficerResponse).order_by(OfficerResponse.kind))]


def test_an_empty_page_says_that_this_says_nothing_about_the_officer(client: TestClient, reviewed: Made) -> None:
    assert "No stop of yours has been reviewed yet. That says nothing about you" in words(main_of(client, "/officer/reviews"))


def test_an_officer_is_told_whether_chance_picked_the_stop_and_not_why_a_person_did(
    client: TestClient, reviewed: Made, installation: Installation
) -> None:
    by_chance = reviewed()
    assert "asked for" not in words(main_of(client, "/officer/reviews")).lower()
    assert "Chance picked this stop" in words(main_of(client, by_chance))
    with installation.writing() as session:
        first = session.scalars(select(Review)).one()
        asked = a.an_entry_for_cause(session, encounter=session.get_one(a.Encounter, first.encounter_id), cause=Cause.SAFEGUARDING)
        marks = dict.fromkeys(MARKED, 2)
        address = f"/officer/reviews/{a.a_review(session, frame_entry=asked, reviewer=a.an_account(session), marks=marks).id}"
    shown, listed = words(main_of(client, address)), words(main_of(client, "/officer/reviews"))
    assert "Chance did not pick this stop: a person asked for it to be reviewed." in shown
    assert "Chance picked this stop" not in shown
    assert "If there is a complaint or such a process about the stop, that goes its own way." in shown
    assert listed.count("Asked for") == 1
    assert "safeguarding" not in listed.lower()
    assert "Chance picked this stop" in words(main_of(client, by_chance))


def test_the_list_begins_with_what_went_well_even_where_nothing_was_found(client: TestClient, reviewed: Made) -> None:
    address = reviewed(flags=("de_escalated",), marks={"C5": 3})
    page = main_of(client, "/officer/reviews")
    shown = words(page)
    assert shown.index("What went well") < shown.index("One review")
    assert "Nothing was found. It counts all the same." in shown
    assert "Voice: in 1 review " in shown
    assert "Where fewer than 5 reviews" in shown
    assert page.select_one(f'.site-good a[href="{address}"]')
    assert "nobody is ranked" in shown


def test_from_five_reviews_good_practice_is_told_with_how_many_could_score_it(client: TestClient, reviewed: Made) -> None:
    for level in (3, 3, 2, 1, 2):
        reviewed(marks={"C5": level})
    shown = words(main_of(client, "/officer/reviews"))
    assert "Voice: in 2 of the 5 reviews that could score it" in shown
    assert "Where fewer" not in shown
    assert not re.search(r"%|percent|average|rank(?!ed)|colleagues", shown)


def test_a_review_shows_each_mark_in_words_with_its_note_and_moment(client: TestClient, reviewed: Made, installation: Installation) -> None:
    address = reviewed(
        flags=("de_escalated", "ignored_question"), marks={"C1": 1, "C9": MarkKind.NOT_APPLICABLE}, summary="Robin Reader: calm."
    )
    with installation.writing() as session:
        mark = session.get_one(Mark, (uuid.UUID(address.rpartition("/")[2]), "C1"))
        mark.evidence = "“Smells of cannabis”, 7788 noted."
        session.add(MarkMoment(review_id=mark.review_id, criterion="C1", place=0, from_seconds=192.0, to_seconds=220.0))
        session.get_one(Mark, (uuid.UUID(address.rpartition("/")[2]), "C9")).reason = "no_force"
    page = main_of(client, address)
    shown = words(page)
    assert shown.index("Commended") < shown.index("Mark by mark")
    assert "Good practice counts all the same." in shown
    assert "Grounds Below the standard : Weak: generic" in words(page.select_one("#C1") or page)
    assert "From 3 min 12 s to 3 min 40 s of the footage" in words(page.select_one("#C1") or page)
    assert "Not applicable : No force was seen, and none is recorded" in words(page.select_one("#C9") or page)
    assert "What could have felt unjust" in shown
    assert "[the reviewer]: calm." in shown
    assert not [word for word in ("Robin", "7788", "second") if word in shown]
    assert not page.select("video, audio, a[href*='footage'], a[href*='media']")


def test_what_is_looked_at_is_noted_and_what_is_another_officers_is_not_there(
    client: TestClient, reviewed: Made, installation: Installation
) -> None:
    from stop_search.audit.records import AuditEntry

    own = reviewed()
    with installation.writing() as session:
        other = a_reviewed_stop(session, officer=a.an_officer(session)).id
    main_of(client, own)
    with installation.reading() as session:
        assert session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == "own_review_read")).all() == [own.rpartition("/")[2]]
    for tail in ("", "/dispute"):
        assert client.get(f"/officer/reviews/{other}{tail}").status_code == 404
    for tail, fields in (("/acknowledge", {}), ("/reply", {"text": "x"}), ("/dispute", {"criteria": "C1", "reason": "x"})):
        assert send(client, installation, f"/officer/reviews/{other}{tail}", **fields).status_code == 404
    assert responses(installation) == []


def test_an_officer_acknowledges_once_and_replies(client: TestClient, reviewed: Made, installation: Installation) -> None:
    address = reviewed()
    assert main_of(client, "/officer/reviews").select_one(".govuk-tag")
    for _ in range(2):
        answer = send(client, installation, f"{address}/acknowledge")
        assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert send(client, installation, f"{address}/reply", text="It was <b>dark</b>.").status_code == 303
    shown = words(main_of(client, address))
    assert "that you have read it" in shown
    assert "I have read this review" not in shown
    assert "It was <b>dark</b>." in shown
    assert not main_of(client, "/officer/reviews").select_one(".govuk-tag")
    assert responses(installation) == [("acknowledged", None), ("replied", "It was <b>dark</b>.")]


def test_a_reply_that_cannot_be_kept_is_still_in_its_field(client: TestClient, reviewed: Made, installation: Installation) -> None:
    address = reviewed()
    long = "x" * 4001
    answer = send(client, installation, f"{address}/reply", text=long)
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert page.select_one("#text").get_text().strip() == long  # pyright: ignore[reportOptionalMemberAccess]
    assert page.select_one('.govuk-error-summary a[href="#text"]')
    assert responses(installation) == []


def test_an_officer_disputes_marks_and_sees_what_the_reread_came_to(client: TestClient, reviewed: Made, installation: Installation) -> None:
    address = reviewed(marks={"C5": 1})
    assert main_of(client, address).select_one(f'a[href="{address}/dispute"]')
    boxes = main_of(client, f"{address}/dispute").select("input[name=criteria]")
    assert len(boxes) == 14
    assert send(client, installation, f"{address}/dispute", criteria=["C5", "C6"], reason="I did ask him.").status_code == 303
    shown = words(main_of(client, address))
    assert "you asked for Voice , Dignity and respect to be read again" in shown
    assert "Somebody who has not read this stop reads it again." in shown
    assert "Being read again" in words(main_of(client, "/officer/reviews"))
    assert client.get(f"{address}/dispute").status_code == 303
    with installation.writing() as session:
        from stop_search.reviews.disputes import note_reread

        review = session.get_one(Review, uuid.UUID(address.rpartition("/")[2]))
        note_reread(session, review=read_again(session, review, marks={"C5": 3, "C6": 2}), now=a.NOON)
    page = main_of(client, address)
    assert "It was “Below the standard: The person is cut off, or questions are ignored” before." in words(page.select_one("#C5") or page)
    assert "The mark stays the same." in words(page.select_one("#C6") or page)
    assert "Toni" not in words(page)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"reason": "Why"}, "criteria"), ({"criteria": ["C5"]}, "reason"), ({"criteria": ["C99"], "reason": "x"}, "criteria")],
)
def test_a_dispute_without_marks_or_reason_says_what_is_missing_and_loses_nothing(
    client: TestClient, reviewed: Made, installation: Installation, fields: dict[str, object], wrong: str
) -> None:
    address = reviewed()
    answer = send(client, installation, f"{address}/dispute", **fields)
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert [link["href"] for link in page.select(".govuk-error-summary a")] == [f"#{wrong}"]
    assert page.select(f"#{wrong}"), "the link leads nowhere"
    assert (page.select_one("#reason").get_text().strip()) == fields.get("reason", "")  # pyright: ignore[reportOptionalMemberAccess]
    assert {box["value"] for box in page.select("input[name=criteria][checked]")} == set(fields.get("criteria", [])) & {"C5"}  # pyright: ignore[reportArgumentType]
    assert responses(installation) == []


def test_a_dispute_that_comes_too_late_is_refused_and_the_page_says_so(
    client: TestClient, reviewed: Made, installation: Installation
) -> None:
    address = reviewed(submitted_at=a.NOON.replace(year=2020))
    assert "A mark could be disputed for 28 days. That time is over." in words(main_of(client, address))
    assert send(client, installation, f"{address}/dispute", criteria=["C5"], reason="Late.").status_code in {409, 410}
    assert ResponseKind.DISPUTED not in {kind for kind, _ in responses(installation)}


def test_a_dispute_that_nobody_could_look_at_again_says_so(client: TestClient, installation: Installation, reviewed: Made) -> None:
    path = reviewed()
    assert send(client, installation, f"{path}/dispute", criteria=["C5"], reason="He spoke.").status_code == 303
    with installation.writing() as session:
        first = session.scalars(select(Review)).one()
        entry, reader = session.get_one(a.FrameEntry, first.frame_entry_id), a.an_account(session, name="Toni Third")
        again = a.a_review(session, frame_entry=entry, reviewer=reader, reading=Reading.REREAD, state=ReviewState.STARTED, criteria=["C5"])
        viewer = Viewer(id=reader.id, name=reader.name, roles=frozenset({Role.SUPERVISOR}))
        confirm_without_footage(session, review_id=again.id, viewer=viewer, now=datetime.now(UTC))
    shown = words(main_of(client, path))
    assert "It could not be read again" in shown
    assert "The marks stay." in shown
    assert "It was read again by somebody else" not in shown
