"""A week of officers' phones and devices on a bad line, by a seed: what they do, and the log of it that is kept outside the system."""

import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from starlette.testclient import TestClient

from services.api.app import create_app
from services.api.dependencies import now
from services.api.security import session_cookie_name
from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.queries import machine_tokens
from stop_search.accounts.rules import Role
from stop_search.accounts.sessions import sign_out
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.allocation import revoke_device
from stop_search.encounters.handsets import report_handset_lost
from stop_search.installation import Installation
from tests.support.bad_line import BadLine
from tests.support.builders import a_machine_token, an_officer
from tests.support.devices import Device
from tests.support.phones import Answer, Phone, Waiting
from tests.support.stops import OFFICER_NUMBER

BEGIN = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
PHONES, DEVICES = 8, 3
FARTHEST_OFF = 6 * 60  # minutes
DOES = {"record": 30, "send": 60, "set clock": 1, "lose session": 2, "hand over": 1, "lose phone": 1, "revoke": 0.1}


@dataclass
class Intended:
    """What somebody meant to record: when it really was, on what, and whether that clock was set while the record waited."""

    really: datetime
    waiting: Waiting
    on: "Carrier | Device"
    clock_was_set: bool = False


@dataclass(repr=False)
class Carrier:
    """A phone with its clock, its cookie, and the officers who share it."""

    phone: Phone
    officers: list[uuid.UUID]
    ahead: timedelta
    holder: uuid.UUID
    cookie: str = ""
    is_lost: bool = False

    @property
    def was_set_since_last_heard(self) -> bool:
        """Whether the clock was set since its last reading."""
        read = self.phone.reading
        return read is not None and abs(read[0] - read[1] - self.ahead) > timedelta(seconds=1)


