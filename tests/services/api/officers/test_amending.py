"""Amending and finishing by hand: nothing is lost or changed unseen, the reason is asked for, the newer record is shown."""

import dataclasses
import json
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from starlette.testclient import TestClient

from services.api.officers.asked import OF_PERSON, OF_STOP
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.encounters.amending import amend_encounter
from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.encounters.records import EncounterVersion
from stop_search.encounters.rules import EncounterKind, NameWithheldReason, NewPerson, PersonPart, WithdrawalReason
from stop_search.encounters.withdrawing import withdraw_receipt_of_person
from stop_search.installation import Installation
from tests.support.builders import an_officer
from tests.support.officers import Officer
from tests.support.stops import a_new_encounter, a_new_person, a_searched_thoroughly
from tests.support.visitors import csrf_for

EARLIER = datetime(2026, 10, 25, 0, 30, 17, 123456, tzinfo=UTC)  # 1:30am on the night on which the clocks go back: it comes twice
FULL_PERSON = a_searched_thoroughly(
    part=PersonPart.DRIVER,
    self_defined_ethnicity="NS",
    ethnicity_not_stated_reason="N4",
    self_description=" “Both”,\r\nhe said ",
    clothing_level="intimate_parts",
    age_band="10_17",
    vulnerable=True,
    appropriate_adult_present=False,
    authorised_by="17",
    force_used=("taser_fired", "dog"),
    outcome="arrest",
    outcome_linked=False,
    record_in_custody=True,
    language="pl",
)
FULL: dict[str, Any] = {
    "started_at": EARLIER,
    "ended_at": EARLIER.replace(hour=2),
    "grounds": "First line.\r\nSecond line.  ",
    "officers_present": ("77", "78"),
    "officer_name_withheld_reason": NameWithheldReason.REASONABLE_BELIEF_OF_DANGER,
    "authorisation_reference": "WX/60/1",
    "camera_serial": "CAM 1",
    "footage_absence_reason": "battery_flat",
    "latitude": Decimal("51.454513"),
    "longitude": Decimal("-2.587910"),
    "is_operation": True,
    "operation_name": "Invented",
    "vehicle_registration": "AB12CDE",
    "vehicle_outcome": "arrest",
    "vehicle_outcome_linked": False,
    "follows": "WX-26-AAAAAA",
}
TRAFFIC: dict[str, Any] = {
    "traffic_stop_reason": "behaviour",
    "traffic_outcome": "advice",
    "ethnicity_known_before": "unsure",
    "occupants": 4,
}


@pytest.fixture
def officer(client: TestClient, installation: Installation) -> Officer:
    """Return an officer who is signed in, and two colleagues."""
    with installation.writing() as session:
        an_officer(session, number="77")
        an_officer(session, number="78")
    return Officer(client, installation)


def amend_page(officer: Officer, reference: str) -> BeautifulSoup:
    """Open the form on which a record is amended."""
    return officer.opens(f"/officer/stops/{reference}/amend")


def problems(answer: Any) -> list[str]:
    """Return where the error summary leads."""
    return [str(link["href"]) for link in BeautifulSoup(answer.text, "html.parser").select(".govuk-error-summary a")]


@pytest.mark.parametrize("kind", list(EncounterKind))
def test_a_form_that_nobody_touches_changes_nothing_to_the_letter(officer: Officer, kind: EncounterKind) -> None:
    """Whatever a device told, also what the form has no field for or would write otherwise, stays as it was told."""
    people = () if kind is EncounterKind.UNATTENDED_VEHICLE else (FULL_PERSON, a_new_person(part=PersonPart.IN_CHARGE_OF_VEHICLE))
    traffic = TRAFFIC if kind is EncounterKind.TRAFFIC_STOP else {}
    notice = {"notice_left": False} if kind is EncounterKind.UNATTENDED_VEHICLE else {}
    told = a_new_encounter(kind=kind, people=people, **(FULL | traffic | notice))
    done = officer.has_recorded(told)
    before = officer.record(done.reference).told
    sent = officer.amends(amend_page(officer, done.reference), done.reference, reason="Looked at it.")
    assert sent.status_code == 303, problems(sent)
    after = officer.record(done.reference)
    assert after.told == before
    assert after.version == 2
    assert _amended_fields(officer) == []


