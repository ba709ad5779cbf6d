"""Drawing again from published files, and saying what does not agree. Pure. `verify/draw.py` makes the same check without this code."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

from stop_search.draws.anchoring import anchor_problems
from stop_search.draws.chance import DICE, SIDES, GivenChance, GivenDice, GivenRound, given_problem
from stop_search.draws.manifest import counts, frame_root, is_stratified
from stop_search.draws.outcomes import OUTCOME_COLUMNS, OutcomeLine, chain_problems
from stop_search.draws.protocol import MANIFEST_FORMAT
from stop_search.draws.publication import FRAME_COLUMNS, RunDraw, frame_bytes, published_files
from stop_search.draws.rules import FrameOutcome, Stream
from stop_search.draws.selection import CoverRow, MainRow, Row
from stop_search.draws.tickets import canonical, manifest_digest

MANIFEST_FIELDS = {
    *("format", "draw", "scope", "stream", "sequence", "previous", "period_start", "period_end", "committed_at", "design", "key_digest"),
    *("register", "randomness", "code_version", "size", "counts", "root"),
}
DESIGN_FIELDS = {"classes", "second", "panel"}
HEX_DIGITS = frozenset("0123456789abcdef")
DIGEST_LENGTH = 64
MOST_TOLD = 5


def draw_problems(files: Mapping[str, bytes], *, anchors: bytes | None = None) -> list[str]:
    """Draw again from published files and return what does not agree; empty where everything does.

    `anchors`: anchors.json from outside. Without it, files that were all made anew together agree with one another.
    """
    try:
        manifest, told = _object(files["manifest.json"], "manifest.json"), _object(files["draw.json"], "draw.json")
        return _problems(files, manifest, told, None if anchors is None else _object(anchors, "anchors.json"))
    except KeyError as error:
        return [f"{error} is missing"]
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        return [f"the files cannot be read: {error}"]


def _object(content: bytes, name: str) -> dict[str, Any]:
    read: object = json.loads(content)
    if not isinstance(read, dict):
        message = f"{name} is not what it should be"
        raise TypeError(message)
    return cast("dict[str, Any]", read)


def _problems(files: Mapping[str, bytes], manifest: dict[str, Any], told: dict[str, Any], anchors: dict[str, Any] | None) -> list[str]:
    stream = Stream(manifest["stream"])
    rows = read_rows(stream, files["frame.csv"])
    outcomes = read_outcomes(files["outcomes.csv"])
    drawn_at = _moment(told["drawn_at"])
    run = RunDraw(manifest, rows, given_chance(told["randomness"]), drawn_at, outcomes)
    expected = published_files(run)
    problems = [*manifest_problems(manifest), *frame_problems(manifest, stream, rows, files["frame.csv"])]
    if problem := given_problem(run.chance, manifest["randomness"], now=drawn_at):
        problems.append(f"draw.json: {problem}")
    if drawn_at < _moment(manifest["committed_at"]):
        problems.append("draw.json: it was drawn before the frame was fixed")
    again = json.loads(expected.files["draw.json"])
    problems += [f"draw.json: {name} does not agree with the draw made again" for name in again if _differs(told.get(name), again[name])]
    problems += [f"draw.json: {name} does not belong there" for name in told if name not in again]
    problems += _lines_that_differ("tickets.csv", files["tickets.csv"], expected.files["tickets.csv"])
    problems += _lines_that_differ("outcomes.csv", files["outcomes.csv"], expected.files["outcomes.csv"])
    problems += chain_problems(outcomes, digest=run.digest)
    problems += _outcomes_out_of_place(outcomes, set(expected.drawn), drawn_at)
    return problems + ([] if anchors is None else anchor_problems(manifest, outcomes, anchors))


def read_rows(stream: Stream, content: bytes) -> list[Row]:
    """Return the rows of frame.csv. Raises ValueError where a line is something else."""
    lines = list(csv.reader(io.StringIO(content.decode("ascii"))))
    if not lines or tuple(lines[0]) != FRAME_COLUMNS[stream]:
        message = "frame.csv does not begin with the names of its columns"
        raise ValueError(message)
    if stream is Stream.MAIN:
        return [MainRow(token, int(num), int(den), evidence) for token, num, den, evidence in lines[1:]]
    return [CoverRow(token, int(num), int(den), evidence, group, before == "yes") for token, num, den, evidence, group, before in lines[1:]]


def read_outcomes(content: bytes) -> list[OutcomeLine]:
    """Return the lines of outcomes.csv. Raises ValueError where a line is something else."""
    lines = list(csv.reader(io.StringIO(content.decode("ascii"))))
    if not lines or tuple(lines[0]) != OUTCOME_COLUMNS:
        message = "outcomes.csv does not begin with the names of its columns"
        raise ValueError(message)
    return [OutcomeLine(int(n), *rest) for n, *rest in lines[1:]]


def given_chance(told: Mapping[str, Any]) -> GivenChance:
    """Return the chance that draw.json, or the database, says was given. Raises KeyError, ValueError, TypeError."""
    if told["kind"] == "drand" and type(told["round"]) is int:
        return GivenRound(told["round"], str(told["signature"]))
    if told["kind"] == "dice" and isinstance(told["witnesses"], list):
        return GivenDice(str(told["digits"]), tuple(str(name) for name in cast("list[object]", told["witnesses"])))
    message = "the randomness is of no known kind"
    raise ValueError(message)


def manifest_problems(manifest: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a manifest by itself."""
    problems = [f"manifest.json: {name} is missing" for name in sorted(MANIFEST_FIELDS - set(manifest))]
    problems += [f"manifest.json: {name} does not belong there" for name in manifest if name not in MANIFEST_FIELDS]
    if manifest["format"] != MANIFEST_FORMAT:
        problems.append("manifest.json: it is of another protocol")
    if date.fromisoformat(manifest["period_start"]) > date.fromisoformat(manifest["period_end"]):
        problems.append("manifest.json: the period ends before it starts")
    sequence, previous = manifest["sequence"], manifest["previous"]
    if (
        type(sequence) is not int
        or sequence < 1
        or (previous is None) != (sequence == 1)
        or (previous is not None and not _is_hex(previous))
    ):
        problems.append("manifest.json: its place among the draws is not told as it should be")
    named = manifest["randomness"]
    if named["kind"] == "dice" and _differs(named, {"kind": "dice", "count": DICE, "sides": SIDES}):
        problems.append("manifest.json: dice are twenty with ten sides")
    if not _is_hex(manifest["key_digest"]) or not _is_hex(manifest["register"]["hash"]):
        problems.append("manifest.json: a digest is not one")
    return problems


