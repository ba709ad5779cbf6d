"""The body of the job about panels: telling the learning team which recommendations wait for an answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.audit.rules import WORKER
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.panels import reminding


def remind_of_recommendations(installation: Installation, _claim: Claim) -> Effect:
    """Write to the learning team which answers are due soon or late, once each."""
    address = installation.settings.public_url

    def effect(session: Session, now: datetime) -> None:
        reminding.remind_of_recommendations(session, public_url=address, actor=WORKER, now=now)

    return effect
