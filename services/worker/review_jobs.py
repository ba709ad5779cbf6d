"""The bodies of jobs about reviews."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.audit.rules import WORKER
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.mail.actions import forget_old_mail
from stop_search.reviews import assigning, calibrating, reminding
from stop_search.reviews.missing_readers import ask_for_missing_readers


def assign_reviews(installation: Installation, claim: Claim) -> Effect:
    """Assign reviewers to what a draw drew, or to one stop for cause. It is all reading and writing of rows, so all of it is the effect."""
    asked = claim.arguments
    force = read_force(installation.settings.force)
    within, wanted, every = force.review_within, force.calibration_clips, force.gold_clip_every

    def effect(session: Session, now: datetime) -> None:
        if "entry_id" in asked:
            entry_id = uuid.UUID(asked["entry_id"])
            assigning.assign_for_cause(session, entry_id=entry_id, within=within, actor=WORKER, now=now, calibration_clips=wanted)
        else:
            draw_id = uuid.UUID(asked["draw_id"])
            assigning.assign_reviews(session, draw_id=draw_id, within=within, actor=WORKER, now=now, calibration_clips=wanted)
        calibrating.give_gold_clips(session, wanted=wanted, every=every, within=within, actor=WORKER, now=now)

    return effect


def hand_over_reviews(_installation: Installation, _claim: Claim) -> Effect:
    """Take reviews from those who cannot do them, and look again for readers of what has none: so that nothing is orphaned."""

    def effect(session: Session, now: datetime) -> None:
        assigning.hand_over_reviews(session, actor=WORKER, now=now)
        ask_for_missing_readers(session, now=now)

    return effect


def remind_reviewers(installation: Installation, _claim: Claim) -> Effect:
    """Write to reviewers what is new, due soon or late, and to the learning team what is long late."""
    address = installation.settings.public_url

    def effect(session: Session, now: datetime) -> None:
        reminding.remind_reviewers(session, public_url=address, actor=WORKER, now=now)
        reminding.escalate_late_reviews(session, public_url=address, actor=WORKER, now=now)
        forget_old_mail(session, now=now)

    return effect


def give_gold_clips(installation: Installation, _claim: Claim) -> Effect:
    """Give supervisors the clips for calibration that they lack, and now and then a hidden one."""
    force = read_force(installation.settings.force)

    def effect(session: Session, now: datetime) -> None:
        calibrating.give_gold_clips(
            session, wanted=force.calibration_clips, every=force.gold_clip_every, within=force.review_within, actor=WORKER, now=now
        )

    return effect
