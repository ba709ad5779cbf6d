"""A line that misbehaves by a seed: requests lost before or after the server did them, sent twice, held back and delivered much later."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.testclient import TestClient

from tests.support.phones import Answer, NoLine

LONGEST_HELD = timedelta(minutes=2)  # no server waits longer for a request
Request = tuple[str, str, dict[str, Any] | None, dict[str, str]]
LATER = 40  # the most requests that wait to be delivered late
ODDS = {"lost": 0.12, "held back": 0.08, "twice": 0.06, "twice, once later": 0.04, "answer lost": 0.12, "answer garbled": 0.02}


@dataclass
class BadLine:
    """One line to one site, shared by all its devices; `good` makes it carry everything, once and in order."""

    client: TestClient
    true_now: Callable[[], datetime]
    seed: int
    good: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    held: list[tuple[datetime, Request]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take the seed."""
        self.chance = random.Random(self.seed)  # noqa: S311 -- it has to be the same again

    def carry(self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Answer:
        """Carry a request and its answer, or not. Raises NoLine."""
        happens = "carried" if self.good else self._what_happens()
        self.counts[happens] += 1
        request = (method, path, body, dict(headers))
        if happens == "lost":
            raise NoLine
        if happens == "held back":
            self._hold(request)
            raise NoLine
        if happens == "twice":
            self._deliver(*request)
        if happens == "twice, once later":
            self._hold(request)
        answer = self._deliver(*request)
        if happens in {"answer lost", "answer garbled"}:
            raise NoLine
        return answer

    def deliver_late(self) -> None:
        """Deliver some of what was held back, in any order, and all that is older than a server waits; nobody waits for the answers."""
        for overdue in [one for one in self.held if self.true_now() - one[0] > LONGEST_HELD]:
            self.held.remove(overdue)
            self._deliver(*overdue[1])
        while self.held and (self.good or self.chance.random() < 0.4 or len(self.held) > LATER):
            self._deliver(*self.held.pop(self.chance.randrange(len(self.held)))[1])

    def _what_happens(self) -> str:
        at = self.chance.random()
        for what, odds in ODDS.items():
            if (at := at - odds) < 0:
                return what
        return "carried"

    def _hold(self, request: Request) -> None:
        self.held.append((self.true_now(), request))

    def _deliver(self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Answer:
        response = self.client.request(method, path, json=body, headers=headers)
        self.counts["delivered"] += 1
        self.counts[f"answered {response.status_code}"] += 1
        assert response.status_code < 500, (method, path, response.text)
        is_json = response.headers.get("content-type", "").endswith("json")
        return Answer(response.status_code, response.json() if is_json else {}, self.true_now())
