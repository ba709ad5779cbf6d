"""A dashboard asks the same number of statements however many rows there are: none is asked once for each row."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role
from stop_search.draws.records import Draw
from stop_search.footage.actions import place_hold
from stop_search.footage.rules import HoldReason
from stop_search.installation import Installation
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading, ReviewState
from tests.support import builders as a
from tests.support.dashboards import PAGES, counted
from tests.support.learned import some_answers
from tests.support.reviewed_stops import a_reviewed_stop, read_again
from tests.support.visitors import sign_in

FEW, MORE = 3, 6


def test_no_dashboard_asks_a_statement_for_each_row(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        officer, reader = a.an_officer(session, team=a.a_team(session)), a.an_account(session, name="Robin Reader")
        _add_rows(session, officer, reader, FEW)
    before = _statements(client, installation, officer, reader)
    with installation.writing() as session:
        _add_rows(session, session.get_one(Account, officer.id), session.get_one(Account, reader.id), MORE)
    after = _statements(client, installation, officer, reader)
    assert {page: (before[page], number) for page, number in after.items() if number > before[page]} == {}
    assert len(after) == sum(len(pages) for pages in PAGES.values()) - 1  # one action is shown like all


def _add_rows(session: Session, officer: Account, reader: Account, number: int) -> None:
    """Add reviewed stops, each in a draw of its own, read again; open reviews of stops with held footage past its time; answers."""
    for n in range(number):
        days_ago = 3 + session.query(Review).count()
        review = a_reviewed_stop(
            session, officer=officer, reviewer=reader, marks={"C4": n % 4}, days_ago=days_ago, themes=("early_handcuffs",)
        )
        read_again(session, review, marks={"C4": 2}, reading=Reading.SECOND if n % 2 else Reading.REREAD)
        started = a.NOON - timedelta(days=days_ago)
        waiting = a.an_encounter(session, officer=officer, started_at=started)
        a.a_recording(session, encounter=waiting, erase_after=a.NOON.date())
        place_hold(session, encounter_id=waiting.id, reason=HoldReason.DRAWN, cause_id="1", now=a.NOON)
        place_hold(session, encounter_id=waiting.id, reason=HoldReason.COMPLAINT, cause_id="1", now=a.NOON)
        entry = a.a_frame_entry(session, draw=session.scalars(select(Draw)).all()[0], encounter=waiting)
        a.a_review(session, frame_entry=entry, reviewer=reader, state=ReviewState.STARTED, marks={"C1": 2})
    some_answers(session, question="listened", criterion="C5", answers={"fully": number, "not_at_all": number}, issued_at=datetime.now(UTC))


def _statements(client: TestClient, installation: Installation, officer: Account, reader: Account) -> dict[tuple[Role, str], int]:
    own = {Role.OFFICER: officer.id, Role.SUPERVISOR: reader.id}
    with installation.reading() as session:
        names = {"draw": session.scalars(select(Draw.id)).all()[0]}
    found: dict[tuple[Role, str], int] = {}
    for role, pages in PAGES.items():
        sign_in(client, installation, *(() if role in own else (role,)), account_id=own.get(role))
        for page in pages:
            if "{action}" in page:
                continue
            client.get(page.format(**names))  # what is read once for all is not counted
            with counted(installation.database.engine) as statements:
                assert client.get(page.format(**names)).status_code == 200, page
            found[role, page] = len(statements)
    return found
