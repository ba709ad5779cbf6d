"""An officer's phone that follows the same rules as the app's sender (services/api/static/app/sender.js, line.js): a reference client.

It keeps what the app keeps in the browser: records until the server has them, codes set aside, what was acknowledged. It never
changes a body that was sent once, sends in order, and deletes a record only when the server has said that it has it.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.support.stops import a_posted_encounter, a_posted_person

HELD = 20
ENOUGH = 10


class NoLine(Exception):
    """No answer came, or none of ours: nobody knows whether the request arrived."""


@dataclass
class Answer:
    """What came back: status and parsed body; `at` is the Date header."""

    status: int
    told: dict[str, Any]
    at: datetime

    @property
    def meaning(self) -> str:
        """What an answer to a record means, as `meaning` in line.js says it."""
        kind = self.told.get("type", "")
        if self.status == 201 and isinstance(self.told.get("reference"), str):
            return "arrived"
        if self.status == 403:
            return {"urn:stop-search:holder-not-in-force": "not in use", "urn:stop-search:forged": "ask anew"}.get(kind, "later")
        if self.status == 409 and kind == "urn:stop-search:key-used-before":
            return "conflict"
        return {401: "sign in", 422: "fault", 413: "fault"}.get(self.status, "later")


# method, path, JSON or None, headers -> answer; raises NoLine
Line = Callable[[str, str, dict[str, Any] | None, dict[str, str]], Answer]


@dataclass
class Waiting:
    """A record on the phone. `state`: waiting, fault or conflict. `receipts`: the codes that were shown, one for each person, or None."""

    key: str
    account: str
    handset: str
    body: dict[str, Any]
    receipts: list[dict[str, Any] | None]
    state: str = "waiting"
    problem: dict[str, str] = field(default_factory=dict)


@dataclass
class Phone:
    """One phone in the hands of one officer at a time. `clock` gives what its clock shows now."""

    line: Line
    clock: Callable[[], datetime]
    account: str | None = None
    handsets: dict[str, str] = field(default_factory=dict)
    records: list[Waiting] = field(default_factory=list)
    codes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    reading: tuple[datetime, datetime] | None = None

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None) -> Answer:
        """Ask the server; a good answer is also a reading of its clock."""
        answer = self.line(method, path, body, {"Accept": "application/json", **(headers or {})})
        if answer.status < 300:
            self.reading = (self.clock(), answer.at)
        return answer

    def record(self, *, account: str, marker: str, people: int = 1, **changes: Any) -> Waiting:
        """Record a stop with what the phone has: the clock as it shows, a code for everybody while there are any."""
        begun, handset = self.clock(), self.handsets[account]
        clock = {"recorded": begun, "showed": self.reading[0], "really": self.reading[1]} if self.reading else None
        free = self.codes.setdefault(handset, [])
        receipts = [free.pop(0) if free else None for _ in range(people)]
        persons = [a_posted_person() | ({"receipt_code": one["code"]} if one else {}) for one in receipts]
        body = a_posted_encounter(people=persons, started_at=begun.isoformat(), grounds=marker, **changes)
        del body["officer_number"]
        if clock:
            body["clock"] = {name: moment.isoformat() for name, moment in clock.items()}
        waiting = Waiting(uuid.uuid4().hex, account, handset, body, receipts)
        self.records.append(waiting)
        return waiting

    def send(self) -> str:
        """Send what waits; return how it stands with the line."""
        try:
            return self._send_all()
        except NoLine:
            return "no signal"

    def register(self, key: str) -> bool:
        """Register the phone as a new one for whoever is signed in; what waits is moved to it. Return whether it came about."""
        try:
            me = self.ask("GET", "/officer/app/state")
            if me.status != 200:
                return False
            headers = {"x-csrf-token": me.told["csrf"], "Idempotency-Key": key}
            answer = self.ask("POST", "/officer/app/handsets", {"label": "Phone"}, headers)
        except NoLine:
            return False
        if answer.status != 201:
            return False
        account, handset = me.told["account_id"], answer.told["handset"]
        self.handsets[account] = handset
        for waiting in self.records:
            if waiting.account == account:
                self.codes.pop(waiting.handset, None) if waiting.handset != handset else None
                waiting.handset = handset
        return True

    def send_with_new_receipts(self, waiting: Waiting) -> None:
        """Do what the officer does where the code that was shown is void: hand the record over again, with a fresh code."""
        free = self.codes.setdefault(waiting.handset, [])
        for n, person in enumerate(waiting.body["people"]):
            if f"people.{n}.receipt_code" in waiting.problem:
                waiting.receipts[n] = free.pop(0) if free else None
                person.pop("receipt_code", None)
                if code := waiting.receipts[n]:
                    person["receipt_code"] = code["code"]
        waiting.state, waiting.problem = "waiting", {}

    def _send_all(self) -> str:
        me = self._who_am_i()
        if me is None:
            return "sign in"
        account = me["account_id"]
        if account not in self.handsets:
            return "not registered"
        if me["handset"] == "not in use":
            self.codes.pop(self.handsets[account], None)
            return "not in use"
        stands = self._send_records(account, me["csrf"])
        if stands == "ok":
            self._top_up(account, me["csrf"])
        return stands

    def _who_am_i(self) -> dict[str, Any] | None:
        handset = self.handsets.get(self.account or "")
        for _ in range(2):
            answer = self.ask("GET", "/officer/app/state" + (f"?handset={handset}" if handset else ""))
            if answer.status == 401:
                return None
            if answer.status != 200:
                raise NoLine
            self.account = answer.told["account_id"]
            if handset == self.handsets.get(self.account):
                return answer.told
            handset = self.handsets.get(self.account)
        raise NoLine

    def _send_records(self, account: str, csrf: str) -> str:
        for waiting in [one for one in self.records if one.account == account and one.state == "waiting"]:
            headers = {"x-csrf-token": csrf, "Idempotency-Key": waiting.key, "X-Handset": waiting.handset}
            headers["X-Device-Time"] = self.clock().isoformat()
            answer = self.ask("POST", "/officer/app/records", waiting.body, headers)
            came = answer.meaning
            if came == "arrived":
                self.sent[waiting.key] = answer.told
                self.records.remove(waiting)
            elif came in {"fault", "conflict"}:
                waiting.state = came
                waiting.problem = {error["path"]: error["message"] for error in answer.told.get("errors", [])}
            elif came in {"sign in", "not in use"}:
                return came
        return "ok"

    def _top_up(self, account: str, csrf: str) -> None:
        handset = self.handsets[account]
        if len(self.codes.get(handset, [])) >= ENOUGH:
            return
        answer = self.ask("POST", "/officer/app/codes", {"hold": HELD}, {"x-csrf-token": csrf, "X-Handset": handset})
        if answer.status == 200:
            taken = {one["code"] for waiting in self.records for one in waiting.receipts if one}
            self.codes[handset] = [one for one in answer.told["codes"] if one["code"] not in taken]


def set_clock(ahead: timedelta, true_now: Callable[[], datetime]) -> Callable[[], datetime]:
    """Return a clock that is so far ahead of the true time."""
    return lambda: true_now() + ahead
