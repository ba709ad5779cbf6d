"""What people type is planted everywhere, over real HTTP with real workers, and looked for in every place where it must not be.

The receipt's code stands in the addresses of the receipt's own pages, because a QR has to be an address; nowhere else.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text

from stop_search.accounts.rules import Role
from stop_search.feedback.records import FeedbackText, TriageItem
from stop_search.feedback.reply_codes import REPLY_KEY_USE, make_reply_code
from stop_search.installation import Installation
from stop_search.letters.records import Letter
from tests.support.canaries import (
    ADDRESS,
    EMAIL,
    NAME,
    PHONE,
    PLANTED,
    WORDS,
    WRITTEN,
    Watched,
    files_below,
    found_in,
    queue_content,
    table_content,
)
from tests.support.form_walker import Walker, issued_receipt
from tests.support.letter_walker import LetterWalker, with_a_key
from tests.support.running import WholeSite, whole_site
from tests.support.visitors import csrf_for, sign_in

DONE_WITHIN_SECONDS = 60
IN_LETTERS = {
    "what_happened": WRITTEN,
    "wanted": WRITTEN,
    "about_whom": "me",
    "name": NAME,
    "phone": PHONE,
    "email": EMAIL,
    "address": ADDRESS,
    "place": WRITTEN,
    "day": WORDS,
    "time": WORDS,
    "remembered": WRITTEN,
    "asked_by": "searched",
    "how": "email",
    "offered": "lost",
}


@dataclass
class Lived:
    """A site in which people lived a day: what was planted, which addresses were seen, and the metrics."""

    site: WholeSite
    planted: dict[str, str] = field(default_factory=lambda: dict(PLANTED))
    public: Watched = field(default_factory=lambda: Watched(""))
    staff: Watched = field(default_factory=lambda: Watched(""))
    metrics: bytes = b""


@pytest.fixture(params=["sqlite", "postgres"])
def lived(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lived]:
    """Run a whole site on each database, and have everything planted in it."""
    address = ""
    if request.param == "postgres":
        address = request.getfixturevalue("empty_postgres")
    with whole_site(tmp_path / "site", database_url=address) as site:
        lived = Lived(site, public=Watched(site.address), staff=Watched(site.address))
        _a_person(lived)
        _a_handler(lived)
        _when_the_database_fails(lived)
        _work_is_done(site.installation)
        lived.metrics = httpx2.get(f"{site.address}/metrics").content
        yield lived


def test_nothing_that_people_typed_turns_up_anywhere(lived: Lived, tmp_path: Path) -> None:
    folder, installation = tmp_path / "site", lived.site.installation
    places = files_below(folder) | queue_content(folder) | table_content(installation) | {"metrics": lived.metrics}
    for needed, sign in (
        ("file logs/site.log", b"POST"),
        ("table job.name", b"erase_old_answers"),
        ("table job.state", b"done"),
        ("metrics", b"stop_search"),
        ("table audit_entry.text", b"leave_feedback"),
        ("table job.arguments", b"{"),
    ):
        assert sign in places[needed], f"{needed} was not looked into"
    assert any(place.startswith("queue ") for place in places)
    assert found_in(places, lived.planted) == []
    addresses = {"addresses of staff": "\n".join(lived.staff.addresses).encode()}
    assert found_in(addresses, lived.planted) == []
    assert found_in({"addresses of the public": "\n".join(lived.public.addresses).encode()}, lived.planted) == [
        "addresses of the public: receipt code"
    ]
    assert {404, 422, 429} <= lived.public.statuses
    assert lived.public.statuses & {500, 503}


def test_the_search_finds_what_is_planted_in_any_of_its_places(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("GET /x?phone=07700%20900461 and zebulon  QUILLFEATHER")
    assert found_in(files_below(tmp_path), PLANTED) == ["file app.log: name", "file app.log: phone"]


def _a_person(lived: Lived) -> None:
    """Say how it went, add to it, write every kind of letter; mistype, guess, and look for pages that are not there."""
    installation = lived.site.installation
    with_a_key(installation)
    _, code = issued_receipt(installation)
    with lived.public.opened() as browser:
        form: Any = browser
        walker = Walker(form).open(f"/r/{code}/feedback")
        walker.to_check_page(answer=3, text=WRITTEN).press("Send my answers")
        words = walker.soup.select("#reply-code")[0].get_text()
        lived.planted |= {"receipt code": code, "reply code": words}
        Walker(form).open("/reply").press("Show my answers", typed=words).press("Add this", typed=f"More {WRITTEN}")
        Walker(form).open("/reply").press("Show my answers", typed=words).press("Add this", typed=WRITTEN * 30)
        ways = ((f"/r/{code}/complain", "Send my complaint"), (f"/r/{code}/record", "Ask for my copy"), ("/no-receipt/tell", "Send"))
        for path, send in ways:
            sent = LetterWalker(form)
            sent.open(path)
            sent.through(**(IN_LETTERS | ({"wanted": "both"} if "tell" in path else {})))
            sent.fill(send)
            assert sent.soup.find(id="reference"), (path, sent.heading, sent.problem)
        LetterWalker(form).open("/complain").fill(email=NAME, what_happened=WRITTEN)
        browser.post("/complain", content=WRITTEN.encode(), headers={"content-type": "application/json"})
        browser.get(f"/r/{code[:-1]}")
        browser.get("/no-such-page")
        for number in range(12):
            browser.post("/reply", data={"reply_code": make_reply_code(installation.key_for(REPLY_KEY_USE), f"{number:032x}")})
        browser.post("/reply", data={"reply_code": WRITTEN})
        browser.post("/reply", data={"reply_code": words})


def _a_handler(lived: Lived) -> None:
    """Read it all as a complaints handler: masked and as written; answer, release, note, and close."""
    installation = lived.site.installation
    with lived.staff.opened() as browser:
        staff: Any = browser
        sign_in(staff, installation, Role.COMPLAINTS_HANDLER)
        with installation.reading() as session:
            item, (first, second) = session.scalars(select(TriageItem.id)).one(), session.scalars(select(FeedbackText.id)).all()
            references = session.scalars(select(Letter.reference)).all()
        token = {"csrf": csrf_for(staff, installation)}
        base = f"/complaints/feedback/{item}"
        assert WORDS in browser.post(f"{base}/as-written", data=token | {"why": "deciding"}).text
        for path in ("/complaints", "/complaints/feedback", base, "/complaints/comments"):
            assert browser.get(path).status_code == 200
        browser.post(f"{base}/answer", data=token | {"text": f"We read: {WRITTEN}"})
        browser.post(f"{base}/close", data=token | {"disposition": WRITTEN, "reason": WRITTEN * 9})
        browser.post(f"{base}/close", data=token | {"disposition": "complaint_recorded", "reason": "Says so."})
        browser.post(f"/complaints/comments/{first}", data=token | {"act": "look", "hide": WORDS})
        browser.post(f"/complaints/comments/{first}", data=token | {"act": "release", "hide": WORDS})
        browser.post(f"/complaints/comments/{second}/withhold", data=token | {"reason": "Tells who it is."})
        for reference in references:
            browser.get(f"/complaints/{reference}", params={"why": "answering"})
            browser.post(f"/complaints/{reference}/note", data=token | {"why": "answering", "note": f"Rang {NAME}, {PHONE}."})
        claim = next(each for each in references if each.startswith("S-"))
        looked = {"why": "finding_the_stop", "place": f"{WORDS} {ADDRESS}", "day": "2026-11-18"}
        assert browser.post(f"/complaints/{claim}/stops", data=token | looked).status_code == 200
    assert lived.staff.statuses <= {200, 303, 422}


def _when_the_database_fails(lived: Lived) -> None:
    """Send answers while a table is away: what the database then says of the values that it was given must be told to nobody."""
    installation = lived.site.installation
    _, code = issued_receipt(installation)
    fields = {"submission_id": "7" * 32, "overall": "very_badly", "text": WRITTEN}
    _rename(installation, "feedback_text", "away")
    with lived.public.opened() as browser:
        answer = browser.post(f"/r/{code}/feedback/send", data=fields)
    _rename(installation, "away", "feedback_text")
    assert answer.status_code in {500, 503}
    assert found_in({"error page": answer.content}, PLANTED) == []


def _rename(installation: Installation, old: str, new: str) -> None:
    with installation.database.engine.connect() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
        connection.commit()


def _work_is_done(installation: Installation) -> None:
    """Wait until the workers carried every job that was asked for."""
    deadline = time.monotonic() + DONE_WITHIN_SECONDS
    while time.monotonic() < deadline:
        with installation.reading() as session:
            if set(session.scalars(text("SELECT DISTINCT state FROM job"))) == {"done"}:
                return
        time.sleep(0.5)
    message = "the workers did not come to an end"
    raise AssertionError(message)
