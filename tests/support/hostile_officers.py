"""Officers who want to know who said what: a year of their stops and answers, and the guesses they make from what they are shown.

Each officer remembers how well every stop of theirs went, nearly without error, and when it was. People answer by how it went. Who
answered, the officer does not know. What is guessed: this answer came from that stop.
"""

import random
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.database.base import table_of
from stop_search.encounters.records import Encounter, PersonSearched, Receipt
from stop_search.encounters.rules import EncounterKind, EncounterSource, PersonPart, ReceiptState
from stop_search.feedback.forms import published_form
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.feedback.release_rules import drawn_delay, release_month
from stop_search.feedback.rules import Standing, bin_of
from stop_search.wording import iso_week

KEY = b"k" * 32
YEAR_BEGINS, DAYS = datetime(2026, 1, 5, 12, tzinfo=UTC), 364
QUESTIONS = ("respect", "fair", "listened", "overall")
ANSWERED, STOPS = 0.42, (15, 60)
MEMORY_ERROR, TASTE = 0.03, 0.12
EDGES = (0.22, 0.45, 0.75)  # care below each: level 0, 1, 2; above the last: 3
REST = "rest"  # the answers of a release that are in no bin that is told


@dataclass(frozen=True)
class Stop:
    """One stop: when, how well it went (0 to 1), how well the officer remembers it to have gone, and what was answered, by question."""

    encounter_id: uuid.UUID
    at: datetime
    remembered: float
    sent_at: datetime
    said: Mapping[str, str]  # question to answer key; empty: nobody answered


@dataclass(frozen=True)
class Shown:
    """What an officer is shown on one day: of so many answers, how many fell into each bin. `truth`: where each came from."""

    on: date
    answers: int
    bins: Mapping[str, Mapping[str, int]]
    truth: frozenset[uuid.UUID]


def invented_year(seed: int, officers: int) -> dict[uuid.UUID, list[Stop]]:
    """Return the stops of each officer."""
    chance = random.Random(seed)  # noqa: S311 -- invented people need no cryptographic randomness
    return {
        uuid.UUID(int=chance.getrandbits(128), version=4): [_stop(chance) for _ in range(chance.randint(*STOPS))] for _ in range(officers)
    }


def keep(session: Session, year: Mapping[uuid.UUID, list[Stop]]) -> None:
    """Store the officers and all that was answered, as `leave_feedback` would, but in few statements."""
    rows: dict[type, list[dict[str, object]]] = {
        table: [] for table in (Account, Encounter, PersonSearched, Receipt, Feedback, FeedbackAnswer)
    }
    for officer, stops in year.items():
        rows[Account].append({"id": officer, "name": "Invented", "email": f"{officer.hex}@force.example", "created_at": YEAR_BEGINS})
        for stop in stops:
            if stop.said:
                _keep_stop(rows, officer, stop)
    for table, values in rows.items():
        session.execute(table_of(table).insert(), values)
    session.execute(text("ANALYZE"))  # nobody else sees these rows yet, so nobody else can count them for the planner


def bin_said(stop: Stop, question: str) -> str:
    """Return the bin into which the person's answer falls."""
    answer = stop.said[question]
    return bin_of(answer, published_form("adult", 1).level(question, answer))


def hits(stops: Iterable[Stop], shown: Shown) -> tuple[float, float, float]:
    """Return how often the officer is right about one release: about an answer at random, about one he chooses, and 1 in how many that is.

    For each question he names one stop for every group that he can tell apart. At random: over all answers, by the question that
    serves him best. Chosen: an answer of the smallest group there is; the last figure is one over the people in that group.
    """
    by_id = {stop.encounter_id: stop for stop in stops}
    at_random, smallest, chosen = 0.0, shown.answers + 1, 0.0
    for question in QUESTIONS:
        groups = _groups(shown, question)
        right = {name: _is_right(by_id, shown, question, name, groups) for name in groups}
        at_random = max(at_random, sum(right.values()) / shown.answers)
        for name, size in groups.items():
            if (size, -right[name]) < (smallest, -chosen * smallest):
                smallest, chosen = size, right[name] / size
    return at_random, chosen, 1 / smallest


def _is_right(by_id: Mapping[uuid.UUID, Stop], shown: Shown, question: str, name: str, groups: Mapping[str, int]) -> bool:
    named = _likeliest(by_id.values(), shown.on, name)
    if named is None or named.encounter_id not in shown.truth:
        return False
    said = bin_said(named, question)
    return said == name or (name == REST and said not in groups)


