"""How long a quarter's report takes: working the figures out, and drawing every file, in seconds of the processor.

python benchmarks/reports.py [stops]        10,000 stops of a quarter unless another number is given, 12 units, a fifth reviewed; SQLite
"""

import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from services.api.reports.files import report_files
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.base import Base, table_of
from stop_search.database.migrating import migrate
from stop_search.database.session import open_database
from stop_search.draws.rules import FrameOutcome
from stop_search.force import read_force
from stop_search.learning.quarters import Quarter
from stop_search.learning.reports.actions import make_report
from stop_search.learning.reports.queries import report_kept
from stop_search.reviews.rubric import newest_rubric
from tests.support import builders as a

STOPS, UNITS, WEEKS = 10_000, 12, 13
QUARTER = Quarter(2026, 3)
FILMED = 0.8
GOAL = 20.0  # seconds of the processor for all of it, on a machine that has other work too
ETHNICITY = ("W1", "W1", "W1", "B2", "A1", "M1", "NS")


def main() -> int:
    """Fill a database, make the report, draw it; return 1 if the goal is missed."""
    stops = int(sys.argv[1]) if len(sys.argv) > 1 else STOPS
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/quarter.sqlite3")
        migrate(database)
        with database.writing() as session:
            fill(session, stops)
            session.commit()
        with database.writing() as session:
            began = time.process_time()
            made = make_report(
                session, quarter=QUARTER, reason="", force=read_force(None), actor=COMMAND_LINE, now=datetime(2026, 10, 7, tzinfo=UTC)
            )
            worked_out = time.process_time() - began
            report = report_kept(session, snapshot_id=made)
            session.commit()
        began = time.process_time()
        files = report_files(report)
        drawn = time.process_time() - began
        database.engine.dispose()
    print(f"{stops:,} stops: figures worked out in {worked_out:.1f} s, {len(files)} files drawn in {drawn:.1f} s of the processor")
    page, paper = len(files["report.html"]) / 1000, len(files["report.pdf"]) / 1000
    print(f"snapshot {len(report.kept) / 1000:.0f} kB, page {page:.0f} kB, PDF {paper:.0f} kB")
    print("\n".join(report.findings))
    is_met = worked_out + drawn <= GOAL
    print(f"goal: {GOAL:.0f} s in all: {'met' if is_met else 'MISSED'}")
    return 0 if is_met else 1


def fill(session: Session, stops: int) -> None:
    """Add the stops with their people, receipts, recordings and frames; of a fifth a review, of a tenth answers."""
    chance = random.Random(7)  # noqa: S311 -- the same each time, and secret from nobody
    teams = [a.a_team(session, unit=f"Unit {chr(65 + number)}") for number in range(UNITS)]
    draws = [
        a.a_draw(session, period_start=date(2026, 7, 1) + timedelta(weeks=w), period_end=date(2026, 7, 7) + timedelta(weeks=w), seed=f"{w}")
        for w in range(WEEKS)
    ]
    officer, reviewer, rubric = a.an_officer(session), a.an_account(session), newest_rubric()
    one = a.an_encounter(session, people=0, officer=officer)
    person = a.a_person(session, encounter=one)
    receipt = a.a_receipt(session, person=person)
    film = a.a_recording(session, encounter=one)
    entry = a.a_frame_entry(session, draw=draws[0], encounter=one, probability=(1, 5), outcome=FrameOutcome.REVIEWED)
    by = {"rubric": rubric.name, "rubric_version": rubric.version, "rubric_digest": rubric.digest}
    review = a.a_review(session, frame_entry=entry, reviewer=reviewer, marks={rubric.criteria[0].id: 2}, **by)
    rows: dict[type[Base], list[dict[str, Any]]] = {}
    pattern = {type(row): _values(row) for row in (one, person, receipt, film, entry, review)}
    for n in range(stops):
        for row in _one_stop(n, chance, pattern, teams, draws, [criterion.id for criterion in rubric.criteria]):
            rows.setdefault(row[0], []).append(row[1])
    for kind, found in rows.items():
        session.execute(table_of(kind).insert(), found)


def _one_stop(
    n: int, chance: random.Random, pattern: dict[Any, dict[str, Any]], teams: list[Any], draws: list[Any], criteria: list[str]
) -> Iterator[Any]:
    from stop_search.draws.records import FrameEntry
    from stop_search.encounters.records import Encounter, PersonSearched, Receipt
    from stop_search.feedback.records import Feedback, FeedbackAnswer
    from stop_search.footage.records import Footage, FootageOfEncounter
    from stop_search.reviews.records import Mark, Review

    week, stop, person, receipt = n % WEEKS, uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    at = datetime(2026, 7, 1, 9, tzinfo=UTC) + timedelta(weeks=week, days=chance.randrange(7), minutes=chance.randrange(600))
    moved = {"started_at": at, "ended_at": at + timedelta(minutes=12)}
    yield Encounter, pattern[Encounter] | moved | {"id": stop, "reference": f"B-{n}", "team_id": chance.choice(teams).id, "recorded_at": at}
    of_self = {"self_defined_ethnicity": chance.choice(ETHNICITY), "age_band": chance.choice(("10_17", "18_24", "25_34", "over_34"))}
    became = chance.choice(("no_further_action", "no_further_action", "arrest"))
    yield PersonSearched, pattern[PersonSearched] | of_self | {
        "id": person, "encounter_id": stop, "outcome": became, "outcome_linked": became == "arrest", "receipt_handed": "paper",
        "gender": chance.choice(("male", "male", "female")),
    }  # fmt: skip
    yield Receipt, pattern[Receipt] | {"id": receipt, "encounter_id": stop, "person_id": person, "code_digest": uuid.uuid4().hex}
    if chance.random() < FILMED:
        film = uuid.uuid4()
        own = {"id": film, "sha256": uuid.uuid4().hex * 2, "storage_key": f"footage/{film}"}
        yield Footage, pattern[Footage] | moved | own
        yield FootageOfEncounter, {"footage_id": film, "encounter_id": stop, "matched_by": "declared", "matched_at": at}
    entry, is_drawn = uuid.uuid4(), n % 5 == 0
    drawn = {"is_drawn": is_drawn, "outcome": FrameOutcome.REVIEWED if is_drawn else None}
    yield (
        FrameEntry,
        pattern[FrameEntry] | drawn | {"id": entry, "encounter_id": stop, "draw_id": draws[week].id, "token": uuid.uuid4().hex},
    )
    if is_drawn:
        review = uuid.uuid4()
        yield Review, pattern[Review] | {"id": review, "frame_entry_id": entry, "encounter_id": stop}
        for criterion in criteria:
            level = chance.choice((0, 1, 2, 2, 2, 3))
            yield Mark, {"review_id": review, "criterion": criterion, "kind": "scored", "level": level, "marked_at": at}
    if n % 10 == 0:
        feedback = uuid.uuid4()
        form = {"form": "adult", "form_version": 1, "language": "en", "version": 1, "standing": "primary", "self_scan_suspected": False}
        own = {"id": feedback, "receipt_id": receipt, "submission_id": uuid.uuid4().hex, "reply_code_digest": uuid.uuid4().hex}
        yield Feedback, form | own | {"week": f"2026-W{27 + week}", "released_from": "2027-01"}
        said = chance.choice(("fully", "mostly", "not_at_all"))
        yield FeedbackAnswer, {"feedback_id": feedback, "version": 1, "question": "listened", "answer": said, "criterion": "C5"}


def _values(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}


if __name__ == "__main__":
    sys.exit(main())
