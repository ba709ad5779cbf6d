"""An officer at the form, for tests of its pages: a browser without JavaScript, which sends what the forms really hold."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

from stop_search.accounts.queries import officers_by_number
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.queries import EncounterRecord, recorded_encounter
from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.encounters.rules import NewEncounter, RecordedEncounter
from stop_search.installation import Installation
from stop_search.wording import london
from tests.support.builders import an_officer
from tests.support.stops import OFFICER_NUMBER, a_new_encounter, a_typed_stop
from tests.support.visitors import csrf_for, sign_in

AGO = london(datetime.now(UTC) - timedelta(minutes=40))
Fields = dict[str, list[str]]


class Officer:
    """An officer who is signed in; whoever has this number already, or a new one."""

    def __init__(self, client: TestClient, installation: Installation, number: str = OFFICER_NUMBER) -> None:
        with installation.writing() as session:
            known = officers_by_number(session, officer_numbers=[number], on=AGO.date()).get(number)
            self.id: uuid.UUID = known.account_id if known else an_officer(session, name="Pat Invented", number=number).id
        self.client, self.installation = client, installation
        sign_in(client, installation, account_id=self.id)

    @property
    def viewer(self) -> Viewer:
        """The officer as queries know one."""
        return Viewer(id=self.id, name="Pat Invented", roles=frozenset({Role.OFFICER}))

    def sends(self, count: int = 1, **changes: Any) -> Any:
        """Send the form for a new stop with changes; two underscores stand for a hyphen."""
        named = {name.replace("__", "-"): value for name, value in changes.items()}
        fields = a_typed_stop(started_at=AGO, people=count) | {"csrf": csrf_for(self.client, self.installation), "do": "record"} | named
        return self.client.post("/officer", data=fields)

    def has_recorded(self, encounter: NewEncounter | None = None, *, hours: float = 1, **changes: Any) -> RecordedEncounter:
        """Have a device record a stop of this officer so many hours ago."""
        at = datetime.now(UTC) - timedelta(hours=hours)
        with self.installation.writing() as session:
            return record_encounter(
                session,
                encounter=encounter or a_new_encounter(**({"started_at": at.replace(microsecond=123)} | changes)),
                receipt_key=self.installation.key_for(KEY_USE),
                reference_prefix="WX",
                actor=COMMAND_LINE,
                now=at,
            )

    def record(self, reference: str) -> EncounterRecord:
        """Return a record as it stands."""
        with self.installation.reading() as session:
            return recorded_encounter(session, reference=reference, viewer=self.viewer)

    def opens(self, path: str) -> BeautifulSoup:
        """Open a page, and return it read."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return BeautifulSoup(answer.text, "html.parser")

    def amends(self, page: BeautifulSoup, reference: str, **changes: str | list[str] | None) -> Any:
        """Send the form on an amendment's page as it is, with changes; two underscores stand for a hyphen, None unticks."""
        form = page.select_one("form.site-stop")
        assert form is not None
        fields = held_by(form) | {"do": ["amend"]}
        for name, value in changes.items():
            if value is None:
                fields.pop(name.replace("__", "-"), None)
            else:
                fields[name.replace("__", "-")] = [value] if isinstance(value, str) else value
        return self.client.post(f"/officer/stops/{reference}/amend", data=fields)


def held_by(form: Tag) -> Fields:
    """Return what a browser would send of a form before anybody touches it."""
    fields: Fields = {}
    for field in form.find_all(["input", "select", "textarea"]):
        kind = field.get("type") if field.name == "input" else field.name
        if kind in {"radio", "checkbox"} and not field.has_attr("checked"):
            continue
        fields.setdefault(str(field["name"]), []).extend(_values(field))
    return fields


def _values(field: Tag) -> list[str]:
    if field.name == "textarea":
        shown = field.get_text().replace("\r\n", "\n").removeprefix("\n")
        return [shown.replace("\n", "\r\n")]  # as browsers send it
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return [str(chosen["value"])] if chosen else []
    return [str(field.get("value", "")).replace("\r", "").replace("\n", "")]
