"""Ways in which a force that does not like what chance drew could change what it published, each as cunning as it can be.

A forger makes everything anew that follows from what was changed, so that the files agree, wherever that is possible. What somebody outside
holds, anchors.json, a forger cannot change: it is of the honest draw, and where the forger told of another one, too, of both.
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from stop_search.draws.beacon import round_time
from stop_search.draws.tickets import drand_text, manifest_digest, merkle_path, seed
from tests.support.bundles import CLASSES, ROUNDS, Bundle, Stop, a_bundle, anchors_of, merged, moment, some_outcomes, written

Files = dict[str, bytes]


@dataclass(frozen=True)
class Forged:
    """What was published, and what is known outside."""

    files: Files
    anchors: bytes


Forger = Callable[[random.Random], Forged]
FORGERS: dict[str, Forger] = {}
ONLY_OUTSIDE = {  # what files that agree with one another cannot show
    "omission",
    "injection",
    "class change",
    "design change",
    "beacon round grinding",
    "manifest nonce grinding",
    "broken link between draws",
    "truncated outcomes",
    "replaced status",
    "forged anchor",
    "stale anchor",
    "changed code version",
    "evidence flip",
    "re-draw with a higher sequence",
    "re-draw of a shifted period",
    "re-draw after one of another scope",
    "edited review after chaining",
    "backdated late record",
    "missing number",
}


def _forger(name: str) -> Callable[[Forger], Forger]:
    def known(forger: Forger) -> Forger:
        FORGERS[name] = forger
        return forger

    return known


def a_draw(chance: random.Random, *, stream: str | None = None, poisson: bool = False, least: int = 2, **more: Any) -> Bundle:
    """Return an honest draw of which at least two are drawn and two are not, with at least `least` outcomes."""
    while True:
        found = a_bundle(
            chance,
            stream=stream or chance.choice(["main", "main", "cover"]),
            **{"kind": chance.choice(["dice", "drand"]), "size": chance.randrange(24, 48)} | more,
        )
        drawn = len(found.drawn)
        if 2 <= drawn <= len(found.stops) - 2 and len(found.outcomes) >= least and not (poisson and "method" in found.fixed["design"]):
            return found


def remade(chance: random.Random, honest: Bundle, **changed: Any) -> Forged:
    """Return a draw made anew from what was changed, where somebody outside knows the honest one."""
    forged = replace(honest, **changed)
    if forged.fixed["stream"] == "main" and "stops" in changed:
        forged = replace(forged, stops=merged(forged.stops))
    forged = replace(forged, outcomes=some_outcomes(chance, forged))
    return Forged(forged.files(), anchors_of([honest], outcomes=[]))


def in_order(stops: list[Stop]) -> tuple[Stop, ...]:
    """Return stops as a frame holds them."""
    return tuple(sorted(stops, key=lambda stop: stop.token))


def changed_json(files: Mapping[str, bytes], name: str, **changed: Any) -> Files:
    """Return the files with fields of one JSON file changed."""
    return dict(files) | {name: written(json.loads(files[name]) | changed)}


def changed_lines(files: Mapping[str, bytes], name: str, change: Callable[[list[str]], list[str]]) -> Files:
    """Return the files with the lines of one CSV file, below its head, changed."""
    head, *lines = files[name].decode().splitlines()
    return dict(files) | {name: "".join(f"{line}\n" for line in (head, *change(lines))).encode()}


def rebound(files: Files) -> Files:
    """Make the digest, the seed and all tickets anew for a manifest that was edited as text."""
    manifest, told = json.loads(files["manifest.json"]), json.loads(files["draw.json"])
    stops = [line.split(",") for line in files["frame.csv"].decode().splitlines()[1:]]
    again = Edited(
        manifest,
        tuple(Stop(row[0], (int(row[1]), int(row[2])), row[3], *row[4:5], row[5:] == ["yes"]) for row in stops),
        told["randomness"],
        None,
    )  # type: ignore[arg-type]  # no time of its own
    made = replace(again, drawn_at=round_time(1)).files()
    return (
        files
        | {name: made[name] for name in ("tickets.csv", "outcomes.csv")}
        | {"draw.json": written(json.loads(made["draw.json"]) | {"drawn_at": told["drawn_at"]})}
    )


class Edited(Bundle):
    """A draw whose manifest is what it is, whether or not it fits the rows."""

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest as it was edited."""
        return self.fixed