def frame_problems(manifest: Mapping[str, Any], stream: Stream, rows: Sequence[Row], content: bytes) -> list[str]:
    """Return what is wrong with the frame, and where it is not the one that the manifest fixes."""
    problems = _lines_that_differ("frame.csv", content, frame_bytes(stream, rows))
    tokens = [row.token for row in rows]
    if tokens != sorted(set(tokens)):
        problems.append("frame.csv: the tokens are not sorted, or one is there twice")
    if not all(_is_hex(row.token) and _is_hex(row.evidence) and 0 < row.numerator <= row.denominator for row in rows):
        problems.append("frame.csv: a row is not what it should be")
    if _differs([manifest["size"], manifest["counts"]], [len(rows), counts(rows)]) or manifest["root"] != frame_root(rows):
        problems.append("frame.csv: it is not the frame that the manifest fixes")
    return problems + (_design_problems(manifest, rows) if stream is Stream.MAIN else [])


def _design_problems(manifest: Mapping[str, Any], rows: Sequence[Row]) -> list[str]:
    design = manifest["design"]
    classes = {(int(num), int(den)) for num, den in design["classes"].values()}
    shown = {(row.numerator, row.denominator) for row in rows}
    problems = [] if shown <= classes else ["frame.csv: an inclusion probability is not one of the design's"]
    if set(design) - {"method"} != DESIGN_FIELDS or design.get("method", "stratified") != "stratified":
        problems.append("manifest.json: the design has a field that does not belong there")
    if is_stratified(manifest) and any(den != n for num, den, n in counts(rows) if num < den):
        problems.append("frame.csv: a stratum is not as large as its probability says")
    return problems


def _outcomes_out_of_place(outcomes: Sequence[OutcomeLine], drawn: set[str], drawn_at: datetime) -> list[str]:
    ends = {outcome.value for outcome in FrameOutcome} - {FrameOutcome.DRAWN.value}
    problems = ["outcomes.csv: a stop is there that was not drawn"] if {line.token for line in outcomes} - drawn else []
    for line in outcomes:
        is_whole = {
            "reviewed": bool(_is_hex(line.review) and not line.reason and not line.rank),
            "no_footage": bool(line.reason and not line.rank and not line.review),
            "refused": bool(line.reason and line.rank and not line.review),
        }
        if line.outcome not in ends or not is_whole[line.outcome] or date.fromisoformat(line.at) < drawn_at.date():
            problems.append(f"outcomes.csv: line {line.n} is not what it should be")
    return problems[:MOST_TOLD]


def _lines_that_differ(name: str, found: bytes, wanted: bytes) -> list[str]:
    lines, expected = found.decode("ascii").splitlines(), wanted.decode("ascii").splitlines()
    wrong = [str(n) for n, (line, want) in enumerate(zip(lines, expected, strict=False), start=1) if line != want]
    problems = (
        [f"{name}: line {', '.join(wrong[:MOST_TOLD])}{' and more' if len(wrong) > MOST_TOLD else ''} does not agree"] if wrong else []
    )
    if len(lines) != len(expected) or (not problems and found != wanted):
        problems.append(f"{name}: {len(lines)} lines where there should be {len(expected)}, or lines that end otherwise")
    return problems


def _differs(one: object, other: object) -> bool:
    """Compare as text: 1, 1.0 and true are equal otherwise."""
    return canonical({"value": one}) != canonical({"value": other})


def _is_hex(value: object) -> bool:
    return isinstance(value, str) and len(value) == DIGEST_LENGTH and set(value) <= HEX_DIGITS


def _moment(written: str) -> datetime:
    return datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of the manifest among published files. Raises KeyError, ValueError."""
    return manifest_digest(_object(files["manifest.json"], "manifest.json"))
