"""Reading accounts: who a token belongs to."""

from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer


def viewer_by_machine_token(session: Session, *, token: str, now: datetime) -> Viewer | None:
    """Return the machine that this bearer token belongs to."""


def viewer_by_session(session: Session, *, token: str, now: datetime) -> Viewer | None:
    """Return the person whose session this is."""
