"""Periodic work: the audit log is checked, old tries and slots are forgotten, what was kept long enough is erased, sums are released."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.audit.actions import record_act
from stop_search.audit.queries import chain_report
from stop_search.audit.rules import WORKER, Act, Operation, Purpose
from stop_search.encounters import code_tries
from stop_search.errors import Conflict
from stop_search.feedback import erasing as answers
from stop_search.feedback import released
from stop_search.feedback.self_scans import forget_old_marks
from stop_search.installation import Installation
from stop_search.jobs.actions import forget_done_slots
from stop_search.jobs.rules import Claim
from stop_search.letters import erasing as letters

SLOTS_KEPT = timedelta(days=14)


class AuditLogBroken(Conflict):
    """The chain of the audit log does not hold; the message tells the first thing found."""


def check_audit_log(installation: Installation, _claim: Claim) -> Effect:
    """Walk the whole chain. A broken one is a job that fails until a person looks; a whole one is noted in the log itself."""
    with installation.reading() as session:
        report = chain_report(session)
    if report.problems:
        message = f"{len(report.problems)} problems, the first: {report.problems[0]}"
        raise AuditLogBroken(message)
    act = Act(
        operation=Operation.SECURITY,
        action="check_audit_log",
        object_type="audit_log",
        object_id=report.head,
        purpose=Purpose.TECHNICAL_WORK,
        reason=f"{report.entries} entries hold",
    )

    def effect(session: Session, now: datetime) -> None:
        record_act(session, actor=WORKER, act=act, now=now)

    return effect


def forget_old_slots(_installation: Installation, _claim: Claim) -> Effect:
    """Delete the rows of periodic work that was done more than SLOTS_KEPT ago."""

    def effect(session: Session, _now: datetime) -> None:
        forget_done_slots(session, older_than=SLOTS_KEPT)

    return effect


def forget_old_tries(_installation: Installation, _claim: Claim) -> Effect:
    """Delete the counts of tried codes that no longer make anybody wait, and marks of networks of the days before yesterday."""

    def effect(session: Session, now: datetime) -> None:
        code_tries.forget_old_tries(session, now=now)
        forget_old_marks(session, now=now)

    return effect


def erase_old_letters(_installation: Installation, _claim: Claim) -> Effect:
    """Erase what was written in letters that were closed long enough ago."""

    def effect(session: Session, now: datetime) -> None:
        letters.erase_old_letters(session, now=now)

    return effect


def erase_old_answers(_installation: Installation, _claim: Claim) -> Effect:
    """Erase feedback that was left too long ago; letters that named it stay."""

    def effect(session: Session, now: datetime) -> None:
        letters.untie_old_feedback(session, now=now)
        answers.erase_old_answers(session, now=now)

    return effect


def release_answers(_installation: Installation, _claim: Claim) -> Effect:
    """Write this month's sums for officers, once its first Monday has come; on other days there is nothing to write."""

    def effect(session: Session, now: datetime) -> None:
        released.release_answers(session, now=now)

    return effect
