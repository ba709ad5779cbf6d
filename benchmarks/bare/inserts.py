"""The bare endpoint that recording is measured against: FastAPI, a pydantic body, SQLAlchemy sessions in the thread pool, the same rows.

    python benchmarks/bare/inserts.py DATABASE_URL PORT

It checks nothing, signs nobody in and answers nothing but a number. Every request is one durable transaction of its own.
"""

import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from stop_search.accounts.records import AnsweredRequest
from stop_search.audit.records import AuditEntry
from stop_search.encounters.records import Encounter, PersonSearched, Receipt


class Body(BaseModel):
    """Whatever is posted."""

    grounds: str
    place: str
    people: list[dict[str, Any]]


def bare_app(database_url: str) -> FastAPI:
    """Return the app."""
    engine = create_engine(database_url, pool_size=10, max_overflow=30)
    if database_url.startswith("sqlite"):
        event.listen(engine, "connect", _prepare)
    sessions = sessionmaker(engine, expire_on_commit=False)
    app = FastAPI()

    def session() -> Iterator[Session]:
        with sessions() as opened:
            yield opened
            opened.commit()

    @app.post("/encounters", status_code=201)
    def post(body: Body, session: Annotated[Session, Depends(session, scope="function")]) -> dict[str, str]:
        return {"id": str(insert_rows(session, body))}

    return app


def insert_rows(session: Session, body: Body) -> uuid.UUID:
    """Insert the rows that recording a stop with these people makes."""
    now, encounter_id = datetime.now(UTC), uuid.uuid4()
    words = {"kind": "person", "source": "device", "power": "pace_s1", "object_of_search": "stolen_goods"}
    session.add(
        Encounter(
            id=encounter_id, reference=uuid.uuid4().hex, started_at=now, recorded_at=now, grounds=body.grounds, place=body.place, **words
        )
    )
    people = [uuid.uuid4() for _ in body.people]
    session.add_all(
        PersonSearched(id=person, encounter_id=encounter_id, ordinal=n, part="searched", force_used=["none"])
        for n, person in enumerate(people, start=1)
    )
    session.add_all(
        Receipt(
            encounter_id=encounter_id,
            person_id=person,
            locator="7K3M",
            code_digest=uuid.uuid4().hex * 2,
            check_words="amber otter",
            state="issued",
            language="en",
            layout_version=1,
            entitlement_ends_on=now.date(),
            issued_at=now,
        )
        for person in people
    )
    what = {"actor": "device", "role": "device", "operation": "collection", "action": "recorded", "object_type": "encounter"}
    session.add_all(
        AuditEntry(
            n=uuid.uuid4().int >> 66,
            at=now,
            object_id=str(encounter_id),
            text="{" + "x" * 300 + "}",
            previous_hash="0" * 64,
            hash=uuid.uuid4().hex * 2,
            **what,
        )
        for _ in range(1 + len(people))
    )
    session.add(
        AnsweredRequest(caller="device", key=uuid.uuid4().hex, request_digest="0" * 64, subject_id=str(encounter_id), answered_at=now)
    )
    return encounter_id


def _prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401 -- the driver's own
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


if __name__ == "__main__":
    uvicorn.run(bare_app(sys.argv[1]), port=int(sys.argv[2]), log_level="error", access_log=False)
