"""Walking through the forms for letters, without any page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.public.claiming import CLAIM
from services.api.public.complaining import COMPLAINT
from services.api.public.letter_forms import Field, LetterForm, LetterStep, Page, Sort, faults_of, next_step, read_draft, told
from services.api.public.panel_joining import INTEREST
from services.api.public.record_copy import COPY
from stop_search.letters.rules import LONGEST_BODY, LONGEST_TEXT, checked_body

FORMS = [COMPLAINT, COPY, CLAIM, INTEREST]
ID = "1" * 32
FILLED = {
    Sort.LINE: "by the bridge",
    Sort.EMAIL: "ann@mail.example",
    Sort.PHONE: "01632 960 001",
    Sort.LONG: "first line\nsecond line",
    Sort.TICK: "yes",
}


def on(form: LetterForm, at: str, *, go: str = "continue", has_receipt: bool = True, **typed: str) -> LetterStep:
    """Return what follows a page that was posted."""
    return next_step(form, {"submission_id": ID, "at": at, "go": go} | typed, has_receipt=has_receipt)


def everything(form: LetterForm, **chosen: str) -> dict[str, str]:
    """Return something for every field of a form."""
    fields = [one for page in form.pages for one in page.fields]
    return {one.name: chosen.get(one.name) or (one.answers[0] if one.answers else FILLED[one.sort]) for one in fields}


def names(form: LetterForm, *, has_receipt: bool, **typed: str) -> list[str]:
    """Return the pages that somebody is asked."""
    return [page.name for page in form.shown_pages(typed, has_receipt=has_receipt)]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.group)
@pytest.mark.parametrize("has_receipt", [True, False])
def test_a_filled_form_leads_from_page_to_page_and_can_be_sent_as_the_letters_room_takes_it(form: LetterForm, *, has_receipt: bool) -> None:
    typed = everything(form)
    seen = [names(form, has_receipt=has_receipt, **typed)[0]]
    while (step := on(form, seen[-1], has_receipt=has_receipt, **typed)).page is not None:
        assert (step.faults, step.sends) == ({}, False)
        seen.append(step.page.name)
    assert seen == names(form, has_receipt=has_receipt, **typed)
    assert on(form, "check", go="send", has_receipt=has_receipt, **typed).sends
    assert checked_body(form.kind, told(form, typed, has_receipt=has_receipt))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.group)
def test_nobody_can_send_what_misses_something_by_jumping_to_the_end(form: LetterForm) -> None:
    step = on(form, "check", go="send", has_receipt=False)
    assert (step.sends, step.page, bool(step.faults)) == (False, form.pages[0], True)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.group)
@pytest.mark.parametrize("has_receipt", [True, False])
def test_whatever_the_pages_let_pass_the_letters_room_takes(form: LetterForm, *, has_receipt: bool) -> None:
    """The longest of everything, with letters that need most room."""
    fields = {one.name: one for page in form.pages for one in page.fields}
    full = {name: ("x" * one.longest if one.sort in {Sort.LINE, Sort.LONG, Sort.PHONE} else "") for name, one in fields.items()}
    typed = {name: full[name] or text for name, text in everything(form).items()}
    assert all(faults_of(form, page, typed) == {} for page in form.pages)
    body = told(form, typed, has_receipt=has_receipt)
    assert max(map(len, body.values())) <= LONGEST_TEXT
    assert sum(map(len, body.values())) <= LONGEST_BODY
    assert checked_body(form.kind, body)


def test_the_place_is_asked_only_where_no_receipt_says_it() -> None:
    assert "where" not in names(COMPLAINT, has_receipt=True)
    assert "where" in names(COMPLAINT, has_receipt=False)


def test_a_copy_is_proved_by_the_receipt_at_a_counter_and_by_two_answers_otherwise() -> None:
    assert names(COPY, has_receipt=True, how="station") == ["asked_by", "how", "station"]
    assert names(COPY, has_receipt=True, how="email") == ["asked_by", "how", "email", "proof"]
    assert names(COPY, has_receipt=True, how="post") == ["asked_by", "how", "post", "proof"]
    assert names(COPY, has_receipt=False, how="station") == ["asked_by", "where", "how", "station", "proof"]


def test_what_was_typed_on_a_page_that_is_not_asked_any_more_is_not_sent() -> None:
    typed = everything(COPY, how="station")
    assert "address" not in told(COPY, typed, has_receipt=True)
    assert told(COPY, typed, has_receipt=True)["station"] == "by the bridge"


def test_a_complaint_needs_a_way_to_answer_or_a_word_that_none_is_wanted() -> None:
    nothing = on(COMPLAINT, "contact", name="Ann")
    assert (nothing.page and nothing.page.name, nothing.faults["email"].words) == ("contact", "letter.errors.reach")
    assert on(COMPLAINT, "contact", no_answer="yes").page == COMPLAINT.pages[5]
    assert on(COMPLAINT, "contact", phone="01632 960 001").page == COMPLAINT.pages[5]


@pytest.mark.parametrize("wrong", ["ann", "ann@", "@mail.example", "ann@mail", "a b@mail.example", "a@b@mail.example"])
def test_an_address_that_cannot_be_one_is_told(wrong: str) -> None:
    assert on(COPY, "email", how="email", email=wrong).faults["email"].words == "letter.errors.email"


def test_back_leads_to_the_page_before_and_keeps_what_was_typed() -> None:
    step = on(COMPLAINT, "wanted", go="back", wanted="a sorry", what_happened="x", has_receipt=False)
    assert (step.page and step.page.name, step.draft.typed["wanted"]) == ("where", "a sorry")
    assert on(COMPLAINT, "what_happened", go="back").page == COMPLAINT.pages[0]


def test_another_language_shows_the_same_page_without_a_complaint_about_what_is_missing() -> None:
    step = on(COMPLAINT, "contact", go="stay", name="Ann")
    assert (step.page and step.page.name, step.faults, step.draft.typed) == ("contact", {}, {"name": "Ann"})
    assert on(COMPLAINT, "check", go="stay", what_happened="x").page is None


def test_a_change_comes_back_to_the_check_page_unless_it_asks_for_something_new() -> None:
    typed = everything(COPY, how="station")
    typed["address"] = ""
    change = on(COPY, "check", go="change:how", **typed)
    assert (change.page and change.page.name, ("changing", "yes") in change.draft.hidden(change.page)) == ("how", True)
    assert on(COPY, "how", changing="yes", **typed).page is None
    to_post = on(COPY, "how", changing="yes", **(typed | {"how": "post"}))
    assert (to_post.page and to_post.page.name, to_post.draft.changing, to_post.faults) == ("post", True, {})
    assert on(COPY, "post", changing="yes", **(typed | {"how": "post", "address": "1 Invented Street"})).page is None


def test_a_page_of_nowhere_and_a_made_up_answer_lead_to_the_beginning_and_to_nothing() -> None:
    assert on(COMPLAINT, "nowhere").page == COMPLAINT.pages[0]
    assert on(COMPLAINT, "check", go="change:nowhere").page == COMPLAINT.pages[0]
    assert read_draft(COMPLAINT, {"about_whom": "the king", "no_answer": "maybe", "standing": "primary"}).typed == {
        "about_whom": "",
        "no_answer": "",
    }


def test_the_page_with_the_reference_carries_nothing_that_was_typed() -> None:
    step = on(COMPLAINT, "sent", go="stay", what_happened="x")
    assert step.sends


NAMES = sorted({one.name for form in FORMS for page in form.pages for one in page.fields})
PAGES = sorted({page.name for form in FORMS for page in form.pages} | {"check", "sent", "nowhere"})
GOES = ["continue", "back", "stay", "send", "change:", *(f"change:{name}" for name in PAGES)]
POSTED = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            NAMES, st.text() | st.sampled_from(["me", "post", "email", "station", "lost", "both", "adult", "yes", "a@b.example"])
        ),
        "at": st.sampled_from(PAGES) | st.text(),
        "go": st.sampled_from(GOES) | st.text(),
        "changing": st.text(),
        "assisted": st.text(),
        "submission_id": st.text(),
    },
)


@given(st.sampled_from(FORMS), st.booleans(), POSTED)
def test_nothing_that_can_be_posted_breaks_the_walk_and_cleaning_again_changes_nothing(
    form: LetterForm,
    has_receipt: bool,  # noqa: FBT001 -- Hypothesis gives it by its place
    posted: dict[str, str],
) -> None:
    step = next_step(form, posted, has_receipt=has_receipt)
    assert read_draft(form, posted | step.draft.typed).typed == step.draft.typed
    if step.sends and posted.get("at") == "check":
        assert checked_body(form.kind, told(form, step.draft.typed, has_receipt=has_receipt))
    if step.page is not None:
        assert step.page in form.shown_pages(step.draft.typed, has_receipt=has_receipt)


@given(st.text())
def test_a_line_is_one_line_and_a_long_text_keeps_its_lines(typed: str) -> None:
    form = LetterForm(COMPLAINT.kind, "g", "/", "/", (Page("p", (Field("line"), Field("long", Sort.LONG))),))
    kept = read_draft(form, {"line": typed, "long": typed}).typed
    assert "\n" not in kept["line"]
    assert kept["long"].split() == kept["line"].split()
