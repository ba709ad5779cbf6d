"""What the app says in the browser is what the domain says: which fields there are, what is missing, and what time it really was."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.api.encounter_bodies import PersonBody, StopBody
from services.api.officers.app_lists import lists_on
from services.api.static_files import app_address
from stop_search.accounts.actions import make_sign_in_link
from stop_search.audit.rules import COMMAND_LINE
from stop_search.codes.lists import code_list
from stop_search.encounters.completeness import gaps
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import EncounterKind, EncounterSource, Needed, PersonPart
from stop_search.encounters.soundness import ENCOUNTER_CODES, PERSON_CODES
from stop_search.installation import Installation
from tests.conftest import NOON
from tests.support.builders import an_officer
from tests.support.chromium import chromium, live_site
from tests.support.phones import Answer

pytestmark = pytest.mark.browser
NOT_ASKED = {"ended_at", "latitude", "longitude", "finish_later", "times_typed", "clock", "people", "started_at", "receipt_code"}
SAYS_MISSING = """async ([address, bodies, lists]) => {
  const { missing } = await import(address);
  return bodies.map((body) => missing(body, lists));
}"""
TELLS_FIELDS = """async (address) => {
  const { STOP, MORE, PERSON } = await import(address);
  const names = (fields) => fields.map((field) => field.name);
  return [names([...STOP, ...MORE]), names(PERSON)];
}"""
MEANS = """async ([address, answers]) => {
  const { meaning } = await import(address);
  return answers.map(meaning);
}"""
SIX_HOURS = timedelta(hours=6)
RUNS_FAST = """(() => {
  const Real = Date, ahead = 6 * 60 * 60 * 1000;
  globalThis.Date = class extends Real {
    constructor(...told) { if (told.length) super(...told); else super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
})()"""


@pytest.fixture
def opened(installation: Installation) -> Iterator[tuple[Any, str, uuid.UUID]]:
    """Give a browser context, the site's address, and an officer."""
    with installation.writing() as session:
        account = an_officer(session, number="4821").id
    with live_site(installation) as address, chromium() as browser:
        yield browser.new_context(viewport={"width": 360, "height": 740}), address, account


def signed_in(context: Any, address: str, installation: Installation, account: uuid.UUID) -> Any:
    """Open the app as the officer."""
    with installation.writing() as session:
        link = make_sign_in_link(session, account_id=account, actor=COMMAND_LINE, now=datetime.now(UTC))
    page = context.new_page()
    page.goto(f"{address}/sign-in/link/{link}?next=/officer/app")
    page.click("main button")
    page.wait_for_selector("button:has-text('Use this phone')")
    return page


def bodies(count: int) -> list[dict[str, Any]]:
    """Return random records, each field said or not, by a seed."""
    chance = random.Random(20261118)  # noqa: S311 -- to be repeated

    def some(**choices: list[Any]) -> dict[str, Any]:
        return {name: chance.choice(values) for name, values in choices.items() if values and chance.random() < 0.6}

    def codes(fields: dict[str, str]) -> dict[str, list[Any]]:
        return {name: [entry.key for entry in code_list(of).on(datetime.now(UTC).date())] for name, of in fields.items()}

    yes_no: list[Any] = [True, False]
    of_person = codes(PERSON_CODES) | {"outcome": ["arrest", "no_further_action"], "self_defined_ethnicity": ["B1", "NS"]}
    of_person |= {"part": [part.value for part in PersonPart], "force_used": [["none"], ["dog"], []], "authorised_by": ["77", " "]}
    told = ("vulnerable", "outcome_linked", "safeguarding_considered", "referral_made", "searched_by_same_sex", "appropriate_adult_present")
    of_person |= dict.fromkeys((*told, "record_in_custody"), yes_no)
    of_stop = codes(ENCOUNTER_CODES) | {"place": ["here", "  "], "grounds": ["seen", ""], "authorisation_reference": ["A1"]}
    of_stop |= {"notice_left": yes_no, "vehicle_outcome_linked": yes_no, "occupants": [1, 2, 3]}
    return [
        some(**of_stop)
        | {"kind": chance.choice(list(EncounterKind)).value, "started_at": datetime.now(UTC).isoformat()}
        | {"people": [some(**of_person) for _ in range(chance.choice([0, 1, 1, 2, 3]))]}
        for _ in range(count)
    ]


def test_the_app_misses_what_the_domain_misses(opened: tuple[Any, str, uuid.UUID], installation: Installation) -> None:
    context, address, account = opened
    page = signed_in(context, address, installation, account)
    lists = lists_on(datetime.now(UTC).date(), ("en",)).model_dump()
    sent = bodies(600)
    said = page.evaluate(SAYS_MISSING, [app_address("missing.js"), sent, lists])
    seen: set[str] = set()
    for body, shown in zip(sent, said, strict=True):
        told = StopBody.model_validate(body).told_by(officer_number="4821", source=EncounterSource.OFFICER_PAGE)
        wanted = [(gap.path, gap.needed is Needed.AT_ONCE) for gap in gaps(told)]
        assert [(gap["path"], gap["atOnce"]) for gap in shown] == wanted, body
        seen |= {path.rsplit(".", 1)[-1] for path, _ in wanted}
    assert len(seen) > 25, "the random records do not come to every rule"


def test_the_app_asks_every_field_of_a_record_and_no_other(opened: tuple[Any, str, uuid.UUID], installation: Installation) -> None:
    context, address, account = opened
    page = signed_in(context, address, installation, account)
    of_stop, of_person = page.evaluate(TELLS_FIELDS, app_address("fields.js"))
    assert set(of_stop) - {"time"} == set(StopBody.model_fields) - NOT_ASKED
    assert set(of_person) == set(PersonBody.model_fields) - NOT_ASKED


def test_the_app_and_the_reference_client_read_every_answer_alike(opened: tuple[Any, str, uuid.UUID], installation: Installation) -> None:
    context, address, account = opened
    page = signed_in(context, address, installation, account)
    kinds = ("about:blank", *(f"urn:stop-search:{name}" for name in ("holder-not-in-force", "forged", "key-used-before", "conflict")))
    answers = [{"status": status, "told": {"type": kind}} for status in (200, 201, *range(400, 430), *range(500, 512)) for kind in kinds]
    answers += [{"status": 201, "told": {"reference": "WX-26-7K3M9Q"}}, {"status": 201, "told": {}}]
    said = page.evaluate(MEANS, [app_address("line.js"), answers])
    assert said == [Answer(one["status"], one["told"], NOON).meaning for one in answers]
    assert set(said) == {"arrived", "sign in", "not in use", "ask anew", "conflict", "fault", "later"}


def test_a_phone_that_is_six_hours_fast_records_when_it_really_was(opened: tuple[Any, str, uuid.UUID], installation: Installation) -> None:
    context, address, account = opened
    context.add_init_script(RUNS_FAST)
    page = signed_in(context, address, installation, account)
    page.click("button:has-text('Use this phone')")
    page.wait_for_selector("text=20 receipts are ready")
    context.set_offline(True)
    page.click("button:has-text('Record a stop')")
    page.wait_for_selector("text=The clock of this phone is 6 h fast.")
    page.click("label:has-text('stop and account')")
    page.fill("#field-place-input", "by the clock")
    page.click("button:has-text('Record the stop')")
    page.click("button:has-text('Done')")
    page.click("button:has-text('Record a stop')")
    page.click("label:has-text('stop and account')")
    page.fill("#field-place-input", "typed")
    page.fill("#field-time-day", "2026-03-02")
    page.fill("#field-time-time", "14:05")
    page.click("button:has-text('Record the stop')")
    page.wait_for_selector("h1:has-text('Receipt')")
    context.set_offline(False)
    page.wait_for_function("() => document.querySelector('[data-state]').textContent === 'All sent'")
    with installation.reading() as session:
        kept = {row.place: (row.started_at, row.clock_corrected_by_seconds) for row in session.scalars(select(Encounter))}
    assert kept["typed"] == (datetime(2026, 3, 2, 14, 5, tzinfo=UTC), None)
    started_at, corrected = kept["by the clock"]
    assert abs(started_at - datetime.now(UTC)) < timedelta(minutes=3)
    assert corrected == pytest.approx(-SIX_HOURS.total_seconds(), abs=120)