@dataclass(repr=False)
class Chaos:
    """The world: one site, a true time, devices, and the log. Everything that happens follows from the seed and random keys."""

    installation: Installation
    client: TestClient
    seed: int
    time: datetime = BEGIN
    counts: Counter[str] = field(default_factory=Counter)
    intended: dict[str, Intended] = field(default_factory=dict)
    registering: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put officers, phones and devices there."""
        self.chance = random.Random(self.seed)  # noqa: S311 -- it has to be the same again
        self.line = BadLine(self.client, lambda: self.time, self.seed + 1)
        with self.installation.writing() as session:
            officers = [an_officer(session, number=OFFICER_NUMBER if n == 0 else f"{n:04d}").id for n in range(PHONES)]
            tokens = [a_machine_token(session, role=Role.DEVICE, label=f"device {n}", created_at=BEGIN) for n in range(DEVICES)]
        self.phones = [self._a_phone(n, officers) for n in range(PHONES)]
        self.devices = [self._a_device(token) for token in tokens]

    def _a_phone(self, n: int, officers: list[uuid.UUID]) -> Carrier:
        shared = [officers[n], officers[n - 1]] if n % 4 == 0 else [officers[n]]
        ahead = timedelta(minutes=self.chance.uniform(-FARTHEST_OFF, FARTHEST_OFF))

        def carried(method: str, path: str, body: dict[str, object] | None, headers: dict[str, str]) -> Answer:
            return self.line.carry(method, path, body, headers | {"cookie": carrier.cookie})

        carrier = Carrier(Phone(carried, lambda: self.time + carrier.ahead), shared, ahead, shared[0])
        return carrier

    def _a_device(self, token: str) -> Device:
        ahead = timedelta(minutes=self.chance.uniform(-FARTHEST_OFF, FARTHEST_OFF))
        return Device(self.line.carry, lambda: self.time + ahead, token, OFFICER_NUMBER)

    def run(self, operations: int) -> None:
        """Let them do so many things, a minute or so apart."""
        for _ in range(operations):
            self.time += timedelta(seconds=self.chance.uniform(1, 90))
            (what,) = self.chance.choices(list(DOES), list(DOES.values()))
            self.counts[what] += 1
            if what == "revoke" or (what in {"record", "send"} and self.chance.random() < 0.25):
                self._with_device(what)
            else:
                self._with_phone(what)
            self.line.deliver_late()

    def _with_device(self, what: str) -> None:
        device = self.chance.choice(self.devices)
        if what == "record" and not device.is_revoked:
            self._intend(device.record, device)
        elif what == "send":
            device.send()
        elif what == "revoke":
            label = f"device {self.devices.index(device)}"
            with self.installation.writing() as session:
                token_id = next(line.token_id for line in machine_tokens(session) if line.label == label)
                if self.devices.index(device) == 0 and not device.is_revoked:
                    revoke_device(session, token_id=token_id, actor=COMMAND_LINE, now=self.time)
                    device.is_revoked = True

    def _with_phone(self, what: str) -> None:
        carrier = self.chance.choice(self.phones)
        phone, account = carrier.phone, str(carrier.holder)
        if what == "record" and account in phone.handsets and phone.account == account:
            self._intend(lambda **told: phone.record(account=account, **told), carrier)
        elif what == "send":
            self._send(carrier)
        elif what == "set clock":
            self._set_clock(carrier)
        elif what == "lose session":
            self._lose_session(carrier)
        elif what == "hand over":
            self._lose_session(carrier)
            carrier.holder = self.chance.choice(carrier.officers)
        elif what == "lose phone" and account in phone.handsets and not carrier.is_lost:
            with self.installation.writing() as session:
                report_handset_lost(session, handset_id=uuid.UUID(phone.handsets[account]), actor=COMMAND_LINE, now=self.time)
            carrier.is_lost = True

    def _intend(self, record: object, on: "Carrier | Device") -> None:
        marker = f"Seen to do the thing numbered {len(self.intended)}."
        waiting = record(marker=marker, people=self.chance.choice([1, 1, 1, 2, 3]))  # pyright: ignore[reportCallIssue] -- either's record
        self.intended[marker] = Intended(self.time, waiting, on, isinstance(on, Carrier) and on.was_set_since_last_heard)

    def _set_clock(self, carrier: Carrier) -> None:
        """Put the clock right, or wrong in another way."""
        right = self.chance.random() < 0.6
        carrier.ahead = timedelta(0) if right else timedelta(minutes=self.chance.uniform(-FARTHEST_OFF, FARTHEST_OFF))
        for one in self.intended.values():
            one.clock_was_set |= one.on is carrier and one.waiting in carrier.phone.records

    def _lose_session(self, carrier: Carrier) -> None:
        with self.installation.writing() as session:
            sign_out(session, token=carrier.cookie.partition("=")[2], now=self.time)

    def _send(self, carrier: Carrier) -> None:
        """Send, and do what an officer does about what came of it: sign in, use a found phone again, put right what was refused."""
        stands = carrier.phone.send()
        if stands == "sign in":
            self._sign_in(carrier)
        elif stands in {"not registered", "not in use"} and self.chance.random() < 0.5:
            self._register(carrier)
        for waiting in carrier.phone.records:
            if waiting.account == str(carrier.holder) and waiting.state == "fault":
                self._put_right(carrier, waiting)

    def _sign_in(self, carrier: Carrier) -> None:
        with self.installation.writing() as session:
            token = make_sign_in_link(session, account_id=carrier.holder, actor=COMMAND_LINE, now=self.time)
        answer = self.client.post("/sign-in/link", data={"token": token})
        assert answer.status_code == 303, answer.text
        name = session_cookie_name(self.installation)
        carrier.cookie = f"{name}={answer.cookies[name]}"
        self.client.cookies.clear()

    def _register(self, carrier: Carrier) -> None:
        """Register the phone; the same try has the same key until it came about."""
        n = self.phones.index(carrier)
        key = self.registering.setdefault(n, uuid.uuid4().hex)
        if carrier.phone.register(key):
            del self.registering[n]
            carrier.is_lost = False

    def _put_right(self, carrier: Carrier, waiting: Waiting) -> None:
        """Do what the officer does: a new receipt for one whose code is void; the time typed where the clock's cannot be."""
        if any(path.endswith("receipt_code") for path in waiting.problem):
            carrier.phone.send_with_new_receipts(waiting)
            self.counts["sent with a new receipt"] += 1
        else:
            marker = waiting.body["grounds"]
            waiting.body |= {"started_at": self.intended[marker].really.isoformat(), "times_typed": True}
            waiting.body.pop("clock", None)
            waiting.state = "waiting"
            self.counts["time typed"] += 1

    def calm_down(self) -> None:
        """Let the line be good: everything held back arrives, everybody signs in on each phone and sends what is left."""
        self.line.good = True
        self.line.deliver_late()
        for carrier in self.phones:
            for account in carrier.officers:
                carrier.holder = account
                self._sign_in(carrier)
                for _ in range(6):
                    stands = carrier.phone.send()
                    if stands in {"not registered", "not in use"}:
                        self._register(carrier)
                    for waiting in [one for one in carrier.phone.records if one.state == "fault" and one.account == str(account)]:
                        self._put_right(carrier, waiting)
        for device in self.devices:
            device.send()


def on_simulated_time(client: TestClient, chaos: Chaos) -> None:
    """Have the site go by the world's time."""
    client.app.dependency_overrides[now] = lambda: chaos.time  # pyright: ignore[reportAttributeAccessIssue] -- it is the FastAPI app


def chaos_on(installation: Installation, *, seed: int) -> Chaos:
    """Return a world on a site of its own; use it with `with chaos.client:`."""
    client = TestClient(create_app(installation), follow_redirects=False)
    chaos = Chaos(installation, client, seed)
    on_simulated_time(client, chaos)
    return chaos
