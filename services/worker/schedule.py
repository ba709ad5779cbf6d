"""What happens by the clock: the reconciler that mends what a crash left, and periodic work as one row per slot."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.worker.bodies import Work
from services.worker.jobs import bury
from stop_search.database.session import database_now
from stop_search.faults import CrashPoint, hit
from stop_search.installation import Installation
from stop_search.jobs.actions import bury_exhausted_jobs, note_rung, request_slot, ring_after_commit
from stop_search.jobs.queries import unheard_jobs
from stop_search.jobs.rules import Pace, Queue
from stop_search.scratch import sweep_scratch_folders
from stop_search.settings import Settings

log = logging.getLogger(__name__)

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Periodic:
    """A job that is asked for once per slot; slots are `every` long and begin `after` midnight UTC (or the hour)."""

    name: str
    every: timedelta
    after: timedelta = timedelta(0)
    queue: Queue = Queue.UPKEEP
    is_wanted: Callable[[Settings], bool] = lambda _: True

    def slot_at(self, now: datetime) -> datetime:
        """Return the beginning of the slot in which `now` lies."""
        return now - (now - EPOCH - self.after) % self.every


PERIODIC = (
    Periodic("match_footage", every=timedelta(minutes=15)),
    Periodic("ask_evidence_system", every=timedelta(minutes=5)),
    Periodic("look_at_the_clock", every=timedelta(minutes=15)),
    Periodic("erase_footage_past_its_time", every=timedelta(hours=6), after=timedelta(hours=1)),
    Periodic("take_from_folder", every=timedelta(minutes=1), queue=Queue.FOOTAGE, is_wanted=lambda given: bool(given.watched_folder)),
    Periodic("take_from_bucket", every=timedelta(minutes=1), queue=Queue.FOOTAGE, is_wanted=lambda given: bool(given.watched_bucket)),
    Periodic("hand_over_reviews", every=timedelta(days=1), after=timedelta(hours=5)),
    Periodic("remind_reviewers", every=timedelta(days=1), after=timedelta(hours=6), is_wanted=lambda given: bool(given.smtp_url)),
    Periodic("remind_of_recommendations", every=timedelta(days=1), after=timedelta(hours=6), is_wanted=lambda given: bool(given.smtp_url)),
    Periodic("give_gold_clips", every=timedelta(days=1), after=timedelta(hours=5)),
    Periodic("forget_arrivals", every=timedelta(days=1), after=timedelta(hours=3)),
    Periodic("check_audit_log", every=timedelta(days=1), after=timedelta(hours=2)),
    Periodic("forget_old_slots", every=timedelta(days=1), after=timedelta(hours=3)),
    Periodic("forget_old_tries", every=timedelta(hours=1)),
    Periodic("erase_old_letters", every=timedelta(days=1), after=timedelta(hours=4)),
    Periodic("erase_old_answers", every=timedelta(days=1), after=timedelta(hours=4)),
    Periodic("release_answers", every=timedelta(days=1), after=timedelta(hours=4)),
    Periodic("suggest_themes", every=timedelta(hours=1)),
    Periodic("watch_film", every=timedelta(days=1), after=timedelta(hours=4)),
    Periodic("count_sums", every=timedelta(hours=1)),
    Periodic("count_months", every=timedelta(hours=1)),
    Periodic("work_out_figures", every=timedelta(hours=1), after=timedelta(minutes=10)),
)


@dataclass(frozen=True)
class Reconciled:
    """What the reconciler found: jobs given up, jobs rung for again, half-written files removed."""

    buried: int
    rung: int
    swept: int


def reconcile(installation: Installation, *, work: Work, pace: Pace) -> Reconciled:
    """Bury what killed its worker every time, ring again for what nobody picked up, remove half-written files.

    Any number of processes may do this at once, and any of them may die in the middle.
    """
    with installation.writing() as session:
        spent = bury_exhausted_jobs(session, pace=pace)
        for claim in spent:
            bury(session, claim=claim, reason="The worker died or was cut off on the last attempt.", work=work, now=database_now(session))
    hit(CrashPoint.IN_RECONCILE)
    with installation.writing() as session:
        unheard = unheard_jobs(session, pace=pace)
        if unheard:
            note_rung(session, job_ids=[job_id for _, job_id in unheard])
        for queue, job_id in unheard:
            ring_after_commit(session, queue=queue, job_id=job_id)
    swept = installation.storage.sweep(older_than=pace.leftovers_after) + sweep_scratch_folders(older_than=pace.leftovers_after)
    return Reconciled(buried=len(spent), rung=len(unheard), swept=swept)


def request_due_slots(installation: Installation, *, periodic: tuple[Periodic, ...] = PERIODIC) -> int:
    """Ask for the periodic work of the slot that runs now, by the database's clock; return how much was not asked for before.

    A slot that passed while nothing ran is not made up for: each of these jobs looks at everything there is.
    """
    with installation.writing() as session:
        now = database_now(session)
        wanted = [p for p in periodic if p.is_wanted(installation.settings)]
        return sum(request_slot(session, name=p.name, slot=p.slot_at(now), queue=p.queue) for p in wanted)
