"""A simulated evidence system is asked to hold and release, through its outages; every job twice, one effect."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api.app import create_app
from services.worker.evidence_jobs import NO_ADDRESS
from services.worker.jobs import Ending, carry_out
from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import WORKER
from stop_search.footage.actions import place_hold, release_hold
from stop_search.footage.evidence_requests import evidence_counts, unanswered_requests
from stop_search.footage.records import EvidenceLink, EvidenceRequest, Footage, FootageHold
from stop_search.footage.rules import FootageState, HoldReason
from stop_search.installation import Installation
from tests.support.builders import a_machine_token, an_encounter
from tests.support.evidence_systems import KEY, Mood, SimulatedEvidenceSystem, evidence_system
from tests.support.work import asked_for

SHA = hashlib.sha256(b"kept elsewhere").hexdigest()


@dataclass
class Case:
    """An encounter with one recording, E1, that the evidence system keeps."""

    installation: Installation
    there: SimulatedEvidenceSystem
    client: TestClient
    bearer: dict[str, str]
    encounter_id: uuid.UUID
    footage_id: uuid.UUID

    def holds(self, cause: str = "1") -> uuid.UUID:
        """Place a hold on the encounter."""
        with self.installation.writing() as session:
            return place_hold(session, encounter_id=self.encounter_id, reason=HoldReason.PANEL, cause_id=cause, now=datetime.now(UTC))

    def releases(self, hold_id: uuid.UUID) -> None:
        """Release it."""
        with self.installation.writing() as session:
            release_hold(session, hold_id=hold_id, because="over", actor=WORKER, now=datetime.now(UTC))

    def sends(self) -> None:
        """Carry the periodic job, twice, as far as it is due."""
        for _ in range(2):
            assert carry_out(self.installation, job_id=asked_for(self.installation, name="ask_evidence_system")) is Ending.DONE

    def makes_due(self) -> None:
        """Let the pause before the next try pass, and an hour since the first."""
        with self.installation.writing() as session:
            for row in session.scalars(select(EvidenceRequest)):
                row.next_try_at = datetime.now(UTC) - timedelta(seconds=1)
                if row.first_tried_at:
                    row.first_tried_at -= timedelta(hours=1)

    def requests(self) -> list[EvidenceRequest]:
        """Read the rows, by number."""
        with self.installation.reading() as session:
            rows = list(session.scalars(select(EvidenceRequest).order_by(EvidenceRequest.number)))
            session.expunge_all()
            return rows

    def tells(self, path: str, **said: Any) -> Any:
        """Post as the evidence system."""
        return self.client.post(f"/api/v1/evidence/{path}", headers=self.bearer, json=said or None)

    def alerts(self) -> list[str]:
        """Return what the administrator's page says of requests without an answer."""
        with self.installation.reading() as session:
            return [line.trouble for line in unanswered_requests(session, now=datetime.now(UTC))]

    def counts(self) -> dict[str, int]:
        """Return the counted outcomes."""
        with self.installation.reading() as session:
            return evidence_counts(session)


@pytest.fixture
def case(installation_on_each: Installation) -> Iterator[Case]:
    """Give the case, on either database, with the evidence system told in the settings."""
    with evidence_system() as there:
        changed = {"evidence_url": there.address, "evidence_key": KEY}
        settings = type(installation_on_each.settings)(**installation_on_each.settings.model_dump() | changed)
        installation = Installation(settings, installation_on_each.database, installation_on_each.storage, installation_on_each.doorbell)
        with installation.writing() as session:
            token = a_machine_token(session, role=Role.EVIDENCE_SYSTEM)
            encounter = an_encounter(session, started_at=datetime.now(UTC) - timedelta(days=2))
            encounter_id, reference = encounter.id, encounter.reference
        with TestClient(create_app(installation)) as client:
            bearer = {"Authorization": f"Bearer {token}"}
            there.files["E1"] = SHA
            body = {"sha256": SHA, "size_bytes": 14, "name": "clip.mp4", "encounter": reference}
            answer = client.put("/api/v1/evidence/footage/E1", headers=bearer, json=body)
            assert answer.status_code == 200, answer.text
            yield Case(installation, there, client, bearer, encounter_id, uuid.UUID(answer.json()["id"]))


def test_a_hold_is_asked_for_in_its_own_transaction_and_held_there_by_one_request(case: Case) -> None:
    case.holds()
    assert [(row.wanted, row.tries, row.answer) for row in case.requests()] == [("hold", 0, None)]
    case.sends()
    assert case.there.held == {"E1"}
    assert [(row.wanted, row.answer) for row in case.requests()] == [("hold", "held")]
    assert len(case.there.asked) == 1
    assert set(case.there.asked[0]) == {"request", "number", "evidence_id", "sha256", "wanted"}  # never why
    assert case.there.forged == 0


def test_a_second_hold_asks_nothing_new_and_only_the_last_release_releases(case: Case) -> None:
    first, second = case.holds("1"), case.holds("2")
    case.sends()
    case.releases(first)
    case.sends()
    assert case.there.held == {"E1"}
    case.releases(second)
    case.sends()
    assert case.there.held == set()
    assert [(row.wanted, row.answer) for row in case.requests()] == [("hold", "held"), ("release", "released")]
    assert len(case.there.asked) == 2


