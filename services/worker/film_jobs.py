"""Periodic work: whether film is missing, late or cut of one group more than of another."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.audit.rules import WORKER
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.learning.disparity.film_alerts import watch_film as watch


def watch_film(installation: Installation, _claim: Claim) -> Effect:
    """Raise and end alerts of film, and tell the learning team once of each that is new. It reads and writes rows: all is the effect."""
    address, writes_mail = installation.settings.public_url, bool(installation.settings.smtp_url)

    def effect(session: Session, now: datetime) -> None:
        watch(session, public_url=address, writes_mail=writes_mail, actor=WORKER, now=now)

    return effect
