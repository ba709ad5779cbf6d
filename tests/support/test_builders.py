"""The builders make rows that both databases accept."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.reviews.records import Mark
from stop_search.reviews.rules import MarkKind
from tests.support import builders as a


def test_a_whole_story_can_be_built(session: Session) -> None:
    team = a.a_team(session)
    officer = a.an_officer(session, team=team)
    reviewer = a.an_account(session)
    encounter = a.an_encounter(session, officer=officer, team=team, people=2, others_present=(a.an_officer(session),))
    a.a_recording(session, encounter=encounter)
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
    a.a_review(session, frame_entry=entry, reviewer=reviewer, marks={"C1": 2, "C2": MarkKind.NOT_OBSERVABLE}, themes=("early_handcuffs",))
    assert session.scalar(select(func.count()).select_from(Mark)) == 2
