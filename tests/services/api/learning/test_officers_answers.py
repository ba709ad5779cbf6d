"""The learning team reads what officers wrote about reviews; nothing on the page tells who wrote it."""

from datetime import timedelta

from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.reviews.rules import ResponseKind
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.reviewed_stops import a_reviewed_stop
from tests.support.visitors import sign_in

PATH = "/learning/officers-answers"


def words_of(client: TestClient) -> str:
    answer = client.get(PATH)
    assert answer.status_code == 200, answer.text
    return " ".join(BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ").split())  # pyright: ignore[reportOptionalMemberAccess]


def test_an_empty_page_says_what_will_appear(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    shown = words_of(client)
    assert "No officer has replied yet." in shown
    assert "No officer has disputed a mark yet." in shown


def test_replies_and_disputes_stand_by_month_without_who_and_which_stop(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        officer = a.an_officer(session, name="Olu Officer", number="8812")
        review = a_reviewed_stop(session, officer=officer)
        reference = session.get_one(a.Encounter, review.encounter_id).reference
        a.a_response(session, review=review, officer=officer, kind=ResponseKind.REPLIED, text="Ring 07700 900123 <b>now</b>.")
        a.a_response(session, review=review, officer=officer, kind=ResponseKind.REPLIED, text="Earlier.", at=NOON - timedelta(days=40))
        a.a_response(session, review=review, officer=officer, kind=ResponseKind.DISPUTED, criteria=["C5"], text="I did ask.")
        a.a_response(session, review=review, officer=officer, kind=ResponseKind.ACKNOWLEDGED)
    sign_in(client, installation, Role.LEARNING_TEAM)
    shown = words_of(client)
    assert "1 review was acknowledged" in shown
    assert shown.index("November 2026 Ring [phone number] <b>now</b>.") < shown.index("October 2026 Earlier.")
    assert "Voice : waits to be read again I did ask." in shown
    assert not [word for word in ("Olu", "8812", reference) if word in shown]
