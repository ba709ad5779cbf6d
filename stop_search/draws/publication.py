"""What is published of a draw, as the bytes of files: the same bytes every time. Pure.

The public sees tokens and never encounters. Seed, tickets and selection are worked out anew from the manifest, the frame and the chance.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from stop_search.draws.chance import GivenChance
from stop_search.draws.manifest import is_stratified, share
from stop_search.draws.outcomes import OUTCOME_COLUMNS, OutcomeLine
from stop_search.draws.protocol import DRAW_FORMAT, moment_text
from stop_search.draws.rules import Stream
from stop_search.draws.selection import CoverRow, Drawn, MainRow, Row, cover_selection, main_selection
from stop_search.draws.tickets import manifest_digest
from stop_search.draws.tickets import seed as made_seed

FILES = ("README.txt", "draw.json", "frame.csv", "manifest.json", "outcomes.csv", "tickets.csv")
OUTCOMES = "outcomes.csv"  # the one that grows: the others are as they were when the draw was run
FRAME_COLUMNS = {
    Stream.MAIN: ("token", "numerator", "denominator", "evidence"),
    Stream.COVER: ("token", "numerator", "denominator", "evidence", "group", "drawn_before"),
}
TICKET_COLUMNS = {
    Stream.MAIN: ("token", "ticket", "drawn", "second", "panel"),
    Stream.COVER: ("token", "ticket", "drawn", "second", "probability"),
}
README = """\
The draw of stop and search encounters for review, {start} to {end} ({stream})
=================================================================

manifest.json  what was fixed before the randomness was known: the root of the frame, the design, the source of chance.
frame.csv      the frame: one token per encounter with its inclusion probability and a mark that fixes its evidence.
               A token cannot be traced to an encounter without the quarter's key.
draw.json      the randomness that was given, and the seed made from it and from the manifest's digest.
tickets.csv    each token's ticket, whether it was drawn, whether a second person reads it, whether it is meant for a panel.
outcomes.csv   what became of the drawn ones so far; each line fixes the one before it. There is no replacement.

How to check it, with Python's standard library and nothing of ours: python3 verify/draw.py FOLDER
or open verify/draw.html in a browser. What is checked, byte by byte, stands in docs/draws.md.

What the folder alone cannot show: that the manifest was fixed before the randomness was known. For that its digest must have been made
known outside before: whoever holds it gives it to the check as anchors.json. And nothing can show here that a stop was never recorded at
all: whoever has a receipt can ask whether their stop is on the list.
"""


@dataclass(frozen=True)
class RunDraw:
    """A draw that was run, as it is kept: its manifest, the frame's rows by token, the chance, when, and the outcomes so far."""

    manifest: Mapping[str, Any]
    rows: Sequence[Row]
    chance: GivenChance
    drawn_at: datetime
    outcomes: Sequence[OutcomeLine] = ()

    @property
    def digest(self) -> str:
        """The manifest's digest."""
        return manifest_digest(self.manifest)

    @property
    def seed(self) -> str:
        """The seed."""
        return made_seed(self.digest, self.chance.text())

    @property
    def stream(self) -> Stream:
        """The stream."""
        return Stream(self.manifest["stream"])


@dataclass(frozen=True)
class PublishedDraw:
    """A draw as it is published: `selection` has one answer for each row; `files` maps a name to its bytes."""

    draw_id: str
    selection: tuple[Drawn, ...]
    files: Mapping[str, bytes]

    @property
    def drawn(self) -> tuple[str, ...]:
        """The tokens that are drawn."""
        return tuple(one.token for one in self.selection if one.drawn)


def selection_of(manifest: Mapping[str, Any], rows: Sequence[Row], seed: str) -> list[Drawn]:
    """Return what a seed makes of a frame, by the design of its manifest."""
    second = share(manifest, "second")
    if Stream(manifest["stream"]) is Stream.COVER:
        return cover_selection([row for row in rows if isinstance(row, CoverRow)], seed=seed, second=second)
    main = [row for row in rows if isinstance(row, MainRow)]
    return main_selection(main, seed=seed, second=second, panel=share(manifest, "panel"), stratified=is_stratified(manifest))


def published_files(run: RunDraw) -> PublishedDraw:
    """Return the files of a draw."""
    manifest, stream = run.manifest, run.stream
    selection = selection_of(manifest, run.rows, run.seed)
    told = {
        "format": DRAW_FORMAT,
        "draw": manifest["draw"],
        "manifest_sha256": run.digest,
        "randomness": run.chance.document(),
        "seed": run.seed,
        "drawn_at": moment_text(run.drawn_at),
        "drawn": sum(one.drawn for one in selection),
    }
    readme = README.format(start=manifest["period_start"], end=manifest["period_end"], stream=stream.value)
    files = {
        "README.txt": readme.encode("ascii"),
        "draw.json": json_bytes(told),
        "frame.csv": frame_bytes(stream, run.rows),
        "manifest.json": json_bytes(manifest),
        OUTCOMES: outcome_bytes(run.outcomes),
        "tickets.csv": csv_bytes(TICKET_COLUMNS[stream], (_ticket_cells(stream, one) for one in selection)),
    }
    return PublishedDraw(str(manifest["draw"]), tuple(selection), files)


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Return JSON that people can read: sorted keys, one line each."""
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True, allow_nan=False) + "\n").encode("ascii")


def frame_bytes(stream: Stream, rows: Iterable[Row]) -> bytes:
    """Return frame.csv."""
    return "".join(f"{line}\n" for line in (",".join(FRAME_COLUMNS[stream]), *(row.written() for row in rows))).encode("ascii")


def outcome_bytes(lines: Iterable[OutcomeLine]) -> bytes:
    """Return outcomes.csv."""
    return csv_bytes(OUTCOME_COLUMNS, ((*line.cells(), line.hash) for line in lines))


def csv_bytes(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file with its header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return text.getvalue().encode("ascii")


def fraction_text(value: Fraction) -> str:
    """Return a probability as num/den in lowest terms, also 1/1."""
    return f"{value.numerator}/{value.denominator}"


def _ticket_cells(stream: Stream, one: Drawn) -> tuple[str, ...]:
    last = _yes(one.panel) if stream is Stream.MAIN else fraction_text(one.probability)
    return (one.token, one.ticket, _yes(one.drawn), _yes(one.second), last)


def _yes(answer: bool) -> str:  # noqa: FBT001 -- private, one argument
    return "yes" if answer else "no"
