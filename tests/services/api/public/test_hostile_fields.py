"""Whatever is posted to whatever route of the form: answered, never broken, never shown unescaped, and read back as it was."""

import os
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import httpx2
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from starlette.testclient import TestClient

from services.api.public.drafts import FIELD
from stop_search.feedback.records import Feedback
from stop_search.feedback.rules import cleaned_text
from stop_search.installation import Installation
from tests.support.chromium import live_site
from tests.support.form_walker import Walker, fields_of, issued_receipt
from tests.support.naughty import naughty_strings

ROUTES = [
    "/r",
    "/r/{}/feedback",
    "/r/{}/feedback/send",
    "/r/{}/feedback/thanks",
    "/reply",
    "/reply/add",
    "/reply/erase",
    "/reply/correct",
    "/reply/correct/send",
]
FIELDS = [
    FIELD, "at", "go", "set", "text", "agree", "about-age", "listened", "submission_id", "next", "kept", "what", "assisted", "code",
    "reply_code", "turn",
]  # fmt: skip
HEADERS = {"content-type": "application/x-www-form-urlencoded"}
MARK = "<zzz data-q='\">"
TYPED = st.text(max_size=80) | st.sampled_from(
    ["stay", "skip", "back", "change:calm", "set", "languages", "check", "about", "adult.1.c.x.0123.1.y.00"]
)


def body_of(fields: dict[str, str]) -> bytes:
    """Return a form as a browser would send it, half characters included."""
    pairs = (quote(name) + "=" + quote(text.encode("utf-8", "surrogatepass")) for name, text in fields.items())
    return "&".join(pairs).encode()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(route=st.sampled_from(ROUTES), fields=st.dictionaries(st.sampled_from(FIELDS), TYPED, max_size=6), marked=st.sampled_from(FIELDS))
def test_any_fields_to_any_route_are_answered_and_escaped(
    client: TestClient, installation: Installation, route: str, fields: dict[str, str], marked: str
) -> None:
    code = CODES.setdefault(str(installation.settings.data_folder), issued_receipt(installation)[1])
    answer = client.post(route.format(code), content=body_of(fields | {marked: fields.get(marked, "") + MARK}), headers=HEADERS)
    assert answer.status_code in {200, 303, 404, 409, 410, 422, 429}
    assert "<zzz" not in answer.text
    assert BeautifulSoup(answer.text, "html.parser").find("zzz") is None


CODES: dict[str, str] = {}


def test_every_naughty_string_in_every_field_of_every_route(client: TestClient, installation: Installation) -> None:
    naughty = naughty_strings()
    _, code = issued_receipt(installation)
    harmless = (b"", body_of(dict.fromkeys(FIELDS, "x")))  # what our own pages are made of, with and without something typed
    pages = [client.post(route.format(code), content=body, headers=HEADERS) for route in ROUTES for body in harmless]
    strange = {tag for page in pages for tag in tags_of(page.text)}
    checked = 0
    # All fields carry the string at once. Each string goes to one route, or with STOP_SEARCH_TEST_NAUGHTY=all to every one.
    everything = [(text, route) for text in naughty for route in ROUTES]
    pairs = everything if os.environ.get("STOP_SEARCH_TEST_NAUGHTY") == "all" else everything[:: len(ROUTES) + 1]
    for text, route in pairs:
        answer = client.post(route.format(code), content=body_of(dict.fromkeys(FIELDS, text)), headers=HEADERS)
        assert answer.status_code in {200, 303, 404, 409, 410, 422, 429}, (route, text)
        assert tags_of(answer.text) <= strange, (route, text)
        checked += len(FIELDS)
    assert checked >= len(naughty) * 0.9 * len(FIELDS)


def tags_of(html: str) -> set[str]:
    """Return the names of a page's tags."""
    return {tag.name for tag in BeautifulSoup(html, "html.parser").find_all(True)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_a_text_goes_round_the_whole_way_and_comes_back_as_it_was(client: TestClient, installation: Installation, text: str) -> None:
    code = CODES.setdefault(str(installation.settings.data_folder), issued_receipt(installation)[1])
    posted = {"at": "text", "go": "continue", "text": text, "submission_id": "1" * 32}
    walker = Walker(client).show(client.post(f"/r/{code}/feedback", content=body_of(posted), headers=HEADERS))
    for _ in range(3):
        form = walker.soup.find("form", id="answers")
        fields = fields_of(form)
        assert fields.get("text", "") == cleaned_text(text)
        go = {"go": "languages"} if walker.heading != "Language" else {"go": "stay"}
        walker.show(client.post(f"/r/{code}/feedback", content=body_of(fields | go), headers=HEADERS))


def test_a_hundred_posts_of_one_form_at_once_store_one(installation_on_each: Installation) -> None:
    installation = installation_on_each
    _, code = issued_receipt(installation)
    fields = {"submission_id": "1" * 32, "listened": "fully", "text": "Once."}
    with live_site(installation) as site, httpx2.Client(base_url=site, timeout=60) as client, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: client.post(f"/r/{code}/feedback/send", data=fields), range(100)))
    taken = [answer for answer in answers if answer.status_code == 200]
    assert taken
    assert {answer.status_code for answer in answers} <= {200, 429}  # the ninth at once from one receipt waits for its turn
    assert len({BeautifulSoup(answer.text, "html.parser").find(id="reply-code").get_text() for answer in taken}) == 1
    with installation.reading() as session:
        assert session.scalar(select(func.count()).select_from(Feedback)) == 1