def _amended_fields(officer: Officer) -> list[str]:
    """Return the names of fields that the newest amendment's audit entry tells."""
    with officer.installation.reading() as session:
        told = select(AuditEntry.text).where(AuditEntry.action == "encounter_amended").order_by(AuditEntry.n.desc()).limit(1)
        return json.loads(session.scalars(told).one())["fields"]


def test_the_form_holds_every_field_that_it_reads(officer: Officer) -> None:
    done = officer.has_recorded(kind=EncounterKind.TRAFFIC_STOP, people=(a_new_person(part=PersonPart.DRIVER),))
    names = {str(field["name"]) for field in amend_page(officer, done.reference).select("form.site-stop [name]")}
    assert {f"people-0-{field}" for field in OF_PERSON} - {"people-0-language"} <= names
    assert set(OF_STOP) <= names


def test_only_what_was_changed_is_amended_with_who_and_why(officer: Officer) -> None:
    done = officer.has_recorded()
    page = amend_page(officer, done.reference)
    reason = page.select_one("#reason")
    assert reason is not None
    assert reason.get_text().strip() == ""
    sent = officer.amends(page, done.reference, place="by the bridge", people__0__gender="female", reason="The place was wrong.")
    assert sent.headers["location"] == f"/officer/stops/{done.reference}"
    record = officer.record(done.reference)
    assert (record.told.place, record.told.people[0].gender) == ("by the bridge", "female")
    assert _amended_fields(officer) == ["place", "people.0.gender"]
    words = officer.opens(f"/officer/stops/{done.reference}").get_text(" ", strip=True)
    assert "by you: “The place was wrong.”" in words


def test_without_a_reason_it_says_so_together_with_all_else_and_keeps_what_was_typed(officer: Officer) -> None:
    done = officer.has_recorded()
    sent = officer.amends(amend_page(officer, done.reference), done.reference, place=" ", time="25:00", grounds="Newly typed.", reason=" ")
    assert sent.status_code == 422
    assert problems(sent) == ["#time", "#place", "#reason"]
    assert "Newly typed." in sent.text
    assert officer.record(done.reference).version == 1


def test_finishing_shows_what_is_missing_first_with_its_reason_filled_in(officer: Officer) -> None:
    child = a_new_person(age_band="10_17", safeguarding_considered=True, receipt_handed=None)
    done = officer.has_recorded(people=(a_new_person(), child))
    page = amend_page(officer, done.reference)
    assert page.h1 is not None
    assert page.h1.get_text() == f"Finish {done.reference}"
    missing = [str(link["href"]) for link in page.select(".govuk-inset-text a")]
    assert missing == ["#people-1-referral_made", "#people-1-receipt_handed"]
    for link in missing:
        field = page.select_one(f"[id='{link[1:]}']")
        assert field is not None
        group = field.find_parent(class_="site-missing")
        assert group is not None
        assert "Still missing." in group.get_text()
    instead = [group.select_one("[name]") for group in page.select(".site-missing")][2:]
    assert [field["name"] for field in instead if field] == ["people-1-receipt_not_offered_reason"]
    assert page.select_one("[name=only_missing][checked]") is not None
    with_one_more = BeautifulSoup(officer.amends(page, done.reference, do="add").text, "html.parser")
    box = with_one_more.select_one("[name=only_missing]")
    assert box is not None
    assert not box.has_attr("checked")
    sent = officer.amends(page, done.reference, people__1__referral_made="no", people__1__receipt_handed="card")
    assert sent.status_code == 303, problems(sent)
    record = officer.record(done.reference)
    assert (record.gaps, record.versions[0].reason) == ((), "Finished the record")
    assert "recorded and finished" in officer.opens(f"/officer/stops/{done.reference}").get_text()


def test_part_of_what_is_missing_can_be_saved_and_the_rest_left_for_later(officer: Officer) -> None:
    done = officer.has_recorded(grounds=None, people=(NewPerson(),), finish_later=True)
    page = amend_page(officer, done.reference)
    refused = officer.amends(page, done.reference, grounds="Seen it.")
    assert problems(refused) == ["#people-0-self_defined_ethnicity"]
    kept = officer.amends(page, done.reference, grounds="Seen it.", do="later")
    assert kept.status_code == 303
    record = officer.record(done.reference)
    assert record.told.grounds == "Seen it."
    assert "grounds" not in {gap.path for gap in record.gaps}


