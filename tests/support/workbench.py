"""A supervisor at the workbench, for tests of its pages: a drawn search with footage, assigned, and a browser without JavaScript."""

import uuid
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import ReviewState
from tests.support import builders as a
from tests.support.marking import all_watched
from tests.support.visitors import csrf_for, sign_in

CANARIES = ("CANARYNAME", "CANARYNUMBER", "CANARYSTATION", "CANARYTEAM", "CANARYCAMERA", "CANARYSELF", "CANARYFILE", "CANARYDOCK")
SECONDS = 600.0


@dataclass
class Bench:
    """A signed-in supervisor and one review of theirs."""

    client: TestClient
    installation: Installation
    review_id: uuid.UUID
    reviewer_id: uuid.UUID

    @property
    def path(self) -> str:
        """The review's own page."""
        return f"/reviews/{self.review_id}"

    def get(self, rest: str = "", **asked: Any) -> Any:
        """Open one of the review's pages."""
        return self.client.get(self.path + rest, **asked)

    def post(self, rest: str, **fields: Any) -> Any:
        """Send one of the review's forms, with its token."""
        return self.client.post(self.path + rest, data={"csrf": csrf_for(self.client, self.installation)} | fields)

    def start(self) -> None:
        """Start the review."""
        assert self.post("/start").status_code == 303

    def mark(self, criterion: str, answer: str = "2", **fields: Any) -> Any:
        """Send one criterion's form; the items of a checklist are all "said" unless given."""
        items = {f"item_{item.id}": "said" for item in newest_rubric().criterion(criterion).items}
        return self.post(f"/{criterion}", **({"answer": answer, "evidence": "as the record says"} | items | fields))

    def mark_all(self) -> None:
        """Watch everything, and mark every criterion with a 2."""
        with self.installation.writing() as session:
            all_watched(session, self.review_id)
        for criterion in newest_rubric().criteria:
            assert self.mark(criterion.id).status_code == 303, criterion.id


def a_bench(client: TestClient, installation: Installation, *, state: ReviewState = ReviewState.ASSIGNED, **encounter: Any) -> Bench:
    """Sign a supervisor in with one review, of a search whose officer, person and file are full of canaries."""
    reviewer_id = sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        entry = a_searched_person(session, **encounter)
        reviewer = session.get_one(a.Account, reviewer_id)
        review = a.a_review(session, frame_entry=entry, reviewer=reviewer, state=state)
    return Bench(client, installation, review.id, reviewer_id)


def a_searched_person(session: Session, *, footage: bool = True, **columns: Any) -> a.FrameEntry:
    """Add a drawn encounter of one person, with one recording unless told otherwise."""
    officer = a.an_officer(session, name="CANARYNAME", number="CANARYNUMBER", team=a.a_team(session, name=f"CANARYTEAM {uuid.uuid4()}"))
    officer.station = "CANARYSTATION"
    encounter = a.an_encounter(session, officer=officer, camera_serial="CANARYCAMERA", people=0, **columns)
    a.a_person(session, encounter=encounter, self_defined_ethnicity="B1", self_description="CANARYSELF", outcome="arrest")
    if footage:
        keys = f"footage/aa/{uuid.uuid4().hex}/derived"
        pictures = {
            "poster": f"{keys}/poster.jpg",
            "sprites": f"{keys}/sprites.jpg",
            "sprites_vtt": f"{keys}/sprites.vtt",
            "thumbnails": [{"key": f"{keys}/thumbnail-{n:02}.jpg", "at_seconds": n * 10.0} for n in range(60)],
        }
        names = {"original_name": "CANARYFILE.mp4", "device_serial": "CANARYDOCK"}
        a.a_recording(session, encounter=encounter, facts={"length_seconds": SECONDS}, pictures=pictures, **names)
    return a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)


def soup(answer: Any) -> BeautifulSoup:
    """Return a page, read."""
    return BeautifulSoup(answer.text, "html.parser")


def words(answer: Any) -> str:
    """Return the words of a page."""
    return soup(answer).get_text(" ", strip=True)
