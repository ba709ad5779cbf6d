"""Published draws made at random, as an honest force would publish them: main and coverage, drand and dice, with what was anchored of them.

Made with the product's arithmetic (`stop_search/draws/tickets.py`), so that whoever checks them with other code checks that, too.
"""

import json
import random
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import prod
from typing import Any

from stop_search.draws.beacon import QUICKNET, round_time
from stop_search.draws.tickets import (
    COVER,
    REVIEW,
    SECOND,
    Probability,
    coverage_row,
    dice_text,
    drand_text,
    is_below,
    main_row,
    manifest_digest,
    merkle_root,
    outcome_hash,
    seed,
    stream_seed,
    ticket,
    ticket_order,
)

ROUNDS = {  # rounds of quicknet that are published, the oldest first
    1000: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
    657413: "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
    10024141: "8c87caf26bb4f5e9fdfad5ddf739ff8683344f8cf04a8c381225ff067557b5d9d51937eed765fcef21971bf5ddef44bb",
}
CLASSES: dict[str, Probability] = {"certainty": (1, 1), "high": (7, 20), "base": (3, 50), "late": (1, 1), "delayed": (1, 2)}
WITNESSES = ["A. Okafor, panel chair", "Bronwen Si\u00f4n, \u201ccouncil\u201d"]
TICKET_COLUMNS = {"main": "token,ticket,drawn,second,panel", "cover": "token,ticket,drawn,second,probability"}
FRAME_COLUMNS = {"main": "token,numerator,denominator,evidence", "cover": "token,numerator,denominator,evidence,group,drawn_before"}
FEWEST = 10


def seeded(seed: object) -> random.Random:
    """Return chance that is the same every time."""
    return random.Random(str(seed))  # noqa: S311 -- to be repeated


@dataclass(frozen=True)
class Stop:
    """One row of a frame; `group` and `before` only in coverage frames."""

    token: str
    chance: Probability
    evidence: str
    group: str = ""
    before: bool = False

    @property
    def row(self) -> str:
        """The row as it stands in frame.csv."""
        if self.group:
            return coverage_row(self.token, self.chance, self.evidence, self.group, drawn_before=self.before)
        return main_row(self.token, self.chance, self.evidence)


@dataclass(frozen=True)
class Bundle:
    """One draw. `fixed` is its manifest without size, counts and root; `outcomes` have no hash; `links` overrides what follows."""

    fixed: dict[str, Any]
    stops: tuple[Stop, ...]
    given: dict[str, Any]
    drawn_at: datetime
    outcomes: tuple[tuple[str, ...], ...] = ()

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest."""
        counted = Counter(stop.chance for stop in self.stops)
        counts = [[*chance, n] for chance, n in sorted(counted.items())]
        return self.fixed | {"size": len(self.stops), "counts": counts, "root": merkle_root([stop.row for stop in self.stops])}

    @property
    def digest(self) -> str:
        """The manifest's digest."""
        return manifest_digest(self.manifest)

    @property
    def seed(self) -> str:
        """The seed."""
        given, named = self.given, self.fixed["randomness"]
        text = (
            dice_text(given["digits"])
            if "digits" in given
            else drand_text(named["chain"], given["round"], bytes.fromhex(given["signature"]))
        )
        return seed(self.digest, text)

    def selection(self) -> list[tuple[str, str, bool, bool, str]]:
        """Return (token, ticket, drawn, second, panel or probability) of each row."""
        design, is_cover, sown = self.fixed["design"], self.fixed["stream"] == "cover", self.seed
        tickets = {stop.token: ticket(stream_seed(sown, COVER if is_cover else REVIEW), stop.token) for stop in self.stops}
        drawn, panel = _covered(self.stops, tickets) if is_cover else _drawn(self.stops, tickets, design)
        found: list[tuple[str, str, bool, bool, str]] = []
        for stop in self.stops:
            again = is_below(ticket(stream_seed(sown, SECOND), stop.token), tuple(design["second"]))
            last = _either(stop, self.stops) if is_cover else "yes" if stop.token in panel else "no"
            found.append((stop.token, tickets[stop.token], stop.token in drawn, stop.token in drawn and again, last))
        return found

    @property
    def drawn(self) -> list[str]:
        """The tokens that are drawn."""
        return [token for token, _, is_drawn, *_ in self.selection() if is_drawn]

    def links(self) -> list[str]:
        """Return the lines of the chain of outcomes."""
        before, lines = self.digest, list[str]()
        for cells in self.outcomes:
            before = outcome_hash(before, ",".join(cells))
            lines.append(",".join((*cells, before)))
        return lines

    def files(self) -> dict[str, bytes]:
        """Return what is published."""
        selection, stream = self.selection(), self.fixed["stream"]
        told = {
            "format": "stop-search/draw/v2",
            "draw": self.fixed["draw"],
            "manifest_sha256": self.digest,
            "randomness": self.given,
            "seed": self.seed,
            "drawn_at": moment(self.drawn_at),
            "drawn": sum(row[2] for row in selection),
        }
        rows = [",".join((token, digits, _yes(drawn), _yes(again), last)) for token, digits, drawn, again, last in selection]
        return {
            "README.txt": b"How to check it: docs/draws.md\n",
            "manifest.json": written(self.manifest),
            "draw.json": written(told),
            "frame.csv": lines(FRAME_COLUMNS[stream], [stop.row for stop in self.stops]),
            "tickets.csv": lines(TICKET_COLUMNS[stream], rows),
            "outcomes.csv": lines("n,token,outcome,reason,rank,review,at,hash", self.links()),
        }

    @property
    def known_at(self) -> datetime:
        """From when the chance was known."""
        return round_time(self.given["round"]) if "round" in self.given else self.drawn_at

    def anchor(self, **changed: Any) -> dict[str, Any]:
        """Return what somebody outside was told, an hour before the chance was known."""
        place = {name: self.fixed[name] for name in ("scope", "stream", "period_start", "period_end", "sequence")}
        told_at = moment(self.known_at - timedelta(hours=1))
        return place | {"manifest_sha256": self.digest, "anchored_at": told_at, "where": "the panel's chair"} | changed

    def known_outcomes(self) -> list[dict[str, Any]]:
        """Return the whole chain of outcomes as somebody outside knew it."""
        return [{"draw": self.fixed["draw"], "n": n, "hash": line.rsplit(",", 1)[1]} for n, line in enumerate(self.links(), start=1)]

    def with_fixed(self, **changed: Any) -> "Bundle":
        """Return the same with another manifest; all that follows is made anew."""
        return replace(self, fixed=self.fixed | changed)


