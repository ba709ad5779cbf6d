"""Strings that break things, in every field of every form for letters: shown escaped, sealed as they were typed."""

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from services.api.public.claiming import CLAIM
from services.api.public.complaining import COMPLAINT
from services.api.public.letter_forms import LetterForm, Sort, read_draft
from services.api.public.panel_joining import INTEREST
from services.api.public.record_copy import COPY
from stop_search.installation import Installation
from tests.support.form_walker import issued_receipt
from tests.support.letter_walker import LetterWalker, letters, opened, with_a_key
from tests.support.naughty import naughty_strings

FORMS = [
    (COMPLAINT, "/r/{code}/complain", {"about_whom": "me"}),
    (COPY, "/r/{code}/record", {"asked_by": "searched", "how": "post"}),
    (CLAIM, "/no-receipt/tell", {"offered": "lost", "wanted": "both"}),
    (INTEREST, "/r/{code}/panel", {"age": "adult"}),
]


@pytest.fixture
def code(installation: Installation) -> str:
    """Return the code of a receipt, where letters can be sealed."""
    with_a_key(installation)
    return issued_receipt(installation)[1]


@pytest.mark.parametrize(("form", "path", "chosen"), FORMS, ids=lambda one: getattr(one, "group", ""))
def test_every_naughty_string_in_every_field_is_shown_escaped_and_sealed_as_it_was_typed(
    code: str, client: TestClient, installation: Installation, form: LetterForm, path: str, chosen: dict[str, str]
) -> None:
    asked = form.shown_pages(chosen, has_receipt="{code}" in path)
    fields = [one.name for page in asked for one in page.fields if one.sort in {Sort.LINE, Sort.LONG, Sort.PHONE}]
    address = path.format(code=code)
    plain = shown(client, address, dict.fromkeys(fields, "x") | chosen, "0" * 32, "at=check&go=stay")
    counted = {tag: len(plain.soup.find_all(tag)) for tag in TAGS}
    for number, lot in enumerate(lots(len(fields))[:: 1 if form is COMPLAINT else 3], start=1):  # the fields are of the same few sorts
        typed = dict(zip(fields, lot, strict=False)) | chosen
        check = shown(client, address, typed, f"{number:032x}", "at=check&go=stay")
        there = {str(field["name"]): str(field["value"]) for field in check.soup.find_all("input", type="hidden")}
        kept = {name: text for name, text in read_draft(form, typed).typed.items() if text}
        assert (check.status, {name: there.get(name) for name in kept}) == (200, kept)
        assert {tag: len(check.soup.find_all(tag)) for tag in TAGS} == counted, lot
        sent = shown(client, address, typed, f"{number:032x}", "at=check&go=send")
        assert sent.status in {200, 422, 429}, lot  # empty after cleaning where something is needed; or its turn has not come
        if sent.status == 200:
            letter = next(letter for letter in letters(installation) if letter.reference == sent.soup.find(id="reference").get_text())
            said = opened(installation, letter)
            assert {name: said.get(name) for name in kept if name in fields} == {n: t for n, t in kept.items() if n in fields}
    assert letters(installation)


@pytest.mark.parametrize(("form", "path", "chosen"), FORMS, ids=lambda one: getattr(one, "group", ""))
def test_a_naughty_e_mail_address_is_told_and_shown_escaped(
    code: str, client: TestClient, form: LetterForm, path: str, chosen: dict[str, str]
) -> None:
    chosen = chosen | {"how": "email"}
    page = next(one for one in form.shown_pages(chosen, has_receipt=True) if any(field.name == "email" for field in one.fields))
    for (typed,) in lots(1)[::9]:
        walker = shown(client, path.format(code=code), chosen | {"email": typed, "name": "x"}, "1" * 32, f"at={page.name}&go=continue")
        assert walker.status in {200, 422}
        if box := walker.soup.find("input", id="email"):
            assert box["value"] == read_draft(form, {"email": typed}).typed["email"]
        assert len(walker.soup.find_all("script")) == 1


TAGS = ["script", "img", "iframe", "svg", "a", "style", "button", "form"]


def lots(of: int) -> list[list[str]]:
    """Return the naughty strings that fit into a line, so many at a time."""
    strings = [text for text in naughty_strings() if 0 < len(text) <= 200]
    return [strings[start : start + of] for start in range(0, len(strings), of)]


def shown(client: TestClient, path: str, typed: dict[str, str], submission_id: str, rest: str) -> LetterWalker:
    """Post a page, with half characters as a browser might send them."""
    whole = {"email": "ann@mail.example", "phone": "1"} | typed | {"submission_id": submission_id}
    fields = "&".join(f"{name}={quote(text.encode('utf-8', 'surrogatepass'))}" for name, text in whole.items())
    headers = {"content-type": "application/x-www-form-urlencoded"}
    walker = LetterWalker(client)
    walker.show(client.post(path, content=f"{fields}&{rest}", headers=headers))
    return walker
