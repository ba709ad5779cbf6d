"""The body of the job that counts what pages about years of work add up: the reviews of draws that ended long ago."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.database.session import database_now
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.learning.draw_sums import count_draws, draws_to_count
from stop_search.learning.kept_sums import keep_sums

DRAWS_AT_ONCE = 60


def count_sums(installation: Installation, _claim: Claim) -> Effect:
    """Count outside any writing; every hour some, so that each is counted once a day."""
    return _count(installation)[1]


def count_sums_until_done(installation: Installation) -> None:
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
        draws = count_draws(session, draws_to_count(session, now=started, most=DRAWS_AT_ONCE))

    def effect(session: Session, now: datetime) -> None:
        keep_sums(session, counted=draws, now=now)

    return not draws, effect
