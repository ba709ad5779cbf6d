"""What is published of a draw, as the bytes of files, and the check that draws it again from them. Pure.

The public sees tokens and never encounters. `verify/draw.py` makes the same check without this code.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from stop_search.draws.rules import (
    DRAW_FORMAT,
    Manifest,
    Unit,
    canonical,
    draw_seed,
    is_selected,
    manifest_digest,
    manifest_document,
    ticket,
    ticket_text,
)

COLUMNS = ("token", "numerator", "denominator", "ticket", "drawn")
FILES = ("README.txt", "draw.json", "manifest.json", "tickets.csv")

README = """\
The draw of stop and search encounters for review, {start} to {end}
=================================================================

manifest.json  the frame: one token per encounter with its inclusion probability as [token, numerator, denominator],
               fixed before the randomness was known. A token cannot be traced to an encounter without the period's key.
draw.json      the randomness that was given, the seed made from it and from the manifest's digest, and the tokens that were drawn.
tickets.csv    each token's ticket and whether it was drawn.

How to check it, with Python's standard library and nothing of ours: python3 verify/draw.py FOLDER

What is checked: the manifest's canonical JSON (sorted keys, no spaces, ASCII) has the digest
  SHA-256("stop-search/draw-manifest/v1\\n" + canonical JSON);
the seed is
  SHA-256("stop-search/draw-seed/v1\\n" + digest (32 bytes) + "\\n" + randomness);
a token's ticket is SHA-256(seed (32 bytes) + token), read as a whole number;
a token is drawn if, and only if, ticket x denominator < numerator x 2^256.

What this cannot show: that no encounter was left out of the frame before it was fixed, and that the randomness was not known
then. For that the manifest's digest must have been published, or given to a witness, before the randomness existed.
"""


@dataclass(frozen=True)
class PublishedDraw:
    """A draw as it is published: `drawn` are the tokens; `files` maps a name to its bytes, the same bytes every time."""

    draw_id: str
    drawn: tuple[str, ...]
    files: Mapping[str, bytes]


def published_files(manifest: Manifest, *, randomness: str) -> PublishedDraw:
    """Return the files; seed, tickets and selection are worked out anew from the manifest and the randomness."""
    document = manifest_document(manifest)
    digest = manifest_digest(document)
    seed = draw_seed(digest, randomness)
    rows = [(unit, ticket(seed, unit.token)) for unit in manifest.units]
    drawn = [unit.token for unit, number in rows if is_selected(number, unit.numerator, unit.denominator)]
    told = {
        "format": DRAW_FORMAT,
        "draw": manifest.draw_id,
        "manifest_sha256": digest,
        "randomness": randomness,
        "seed": seed,
        "drawn": drawn,
    }
    readme = README.format(start=manifest.period_start, end=manifest.period_end)
    files = {"README.txt": readme.encode(), "draw.json": _json(told), "manifest.json": _json(document), "tickets.csv": _tickets(rows)}
    return PublishedDraw(manifest.draw_id, tuple(drawn), files)


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode("ascii")


def _tickets(rows: list[tuple[Unit, int]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for unit, number in rows:
        drawn = "yes" if is_selected(number, unit.numerator, unit.denominator) else "no"
        writer.writerow((unit.token, unit.numerator, unit.denominator, ticket_text(number), drawn))
    return text.getvalue().encode("ascii")


def draw_problems(files: Mapping[str, bytes], *, digest_before: str | None = None) -> list[str]:
    """Draw again from published files and return what does not agree; empty where everything does.

    `digest_before` is the manifest's digest as it was known before the randomness: without it, files that were all made anew
    together agree with one another.
    """
    try:
        return _problems(files, digest_before)
    except KeyError as error:
        return [f"{error} is missing"]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        return [f"the files cannot be read: {error}"]


def _problems(files: Mapping[str, bytes], digest_before: str | None) -> list[str]:
    manifest, told = _object(files, "manifest.json"), _object(files, "draw.json")
    rows = list(csv.reader(io.StringIO(files["tickets.csv"].decode("ascii"))))
    units = [Unit(str(token), int(num), int(den)) for token, num, den in manifest["frame"]]
    problems = _disagreements(manifest, told, rows, _manifest(manifest, units))
    if digest_before is not None and digest_before.strip().lower() != manifest_digest(manifest):
        problems.append("manifest.json: it is not the manifest whose digest was known before the draw")
    return problems


def _object(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    read: object = json.loads(files[name])
    if not isinstance(read, dict):
        message = f"{name} is not what it should be"
        raise TypeError(message)
    return cast("dict[str, Any]", read)


def _manifest(document: dict[str, Any], units: list[Unit]) -> Manifest:
    return Manifest(
        draw_id=document["draw"],
        scope=document["scope"],
        period_start=date.fromisoformat(document["period_start"]),
        period_end=date.fromisoformat(document["period_end"]),
        design={name: (int(num), int(den)) for name, (num, den) in document["design"].items()},
        period_key_digest=document["period_key_digest"],
        units=tuple(units),
    )


def _disagreements(document: dict[str, Any], told: dict[str, Any], rows: list[list[str]], manifest: Manifest) -> list[str]:
    problems: list[str] = []
    tokens = [unit.token for unit in manifest.units]
    if canonical(document) != canonical(manifest_document(manifest)):  # as text: 1, 1.0 and true are equal otherwise
        problems.append("manifest.json: it has a field that does not belong there, or of the wrong kind")
    if tokens != sorted(set(tokens)):
        problems.append("manifest.json: the tokens are not sorted, or one is there twice")
    if any((unit.numerator, unit.denominator) not in set(manifest.design.values()) for unit in manifest.units):
        problems.append("manifest.json: an inclusion probability is not one of the design's")
    expected = published_files(manifest, randomness=str(told.get("randomness")))
    again = json.loads(expected.files["draw.json"])
    problems += [f"draw.json: {name} does not agree with the draw made again" for name in again if told.get(name) != again[name]]
    problems += [f"draw.json: {name} does not belong there" for name in told if name not in again]
    wanted = list(csv.reader(io.StringIO(expected.files["tickets.csv"].decode("ascii"))))
    wrong = [str(n) for n, (row, want) in enumerate(zip(rows, wanted, strict=False), start=1) if row != want]
    if wrong:
        problems.append(f"tickets.csv: line {', '.join(wrong[:5])}{' and more' if len(wrong) > 5 else ''} does not agree")  # noqa: PLR2004
    if len(rows) != len(wanted):
        problems.append(f"tickets.csv: {len(rows)} lines where there should be {len(wanted)}")
    return problems
