"""Invented people who answer about stops over a few weeks, and officers of whom some answer for them: from which network, how soon.

Shares are assumptions, written down here so that anybody can change them. Addresses are drawn as the internet gives them out: homes
have their own, mobile networks share IPv4 among strangers and give IPv6 subnets away one by one, schools and stations share one.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

OPERATORS, SHARED_ADDRESSES = 4, 64  # mobile networks, and the IPv4 addresses that each shares among its customers around here
SCHOOLS, WORKPLACES = 40, 60
POLICE = [f"192.0.2.{n}" for n in range(1, 5)]
FLASH, HOURS = timedelta(minutes=10), timedelta(hours=8)

# How honest people reach the internet: shares of all.
HONEST = {"mobile": 0.55, "home": 0.30, "school": 0.07, "work": 0.06, "station_visitor": 0.015, "station_same_exit": 0.005}
# How an officer who answers for others does it: shares of all self-scans.
CHEATING = {"own_device": 0.40, "station_computer": 0.25, "own_phone_at_station": 0.15, "own_phone_elsewhere": 0.20}
ON_THE_FORCES_APN = 0.6  # of officers' devices; the others use a public mobile network
SIGNED_IN_AT_STATION = 0.8  # of officers on a day
IN_A_ROW = 0.2  # of the times that an own phone elsewhere is used: several stops of the day, one after the other
ROW = (3, 4, 5)
ANSWERS_AT_A_TIME = 1 - IN_A_ROW + IN_A_ROW * sum(ROW) / len(ROW)
OWN_SCHOOL = 0.7  # of pupils whom an officer stops: from the one school on the beat


@dataclass(frozen=True)
class Officer:
    """One officer: the number, and the addresses of the device and of home."""

    number: str
    device: str
    home: str


@dataclass(frozen=True)
class Stop:
    """A stop whose receipt is answered: when it was issued, by whom."""

    officer: Officer
    issued_at: datetime


@dataclass(frozen=True)
class Answer:
    """One answer: after how long, from which address, and what it really is ("mobile" … or a way of cheating)."""

    stop: Stop
    after: timedelta
    address: str
    way: str

    @property
    def is_self_scan(self) -> bool:
        """True where the officer gave it."""
        return self.way in CHEATING


class People:
    """All of them, from one seed."""

    def __init__(self, seed: int, *, officers: int = 200, cheating: dict[str, float] | None = None) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- to be repeated
        self.cheating = cheating or CHEATING
        self.officers = [self._officer(n) for n in range(officers)]

    def answers(self, number: int, *, self_scans: float, first_day: datetime, days: int = 40) -> Iterator[Answer]:
        """Yield so many answers, as they come."""
        wanted = round(number * self_scans)
        honest = [self._honest(self._stop(first_day, days)) for _ in range(number - wanted)]
        cheated = list[Answer]()
        while len(cheated) < wanted:
            cheated += self._cheated(self._stop(first_day, days, of=max(1, len(self.officers) // 16)))
        yield from sorted([*honest, *cheated[:wanted]], key=lambda one: one.stop.issued_at + one.after)

    def signed_in_at_station(self) -> bool:
        """Say whether an officer used a computer of the station on a day."""
        return self.chance.random() < SIGNED_IN_AT_STATION

    def _officer(self, number: int) -> Officer:
        device = self.chance.choice(POLICE) if self.chance.random() < ON_THE_FORCES_APN else self._mobile()
        return Officer(f"N{number}", device, self._home())

    def _stop(self, first_day: datetime, days: int, of: int | None = None) -> Stop:
        officer = self.chance.choice(self.officers[:of])
        return Stop(officer, first_day + timedelta(days=self.chance.randrange(days), hours=8 + 10 * self.chance.random()))

    def _honest(self, stop: Stop) -> Answer:
        way = self._one_of(HONEST)
        places = {
            "mobile": self._mobile,
            "home": self._home,
            "school": lambda: self._school(stop.officer),
            "work": lambda: f"203.0.113.{100 + self.chance.randrange(WORKPLACES)}",
            "station_visitor": lambda: f"198.51.100.{self.chance.randrange(4)}",
            "station_same_exit": lambda: self.chance.choice(POLICE),
        }
        return Answer(stop, self._later(), places[way](), way)

    def _later(self) -> timedelta:
        when = self.chance.random()
        if when < 0.15:  # at the roadside
            return timedelta(minutes=self.chance.uniform(1, 12))
        if when < 0.50:
            return timedelta(minutes=self.chance.uniform(12, 600))
        return timedelta(days=min(20.0, self.chance.expovariate(1 / 4)) + 0.4)

    def _cheated(self, stop: Stop) -> list[Answer]:
        way, officer = self._one_of(self.cheating), stop.officer
        if way == "own_phone_elsewhere" and self.chance.random() >= 1 / ANSWERS_AT_A_TIME:
            return []  # some of these give several answers at a time: the shares are of answers
        if way == "own_device":
            return [Answer(stop, timedelta(minutes=self.chance.uniform(0.5, 8)), officer.device, way)]
        if way in {"station_computer", "own_phone_at_station"}:
            return [Answer(stop, HOURS * self.chance.uniform(0.05, 1), self.chance.choice(POLICE), way)]
        address = officer.home if self.chance.random() < 0.5 else self._mobile()
        if self.chance.random() >= IN_A_ROW:
            return [Answer(stop, HOURS * self.chance.uniform(0.05, 1), address, way)]
        day = stop.issued_at.replace(hour=8)
        others = [Stop(officer, day + timedelta(hours=10 * self.chance.random())) for _ in range(self.chance.choice(ROW))]
        return [Answer(one, day.replace(hour=20, minute=n) - one.issued_at, address, way) for n, one in enumerate(others)]

    def _mobile(self) -> str:
        if self.chance.random() < 0.4:
            return f"2001:db8:{self.chance.getrandbits(16):x}:{self.chance.getrandbits(16):x}::1"
        return f"100.64.{self.chance.randrange(OPERATORS)}.{self.chance.randrange(SHARED_ADDRESSES)}"

    def _school(self, officer: Officer) -> str:
        own = int(officer.number[1:]) % SCHOOLS
        return f"203.0.113.{own if self.chance.random() < OWN_SCHOOL else self.chance.randrange(SCHOOLS)}"

    def _home(self) -> str:
        return f"10.{self.chance.getrandbits(8)}.{self.chance.getrandbits(8)}.{self.chance.getrandbits(8)}"

    def _one_of(self, shares: dict[str, float]) -> str:
        return self.chance.choices(list(shares), list(shares.values()))[0]
