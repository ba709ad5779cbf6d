"""What somebody outside holds of a draw, anchors.json, and what it shows. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stop_search.draws.beacon import round_time
from stop_search.draws.outcomes import OutcomeLine
from stop_search.draws.protocol import ANCHORS_FORMAT, moment_text
from stop_search.draws.tickets import manifest_digest

PLACE = ("scope", "stream", "period_start", "period_end")
LONGEST_PLACE = 300


def anchor_line(manifest: Mapping[str, Any], *, anchored_at: datetime, where: str) -> dict[str, Any]:
    """Return what whoever is told of a manifest keeps of it."""
    told = {name: manifest[name] for name in (*PLACE, "sequence")}
    return told | {"manifest_sha256": manifest_digest(manifest), "anchored_at": moment_text(anchored_at), "where": where}


def anchors_document(lines: Sequence[Mapping[str, Any]], outcomes: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return anchors.json: `outcomes` has {draw, n, hash} of a line of outcomes that was known at some time."""
    return {"format": ANCHORS_FORMAT, "anchors": list(lines), "outcomes": list(outcomes)}


def anchor_problems(manifest: Mapping[str, Any], outcomes: Sequence[OutcomeLine], anchors: Mapping[str, Any]) -> list[str]:
    """Return what anchors say against a draw: another digest, made known too late, a second draw, a gap, a changed outcome."""
    if anchors["format"] != ANCHORS_FORMAT:
        return ["anchors.json: it is of another protocol"]
    ours = [line for line in anchors["anchors"] if line["manifest_sha256"] == manifest_digest(manifest)]
    problems = [] if ours else ["anchors.json: it does not know this manifest"]
    problems += _made_known_too_late(manifest, ours)
    places: dict[tuple[str, ...], set[str]] = {}
    numbers: dict[str, dict[int, str]] = {}
    for line in anchors["anchors"]:
        places.setdefault(tuple(str(line[name]) for name in PLACE), set()).add(line["manifest_sha256"])
        known = numbers.setdefault(line["scope"], {}).setdefault(line["sequence"], line["manifest_sha256"])
        if known != line["manifest_sha256"]:
            problems.append(f"anchors.json: two manifests have the number {line['sequence']}")
    problems += ["anchors.json: there are two draws of one period" for digests in places.values() if len(digests) > 1]
    problems += _gaps(numbers)
    before = numbers.get(manifest["scope"], {}).get(manifest["sequence"] - 1)
    if before is not None and before != manifest["previous"]:
        problems.append("anchors.json: the manifest before this one was another")
    return problems + _outcomes_changed(manifest, outcomes, anchors)


def _made_known_too_late(manifest: Mapping[str, Any], ours: Sequence[Mapping[str, Any]]) -> list[str]:
    named = manifest["randomness"]
    if named["kind"] != "drand" or not ours:
        return []
    made = moment_text(round_time(named["round"]))
    return [] if min(line["anchored_at"] for line in ours) < made else ["anchors.json: the manifest was made known only after the round"]


def _gaps(numbers: Mapping[str, Mapping[int, str]]) -> list[str]:
    missing = {scope: sorted(set(range(min(known), max(known) + 1)) - set(known)) for scope, known in numbers.items()}
    return [f"anchors.json: draw {number} of {scope!r} is missing" for scope, gap in missing.items() for number in gap]


def _outcomes_changed(manifest: Mapping[str, Any], outcomes: Sequence[OutcomeLine], anchors: Mapping[str, Any]) -> list[str]:
    now = {line.n: line.hash for line in outcomes}
    known = [line for line in anchors["outcomes"] if line["draw"] == manifest["draw"]]
    return [f"outcomes.csv: line {line['n']} was another when it was made known" for line in known if now.get(line["n"]) != line["hash"]]
