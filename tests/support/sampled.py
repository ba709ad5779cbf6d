"""Made-up draws: a design, frames, published files, and a force's stops that are drawn from, by the actions that everybody uses."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.codes.design import Coverage, Design
from stop_search.draws.actions import draw_sample
from stop_search.draws.chance import GivenDice, NamedChance, NamedDice
from stop_search.draws.committing import Committed, commit_draw
from stop_search.draws.manifest import Commitment, RegisterHead, manifest_document
from stop_search.draws.outcomes import OutcomeLine, chained
from stop_search.draws.protocol import key_digest
from stop_search.draws.publication import RunDraw, published_files
from stop_search.draws.rules import FORCE_SCOPE, Stream
from stop_search.draws.running import DrawnSample, run_draw
from stop_search.draws.selection import CoverRow, MainRow, Row
from tests.support import builders as a

CLASSES = {"certainty": (1, 1), "high": (7, 20), "base": (3, 50), "delayed": (7, 20), "late": (1, 1)}
DESIGN = Design(classes=CLASSES, second=(1, 4), panel=(1, 10), coverage=Coverage.MONTHLY)
DICE = "4 0 9 1 7 3 3 8 0 5 6 2 2 9 1 4 8 7 5 0"
THROWN = GivenDice(DICE.replace(" ", ""), ("Ada Invented", "Ben Invented"))
COMMITTED_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DRAWN_AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


def hexed(text: str) -> str:
    """Return 64 hex digits that follow from a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def some_rows(size: int, stream: Stream = Stream.MAIN) -> list[Row]:
    """Return rows sorted by token, of the design's two middle probabilities by turns; in coverage frames, of groups of three."""
    chances = (CLASSES["high"], CLASSES["base"])
    if stream is Stream.MAIN:
        main = [MainRow(hexed(f"unit {n}"), *chances[n % 2], hexed(f"evidence {n}")) for n in range(size)]
        return sorted(main, key=lambda row: row.token)
    cover = [
        CoverRow(hexed(f"unit {n}"), *chances[n % 2], hexed(f"evidence {n}"), hexed(f"group {n // 3}")[:16], drawn_before=n % 7 == 0)
        for n in range(size)
    ]
    return sorted(cover, key=lambda row: row.token)


def a_commitment(stream: Stream = Stream.MAIN, *, chance: NamedChance | None = None, **changes: Any) -> Commitment:
    """Return what a manifest says besides its rows."""
    fixed = Commitment(
        draw_id="7f1d4a52-0d0c-4b73-9a1e-6d8a5a1f0c11",
        scope=FORCE_SCOPE,
        stream=stream,
        sequence=2,
        previous=hexed("the manifest before"),
        period_start=OCTOBER[0],
        period_end=OCTOBER[1],
        committed_at=COMMITTED_AT,
        design=DESIGN,
        key_digest=key_digest(b"k" * 32),
        register=RegisterHead(41, hexed("head")),
        chance=chance or NamedDice(),
        code_version="0.1.0",
    )
    return replace(fixed, **changes)


def a_run(size: int = 24, stream: Stream = Stream.MAIN, *, outcomes: int = 3) -> RunDraw:
    """Return a draw from such a frame, with the outcomes of the first few that were drawn."""
    rows = some_rows(size, stream)
    run = RunDraw(manifest_document(a_commitment(stream), rows), rows, THROWN, DRAWN_AT)
    lines, previous = [], run.digest
    kinds = [("reviewed", "", "", hexed("review")), ("no_footage", "battery_flat", "", ""), ("refused", "court_order", "inspector", "")]
    for n, token in enumerate(published_files(run).drawn[:outcomes], start=1):
        line = chained(previous, OutcomeLine(n, token, *kinds[n % 3], "2026-11-09"))
        lines.append(line)
        previous = line.hash
    return replace(run, outcomes=tuple(lines))


def some_files(size: int = 24, stream: Stream = Stream.MAIN, *, outcomes: int = 3) -> dict[str, bytes]:
    """Return what is published of it."""
    return dict(published_files(a_run(size, stream, outcomes=outcomes)).files)


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write published files into a new folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def a_sample(session: Session, *, period: tuple[date, date] = OCTOBER, **changes: Any) -> DrawnSample:
    """Draw a period of the whole force in one step."""
    values = {"scope": FORCE_SCOPE, "design": DESIGN, "seed": DICE, "actor": COMMAND_LINE, "now": a.NOON}
    return draw_sample(session, period_start=period[0], period_end=period[1], **(values | changes))


def a_commit(session: Session, *, period: tuple[date, date] = OCTOBER, **changes: Any) -> Committed:
    """Commit a period's main draw, to be decided by dice."""
    values = {"scope": FORCE_SCOPE, "design": DESIGN, "chance": NamedDice(), "actor": COMMAND_LINE, "now": a.NOON}
    return commit_draw(session, period_start=period[0], period_end=period[1], **(values | changes))


def thrown(session: Session, fixed: Committed, **changes: Any) -> DrawnSample:
    """Run a committed draw with dice."""
    values = {"chance": THROWN, "design": DESIGN, "actor": COMMAND_LINE, "now": a.NOON}
    return run_draw(session, draw_id=fixed.draw_id, **(values | changes))
