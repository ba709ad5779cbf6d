"""The body of the job that counts what pages about years of work add up: the reviews of draws, and figures over all of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.database.session import database_now
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.learning.counted_figures import figures_to_keep
from stop_search.learning.draw_sums import count_draws, draws_to_count
from stop_search.learning.kept_sums import keep_sums
from stop_search.reviews.kept_figures import Figures, keep_figures

DRAWS_AT_ONCE = 60


def count_sums(installation: Installation, _claim: Claim) -> Effect:
    """Count draws outside any writing; every hour some, so that each is counted once a day, and a large force's newer ones each time."""
    return _count(installation)[1]


def work_out_figures(installation: Installation, _claim: Claim) -> Effect:
    """Work out, outside any writing, the figures over all reviews and answers that are due; in a small force nothing is kept."""
    return _work_out(installation)


def count_sums_until_done(installation: Installation) -> None:
    """Count all that wants counting, for whoever cannot wait for the jobs."""
    is_done = False
    while not is_done:
        is_done, effect = _count(installation)
        with installation.writing() as session:
            effect(session, database_now(session))
    effect = _work_out(installation)
    with installation.writing() as session:
        effect(session, database_now(session))


def _count(installation: Installation) -> tuple[bool, Effect]:
    """Return whether nothing wanted counting, and what keeps what was counted."""
    with installation.reading() as session:
        started = database_now(session)
        draws = count_draws(session, draws_to_count(session, now=started, most=DRAWS_AT_ONCE))

    def effect(session: Session, _now: datetime) -> None:
        keep_sums(session, counted=draws, now=started)

    return not draws, effect


def _work_out(installation: Installation) -> Effect:
    with installation.reading() as session:
        started = database_now(session)
        found: Mapping[Figures, dict[str, Any]] = figures_to_keep(session, now=started)

    def effect(session: Session, _now: datetime) -> None:
        for figures, content in found.items():
            keep_figures(session, figures, content, counted_at=started)

    return effect
