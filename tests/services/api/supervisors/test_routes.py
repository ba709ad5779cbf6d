"""The supervisors' pages: own reviews only, blind, one criterion at a time, nothing typed lost, handed in once."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.footage.records import EvidenceLink, Footage
from stop_search.footage.rules import FootageState
from stop_search.installation import Installation
from stop_search.reviews.records import Mark, Review, ReviewFlag, ReviewTheme
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import Reading, ReviewState
from tests.support import builders as a
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import CANARIES, Bench, a_bench, a_searched_person, soup, words

FORMS = ("/start", "/C1", "/themes", "/submit", "/give-back")
CRITERIA = [criterion.id for criterion in newest_rubric().criteria]


@pytest.fixture
def bench(client: TestClient, installation: Installation) -> Bench:
    """Give a supervisor with one review that is assigned."""
    return a_bench(client, installation)


def test_an_empty_queue_says_why_and_what_comes(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.SUPERVISOR)
    assert "Nothing waits for you. New reviews come after the next draw" in words(client.get("/reviews"))


def test_the_queue_shows_own_reviews_by_due_date_with_footage_and_state(client: TestClient, installation: Installation) -> None:
    reviewer_id = sign_in(client, installation, Role.SUPERVISOR)
    today = datetime.now(UTC).date()
    with installation.writing() as session:
        reviewer, other = session.get_one(a.Account, reviewer_id), a.an_account(session)
        draw = a.a_draw(session)
        plain = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, officer=a.an_officer(session)))
        filmed = a_frame_with_footage(session, draw)
        failed = a_frame_with_footage(session, draw, state=FootageState.FAILED)
        strangers = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session))
        a.a_review(session, frame_entry=plain, reviewer=reviewer, state=ReviewState.ASSIGNED, due_on=today - timedelta(days=2))
        a.a_review(session, frame_entry=filmed, reviewer=reviewer, state=ReviewState.STARTED, due_on=today, marks={"C1": 2})
        a.a_review(session, frame_entry=failed, reviewer=reviewer, state=ReviewState.ASSIGNED, due_on=today + timedelta(days=30))
        a.a_review(session, frame_entry=strangers, reviewer=other, state=ReviewState.ASSIGNED, due_on=today)
    shown = client.get("/reviews")
    rows = [row.get_text(" ", strip=True) for row in soup(shown).select("tbody tr")]
    assert len(rows) == 3
    assert "2 days late" in rows[0]
    assert "No footage" in rows[0]
    assert "12 min, 1 camera" in rows[1]
    assert "1 of 14 marked" in rows[1]
    assert "Could not be read" in rows[2]
    assert soup(shown).select_one(".site-counts").get_text(" ", strip=True).split() == ["Today", "1", "This", "week", "1", "Late", "1"]


def a_frame_with_footage(session: object, draw: object, *, state: FootageState = FootageState.EXAMINED) -> a.FrameEntry:
    """Add a drawn encounter with one recording of twelve minutes, or one that could not be read."""
    encounter = a.an_encounter(session, officer=a.an_officer(session))
    a.a_recording(session, encounter=encounter, state=state, facts={"length_seconds": 720.0} if state is FootageState.EXAMINED else None)
    return a.a_frame_entry(session, draw=draw, encounter=encounter)


def test_what_waits_for_a_reviewer_is_told_with_the_reason(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        entry = a_searched_person(session)
        entry.unassigned_reason = "There is no supervisor."
    told = words(client.get("/reviews"))
    assert "1 has no reviewer yet" in told
    assert "There is no supervisor." not in told  # which reason it is can tell of another reading


def test_anothers_review_is_answered_byte_for_byte_as_one_that_is_not_there(client: TestClient, installation: Installation) -> None:
    bench = a_bench(client, installation, state=ReviewState.STARTED)
    client.cookies.clear()
    sign_in(client, installation, Role.SUPERVISOR)
    for rest in ("", "/C1", "/themes", "/check", "/give-back"):
        theirs, missing, nonsense = (client.get(f"/reviews/{name}{rest}") for name in (bench.review_id, uuid.uuid4(), "nonsense"))
        assert theirs.status_code == missing.status_code == nonsense.status_code == 404, rest
        assert theirs.content == missing.content == nonsense.content, rest


def test_nothing_can_be_sent_to_anothers_review(client: TestClient, installation: Installation) -> None:
    bench = a_bench(client, installation, state=ReviewState.STARTED)
    client.cookies.clear()
    sign_in(client, installation, Role.SUPERVISOR)
    for rest in FORMS:
        assert bench.post(rest, answer="2", because="x").status_code == 404, rest


def test_no_page_tells_who_the_officer_is_or_what_ethnicity_is_recorded(bench: Bench) -> None:
    pages = [bench.get().text]
    bench.start()
    pages += [bench.get(f"/{criterion}").text for criterion in CRITERIA] + [bench.get("/themes").text, bench.get("/check").text]
    bench.mark_all()
    pages += [bench.get("/C1").text, bench.get("/check").text]
    bench.post("/submit")
    pages += [bench.get().text, bench.client.get("/reviews").text]
    assert [canary for canary in (*CANARIES, "Caribbean", "Black") if any(canary in page for page in pages)] == []


def test_the_outcome_is_hidden_until_the_grounds_are_locked_and_then_they_stay(bench: Bench) -> None:
    bench.start()
    bench.mark("C1")
    before = words(bench.get("/C2"))
    assert "The outcome is shown once you have locked the grounds" in before
    assert "Outcome Arrest" not in before
    assert bench.mark("C1", then="lock").headers["location"] == f"{bench.path}/C2"
    assert "Outcome Arrest" in words(bench.get("/C2"))
    assert bench.mark("C1", "3").status_code == 409
    locked = soup(bench.get("/C1"))
    assert locked.select_one("fieldset[disabled] input[name=answer][checked]")["value"] == "2"
    assert "so this mark stays as it is" in locked.get_text(" ", strip=True)


def test_grounds_that_are_not_complete_cannot_be_locked(bench: Bench) -> None:
    bench.start()
    assert bench.mark("C1", "3", evidence="", then="lock").status_code == 422
    assert "The outcome is shown once you have locked" in words(bench.get("/C2"))


def test_starting_leads_to_the_first_criterion_and_continuing_to_the_first_that_is_open(bench: Bench) -> None:
    assert bench.get("/C4").headers["location"] == bench.path
    assert bench.post("/start").headers["location"] == f"{bench.path}/C1"
    bench.mark("C1")
    assert bench.post("/start").headers["location"] == f"{bench.path}/C2"
    assert "Continue the review" in words(bench.get())


def test_each_criterion_leads_to_the_next_and_the_last_to_the_themes(bench: Bench) -> None:
    bench.start()
    followed = [bench.mark(criterion).headers["location"] for criterion in CRITERIA]
    assert followed == [f"{bench.path}/{name}" for name in (*CRITERIA[1:], "themes")]


def test_a_saved_mark_stands_in_the_form_and_can_be_changed(bench: Bench) -> None:
    bench.start()
    bench.mark("C3", "1", evidence="said late", evidence_from="1:05", evidence_to="1:20", item_W="not_applicable")
    page = soup(bench.get("/C3"))
    assert page.select_one("input[name=answer][checked]")["value"] == "1"
    assert page.select_one("textarea").text == "said late"
    assert [page.select_one(f"#evidence_{end}")["value"] for end in ("from", "to")] == ["1:05", "1:20"]
    assert page.select_one("#item_W option[selected]")["value"] == "not_applicable"
    assert "1 of 14 marked" in page.get_text(" ", strip=True)
    assert [(mark["data-from"], mark["data-to"]) for mark in page.select("[data-marks] li")] == [("65.0", "80.0")]
    bench.mark("C3", "not_observable", not_observable_reason="no_audio", evidence="", evidence_from="")
    with bench.installation.reading() as session:
        mark = session.scalars(select(Mark)).one()
        assert (mark.kind, mark.level, mark.reason, mark.evidence, mark.evidence_from_seconds) == (
            "not_observable",
            None,
            "no_audio",
            None,
            None,
        )


@pytest.mark.parametrize(
    ("criterion", "fields", "wrong", "told"),
    [
        ("C5", {"answer": ""}, "answer", "Choose an answer."),
        ("C5", {"answer": "7"}, "answer", "Choose an answer."),
        ("C5", {"answer": "3", "evidence": ""}, "evidence", "A 3 needs evidence"),
        ("C5", {"answer": "2", "evidence_from": "soon"}, "evidence_from", "like 3:12"),
        ("C5", {"answer": "2", "evidence_from": "1:75"}, "evidence_from", "like 3:12"),
        ("C5", {"answer": "2", "evidence_from": "11:00"}, "evidence_from", "after the end of the footage"),
        ("C5", {"answer": "2", "evidence_from": "2:00", "evidence_to": "1:00"}, "evidence_to", "must not be before the start"),
        ("C5", {"answer": "2", "evidence": "x" * 4001}, "evidence", "at most 4000"),
        ("C5", {"answer": "not_observable", "not_observable_reason": ""}, "not_observable_reason", "Choose why it cannot be told."),
        ("C9", {"answer": "not_applicable", "not_applicable_reason": ""}, "not_applicable_reason", "Choose why it does not apply."),
        ("C1", {"answer": "not_applicable"}, "answer", "C1 always applies."),
        ("C12", {"answer": "not_observable"}, "answer", "C12 can always be told from footage."),
        ("C3", {"answer": "2", "item_Y": ""}, "item_Y", "Still open: Y."),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(
    bench: Bench, criterion: str, fields: dict[str, str], wrong: str, told: str
) -> None:
    bench.start()
    answer = bench.mark(criterion, **fields)
    page = soup(answer)
    assert answer.status_code == 422
    assert told in page.select_one(f"#{wrong}-error").text
    summary = page.select_one(".govuk-error-summary a")
    assert summary["href"] == f"#{wrong}"
    assert page.select_one(f"#{wrong}") is not None
    assert page.title.text.startswith("Error: ")
    assert page.select_one("textarea").text == fields.get("evidence", "as the record says")
    assert page.select_one("#evidence_from")["value"] == fields.get("evidence_from", "")
    with bench.installation.reading() as session:
        assert session.scalar(select(func.count()).select_from(Mark)) == 0


def test_text_that_means_something_elsewhere_is_only_text_here(bench: Bench) -> None:
    bench.start()
    typed = '<script>alert(1)</script> {{ 7*7 }} \u202e "quoted" é😀'
    bench.mark("C5", evidence=f"{typed}\x00")
    page = bench.get("/C5")
    assert "<script>alert" not in page.text
    assert soup(page).select_one("textarea").text == typed
    assert "<script>alert" not in bench.get("/check").text


def test_not_applicable_against_the_record_is_refused(client: TestClient, installation: Installation) -> None:
    bench = a_bench(client, installation, state=ReviewState.STARTED)
    with installation.writing() as session:
        review = session.get_one(Review, bench.review_id)
        person = session.scalars(select(a.PersonSearched).where(a.PersonSearched.encounter_id == review.encounter_id)).one()
        person.force_used = ["compliant_handcuffs_front"]
    answer = bench.mark("C9", "not_applicable", not_applicable_reason="no_force")
    assert answer.status_code == 422
    assert "The record says otherwise: force is recorded." in words(answer)


def test_themes_and_flags_are_kept_and_unknown_ones_refused(bench: Bench) -> None:
    bench.start()
    answer = bench.post("/themes", theme=["phone_searched", "too_many_officers"], flag=["apologised"])
    assert answer.headers["location"] == f"{bench.path}/check"
    ticked = {box["value"] for box in soup(bench.get("/themes")).select("input[type=checkbox][checked]")}
    assert ticked == {"phone_searched", "too_many_officers", "apologised"}
    bench.post("/themes", theme=["phone_searched"])
    assert bench.post("/themes", theme=["made_up"]).status_code == 422
    with bench.installation.reading() as session:
        assert session.scalars(select(ReviewTheme.theme)).all() == ["phone_searched"]
        assert session.scalars(select(ReviewFlag.flag)).all() == []


def test_the_check_page_lists_what_is_missing_and_handing_in_says_it_too(bench: Bench) -> None:
    bench.start()
    bench.mark("C1")
    assert "13 of 14 criteria are not marked yet." in words(bench.get("/check"))
    answer = bench.post("/submit", summary="Speak sooner.")
    page = soup(answer)
    assert answer.status_code == 422
    assert [link["href"] for link in page.select(".govuk-error-summary a")] == [f"#line-{name}" for name in CRITERIA[1:]]
    assert page.select_one("textarea").text == "Speak sooner."


def test_a_cap_is_explained_before_handing_in(bench: Bench) -> None:
    bench.start()
    bench.mark_all()
    bench.mark("C5", "not_observable", not_observable_reason="no_audio")
    assert "C5 cannot be told because of how the camera was used, so this can be at most 1" in words(bench.post("/submit"))
    bench.mark("C12", "1")
    assert bench.post("/submit").status_code == 303


def test_a_review_is_handed_in_once_and_closed_after_that(bench: Bench) -> None:
    bench.start()
    bench.mark_all()
    for _ in range(2):
        assert bench.post("/submit", summary="Speak sooner.").headers["location"] == bench.path
    page = words(bench.get())
    assert "Review handed in" in page
    assert "Adequate : this follows from the marks by the published rule" in page
    assert bench.mark("C1", "3").status_code == 410
    assert bench.post("/themes").status_code == 410
    assert bench.post("/give-back", because="x").status_code == 410
    assert bench.get("/C1").headers["location"] == bench.path
    assert "Adequate" in words(bench.client.get("/reviews"))
    with bench.installation.reading() as session:
        assert session.scalar(select(func.count()).where(AuditEntry.action == "review_submitted")) == 1


def test_giving_back_needs_a_reason_and_takes_the_review_away(bench: Bench) -> None:
    assert "Say in 1 to 4000 characters why" in words(bench.post("/give-back", because=" "))
    assert bench.post("/give-back", because="I know her.").headers["location"] == "/reviews"
    assert bench.get().status_code == 404
    assert "Nothing waits for you" in words(bench.client.get("/reviews"))


def test_without_footage_no_marks_are_asked_and_one_button_says_so(client: TestClient, installation: Installation) -> None:
    bench = a_bench(client, installation, footage=False, footage_absence_reason="battery_flat")
    page = bench.get()
    assert "No recording was received. Why there is none, as was said: the battery was flat." in words(page)
    assert soup(page).select("form[action$=start], form[action$=submit]") == []
    bench.start()
    for rest in ("/C5", "/themes", "/check"):
        assert bench.get(rest).headers["location"] == bench.path, rest
    refused = bench.post("/submit")
    assert (refused.status_code, "nothing of it is scored" in words(refused)) == (409, True)
    button = soup(bench.get()).select_one("form[action$=without-footage]")
    assert button is not None
    for _ in range(2):
        assert bench.post("/without-footage").headers["location"] == bench.path
    done = bench.get()
    assert "It has no marks and no grade" in words(done)
    assert soup(done).select("form[action*=reviews]") == []
    assert "No recording to play" in words(bench.client.get("/reviews"))


def test_a_second_reader_of_a_search_without_footage_sees_the_same(client: TestClient, installation: Installation) -> None:
    first = a_bench(client, installation, footage=False, footage_absence_reason="battery_flat")
    told = words(first.get())
    assert first.post("/without-footage").status_code == 303
    client.cookies.clear()
    reader_id = sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        entry = session.get_one(a.FrameEntry, session.get_one(Review, first.review_id).frame_entry_id)
        reader = session.get_one(a.Account, reader_id)
        review = a.a_review(session, frame_entry=entry, reviewer=reader, reading=Reading.SECOND, state=ReviewState.ASSIGNED)
    assert words(client.get(f"/reviews/{review.id}")) == told


def test_a_recording_that_waits_is_no_reason_to_hand_in_that_there_is_none(client: TestClient, installation: Installation) -> None:
    bench = a_bench(client, installation, state=ReviewState.STARTED, footage=False)
    with installation.writing() as session:
        encounter = session.get_one(a.Encounter, session.get_one(Review, bench.review_id).encounter_id)
        a.a_recording(session, encounter=encounter, state=FootageState.FAILED, failure_reason="It is a text file.")
        a.a_recording(session, encounter=encounter, state=FootageState.RECEIVED, started_at=a.NOON)
    page = bench.get()
    assert "Camera 1: It is a text file." in words(page)
    assert "Camera 2: It arrived" in words(page)
    assert "Wait until that is done" in words(page)
    assert soup(page).select("form[action$=without-footage]") == []
    refused = bench.post("/without-footage")
    assert (refused.status_code, "still being examined" in words(refused)) == (409, True)


def test_without_scripts_the_pictures_are_links_to_moments(bench: Bench) -> None:
    bench.start()
    page = soup(bench.get("/C5"))
    links = page.select(".bench-pictures a")
    assert len(links) == 12
    shown = soup(bench.client.get(f"{bench.path}/C5{links[3]['href'].partition('/C5')[2]}"))
    assert shown.select_one("video")["src"].endswith("/video#t=150.0")
    assert page.select_one("video")["src"].endswith("/video")
    assert soup(bench.get("/C5?camera=9&at=nonsense")).select_one("video")["src"].endswith("/video")


def test_every_opening_of_the_workbench_is_a_consultation(bench: Bench) -> None:
    bench.start()
    for rest in ("", "/C1", "/themes", "/check", "/C99", "/give-back"):
        bench.get(rest)
    with bench.installation.reading() as session:
        opened = session.scalars(select(AuditEntry).where(AuditEntry.action == "workbench_opened")).all()
        assert {(entry.operation, entry.object_id, entry.actor) for entry in opened} == {
            ("consultation", str(bench.review_id), str(bench.reviewer_id)),
        }
        assert len(opened) == 5  # /C99 is no page, so its reading was undone with it
        assert "supervisor_review" in opened[0].text


def test_a_form_without_its_token_does_nothing(bench: Bench) -> None:
    for rest in FORMS:
        assert bench.client.post(bench.path + rest, data={"answer": "2"}).status_code == 403, rest


def test_other_roles_have_no_queue(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.OFFICER, Role.LEARNING_TEAM, Role.PANEL_MEMBER, Role.ADMINISTRATOR)
    assert client.get("/reviews").status_code == 403
    assert client.post("/reviews/x/start", data={"csrf": csrf_for(client, installation)}).status_code == 403


def test_footage_is_not_played_to_who_has_no_open_review_of_it(bench: Bench) -> None:
    address = soup(bench.get()).select_one("video")["src"]
    bench.client.cookies.clear()
    sign_in(bench.client, bench.installation, Role.SUPERVISOR)
    assert bench.client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("gone_as", "said"), [(None, "The evidence system of the force keeps this recording"), ("despite_hold", "and is gone there")]
)
def test_a_recording_that_the_evidence_system_keeps_is_told_with_its_pictures_and_never_under_its_id(
    bench: Bench, gone_as: str | None, said: str
) -> None:
    with bench.installation.writing() as session:
        footage = session.scalars(select(Footage)).one()
        footage.storage_key = None
        link = EvidenceLink(footage_id=footage.id, evidence_id="CANARYEVIDENCE", told_at=datetime.now(UTC), told_by="x")
        link.gone_at, link.gone_as = (datetime.now(UTC) if gone_as else None), gone_as
        session.add(link)
        footage_id = footage.id
    assert "Kept in the evidence system" in words(bench.client.get("/reviews"))
    bench.start()
    shown = bench.get()
    assert said in words(shown)
    assert "you are asked for no marks" in words(shown)
    assert soup(shown).select("video") == []
    assert len(soup(shown).select(".bench-pictures img")) == 12
    assert soup(shown).select(".bench-pictures a") == []
    assert "CANARYEVIDENCE" not in shown.text
    answer = bench.client.get(f"/media/footage/{footage_id}/video")
    assert answer.status_code == 404
    assert "It cannot be played here" in words(answer)
