"""The body of the job that counts what pages about a year of people add up: people, film, feedback and reviews, month by month."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.database.session import database_now
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.learning.kept_months import PRACTICE, forget_months, keep_months
from stop_search.learning.month_sums import PARTS, count_month, months_due, months_kept
from stop_search.learning.practice_queries import LOTS_USE, list_due

MONTHS_AT_ONCE = 12


def count_months(installation: Installation, _claim: Claim) -> Effect:
    """Count outside any writing; every hour some, so that the newest months are counted each hour and the others once a day."""
    return _count(installation)[1]


def count_months_until_done(installation: Installation) -> None:
    """Count all that wants counting, for whoever cannot wait for the job."""
    is_done = False
    while not is_done:
        is_done, effect = _count(installation)
        with installation.writing() as session:
            effect(session, database_now(session))


def _count(installation: Installation) -> tuple[bool, Effect]:
    """Return whether nothing wanted counting, and what keeps what was counted."""
    with installation.reading() as session:
        started = database_now(session)
        there = months_kept(session, now=started)
        due = months_due(session, now=started, most=MONTHS_AT_ONCE)
        counted = {month: count_month(session, month=month, now=started) for month in due}
        practice = list_due(session, key=installation.key_for(LOTS_USE), now=started)

    def effect(session: Session, _now: datetime) -> None:
        keep_months(session, counted=counted, now=started)
        keep_months(session, counted=practice, now=started)
        forget_months(session, but=there, parts=(*PARTS, PRACTICE))

    return not (due or practice), effect
