"""The link in a reminder opens at the clip, also for whoever has to sign in first."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.actions import make_sign_in_link
from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.installation import Installation
from stop_search.mail.records import Mail
from stop_search.reviews.reminding import remind_reviewers
from tests.support.workbench import a_bench, soup


def test_the_link_of_a_reminder_leads_through_signing_in_to_the_footage(client: TestClient, installation: Installation) -> None:
    bench = a_bench(client, installation)
    with installation.writing() as session:
        remind_reviewers(session, public_url="http://testserver", actor=WORKER, now=datetime.now(UTC))
        text = session.scalars(select(Mail.text)).one()
        token = make_sign_in_link(session, account_id=bench.reviewer_id, actor=COMMAND_LINE, now=datetime.now(UTC))
    link = next(word for word in text.split() if word.endswith(str(bench.review_id)))
    client.cookies.clear()
    asked = client.get(link)
    assert asked.status_code == 303
    client.get(asked.headers["location"])
    form = soup(client.get(f"/sign-in/link/{token}")).select_one('input[name="next"]')  # as the link that was sent leads there
    assert form is not None
    answer = client.post("/sign-in/link", data={"token": token, "next": form["value"]})
    assert answer.headers["location"] == bench.path
    assert soup(client.get(bench.path)).select_one("video") is not None


@pytest.mark.parametrize("kept", ["https://evil.example", "//evil.example", "%2F%2Fevil.example", "javascript:alert(1)"])
def test_where_somebody_wanted_to_go_is_on_this_site_whatever_a_browser_says(client: TestClient, kept: str) -> None:
    client.cookies.set("stop-search-wanted", kept)
    form = soup(client.get("/sign-in/link/x")).select_one('input[name="next"]')
    assert form is not None
    assert form["value"] == ""