@pytest.mark.parametrize("mood", [Mood.FAILS, Mood.NONSENSE, Mood.REDIRECTS, Mood.LOSES_ANSWERS])
def test_an_outage_is_waited_out_alerts_and_loses_no_request(case: Case, mood: Mood) -> None:
    case.there.mood = mood
    case.holds()
    case.sends()
    (row,) = case.requests()
    assert (row.answer, row.tries) == (None, 1)  # the second job of the two came before the pause was over
    assert row.trouble
    assert timedelta(minutes=4) < row.next_try_at - datetime.now(UTC) <= timedelta(minutes=5)
    assert case.alerts() == []
    case.makes_due()
    assert len(case.alerts()) == 1
    case.there.mood = Mood.WELL
    case.sends()
    assert case.alerts() == []
    assert case.there.held == {"E1"}
    assert [row.answer for row in case.requests()] == ["held"]


def test_nobody_there_is_an_alert_and_one_try_for_all(case: Case) -> None:
    case.holds()
    settings = case.installation.settings.model_copy(update={"evidence_url": "http://127.0.0.1:9/"})
    installation = Installation(settings, case.installation.database, case.installation.storage, case.installation.doorbell)
    assert carry_out(installation, job_id=asked_for(installation, name="ask_evidence_system")) is Ending.DONE
    case.makes_due()
    (trouble,) = case.alerts()
    assert trouble.startswith("The evidence system cannot be reached: ")


def test_without_an_address_the_alert_names_the_setting(case: Case) -> None:
    case.holds()
    settings = case.installation.settings.model_copy(update={"evidence_url": ""})
    installation = Installation(settings, case.installation.database, case.installation.storage, case.installation.doorbell)
    carry_out(installation, job_id=asked_for(installation, name="ask_evidence_system"))
    case.makes_due()
    assert case.alerts() == [NO_ADDRESS]


def test_a_request_that_was_taken_is_an_alert_until_the_call_back_comes(case: Case) -> None:
    case.there.mood = Mood.CALLS_BACK
    case.holds()
    case.sends()
    case.makes_due()
    assert case.alerts() == ["It was taken, and not acknowledged yet."]
    (row,) = case.requests()
    (listed,) = case.client.get("/api/v1/evidence/requests", headers=case.bearer).json()
    assert listed == {"request": str(row.id), "number": 1, "evidence_id": "E1", "sha256": SHA, "wanted": "hold"}
    assert case.tells(f"requests/{row.id}/answer", answer="released").status_code == 422
    for _ in range(2):
        assert case.tells(f"requests/{row.id}/answer", answer="held").status_code == 204
    assert case.alerts() == []
    assert [row.answer for row in case.requests()] == ["held"]
    assert case.client.get("/api/v1/evidence/footage/E1", headers=case.bearer).json()["acknowledged"] is True


def test_a_release_takes_the_place_of_a_hold_that_was_never_answered_and_old_news_changes_nothing(case: Case) -> None:
    case.there.mood = Mood.FAILS
    hold_id = case.holds()
    case.sends()
    case.releases(hold_id)
    case.there.mood = Mood.WELL
    case.sends()
    assert [(row.wanted, row.answer) for row in case.requests()] == [("hold", "superseded"), ("release", "released")]
    late = {"evidence_id": "E1", "sha256": SHA, "number": 1, "wanted": "hold"}
    case.there.carries_out(late)
    assert case.there.held == set()


def test_a_hold_that_comes_too_late_is_told_and_counted(case: Case) -> None:
    case.there.files.clear()
    case.holds()
    case.sends()
    assert [row.answer for row in case.requests()] == ["gone"]
    assert case.counts() == {"kept_there": 0, "not_held": 0, "before_hold": 1, "despite_hold": 0}
    with case.installation.reading() as session:
        assert list(session.scalars(select(FootageHold.erased_before))) == [1]
        assert session.get_one(Footage, case.footage_id).state == FootageState.EXAMINED  # held: what pictures there are stay
        acts = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.n)))
    assert acts.count("gone_in_evidence_system") == 1
    assert case.alerts() == []


def test_a_file_that_goes_despite_its_hold_is_counted_as_that(case: Case) -> None:
    case.holds()
    case.sends()
    for _ in range(2):
        assert case.tells("footage/E1/gone").json() == {"gone_as": "despite_hold"}
    assert case.counts()["despite_hold"] == 1


def test_a_file_that_nothing_held_goes_here_too(case: Case) -> None:
    for _ in range(2):
        assert case.tells("footage/E1/gone").json() == {"gone_as": "not_held"}
    with case.installation.reading() as session:
        assert session.get_one(Footage, case.footage_id).state == FootageState.ERASED
    hold_id = case.holds()
    with case.installation.reading() as session:
        assert session.get_one(FootageHold, hold_id).erased_before == 1
    assert case.requests() == []  # there is nothing to ask for


def test_a_recording_tied_to_a_held_stop_later_is_asked_for_by_the_next_job(case: Case) -> None:
    case.holds()
    case.sends()
    with case.installation.writing() as session:
        session.query(EvidenceRequest).delete()
    case.there.held.clear()
    case.sends()
    assert case.there.held == {"E1"}


def test_what_the_evidence_system_erases_while_requests_are_sent_is_either_held_or_told(case: Case) -> None:
    """Whatever comes first, afterwards a held stop's file is there, or its hold knows that it is not."""
    case.holds()
    gone = case.there.erases_what_is_not_held()
    case.sends()
    with case.installation.reading() as session:
        gone_as = session.get_one(EvidenceLink, case.footage_id).gone_as
        told = session.scalars(select(FootageHold.erased_before)).one()
    assert gone == {"E1"}
    assert (gone_as, told) == ("before_hold", 1)
