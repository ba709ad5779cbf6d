"""How long a receipt takes from a stored encounter, beside typst alone on the same page of another receipt. Ratios of one run.

No receipt is drawn twice while the two are compared: typst remembers what it has laid out.
"""

import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from receipts.content import ReceiptContent, receipt_content
from receipts.forms import FORMS, receipt_file
from receipts.typesetting import pdf, template_inputs
from stop_search.accounts.actions import open_account
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.migrating import migrate
from stop_search.database.session import Database, open_database
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.queries import receipt_facts
from stop_search.encounters.rules import EncounterKind, EncounterSource, NewEncounter, NewPerson
from stop_search.unit_of_work import reading

SEED = bytes(range(32))
ROUNDS = 200
KEY = bytes(range(32))
NOW = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
BAR = 1.3

Stored = tuple[uuid.UUID, str]  # a receipt's id and code


def main() -> int:
    """Measure in turn, A B A B, each round another receipt, and print medians and the ratio of each round."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/receipts.sqlite3")
        migrate(database)
        stored = list(_stored(database, 2 * ROUNDS))
        ours, prepared = stored[:ROUNDS], [template_inputs(_content(database, each)) for each in stored[ROUNDS:]]
        pairs = _paired(
            [(partial(_drawn, database, one), partial(pdf, "v2/a6", inputs)) for one, inputs in zip(ours, prepared, strict=True)]
        )
        whole, alone = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"A6, PDF/UA-1 with QR, from a stored encounter   {whole * 1000:7.2f} ms")
        print(f"typst alone, the same page prepared             {alone * 1000:7.2f} ms")
        print(f"ratio {ratio:.2f} (bar {BAR})")
        for form in FORMS:
            took = [_seconds(partial(_drawn, database, each, form)) for each in stored[:40]]
            print(f"{form:20} {statistics.median(took) * 1000:7.2f} ms")
        database.engine.dispose()
    return int(ratio > BAR)


def _stored(database: Database, count: int) -> Iterator[Stored]:
    """Record stops of one officer, and give each receipt's id and code."""
    with database.writing() as session, session.begin():
        open_account(
            session,
            name="Ellie Marsh",
            email="ellie@example.org",
            officer_number="2011",
            station="Harbour Road",
            actor=COMMAND_LINE,
            now=NOW,
        )
        for number in range(count):
            encounter = NewEncounter(
                kind=EncounterKind.PERSON,
                source=EncounterSource.DEVICE,
                started_at=NOW - timedelta(minutes=55, seconds=number),
                officer_number="2011",
                place=f"Harbour Park, gate {number}",
                power="mda_s23",
                object_of_search="drugs",
                grounds="Seen to hand over a small bag for money, and walked off quickly when the car stopped beside them.",
                people=(
                    NewPerson(clothing_level="outer_only", force_used=("none",), outcome="no_further_action", self_defined_ethnicity="W1"),
                ),
            )
            recorded = record_encounter(session, encounter=encounter, receipt_key=KEY, reference_prefix="WX", actor=COMMAND_LINE, now=NOW)
            yield recorded.people[0].receipt_id, recorded.people[0].code


def _content(database: Database, stored: Stored) -> ReceiptContent:
    receipt_id, code = stored
    with reading(database) as session:
        facts = receipt_facts(session, receipt_id=receipt_id)
    return receipt_content(facts, code=code, force_name="Wessex Demonstration Police", public_url="https://stops.example")


def _drawn(database: Database, stored: Stored, form: str = "a6") -> bytes:
    return receipt_file(_content(database, stored), form, seed=SEED)


def _paired(tasks: list[tuple[Callable[[], object], Callable[[], object]]]) -> list[tuple[float, float]]:
    """Return each pair's seconds; which of the two comes first changes from pair to pair."""
    pairs: list[tuple[float, float]] = []
    for number, (first, second) in enumerate(tasks):
        if number % 2:
            later = _seconds(second)
            pairs.append((_seconds(first), later))
        else:
            pairs.append((_seconds(first), _seconds(second)))
    return pairs


def _seconds(task: Callable[[], object]) -> float:
    begun = time.perf_counter()
    task()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(main())