def anchors_of(bundles: Sequence[Bundle], **changed: Any) -> bytes:
    """Return anchors.json of draws."""
    outcomes = [link for one in bundles for link in one.known_outcomes()]
    found = {"format": "stop-search/draw-anchors/v1", "anchors": [one.anchor() for one in bundles], "outcomes": outcomes}
    return written(found | changed)


def a_bundle(chance: random.Random, *, stream: str = "main", kind: str = "dice", size: int | None = None, **fixed: Any) -> Bundle:
    """Return a draw of a random frame."""
    rows = chance.randrange(60) if size is None else size
    stops = tuple(sorted(_stops(chance, rows, stream), key=lambda stop: stop.token))
    is_stratified = stream == "main" and chance.random() < 0.25
    number = chance.choice(list(ROUNDS))
    known_at = round_time(number) if kind == "drand" else datetime(2026, 11, 2, 9, tzinfo=UTC)
    named = (
        {"kind": "drand", "chain": QUICKNET.chain_hash, "round": number, "round_at": moment(known_at)}
        if kind == "drand"
        else {"kind": "dice", "count": 20, "sides": 10}
    )
    given = (
        {"kind": "drand", "round": number, "signature": ROUNDS[number]}
        if kind == "drand"
        else {"kind": "dice", "digits": "".join(chance.choices("0123456789", k=20)), "witnesses": WITNESSES}
    )
    sequence = chance.randrange(1 if stream == "main" else 2, 40)
    design: dict[str, Any] = {
        "classes": {name: list(pair) for name, pair in CLASSES.items()},
        "second": [1, 4],
        "panel": [0, 1] if stream == "cover" else [chance.randrange(4), 10],
    }
    if is_stratified:
        stops, design = _in_strata(stops, design)
    elif stream == "main":
        stops = merged(stops)
    manifest: dict[str, Any] = {
        "format": "stop-search/draw-manifest/v2",
        "draw": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "scope": "force",
        "stream": stream,
        "sequence": sequence,
        "previous": None if sequence == 1 else f"{chance.getrandbits(256):064x}",
        "period_start": f"{known_at - timedelta(days=33):%Y-%m-01}",
        "period_end": f"{known_at - timedelta(days=33):%Y-%m-28}",
        "committed_at": moment(known_at - timedelta(hours=4)),
        "design": design,
        "key_digest": f"{chance.getrandbits(256):064x}",
        "register": {"n": chance.randrange(10**6), "hash": f"{chance.getrandbits(256):064x}"},
        "randomness": named,
        "code_version": "0.9.0",
    }
    bundle = Bundle(manifest | fixed, stops, given, known_at + timedelta(minutes=chance.randrange(1, 90)))
    return replace(bundle, outcomes=some_outcomes(chance, bundle))


def all_drawn(chance: random.Random, *, size: int) -> Bundle:
    """Return a draw of which everything is drawn and reviewed: the longest chain of outcomes that a frame can have."""
    one = replace(a_bundle(chance, size=0), stops=tuple(sorted(_certain(chance, size), key=lambda stop: stop.token)))
    ends = enumerate(one.drawn, start=1)
    day = one.drawn_at.date().isoformat()
    return replace(one, outcomes=tuple((str(n), token, "reviewed", "", "", f"{chance.getrandbits(256):064x}", day) for n, token in ends))


