"""A review of a drawn search whose recordings were really received and examined, and a signed-in browser: for journeys at the workbench."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from services.api.security import session_cookie_name
from services.worker.footage_jobs import examine_footage
from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.rules import Role
from stop_search.accounts.sessions import sign_in_by_link
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import database_now
from stop_search.footage.actions import receive_footage
from stop_search.footage.records import Footage
from stop_search.footage.rules import ReceivedFile, StoredOriginal, original_key
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.reviews.rules import ReviewState
from tests.support import builders as a
from tests.support.clips import real
from tests.support.timelines import a_timeline, put_timeline

LANES = {"speech": [[2.0, 4.0]], "silence": [[0.0, 1.5]], "dark": []}
ONE_SECOND_BEFORE = (("bigbuckbunny.mp4", -1.0),)


def a_filmed_review(
    installation: Installation,
    clips: Sequence[tuple[str | Path, float]] = ONE_SECOND_BEFORE,
    *,
    state: ReviewState = ReviewState.STARTED,
    minutes: float | None = None,
) -> tuple[uuid.UUID, str]:
    """Receive and examine recordings of a drawn search; return the review's id and its reviewer's session token.

    `clips`: a real recording's name or a file, and how many seconds after the first contact it began. `minutes`: how long the search
    took by its record, None where the record does not say.
    """
    with installation.writing() as session:
        now = database_now(session)
        ended_at = None if minutes is None else now + timedelta(minutes=minutes)
        officer = a.an_officer(session, team=a.a_team(session))
        encounter = a.an_encounter(session, officer=officer, started_at=now, ended_at=ended_at)
        reviewer = a.an_account(session, role=Role.SUPERVISOR)
        entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
        review = a.a_review(session, frame_entry=entry, reviewer=reviewer, state=state)
        link = make_sign_in_link(session, account_id=reviewer.id, actor=COMMAND_LINE, now=now)
        token = sign_in_by_link(session, token=link, now=now)
        received = [_received(installation, session, clip, encounter.reference, now) for clip, _ in clips]
    for footage_id, (_, after) in zip(received, clips, strict=True):
        effect = examine_footage(installation, Claim(uuid.uuid4(), "examine_footage", {"footage_id": str(footage_id)}, 1, 1))
        with installation.writing() as session:
            effect(session, database_now(session))
            footage = session.get_one(Footage, footage_id)
            footage.started_at = now + timedelta(seconds=after)
            put_timeline(installation, session, footage, a_timeline(footage.facts["length_seconds"], lanes=LANES))
    return review.id, token


def _received(installation: Installation, session: Session, clip: str | Path, reference: str, now: datetime) -> uuid.UUID:
    content = (real(clip) if isinstance(clip, str) else clip).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    installation.storage.put_bytes(original_key(digest), content)
    original = StoredOriginal(digest, len(content), original_key(digest))
    new = ReceivedFile(original, f"{digest[:8]}.mp4", read_force(None).retention.on(now.date()), encounter_reference=reference)
    return receive_footage(session, new=new, actor=COMMAND_LINE, now=now)


def opened(browser: Any, site: str, installation: Installation, token: str, **context: Any) -> Any:
    """Open a page of a signed-in browser on a small laptop."""
    made = browser.new_context(viewport={"width": 1366, "height": 768}, **context)
    made.add_cookies([{"name": session_cookie_name(installation), "value": token, "url": site}])
    return made.new_page()