def _groups(shown: Shown, question: str) -> dict[str, int]:
    told = dict(shown.bins.get(question, {}))
    left_over = shown.answers - sum(told.values())
    return told | ({REST: left_over} if left_over > 0 else {})


def _likeliest(stops: Iterable[Stop], on: date, name: str) -> Stop | None:
    """Return the stop that an answer of a bin most likely came from: by memory, among those of the right age."""
    aim = {"3": 1.0, "2": 0.6, "1": 0.33, "0": 0.0, REST: 0.0}.get(name, 0.5)
    of_age = [stop for stop in stops if 7 <= (on - stop.at.date()).days <= 75] or [stop for stop in stops if stop.at.date() < on]
    return min(of_age, key=lambda stop: abs(stop.remembered - aim), default=None)


def sums_without_protection(stops: Iterable[Stop], months: Iterable[tuple[str, date]]) -> list[Shown]:
    """Return what an officer would be shown by sums that grow each month and hide nothing once five have answered.

    What is told in `Shown` is each month's growth: whoever keeps last month's page has it by subtraction.
    """
    told: set[uuid.UUID] = set()
    found: list[Shown] = []
    for _, day in months:
        known = {stop.encounter_id: stop for stop in stops if stop.said and stop.sent_at.date() < day}
        fresh = {key: stop for key, stop in known.items() if key not in told}
        if len(known) >= 5 and fresh:
            bins = {question: dict(Counter(bin_said(stop, question) for stop in fresh.values())) for question in QUESTIONS}
            found.append(Shown(day, len(fresh), bins, frozenset(fresh)))
            told |= set(fresh)
    return found


def _stop(chance: random.Random) -> Stop:
    care = min(1.0, max(0.0, chance.gauss(0.66, 0.24)))
    at = YEAR_BEGINS + timedelta(days=chance.randrange(DAYS), minutes=chance.randrange(600))
    said = {question: _answer(chance, question, care) for question in QUESTIONS} if chance.random() < ANSWERED else {}
    sent_at = at + timedelta(days=chance.randrange(9))
    return Stop(uuid.UUID(int=chance.getrandbits(128), version=4), at, care + chance.gauss(0, MEMORY_ERROR), sent_at, said)


def _answer(chance: random.Random, question: str, care: float) -> str:
    level = sum(care + chance.gauss(0, TASTE) > edge for edge in EDGES)
    asked = published_form("adult", 1).question(question)
    return next(answer.key for answer in asked.answers if answer.level == level) if asked else ""


def _keep_stop(rows: dict[type, list[dict[str, object]]], officer: uuid.UUID, stop: Stop) -> None:
    person, receipt, feedback, submission = (uuid.UUID(int=stop.encounter_id.int ^ n) for n in (1, 2, 3, 4))
    encounter = {"id": stop.encounter_id, "reference": stop.encounter_id.hex, "officer_id": officer, "started_at": stop.at}
    fixed = {"kind": EncounterKind.PERSON, "source": EncounterSource.DEVICE, "recorded_at": stop.at, "version": 1}
    rows[Encounter].append(encounter | fixed)
    in_it = {"id": person, "encounter_id": stop.encounter_id, "ordinal": 1, "part": PersonPart.SEARCHED}
    rows[PersonSearched].append(in_it | {"force_used": [], "record_in_custody": False})
    held = {"id": receipt, "encounter_id": stop.encounter_id, "person_id": person, "locator": "AAAA", "code_digest": receipt.hex}
    drawn = {"check_words": "", "state": ReceiptState.ISSUED, "language": "en", "layout_version": 2}
    rows[Receipt].append(held | drawn | {"entitlement_ends_on": stop.at.date(), "issued_at": stop.at})
    sent = {"id": feedback, "receipt_id": receipt, "submission_id": submission.hex, "standing": Standing.PRIMARY, "form": "adult"}
    when = {"week": iso_week(stop.sent_at), "released_from": release_month(stop.sent_at, drawn_delay(KEY, submission.hex))}
    rest = {"form_version": 1, "language": "en", "version": 1, "self_scan_suspected": False, "reply_code_digest": feedback.hex}
    rows[Feedback].append(sent | when | rest)
    rows[FeedbackAnswer] += [
        {"feedback_id": feedback, "version": 1, "question": question, "answer": answer} for question, answer in stop.said.items()
    ]
