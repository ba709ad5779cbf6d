"""The bodies of jobs about reviews."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.audit.rules import WORKER
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.reviews import actions


def assign_reviews(installation: Installation, claim: Claim) -> Effect:
    """Assign reviewers to what a draw drew, or to one stop for cause. It is all reading and writing of rows, so all of it is the effect."""
    asked = claim.arguments
    within = read_force(installation.settings.force).review_within

    def effect(session: Session, now: datetime) -> None:
        if "entry_id" in asked:
            actions.assign_for_cause(session, entry_id=uuid.UUID(asked["entry_id"]), within=within, actor=WORKER, now=now)
        else:
            actions.assign_reviews(session, draw_id=uuid.UUID(asked["draw_id"]), within=within, actor=WORKER, now=now)

    return effect
