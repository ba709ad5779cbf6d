"""Carrying a job: claim, do the work, write its effect and its end in one unit of work. And which jobs there are."""

import enum
import logging
import os
import socket
import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Body, OnDeath, Work
from services.worker.copy_jobs import make_review_copy
from services.worker.evidence_jobs import ask_evidence_system
from services.worker.film_jobs import watch_film
from services.worker.footage_jobs import examine_footage, match_footage, remove_passed_footage
from services.worker.lease import LeaseKeeper
from services.worker.mail_jobs import send_mail
from services.worker.months_jobs import count_months
from services.worker.panel_jobs import remind_of_recommendations
from services.worker.redaction_jobs import check_redacted_copy, make_redacted_copy, propose_redaction, remove_old_copies
from services.worker.retention_jobs import erase_footage_past_its_time, look_at_the_clock, remove_erased_footage
from services.worker.review_jobs import assign_reviews, give_gold_clips, hand_over_reviews, remind_reviewers
from services.worker.sheet_jobs import make_sheets
from services.worker.sums_jobs import count_sums, work_out_figures
from services.worker.theme_jobs import suggest_themes
from services.worker.upkeep_jobs import (
    check_audit_log,
    erase_old_answers,
    erase_old_letters,
    forget_old_slots,
    forget_old_tries,
    release_answers,
)
from services.worker.watching_jobs import forget_arrivals, take_from_bucket, take_from_folder
from stop_search.database.session import Database, database_now
from stop_search.faults import CrashPoint, hit
from stop_search.footage.actions import give_up_examination
from stop_search.footage.copies import give_up_copy
from stop_search.installation import Installation, open_installation
from stop_search.jobs.actions import LeaseLost, claim_job, claim_next_job, fail_job, finish_job
from stop_search.jobs.rules import PACE, Claim, JobState, Pace
from stop_search.mail.actions import give_up_mail
from stop_search.redactions.copies import give_up_redaction
from stop_search.settings import Settings, read_settings

log = logging.getLogger(__name__)

BODIES: dict[str, Body] = {
    "examine_footage": examine_footage,
    "make_review_copy": make_review_copy,
    "make_sheets": make_sheets,
    "match_footage": match_footage,
    "look_at_the_clock": look_at_the_clock,
    "take_from_folder": take_from_folder,
    "take_from_bucket": take_from_bucket,
    "forget_arrivals": forget_arrivals,
    "erase_footage_past_its_time": erase_footage_past_its_time,
    "remove_erased_footage": remove_erased_footage,
    "remove_passed_footage": remove_passed_footage,
    "ask_evidence_system": ask_evidence_system,
    "propose_redaction": propose_redaction,
    "make_redacted_copy": make_redacted_copy,
    "check_redacted_copy": check_redacted_copy,
    "remove_old_copies": remove_old_copies,
    "assign_reviews": assign_reviews,
    "hand_over_reviews": hand_over_reviews,
    "remind_reviewers": remind_reviewers,
    "remind_of_recommendations": remind_of_recommendations,
    "send_mail": send_mail,
    "give_gold_clips": give_gold_clips,
    "check_audit_log": check_audit_log,
    "forget_old_slots": forget_old_slots,
    "forget_old_tries": forget_old_tries,
    "erase_old_letters": erase_old_letters,
    "erase_old_answers": erase_old_answers,
    "release_answers": release_answers,
    "suggest_themes": suggest_themes,
    "watch_film": watch_film,
    "count_sums": count_sums,
    "count_months": count_months,
    "work_out_figures": work_out_figures,
}
ON_DEATH: dict[str, OnDeath] = {
    "examine_footage": give_up_examination,
    "make_review_copy": give_up_copy,
    "propose_redaction": give_up_redaction,
    "make_redacted_copy": give_up_redaction,
    "check_redacted_copy": give_up_redaction,
    "send_mail": give_up_mail,
}
WORK = Work(BODIES, ON_DEATH)


class Ending(enum.StrEnum):
    """What became of a call: nothing was to be claimed, done, to be tried again, given up, or taken over by another worker."""

    NOTHING = "nothing"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"
    LOST = "lost"