def test_somebody_is_added_and_nobody_is_taken_out(officer: Officer) -> None:
    done = officer.has_recorded()
    page = amend_page(officer, done.reference)
    more = BeautifulSoup(officer.amends(page, done.reference, do="add", place="kept as typed").text, "html.parser")
    place = more.select_one("#place")
    assert place is not None
    assert place["value"] == "kept as typed"
    assert [str(button["value"]) for button in more.select("button[value^=remove]")] == ["remove-1"]
    fewer = BeautifulSoup(officer.amends(more, done.reference, do="remove-0").text, "html.parser")
    assert len(fewer.select(".site-person")) == 2
    sent = officer.amends(
        more, done.reference, reason="There was another.", people__1__self_defined_ethnicity="B2", people__1__gender="other"
    )
    assert sent.status_code == 303, problems(sent)
    record = officer.record(done.reference)
    assert [person.gender for person in record.told.people] == ["male", "other"]
    assert len(record.receipts) == 2
    page = amend_page(officer, done.reference)
    lost = officer.amends(page, done.reference, people="1", reason="Take out.", people__1__gender="female")
    assert lost.status_code == 303
    assert [person.gender for person in officer.record(done.reference).told.people] == ["male", "female"]


def test_a_vehicle_with_people_does_not_become_one_with_nobody_there(officer: Officer) -> None:
    done = officer.has_recorded()
    sent = officer.amends(amend_page(officer, done.reference), done.reference, kind="unattended_vehicle", reason="Wrong kind.")
    assert problems(sent) == ["#kind"]


def test_another_kind_of_stop_drops_what_it_does_not_have(officer: Officer) -> None:
    driver = a_new_person(part=PersonPart.DRIVER, outcome=None, outcome_linked=None)
    told = a_new_encounter(kind=EncounterKind.TRAFFIC_STOP, people=(driver,), started_at=EARLIER, **(TRAFFIC | {"occupants": 1}))
    done = officer.has_recorded(told)
    page = amend_page(officer, done.reference)
    sent = officer.amends(page, done.reference, kind="person_and_vehicle", reason="It was a search.", grounds="Seen it.")
    assert sent.status_code == 303, problems(sent)
    after = officer.record(done.reference).told
    assert (after.traffic_stop_reason, after.occupants, after.people[0].part) == (None, None, PersonPart.DRIVER)


def test_the_newer_record_is_shown_and_what_was_typed_is_kept(officer: Officer) -> None:
    done = officer.has_recorded()
    slow = amend_page(officer, done.reference)
    quick = officer.amends(slow, done.reference, place="by the bridge", grounds="Newer grounds.", reason="Put right.", submission="1" * 32)
    assert quick.status_code == 303
    refused = officer.amends(slow, done.reference, place="by the church", people__0__gender="female", reason="Mine.")
    assert refused.status_code == 409
    page = BeautifulSoup(refused.text, "html.parser")
    panel = page.select_one(".site-newer")
    assert panel is not None
    words = panel.get_text(" ", strip=True)
    assert "you: “Put right.”" in words
    assert "What is newer: Where, Grounds." in words
    assert [str(link["href"]) for link in panel.select("a")] == ["#place"]
    assert "the newer record says “by the bridge”" in words
    place, grounds, reason = (page.select_one(f"#{name}") for name in ("place", "grounds", "reason"))
    assert place is not None
    assert grounds is not None
    assert reason is not None
    assert (place["value"], grounds.get_text().strip(), reason.get_text().strip()) == ("by the church", "Newer grounds.", "Mine.")
    again = officer.amends(page, done.reference)
    assert again.status_code == 303, problems(again)
    told = officer.record(done.reference).told
    assert (told.place, told.grounds, told.people[0].gender) == ("by the church", "Newer grounds.", "female")


def test_people_whom_both_added_stand_one_after_the_other(officer: Officer) -> None:
    done = officer.has_recorded()
    added = {"people": "2", "people__1__self_defined_ethnicity": "B2"}
    slow = amend_page(officer, done.reference)
    assert officer.amends(slow, done.reference, reason="One more.", people__1__gender="female", **added).status_code == 303
    refused = officer.amends(slow, done.reference, reason="Another.", people__1__gender="other", submission="2" * 32, **added)
    assert refused.status_code == 409
    again = officer.amends(BeautifulSoup(refused.text, "html.parser"), done.reference)
    assert again.status_code == 303, problems(again)
    assert [person.gender for person in officer.record(done.reference).told.people] == ["male", "female", "other"]


