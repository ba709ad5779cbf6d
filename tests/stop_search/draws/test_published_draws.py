"""A year's beginning of draws by the actions that everybody uses: the outsider's script and the product's own check find nothing wrong."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.codes.design import Design, Method
from stop_search.draws.actions import anchor_draw
from stop_search.draws.chance import NamedDice
from stop_search.draws.covering import commit_coverage
from stop_search.draws.outcome_chain import note_outcome, reviewed, without_footage
from stop_search.draws.periods import Month
from stop_search.draws.queries import anchors_of, published_draw
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.verification import draw_problems
from tests.support import builders as a
from tests.support.sampled import DESIGN, a_commit, hexed, thrown, written

SCRIPT = Path(__file__).parents[3] / "verify" / "draw.py"
STRATA = Design(sizes={"certainty": None, "high": 10, "base": 10, "delayed": 10, "late": None}, method=Method.STRATIFIED, panel=(1, 2))


def filled(session: Session, first: date) -> None:
    """Add five weeks of stops, some filmed, some recorded late."""
    officers = [a.an_officer(session) for _ in range(12)]
    for n in range(150):
        started = datetime(first.year, first.month, first.day, 12, tzinfo=UTC) + timedelta(days=n % 31, minutes=n)
        recorded = started + timedelta(days=16 if n % 50 == 7 else 0, minutes=9)
        stop = a.an_encounter(session, started_at=started, recorded_at=recorded, officer=officers[n % 12])
        if n % 2:
            a.a_recording(session, encounter=stop, started_at=started)


def drawn_months(session: Session, design: Design) -> list[Draw]:
    """Draw four weeks of October, and its coverage if the design has one; anchor each; end some of what is drawn."""
    filled(session, date(2026, 10, 1))
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for week in range(4):
        period = (date(2026, 10, 1 + 7 * week), date(2026, 10, 7 + 7 * week))
        fixed = a_commit(session, period=period, design=design, now=now)
        anchor_draw(session, draw_id=fixed.draw_id, place="The panel's chair", anchored_at=now, actor=COMMAND_LINE, now=now)
        thrown(session, fixed, design=design, now=now + timedelta(hours=1))
        now += timedelta(hours=2)
    if design.method is Method.POISSON:
        named = {"scope": "force", "design": design, "chance": NamedDice(), "actor": COMMAND_LINE}
        fixed = commit_coverage(session, month=Month(2026, 10), now=datetime(2026, 12, 1, 12, tzinfo=UTC), **named)
        thrown(session, fixed, design=design, now=datetime(2026, 12, 2, 12, tzinfo=UTC))
    for n, entry in enumerate(session.scalars(select(FrameEntry).where(FrameEntry.is_drawn).order_by(FrameEntry.token)).all()):
        ended = reviewed(hexed(str(n))) if n % 3 else without_footage("camera_failed")
        if n % 4:
            note_outcome(session, entry=entry, ended=ended, actor=COMMAND_LINE, now=datetime(2026, 12, 9, 12, tzinfo=UTC))
    return list(session.scalars(select(Draw).order_by(Draw.sequence)))


def outsider(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the outsider's script."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_what_the_product_publishes_is_found_right_by_an_outsider_draw_by_draw_and_together(session: Session, tmp_path: Path) -> None:
    draws = drawn_months(session, DESIGN)
    assert [draw.stream for draw in draws] == ["main"] * 4 + ["cover"]
    folders = []
    for draw in draws:
        files = published_draw(session, draw_id=draw.id).files
        assert draw_problems(files) == []
        folders.append(written(files, tmp_path / str(draw.sequence)))
    told = outsider(*folders)
    assert told.returncode == 0, told.stdout
    kept = tmp_path / "anchors.json"
    kept.write_text(json.dumps(anchors_of(session, draw_ids=[draw.id for draw in draws[:4]])))
    for folder in folders[:4]:
        told = outsider(folder, "--anchors", kept)
        assert told.returncode == 0, told.stdout
        assert draw_problems({f.name: f.read_bytes() for f in folder.iterdir()}, anchors=kept.read_bytes()) == []
    assert outsider(folders[4], "--anchors", kept).returncode == 1


def test_draws_by_strata_are_found_right_too(session: Session, tmp_path: Path) -> None:
    draws = drawn_months(session, STRATA)
    assert session.scalars(select(FrameEntry.is_panel)).all().count(True) > 0
    told = outsider(*(written(published_draw(session, draw_id=draw.id).files, tmp_path / str(draw.sequence)) for draw in draws))
    assert told.returncode == 0, told.stdout