def carry(job_id: str, *, settings: Settings | None = None, database: Database | None = None, work: Work = WORK, pace: Pace = PACE) -> None:
    """Carry one job in a process of its own (the horse): everything is opened here, after the fork; a lost lease ends the process.

    `job_id` is the one that was rung for; carried is the one whose turn it is in that queue. A `database` that is given must not have a
    connection yet (see rehearsal.py).
    """
    installation = open_installation(settings or read_settings(), database=database)
    try:
        carry_next(installation, rung_for=uuid.UUID(job_id), work=work, pace=pace, when_lost=lambda: os._exit(os.EX_TEMPFAIL))
    finally:
        installation.database.engine.dispose()
    hit(CrashPoint.FINISHED)


def carry_out(
    installation: Installation,
    *,
    job_id: uuid.UUID,
    work: Work = WORK,
    pace: Pace = PACE,
    when_lost: Callable[[], object] = lambda: None,
) -> Ending:
    """Claim this job and see it through; never raises for what a body or an effect does. `when_lost` is called from another thread."""
    with installation.writing() as session:
        claim = claim_job(session, job_id=job_id, names=work.bodies.keys(), held_by=this_holder(), pace=pace)
    return Ending.NOTHING if claim is None else _seen_through(installation, claim, work, pace, when_lost)


def carry_next(
    installation: Installation,
    *,
    rung_for: uuid.UUID,
    work: Work = WORK,
    pace: Pace = PACE,
    when_lost: Callable[[], object] = lambda: None,
) -> Ending:
    """Claim the job whose turn it is when this one is rung for, and see it through as `carry_out` does."""
    with installation.writing() as session:
        claim = claim_next_job(session, rung_for=rung_for, names=work.bodies.keys(), held_by=this_holder(), pace=pace)
    return Ending.NOTHING if claim is None else _seen_through(installation, claim, work, pace, when_lost)


def _seen_through(installation: Installation, claim: Claim, work: Work, pace: Pace, when_lost: Callable[[], object]) -> Ending:
    hit(CrashPoint.CLAIMED)
    try:
        with LeaseKeeper(installation, claim, pace, when_lost):
            effect = work.bodies[claim.name](installation, claim)
        with installation.writing() as session:
            finish_job(session, claim=claim)
            effect(session, database_now(session))
    except LeaseLost:
        log.warning("lease of %s %s lost, its result is thrown away", claim.name, claim.job_id)
        return Ending.LOST
    except Exception as error:  # whatever a body does, the worker goes on
        log.exception("%s %s failed at attempt %d", claim.name, claim.job_id, claim.attempt)
        return _failed(installation, claim, error, work, pace)
    return Ending.DONE


def bury(session: Session, *, claim: Claim, reason: str, work: Work, now: datetime) -> None:
    """Tell the domain that the job was given up. What goes wrong there is logged and leaves the job buried."""
    log.error("%s %s is given up: %s", claim.name, claim.job_id, reason)
    if claim.name not in work.on_death:
        return
    try:
        with session.begin_nested():
            work.on_death[claim.name](session, claim.arguments, reason, now)
    except Exception:  # a job must stay buried even if nobody can be told
        log.exception("nobody could be told that %s %s was given up", claim.name, claim.job_id)


def this_holder() -> str:
    """Return the name under which this process holds jobs."""
    return holder(os.getpid())


def holder(process_id: int) -> str:
    """Return the name under which a process of this machine holds jobs."""
    return f"{socket.gethostname()}:{process_id}"


def _failed(installation: Installation, claim: Claim, error: Exception, work: Work, pace: Pace) -> Ending:
    reason = f"{type(error).__name__}: {error}"
    try:
        with installation.writing() as session:
            state = fail_job(session, claim=claim, reason=reason, pace=pace)
            if state is JobState.DEAD:
                bury(session, claim=claim, reason=reason, work=work, now=database_now(session))
    except LeaseLost:
        return Ending.LOST
    return Ending.DEAD if state is JobState.DEAD else Ending.FAILED
