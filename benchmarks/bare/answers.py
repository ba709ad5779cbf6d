"""The bare endpoint that answering is measured against: FastAPI, a form, SQLAlchemy sessions in the thread pool, the same rows.

    python benchmarks/bare/answers.py DATABASE_URL PORT

It looks nothing up, checks nothing and draws no page. Every request is one durable transaction of its own.
"""

import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Request
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session, sessionmaker

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.bare.inserts import _prepare
from stop_search.audit.records import AuditEntry
from stop_search.encounters.records import CodeTry
from stop_search.feedback.records import Feedback, FeedbackAnswer, FeedbackText, NetworkMark
from stop_search.footage.records import FootageHold

WEEK = "2026-W47"


def bare_app(database_url: str) -> FastAPI:
    """Return the app. The path carries the ids of a receipt and of its encounter, so that nothing is looked up."""
    engine = create_engine(database_url, pool_size=10, max_overflow=30)
    if database_url.startswith("sqlite"):
        event.listen(engine, "connect", _prepare)
    sessions = sessionmaker(engine, expire_on_commit=False)
    app = FastAPI()

    def session() -> Iterator[Session]:
        with sessions() as opened:
            yield opened
            opened.commit()

    async def posted(request: Request) -> dict[str, str]:
        return {name: str(value) for name, value in (await request.form()).items()}

    @app.post("/answers/{receipt}/{encounter}")
    def post(
        receipt: uuid.UUID,
        encounter: uuid.UUID,
        form: Annotated[dict[str, str], Depends(posted)],
        session: Annotated[Session, Depends(session, scope="function")],
    ) -> dict[str, str]:
        return {"id": str(insert_rows(session, receipt, encounter, form))}

    return app


def insert_rows(session: Session, receipt: uuid.UUID, encounter: uuid.UUID, form: dict[str, str]) -> uuid.UUID:
    """Insert the rows that a first answer with these fields makes.

    The answers, the text (as bytes of a sealed one's length), the hold, two audit entries, two counts of tries, two marks of a network.
    Rows that all share, the head of the log and the count of all, are not written: no request waits for another.
    """
    now, feedback_id = datetime.now(UTC), uuid.uuid4()
    answers = {name: value for name, value in form.items() if name not in {"submission_id", "text"}}
    session.add(_feedback(feedback_id, receipt, form["submission_id"], answers.pop("who")))
    session.flush()
    session.add_all(
        FeedbackAnswer(feedback_id=feedback_id, version=1, question=name, answer=value, criterion="C1") for name, value in answers.items()
    )
    sealed = {"key_version": 1, "wrapped_key": b"k" * 60, "sealed": form["text"].encode() + b"t" * 28}
    session.add(FeedbackText(id=uuid.uuid4(), feedback_id=feedback_id, number=1, week=WEEK, **sealed))
    session.add(
        FootageHold(id=uuid.uuid4(), encounter_id=encounter, reason="feedback", cause_id=str(encounter), placed_at=now, placed_by="public")
    )
    session.add_all(_entry(now) for _ in range(2))
    session.add_all(CodeTry(key=uuid.uuid4().hex, free_at=round(now.timestamp() * 1000)) for _ in range(2))
    session.add_all(NetworkMark(key=uuid.uuid4().hex, day=now.date(), encounters=1) for _ in range(2))
    return feedback_id


def _feedback(feedback_id: uuid.UUID, receipt: uuid.UUID, submission_id: str, who: str) -> Feedback:
    words = {"standing": "primary", "answering_as": who, "form": "adult", "form_version": 1, "language": "en", "week": WEEK}
    codes = {"submission_id": submission_id, "reply_code_digest": uuid.uuid4().hex, "released_from": "2027-01"}
    return Feedback(id=feedback_id, receipt_id=receipt, **words, **codes)


def _entry(now: datetime) -> AuditEntry:
    what = {"actor": "public", "role": "public", "operation": "collection", "action": "leave_feedback", "object_type": "feedback_week"}
    hashes = {"previous_hash": "0" * 64, "hash": uuid.uuid4().hex * 2}
    return AuditEntry(n=uuid.uuid4().int >> 66, at=now, object_id=WEEK, text="{" + "x" * 300 + "}", **what, **hashes)


if __name__ == "__main__":
    uvicorn.run(bare_app(sys.argv[1]), port=int(sys.argv[2]), log_level="error", access_log=False)
