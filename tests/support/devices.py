"""A device with an app like those that forces have: it records over the JSON API with a token of its own, also without a signal."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.support.phones import ENOUGH, HELD, Answer, Line, NoLine, Waiting
from tests.support.stops import a_posted_encounter, a_posted_person


@dataclass
class Device:
    """One device: what waits, what it holds, what was acknowledged."""

    line: Line
    clock: Callable[[], datetime]
    token: str
    officer_number: str
    records: list[Waiting] = field(default_factory=list)
    codes: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    reading: tuple[datetime, datetime] | None = None
    is_revoked: bool = False

    def record(self, *, marker: str, people: int = 1) -> Waiting:
        """Record a stop, with a code for everybody while there are any."""
        receipts = [self.codes.pop(0) if self.codes else None for _ in range(people)]
        persons = [a_posted_person() | ({"receipt_code": one["code"]} if one else {}) for one in receipts]
        body = a_posted_encounter(people=persons, started_at=self.clock().isoformat(), grounds=marker, officer_number=self.officer_number)
        if self.reading:
            clock = {"recorded": self.clock(), "showed": self.reading[0], "really": self.reading[1]}
            body["clock"] = {name: moment.isoformat() for name, moment in clock.items()}
        self.records.append(Waiting(uuid.uuid4().hex, "", "", body, receipts))
        return self.records[-1]

    def send(self) -> None:
        """Send what waits, in order, and top the codes up; what gets no answer waits on."""
        try:
            for waiting in [one for one in self.records if one.state == "waiting"]:
                headers = {"Idempotency-Key": waiting.key, "X-Device-Time": self.clock().isoformat()}
                answer = self._posts("/api/v1/encounters", waiting.body, headers)
                if answer.meaning == "arrived":
                    self.sent[waiting.key] = answer.told
                    self.records.remove(waiting)
                elif answer.meaning in {"fault", "conflict"}:
                    waiting.state = answer.meaning
                elif answer.meaning == "sign in":
                    self.is_revoked = True
                    return
            if len(self.codes) < ENOUGH:
                answer = self._posts("/api/v1/codes", {"hold": HELD}, {"Idempotency-Key": uuid.uuid4().hex})
                if answer.status == 200:
                    taken = {one["code"] for waiting in self.records for one in waiting.receipts if one}
                    self.codes = [one for one in answer.told["codes"] if one["code"] not in taken]
        except NoLine:
            return

    def _posts(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Answer:
        answer = self.line("POST", path, body, headers | {"Authorization": f"Bearer {self.token}"})
        if answer.status < 300:
            self.reading = (self.clock(), answer.at)
        return answer
