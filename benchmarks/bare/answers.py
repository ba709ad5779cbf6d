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
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.footage.records import FootageHold


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
    """Insert the rows that a first answer with these fields makes: the answers, the hold, two audit entries."""
    now, feedback_id = datetime.now(UTC), uuid.uuid4()
    session.add(
        Feedback(
            id=feedback_id,
            receipt_id=receipt,
            submission_id=form["submission_id"],
            standing="primary",
            form="adult",
            form_version=1,
            language="en",
            week="2026-W47",
            reply_code_digest=uuid.uuid4().hex,
            comment=form["text"],
        )
    )
    answers = {name: value for name, value in form.items() if name not in {"submission_id", "form_version", "text"}}
    session.flush()
    session.add_all(FeedbackAnswer(feedback_id=feedback_id, question=name, answer=value, criterion="C1") for name, value in answers.items())
    session.add(
        FootageHold(id=uuid.uuid4(), encounter_id=encounter, reason="feedback", cause_id=str(encounter), placed_at=now, placed_by="public")
    )
    what = {"actor": "public", "role": "public", "operation": "collection", "action": "leave_feedback", "object_type": "feedback_week"}
    session.add_all(
        AuditEntry(
            n=uuid.uuid4().int >> 66,
            at=now,
            object_id="2026-W47",
            text="{" + "x" * 300 + "}",
            previous_hash="0" * 64,
            hash=uuid.uuid4().hex * 2,
            **what,
        )
        for _ in range(2)
    )
    return feedback_id


if __name__ == "__main__":
    uvicorn.run(bare_app(sys.argv[1]), port=int(sys.argv[2]), log_level="error", access_log=False)
