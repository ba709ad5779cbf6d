"""Withdrawing a receipt by hand: asked first, with one of three reasons, once."""

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from stop_search.encounters.rules import NewPerson, ReceiptState, RecordedEncounter, WithdrawalReason
from stop_search.installation import Installation
from tests.support.officers import Officer
from tests.support.stops import a_new_person
from tests.support.visitors import csrf_for


@pytest.fixture
def officer(client: TestClient, installation: Installation) -> Officer:
    """Return an officer who is signed in."""
    return Officer(client, installation)


def withdraws(officer: Officer, done: RecordedEncounter, *, person: int = 1, **fields: str) -> int:
    """Send the page's form; return the status."""
    path = f"/officer/stops/{done.reference}/people/{person}/withdraw"
    return officer.client.post(path, data={"csrf": csrf_for(officer.client, officer.installation)} | fields).status_code


def test_the_page_asks_why_with_three_reasons_and_says_what_follows(officer: Officer) -> None:
    done = officer.has_recorded()
    stop = officer.opens(f"/officer/stops/{done.reference}")
    link = next(link for link in stop.select("a") if link.get_text().startswith("Withdraw it"))
    page = officer.opens(str(link["href"]))
    assert {str(radio["value"]) for radio in page.select("input[name=reason]")} == {str(reason) for reason in WithdrawalReason}
    assert not page.select("input[name=reason][checked]")
    assert "cannot be undone" in page.get_text()


def test_a_receipt_recorded_in_error_opens_nothing_and_leaves_the_record_finished(officer: Officer) -> None:
    done = officer.has_recorded(people=(a_new_person(), NewPerson()), finish_later=True)
    assert officer.client.get(f"/r/{done.people[1].code}").status_code == 200
    assert withdraws(officer, done, person=2, reason="recorded_in_error") == 303
    assert officer.client.get(f"/r/{done.people[1].code}").status_code == 404
    assert officer.client.get(f"/r/{done.people[0].code}").status_code == 200
    record = officer.record(done.reference)
    assert ([line.state for line in record.receipts], record.gaps) == ([ReceiptState.ISSUED, ReceiptState.WITHDRAWN], ())
    words = officer.opens(f"/officer/stops/{done.reference}").get_text(" ", strip=True)
    assert "This receipt was withdrawn. Its code opens nothing any more. The person was recorded in error." in words


@pytest.mark.parametrize("reason", ["", "because", "recorded_in_error "])
def test_without_one_of_the_reasons_nothing_is_withdrawn(officer: Officer, reason: str) -> None:
    done = officer.has_recorded()
    path = f"/officer/stops/{done.reference}/people/1/withdraw"
    answer = officer.client.post(path, data={"csrf": csrf_for(officer.client, officer.installation), "reason": reason})
    assert answer.status_code == 422
    links = [str(link["href"]) for link in BeautifulSoup(answer.text, "html.parser").select(".govuk-error-summary a")]
    assert links == ["#reason"]
    assert officer.record(done.reference).receipts[0].state is ReceiptState.ISSUED


def test_sent_twice_it_is_withdrawn_once_and_asked_for_no_more(officer: Officer) -> None:
    done = officer.has_recorded()
    assert [withdraws(officer, done, reason="seen_by_others") for _ in range(2)] == [303, 303]
    assert officer.client.get(f"/officer/stops/{done.reference}/people/1/withdraw").status_code == 303


def test_who_is_not_in_the_record_has_no_receipt_to_withdraw(officer: Officer) -> None:
    done = officer.has_recorded()
    assert withdraws(officer, done, person=2, reason="seen_by_others") == 404
    assert officer.client.get(f"/officer/stops/{done.reference}/people/2/withdraw").status_code == 404