@pytest.mark.parametrize("version", ["", "0", "99", "x", "9" * 30])
def test_a_meddled_version_changes_nothing_and_loses_nothing(officer: Officer, version: str) -> None:
    done = officer.has_recorded()
    sent = officer.amends(amend_page(officer, done.reference), done.reference, version=version, place="typed", reason="x")
    assert sent.status_code == 409
    assert 'value="typed"' in sent.text
    assert officer.record(done.reference).version == 1


def test_sent_twice_it_is_amended_once(officer: Officer) -> None:
    done = officer.has_recorded()
    page = amend_page(officer, done.reference)
    answers = [officer.amends(page, done.reference, place="by the bridge", reason="Once.") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert officer.record(done.reference).version == 2


def test_sent_again_with_other_words_it_is_refused_in_words(officer: Officer) -> None:
    done = officer.has_recorded()
    page = amend_page(officer, done.reference)
    officer.amends(page, done.reference, place="by the bridge", reason="Once.")
    again = officer.amends(page, done.reference, place="by the church", reason="Once.")
    assert again.status_code == 422
    assert problems(again) == ["#reason"]
    assert "by the church" in again.text


def test_an_unknown_colleague_is_told_at_the_field_and_nothing_is_written(officer: Officer) -> None:
    done = officer.has_recorded()
    page = amend_page(officer, done.reference)
    assert problems(officer.amends(page, done.reference, officers_present="9999", reason="x")) == ["#officers_present"]
    with officer.installation.reading() as session:
        assert session.scalar(select(func.count()).select_from(EncounterVersion)) == 0
    assert officer.amends(page, done.reference, officers_present="77", reason="x").status_code == 303


def test_who_was_recorded_in_error_stays_and_nothing_more_is_asked(officer: Officer) -> None:
    done = officer.has_recorded(people=(a_new_person(), NewPerson()), finish_later=True)
    with officer.installation.writing() as session:
        withdraw_receipt_of_person(
            session,
            reference=done.reference,
            person=2,
            reason=WithdrawalReason.RECORDED_IN_ERROR,
            viewer=officer.viewer,
            actor=officer.viewer.acting_as(Role.OFFICER),
            receipt_key=officer.installation.key_for(KEY_USE),
            now=datetime.now(UTC),
        )
    page = amend_page(officer, done.reference)
    assert "Recorded in error: nothing more is asked" in page.get_text()
    sent = officer.amends(page, done.reference, place="by the bridge", reason="Wrong place.")
    assert sent.status_code == 303, problems(sent)
    record = officer.record(done.reference)
    assert (record.told.people[1], record.gaps) == (NewPerson(), ())


def test_a_colleague_who_was_there_amends_it_and_a_stranger_does_not_see_it(officer: Officer) -> None:
    done = officer.has_recorded(officers_present=("77",))
    colleague = Officer(officer.client, officer.installation, number="77")
    assert colleague.amends(amend_page(colleague, done.reference), done.reference, place="here", reason="I was there.").status_code == 303
    stranger = Officer(officer.client, officer.installation, number="78")
    for path in ("amend", "people/1/withdraw"):
        assert stranger.client.get(f"/officer/stops/{done.reference}/{path}").status_code == 404
        assert (
            stranger.client.post(
                f"/officer/stops/{done.reference}/{path}", data={"csrf": csrf_for(stranger.client, stranger.installation)}
            ).status_code
            == 404
        )
    back = Officer(officer.client, officer.installation, number="4821")
    words = back.opens(f"/officer/stops/{done.reference}").get_text(" ", strip=True)
    assert "by a colleague: “I was there.”" in words
    assert (back.record(done.reference).told.officer_number, back.record(done.reference).told.place) == ("4821", "here")


def test_an_amendment_of_a_device_is_told_as_a_device_s(officer: Officer) -> None:
    done = officer.has_recorded()
    device = Viewer(id=uuid.uuid4(), name="", roles=frozenset({Role.DEVICE}), is_machine=True)
    told = dataclasses.replace(officer.record(done.reference).told, place="elsewhere")
    with officer.installation.writing() as session:
        amend_encounter(
            session,
            reference=done.reference,
            version=1,
            reason="Sent again.",
            encounter=told,
            viewer=device,
            actor=device.acting_as(Role.DEVICE),
            receipt_key=officer.installation.key_for(KEY_USE),
            now=datetime.now(UTC),
        )
    assert "by a device: “Sent again.”" in officer.opens(f"/officer/stops/{done.reference}").get_text(" ", strip=True)
