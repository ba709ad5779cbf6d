"""The sources of chance: a round of the drand beacon, or dice thrown before witnesses; named beforehand, given afterwards. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from stop_search.draws.beacon import QUICKNET, beacon_problem, round_at, round_time
from stop_search.draws.protocol import moment_text
from stop_search.draws.tickets import dice_text, drand_text

DICE, SIDES = 20, 10
FEWEST_WITNESSES = 2
LONGEST_NAME = 100
SEED_LIMIT = 500
LEAST_AHEAD = timedelta(minutes=10)  # to tell somebody outside of the digest before the round is made
MOST_AHEAD = timedelta(days=31)  # a period has one draw: a round further off would keep its footage held, and nothing reviewed, till then
# What stands for the witnesses where there were none: a draw made in one step proves nothing to anybody outside, and says so.
NO_WITNESSES = ("no witness was named", "the draw was made in one step")


@dataclass(frozen=True)
class NamedRound:
    """A round of the beacon, named before it exists."""

    round_number: int

    def document(self) -> dict[str, Any]:
        """Return it as the manifest says it."""
        chain, moment = QUICKNET.chain_hash, moment_text(round_time(self.round_number))
        return {"kind": "drand", "chain": chain, "round": self.round_number, "round_at": moment}


@dataclass(frozen=True)
class NamedDice:
    """A ceremony: so many ten-sided dice, thrown after the frame was fixed."""

    def document(self) -> dict[str, Any]:
        """Return it as the manifest says it."""
        return {"kind": "dice", "count": DICE, "sides": SIDES}


@dataclass(frozen=True)
class GivenRound:
    """The beacon's signature of a round, in hex."""

    round_number: int
    signature: str

    def text(self) -> str:
        """Return the randomness text, which the seed is made from."""
        return drand_text(QUICKNET.chain_hash, self.round_number, bytes.fromhex(self.signature))

    def document(self) -> dict[str, Any]:
        """Return it as draw.json says it."""
        return {"kind": "drand", "round": self.round_number, "signature": self.signature}


@dataclass(frozen=True)
class GivenDice:
    """The dice as thrown, digit after digit, and who saw it."""

    digits: str
    witnesses: tuple[str, ...]

    def text(self) -> str:
        """Return the randomness text, which the seed is made from."""
        return dice_text(self.digits)

    def document(self) -> dict[str, Any]:
        """Return it as draw.json says it."""
        return {"kind": "dice", "digits": self.digits, "witnesses": list(self.witnesses)}


NamedChance = NamedRound | NamedDice
GivenChance = GivenRound | GivenDice


def naming_problem(named: NamedChance, *, now: datetime) -> str | None:
    """Return why a source of chance cannot be named now, or None: a round must lie ahead, neither too near nor too far.

    Rounds are compared by their numbers: of a number that is large enough the calendar knows no time.
    """
    if not isinstance(named, NamedRound):
        return None
    number, last = named.round_number, round_at(now + MOST_AHEAD)
    if number < 1:
        return "The beacon's rounds are numbered from 1."
    if number > last:
        return f"Round {number} lies more than {MOST_AHEAD.days} days ahead. Name one up to {last}, so that the draw can be run in time."
    if round_time(number) <= now:
        made = moment_text(round_time(number))
        return f"Round {number} was made at {made}. Name a round that lies in the future, so that nobody can know it."
    if number < round_at(now + LEAST_AHEAD):
        return (
            f"Round {number} is made at {moment_text(round_time(number))}. Name one at least {LEAST_AHEAD.seconds // 60} minutes ahead: "
            "before it is made, somebody outside must have the digest."
        )
    return None


def given_problem(given: GivenChance, named: Mapping[str, Any], *, now: datetime) -> str | None:
    """Return why what is given is not the chance that the manifest names, or None. The beacon's signature is checked, offline."""
    if given.document()["kind"] != named["kind"]:
        return f"The frame was fixed for {named['kind']}. Nothing else can decide this draw."
    return _round_problem(given, named, now) if isinstance(given, GivenRound) else _dice_problem(given, named)


def _round_problem(given: GivenRound, named: Mapping[str, Any], now: datetime) -> str | None:
    if given.round_number != named["round"]:
        return f"The frame was fixed for round {named['round']}, and this is round {given.round_number}."
    if round_time(given.round_number) > now:
        return f"Round {given.round_number} is made at {named['round_at']}. It does not exist yet."
    if not re.fullmatch(r"(?:[0-9a-f]{2})+", given.signature):
        return "The signature is not in hex. Paste the beacon's answer as it is."
    return beacon_problem(given.round_number, bytes.fromhex(given.signature))


def _dice_problem(given: GivenDice, named: Mapping[str, Any]) -> str | None:
    if not re.fullmatch(r"[0-9]+", given.digits) or len(given.digits) != named["count"]:
        return f"Give the {named['count']} dice as thrown: {named['count']} digits from 0 to 9, spaces or none between them."
    names = {name.strip().casefold() for name in given.witnesses}
    if len(names) < FEWEST_WITNESSES or any(not 0 < len(name) <= LONGEST_NAME or not name.isprintable() for name in names):
        return f"Name at least {FEWEST_WITNESSES} witnesses, each on one line of at most {LONGEST_NAME} characters."
    return None


def dice_given(thrown: str, witnesses: tuple[str, ...]) -> GivenDice:
    """Return dice as they were written down, without the spaces between them."""
    return GivenDice("".join(thrown.split()), tuple(name.strip() for name in witnesses))


def chance_from(told: Mapping[str, Any]) -> GivenChance:
    """Return the chance that was given, as it was kept. Raises KeyError where a part is missing."""
    if told["kind"] == "drand":
        return GivenRound(int(told["round"]), str(told["signature"]))
    return GivenDice(str(told["digits"]), tuple(str(name) for name in told["witnesses"]))


def round_given(pasted: str, *, named_round: int) -> GivenRound:
    """Return a round as the beacon answers it, in JSON, or its signature alone, in hex. Raises ValueError where it is neither."""
    text = pasted.strip()
    if not text.startswith("{"):
        return GivenRound(named_round, text.lower())
    read: object = json.loads(text)
    told = cast("dict[str, object]", read)
    number, signature = told.get("round"), told.get("signature")
    if type(number) is not int or not isinstance(signature, str):
        message = "the beacon's answer has a round and a signature"
        raise ValueError(message)
    return GivenRound(number, signature.strip().lower())


def dice_in_one_step(seed: str) -> GivenDice:
    """Return the dice of a draw that is made in one step: `seed` if it is twenty digits, else twenty that follow from its text.

    They are the last twenty decimal digits of the text's SHA-256 as a number.
    """
    digits = "".join(seed.split())
    if not re.fullmatch(rf"[0-9]{{{DICE}}}", digits):
        number = int.from_bytes(hashlib.sha256(seed.strip().encode()).digest(), "big")
        digits = str(number % 10**DICE).zfill(DICE)
    return GivenDice(digits, NO_WITNESSES)


def seed_problem(seed: str) -> str | None:
    """Return why this cannot be the seed of a draw that is made in one step, or None."""
    if not seed.strip():
        return "Give the randomness: the dice as thrown, or another text that nobody chose."
    if len(seed.strip()) > SEED_LIMIT or not seed.strip().isprintable():
        return f"Give the randomness on one line of at most {SEED_LIMIT} characters."
    return None
