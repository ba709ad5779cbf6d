"""The bodies of jobs about reviews."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.audit.rules import WORKER
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.reviews import actions, calibrating


def assign_reviews(installation: Installation, claim: Claim) -> Effect:
    """Assign reviewers to what a draw drew. It is all reading and writing of rows, so all of it is the effect."""
    draw_id = uuid.UUID(claim.arguments["draw_id"])
    force = read_force(installation.settings.force)
    wanted, every = force.calibration_clips, force.gold_clip_every

    def effect(session: Session, now: datetime) -> None:
        actions.assign_reviews(session, draw_id=draw_id, within=force.review_within, actor=WORKER, now=now, calibration_clips=wanted)
        calibrating.give_gold_clips(session, wanted=wanted, every=every, within=force.review_within, actor=WORKER, now=now)

    return effect


def give_gold_clips(installation: Installation, _claim: Claim) -> Effect:
    """Give supervisors the clips for calibration that they lack, and now and then a hidden one."""
    force = read_force(installation.settings.force)

    def effect(session: Session, now: datetime) -> None:
        calibrating.give_gold_clips(
            session, wanted=force.calibration_clips, every=force.gold_clip_every, within=force.review_within, actor=WORKER, now=now
        )

    return effect