@_forger("omission")
def _omission(chance: random.Random) -> Forged:
    honest = a_draw(chance, poisson=True)
    victim = chance.choice(honest.drawn)
    return remade(chance, honest, stops=tuple(stop for stop in honest.stops if stop.token != victim))


@_forger("injection")
def _injection(chance: random.Random) -> Forged:
    honest = a_draw(chance, poisson=True)
    more = replace(chance.choice(honest.stops), token=f"{chance.getrandbits(256):064x}")
    return remade(chance, honest, stops=in_order([*honest.stops, more]))


@_forger("duplicate")
def _duplicate(chance: random.Random) -> Forged:
    honest = a_draw(chance, poisson=True)
    return remade(chance, honest, stops=in_order([*honest.stops, chance.choice(honest.stops)]))


@_forger("duplicate in capitals")
def _capitals(chance: random.Random) -> Forged:
    honest = a_draw(chance, poisson=True)
    stop = next(stop for stop in honest.stops if stop.token != stop.token.upper())
    return remade(chance, honest, stops=in_order([*honest.stops, replace(stop, token=stop.token.upper())]))


@_forger("class change")
def _class_change(chance: random.Random) -> Forged:
    honest = a_draw(chance, poisson=True)
    victim = chance.choice(honest.drawn)
    lowest = (
        (3, 50) if honest.fixed["stream"] == "cover" else min((stop.chance for stop in honest.stops), key=lambda pair: pair[0] / pair[1])
    )
    changed = tuple(
        replace(stop, chance=lowest if stop.chance != lowest else (1, 1)) if stop.token == victim else stop for stop in honest.stops
    )
    return remade(chance, honest, stops=changed)


@_forger("backdated late record")
def _backdated(chance: random.Random) -> Forged:
    while True:
        honest = a_draw(chance, poisson=True)
        late = [stop for stop in honest.stops if stop.chance == CLASSES["late"] and not stop.before]
        lowest = min((stop.chance for stop in honest.stops), key=lambda pair: pair[0] / pair[1])
        if late and lowest != (1, 1):
            break
    victim = chance.choice(late)
    early = replace(victim, chance=lowest, evidence=f"{chance.getrandbits(256):064x}")
    return remade(chance, honest, stops=tuple(early if stop == victim else stop for stop in honest.stops))


