"""Keeping one form of 16 answers and a text against inserting the same rows without a thought: one client, same database, in turn.

    python benchmarks/answering.py [forms]

SQLite, and PostgreSQL where STOP_SEARCH_TEST_POSTGRES_URL names a server. Each form is one durable transaction. Medians are told.
"""

import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.recording import SERVER, two_postgres_databases
from stop_search.audit.records import AuditEntry
from stop_search.database.migrating import migrate
from stop_search.database.session import Database, open_database
from stop_search.encounters.records import Receipt
from stop_search.feedback.actions import leave_feedback
from stop_search.feedback.forms import newest_form
from stop_search.feedback.records import Feedback, FeedbackAnswer, FeedbackText
from stop_search.footage.records import FootageHold
from tests.support.builders import a_person, a_receipt, an_encounter

FORMS = int(sys.argv[1]) if len(sys.argv) > 1 and __name__ == "__main__" else 400
FORM = newest_form()
ANSWERS = {question.id: question.answers[0].key for question in FORM.questions if not question.is_text and question.id != "who"}
TEXT = "They told me why and let me go. " * 10
KEY = b"k" * 32


def main() -> int:
    """Measure both databases and print a table."""
    print(f"{FORMS} forms each, one after the other, {len(ANSWERS)} answers and a text of {len(TEXT)} characters")
    with tempfile.TemporaryDirectory() as folder:
        compare("SQLite", f"sqlite:///{folder}/ours.sqlite3", f"sqlite:///{folder}/bare.sqlite3")
    if not os.environ.get(SERVER):
        print(f"PostgreSQL is not measured: name a server in {SERVER}, such as postgresql://postgres@127.0.0.1:5432/test.")
        return 0
    with two_postgres_databases(os.environ[SERVER]) as (ours, bare):
        compare("PostgreSQL", ours, bare)
    return 0


def compare(name: str, ours_url: str, bare_url: str) -> None:
    """Keep forms in both ways in turn and tell how long each takes."""
    ways: dict[str, tuple[Database, list[Receipt], Callable[[Session, Receipt], None]]] = {}
    for way, url, keep in (("kept", ours_url, kept), ("bare", bare_url, inserted)):
        database = open_database(url)
        migrate(database)
        ways[way] = (database, prepared(database), keep)
    took: dict[str, list[float]] = {way: [] for way in ways}
    statements = counted(ways["kept"][0])
    for number in range(FORMS):
        for way, (database, receipts, keep) in ways.items():
            began = time.perf_counter()
            with database.writing() as session:
                keep(session, receipts[number])
                session.commit()
            took[way].append((time.perf_counter() - began) * 1000)
    for database, _, _ in ways.values():
        database.engine.dispose()
    settled = {way: times[FORMS // 10 :] for way, times in took.items()}
    medians = {way: statistics.median(times) for way, times in settled.items()}
    p99 = {way: statistics.quantiles(times, n=100)[98] for way, times in settled.items()}
    for way in ways:
        print(f"{name:11} {way}  median {medians[way]:6.2f} ms   p99 {p99[way]:6.2f} ms")
    ratios = f"{medians['kept'] / medians['bare']:.2f} of the median, {p99['kept'] / p99['bare']:.2f} of the p99"
    print(f"{name:11} kept / bare: {ratios}; {statements[0] / FORMS:.1f} statements a form")


def counted(database: Database) -> list[int]:
    """Return a list of one number that grows with every statement."""
    number = [0]

    @event.listens_for(database.engine, "before_cursor_execute")
    def _count(*_: object) -> None:
        number[0] += 1

    return number


def prepared(database: Database) -> list[Receipt]:
    """Store as many stops with a receipt each, and return the receipts."""
    with database.writing() as session:
        receipts = [a_receipt(session, person=a_person(session, encounter=an_encounter(session, people=0))) for _ in range(FORMS)]
        session.commit()
    return receipts


def kept(session: Session, receipt: Receipt) -> None:
    """Keep a form as the site does."""
    leave_feedback(
        session,
        receipt_id=receipt.id,
        submission_id=uuid.uuid4().hex,
        form=FORM.name,
        form_version=FORM.version,
        answers=ANSWERS,
        comment=TEXT,
        answering_as="searched",
        language="en",
        reply_key=KEY,
        text_key=KEY,
        now=datetime.now(UTC),
    )


def inserted(session: Session, receipt: Receipt) -> None:
    """Insert the same rows and check nothing."""
    now, feedback = datetime.now(UTC), uuid.uuid4()
    fixed = {"form": FORM.name, "form_version": FORM.version, "language": "en", "version": 1, "self_scan_suspected": False}
    words = {"submission_id": uuid.uuid4().hex, "standing": "primary", "reply_code_digest": uuid.uuid4().hex * 2}
    session.add(Feedback(id=feedback, receipt_id=receipt.id, week="2026-W47", released_from="2026-12", **fixed, **words))
    session.flush()
    session.add_all(FeedbackAnswer(feedback_id=feedback, version=1, question=name, answer=key) for name, key in ANSWERS.items())
    session.add(FeedbackText(feedback_id=feedback, number=1, week="2026-W47", key_version=1, wrapped_key=KEY, sealed=TEXT.encode()))
    session.add(FootageHold(encounter_id=receipt.encounter_id, reason="feedback", cause_id=feedback.hex, placed_at=now, placed_by="public"))
    for _ in range(2):
        said = {"operation": "collection", "action": "leave_feedback", "object_type": "feedback", "object_id": "x", "text": "x" * 300}
        n = time.time_ns()
        session.add(AuditEntry(n=n, at=now, actor="public", role="public", previous_hash="0" * 64, hash=uuid.uuid4().hex * 2, **said))


if __name__ == "__main__":
    sys.exit(main())