def _certain(chance: random.Random, size: int) -> list[Stop]:
    return [Stop(f"{chance.getrandbits(256):064x}", CLASSES["certainty"], f"{chance.getrandbits(256):064x}") for _ in range(size)]


def some_outcomes(chance: random.Random, bundle: Bundle) -> tuple[tuple[str, ...], ...]:
    """Return outcomes of most of the drawn, in random order."""
    drawn = bundle.drawn
    chance.shuffle(drawn)
    day, found = bundle.drawn_at.date(), list[tuple[str, ...]]()
    for n, token in enumerate(drawn[: chance.randrange(len(drawn) + 1)], start=1):
        day += timedelta(days=chance.randrange(3))
        end = chance.choices(
            [
                ("reviewed", "", "", f"{chance.getrandbits(256):064x}"),
                ("no_footage", "camera_not_worn", "", ""),
                ("refused", "court_order", "inspector", ""),
            ],
            [8, 1, 1],
        )[0]
        found.append((str(n), token, *end, day.isoformat()))
    return tuple(found)


def _stops(chance: random.Random, size: int, stream: str) -> list[Stop]:
    groups = [f"{chance.getrandbits(64):016x}" for _ in range(1 + size // 4)]
    names = chance.choices(list(CLASSES), [1, 6, 20, 1, 2], k=size)
    return [
        Stop(
            f"{chance.getrandbits(256):064x}",
            CLASSES[name],
            f"{chance.getrandbits(256):064x}",
            chance.choice(groups) if stream == "cover" else "",
            stream == "cover" and Fraction(*CLASSES[name]) > Fraction(chance.random()),
        )
        for name in names
    ]


def merged(stops: tuple[Stop, ...]) -> tuple[Stop, ...]:
    """Return the stops, classes of few gone with the next higher probability, as the protocol says."""
    for chance, higher in zip(rising := sorted(set(CLASSES.values()), key=lambda pair: Fraction(*pair)), rising[1:], strict=False):
        if 0 < sum(stop.chance == chance for stop in stops) < FEWEST:
            stops = tuple(replace(stop, chance=higher) if stop.chance == chance else stop for stop in stops)
    return stops


def _in_strata(stops: tuple[Stop, ...], design: dict[str, Any]) -> tuple[tuple[Stop, ...], dict[str, Any]]:
    """Return the stops with pairs n of N, half of each class of ten and more, and the design that says so."""
    counted = Counter(stop.chance for stop in stops)
    sizes = {pair: (max(1, n // 2), n) if n >= FEWEST and pair != (1, 1) else (1, 1) for pair, n in counted.items()}
    shown = [pair for pair in sizes.values() if pair != (1, 1)]
    if len(set(shown)) < len(shown):  # two classes of one size are one stratum: all are drawn instead
        sizes = dict.fromkeys(sizes, (1, 1))
    classes = {name: list(sizes.get(pair, (1, 1))) for name, pair in CLASSES.items()}
    changed = tuple(replace(stop, chance=sizes[stop.chance]) for stop in stops)
    return changed, design | {"classes": classes, "method": "stratified"}


def _drawn(stops: Sequence[Stop], tickets: dict[str, str], design: dict[str, Any]) -> tuple[set[str], set[str]]:
    panel: Probability = tuple(design["panel"])
    drawn = {stop.token for stop in stops if is_below(tickets[stop.token], stop.chance)}
    shown = {stop.token for stop in stops if is_below(tickets[stop.token], stop.chance, panel)}
    for n, size in {stop.chance for stop in stops if "method" in design and stop.chance[0] < stop.chance[1]}:
        stratum = sorted((stop.token for stop in stops if stop.chance == (n, size)), key=lambda token: ticket_order(tickets[token], token))
        drawn = drawn - set(stratum) | set(stratum[:n])
        shown = shown - set(stratum) | set(stratum[: n * panel[0] // panel[1]])
    return drawn, drawn & shown


def _covered(stops: Sequence[Stop], tickets: dict[str, str]) -> tuple[set[str], set[str]]:
    seen = {stop.group for stop in stops if stop.before}
    groups = {stop.group: [other.token for other in stops if other.group == stop.group] for stop in stops if stop.group not in seen}
    return {min(tokens, key=lambda token: ticket_order(tickets[token], token)) for tokens in groups.values()}, set()


def _either(stop: Stop, stops: Sequence[Stop]) -> str:
    group = [Fraction(*other.chance) for other in stops if other.group == stop.group]
    whole = Fraction(*stop.chance) + Fraction(1, len(group)) * prod(1 - chance for chance in group)
    return f"{whole.numerator}/{whole.denominator}"


def moment(at: datetime) -> str:
    """Return a moment as the protocol writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def written(value: dict[str, Any]) -> bytes:
    """Return JSON as it is published."""
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode("ascii")


def lines(head: str, rows: Sequence[str]) -> bytes:
    """Return a CSV file."""
    return "".join(f"{row}\n" for row in (head, *rows)).encode("ascii")


def _yes(answer: bool) -> str:  # noqa: FBT001 -- private, one argument
    return "yes" if answer else "no"