@_forger("evidence flip")
def _evidence_flip(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    victim = chance.choice(honest.drawn)
    other = f"{chance.getrandbits(256):064x}"
    stops = tuple(replace(stop, evidence=other) if stop.token == victim else stop for stop in honest.stops)
    forged = replace(honest, stops=stops)
    return Forged(replace(forged, outcomes=some_outcomes(chance, forged)).files(), anchors_of([honest], outcomes=[]))


@_forger("design change")
def _design_change(chance: random.Random) -> Forged:
    honest = a_draw(chance, poisson=True)
    name, share = chance.choice([("second", [1, 5]), ("panel", [1, 7])])
    return remade(chance, honest, fixed=honest.fixed | {"design": honest.fixed["design"] | {name: share}})


@_forger("changed code version")
def _code_version(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    return remade(chance, honest, fixed=honest.fixed | {"code_version": "0.9.1"})


@_forger("beacon round grinding")
def _round_grinding(chance: random.Random) -> Forged:
    honest = a_draw(chance, kind="drand")
    number = chance.choice([number for number in ROUNDS if number != honest.given["round"]])
    named = honest.fixed["randomness"] | {"round": number, "round_at": moment(round_time(number))}
    fixed = honest.fixed | {"randomness": named, "committed_at": moment(round_time(number) - timedelta(hours=4))}
    given = {"kind": "drand", "round": number, "signature": ROUNDS[number]}
    return remade(chance, honest, fixed=fixed, given=given, drawn_at=round_time(number) + timedelta(minutes=5))


@_forger("manifest nonce grinding")
def _nonce_grinding(chance: random.Random) -> Forged:
    honest = a_draw(chance, poisson=True, stream="main", kind="drand")
    certain = {stop.token for stop in honest.stops if stop.chance == (1, 1)}
    victims = [token for token in honest.drawn if token not in certain] or [None]
    for nonce in range(10**6):
        forged = honest.with_fixed(draw=honest.fixed["draw"][:-6] + f"{nonce:06x}")
        if forged.digest != honest.digest and victims[0] not in forged.drawn:
            return remade(chance, honest, fixed=forged.fixed)
    raise AssertionError


@_forger("broken link between draws")
def _broken_link(chance: random.Random) -> Forged:
    honest = a_draw(chance, sequence=chance.randrange(2, 9), previous=f"{chance.getrandbits(256):064x}")
    return remade(chance, honest, fixed=honest.fixed | {"previous": f"{chance.getrandbits(256):064x}"})


@_forger("missing number")
def _missing_number(chance: random.Random) -> Forged:
    honest = a_draw(chance, sequence=chance.randrange(3, 9), previous=f"{chance.getrandbits(256):064x}")
    first = a_draw(chance, sequence=1, previous=None, stream="main", period_start="2020-01-01", period_end="2020-01-31")
    return Forged(honest.files(), anchors_of([honest], anchors=[first.anchor(), honest.anchor()]))


def redrawn(chance: random.Random, honest: Bundle, **changed: Any) -> Forged:
    """Return a draw of the same stops that comes next and names the first one, where somebody outside was told of both."""
    number = honest.fixed["sequence"] + 1
    again = honest.with_fixed(
        **{"sequence": number, "previous": honest.digest, "draw": f"{honest.fixed['draw'][:-4]}{chance.getrandbits(16):04x}"} | changed
    )
    again = replace(again, outcomes=some_outcomes(chance, again))
    return Forged(again.files(), anchors_of([honest, again], outcomes=[]))


@_forger("re-draw with a higher sequence")
def _redraw(chance: random.Random) -> Forged:
    return redrawn(chance, a_draw(chance))


@_forger("re-draw of a shifted period")
def _shifted(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    start, end = (date.fromisoformat(honest.fixed[name]) for name in ("period_start", "period_end"))
    first, last = start + timedelta(days=chance.choice([-7, -1, 1, 2, 13])), end + timedelta(days=chance.randrange(-13, 8))
    return redrawn(chance, honest, period_start=first.isoformat(), period_end=last.isoformat())


OTHER_SCOPES = ("Force", "FORCE", "force ", "f\u043erce", "my team")


@_forger("draw of another scope")
def _other_scope(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    number, scope = honest.fixed["sequence"], chance.choice(OTHER_SCOPES)
    return redrawn(chance, honest, scope=scope, sequence=number, previous=honest.fixed["previous"])


@_forger("re-draw after one of another scope")
def _after_other_scope(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    first = honest.with_fixed(scope=chance.choice(OTHER_SCOPES), draw=f"{honest.fixed['draw'][:-4]}{chance.getrandbits(16):04x}")
    return Forged(honest.files(), anchors_of([first, honest], outcomes=[]))


@_forger("forged anchor")
def _forged_anchor(chance: random.Random) -> Forged:
    honest, other = a_draw(chance), f"{chance.getrandbits(256):064x}"
    forged = chance.choice(
        [
            [honest.anchor(manifest_sha256=other)],
            [honest.anchor(), honest.anchor(manifest_sha256=other)],
            [honest.anchor(), honest.anchor(manifest_sha256=other, period_start="2020-01-01")],
            [honest.anchor(period_end="2020-01-31")],
        ]
    )
    return Forged(honest.files(), anchors_of([honest], anchors=forged))


@_forger("stale anchor")
def _stale_anchor(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    told_at = honest.known_at + timedelta(seconds=chance.choice([0, 1, 3600]))
    return Forged(honest.files(), anchors_of([honest], anchors=[honest.anchor(anchored_at=moment(told_at))]))


@_forger("stale beacon")
def _stale_beacon(chance: random.Random) -> Forged:
    honest = a_draw(chance, kind="drand")
    fixed_at = honest.known_at + timedelta(seconds=chance.choice([0, 1, 3600]))
    return remade(chance, honest, fixed=honest.fixed | {"committed_at": moment(fixed_at)}, drawn_at=fixed_at + timedelta(hours=1))


@_forger("forged signature")
def _forged_signature(chance: random.Random) -> Forged:
    honest = a_draw(chance, kind="drand")
    number = honest.given["round"]
    other = chance.choice([signature for round_number, signature in ROUNDS.items() if round_number != number])
    flipped = f"{int(ROUNDS[number], 16) ^ (1 << chance.randrange(380)):096x}"
    return remade(chance, honest, given=honest.given | {"signature": chance.choice([other, flipped])})


@_forger("wrong seed")
def _wrong_seed(chance: random.Random) -> Forged:
    honest = a_draw(chance, kind="drand")
    value = seed(honest.digest, drand_text("another chain", honest.given["round"], bytes.fromhex(honest.given["signature"])))
    forged = chance.choice([value, f"{chance.getrandbits(256):064x}"])
    return Forged(changed_json(honest.files(), "draw.json", seed=forged), anchors_of([honest]))


@_forger("edited ticket")
def _edited_ticket(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    place = chance.randrange(len(honest.stops))

    def edit(lines: list[str]) -> list[str]:
        token, digits, *rest = lines[place].split(",")
        at = chance.randrange(len(digits))
        digits = digits[:at] + chance.choice([d for d in "123456789" if d != digits[at]]) + digits[at + 1 :]
        return [*lines[:place], ",".join((token, digits, *rest)), *lines[place + 1 :]]

    return Forged(changed_lines(honest.files(), "tickets.csv", edit), anchors_of([honest]))


def _selection_edited(chance: random.Random, *, drawn: bool) -> Forged:
    honest = a_draw(chance)
    victim = chance.choice([token for token, _, is_drawn, *_ in honest.selection() if is_drawn == drawn])

    def edit(lines: list[str]) -> list[str]:
        rows = [line.split(",") for line in lines]
        return [",".join((*row[:2], "no" if drawn else "yes", "no", *row[4:]) if row[0] == victim else row) for row in rows]

    files = changed_json(honest.files(), "draw.json", drawn=len(honest.drawn) + (-1 if drawn else 1))
    return Forged(changed_lines(files, "tickets.csv", edit), anchors_of([honest]))


@_forger("dropped selection")
def _dropped(chance: random.Random) -> Forged:
    return _selection_edited(chance, drawn=True)


@_forger("added selection")
def _added(chance: random.Random) -> Forged:
    return _selection_edited(chance, drawn=False)


@_forger("swapped panel")
def _swapped_panel(chance: random.Random) -> Forged:
    honest = a_draw(chance, stream="main")

    def edit(lines: list[str]) -> list[str]:
        victim = chance.choice([n for n, line in enumerate(lines) if line.split(",")[2] == "yes"])
        line = lines[victim]
        return [*lines[:victim], f"{line[: line.rindex(',')]},{'no' if line.endswith('yes') else 'yes'}", *lines[victim + 1 :]]

    return Forged(changed_lines(honest.files(), "tickets.csv", edit), anchors_of([honest]))


@_forger("swapped second readings")
def _swapped_second(chance: random.Random) -> Forged:
    honest = a_draw(chance)

    def edit(lines: list[str]) -> list[str]:
        victim = chance.choice([n for n, line in enumerate(lines) if line.split(",")[2] == "yes"])
        cells = lines[victim].split(",")
        cells[3] = "no" if cells[3] == "yes" else "yes"
        return [*lines[:victim], ",".join(cells), *lines[victim + 1 :]]

    return Forged(changed_lines(honest.files(), "tickets.csv", edit), anchors_of([honest]))


@_forger("wrong probability of coverage")
def _wrong_probability(chance: random.Random) -> Forged:
    honest = a_draw(chance, stream="cover")
    victim = chance.randrange(len(honest.stops))

    def edit(lines: list[str]) -> list[str]:
        return [f"{line[: line.rindex(',')]},{chance.randrange(1, 50)}/50" if n == victim else line for n, line in enumerate(lines)]

    forged = changed_lines(honest.files(), "tickets.csv", edit)
    return Forged(
        forged if forged != honest.files() else changed_lines(forged, "tickets.csv", lambda lines: lines[1:]), anchors_of([honest])
    )


@_forger("re-ordered rows")
def _reordered(chance: random.Random) -> Forged:
    honest = a_draw(chance, poisson=True)
    stops = list(honest.stops)
    while stops == list(honest.stops):
        chance.shuffle(stops)
    forged = replace(honest, stops=tuple(stops), outcomes=())
    return Forged(forged.files(), anchors_of([honest], outcomes=[]))


@_forger("wrong count")
def _wrong_count(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    manifest = honest.manifest
    num, den, n = chance.choice(manifest["counts"])
    counts = [[*pair, rows + 1] if [*pair, rows] == [num, den, n] else [*pair, rows] for *pair, rows in manifest["counts"]]
    changed = chance.choice([{"counts": counts}, {"size": manifest["size"] + 1}, {"size": manifest["size"] - 1}])
    return Forged(rebound(changed_json(honest.files(), "manifest.json", **changed)), anchors_of([honest], outcomes=[]))


@_forger("wrong root")
def _wrong_root(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    return Forged(
        rebound(changed_json(honest.files(), "manifest.json", root=f"{chance.getrandbits(256):064x}")), anchors_of([honest], outcomes=[])
    )


@_forger("broken outcome link")
def _broken_outcome(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    victim = chance.randrange(len(honest.outcomes))

    def edit(lines: list[str]) -> list[str]:
        line = lines[victim]
        return [*lines[:victim], f"{line[: line.rindex(',')]},{chance.getrandbits(256):064x}", *lines[victim + 1 :]]

    return Forged(changed_lines(honest.files(), "outcomes.csv", edit), anchors_of([honest]))


def _with_outcomes(honest: Bundle, outcomes: list[tuple[str, ...]]) -> Forged:
    """Chain other outcomes anew; somebody outside knows the honest ones."""
    return Forged(replace(honest, outcomes=tuple(outcomes)).files(), anchors_of([honest]))


@_forger("truncated outcomes")
def _truncated(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    return _with_outcomes(honest, list(honest.outcomes[: chance.randrange(len(honest.outcomes))]))


@_forger("replaced status")
def _replaced_status(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    outcomes, victim = list(honest.outcomes), chance.randrange(len(honest.outcomes))
    number, token, status, *_, at = outcomes[victim]
    end = ("no_footage", "camera_failed", "", "") if status != "no_footage" else ("refused", "court_order", "inspector", "")
    outcomes[victim] = (number, token, *end, at)
    return _with_outcomes(honest, outcomes)


@_forger("edited review after chaining")
def _edited_review(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    while "reviewed" not in {cells[2] for cells in honest.outcomes}:
        honest = a_draw(chance)
    outcomes = list(honest.outcomes)
    victim = chance.choice([n for n, cells in enumerate(outcomes) if cells[2] == "reviewed"])
    outcomes[victim] = (*outcomes[victim][:5], f"{chance.getrandbits(256):064x}", outcomes[victim][6])
    return _with_outcomes(honest, outcomes)


@_forger("outcome of a stop that was not drawn")
def _replaced_stop(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    outcomes, victim = list(honest.outcomes), chance.randrange(len(honest.outcomes))
    other = chance.choice([token for token, _, drawn, *_ in honest.selection() if not drawn])
    outcomes[victim] = (outcomes[victim][0], other, *outcomes[victim][2:])
    return _with_outcomes(honest, outcomes)


@_forger("outcome before the draw")
def _early_outcome(chance: random.Random) -> Forged:
    honest = a_draw(chance)
    early = (honest.drawn_at - timedelta(days=chance.randrange(1, 30))).date().isoformat()
    return _with_outcomes(honest, [(*honest.outcomes[0][:-1], early), *honest.outcomes[1:]])


def a_truncated_path(chance: random.Random) -> tuple[str, list[str], int, int, str]:
    """Return a row, its path without one of its hashes, its index, the size, and the root."""
    honest = a_draw(chance)
    rows = [stop.row for stop in honest.stops]
    index = chance.randrange(len(rows))
    path = list(merkle_path(rows, index))
    del path[chance.randrange(len(path))]
    return rows[index], path, index, len(rows), honest.manifest["root"]


def digest_of(files: Files) -> str:
    """Return the digest of the manifest among files."""
    return manifest_digest(json.loads(files["manifest.json"]))
