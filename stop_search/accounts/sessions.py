"""Signing in by a one-time link, staying signed in, signing out."""

import secrets
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, select, update
from sqlalchemy.orm import Session

from stop_search.accounts.actions import record_act_on
from stop_search.accounts.records import Account, SignInLink, SignInSession
from stop_search.accounts.rules import SECRET_BYTES, secret_digest
from stop_search.audit.rules import Actor
from stop_search.errors import NoLongerOpen

LINK_IS_SPENT = "This link does not work any more. A link works once and for 15 minutes: ask for a new one."


def sign_in_by_link(session: Session, *, token: str, now: datetime) -> str:
    """Spend the link and return the token of a new session.

    Raises:
        NoLongerOpen: wrong, used, too old, or the account is closed: all the same to whoever asks.

    """
    spent = _rows_changed(
        session,
        update(SignInLink)
        .where(SignInLink.token_digest == secret_digest(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now),
    )
    account = session.scalar(
        select(Account)
        .join(SignInLink, SignInLink.account_id == Account.id)
        .where(SignInLink.token_digest == secret_digest(token), Account.closed_at.is_(None))
    )
    if not spent or account is None:
        raise NoLongerOpen(LINK_IS_SPENT)
    session_token = secrets.token_urlsafe(SECRET_BYTES)
    session.add(
        SignInSession(
            token_digest=secret_digest(session_token),
            account_id=account.id,
            started_at=now,
            last_seen_at=now,
            confirmed_at=now,
            ended_at=None,
        ),
    )
    record_act_on(session, Actor(id=str(account.id), role="account"), "signed_in", "account", account.id, now)
    return session_token


def note_seen(session: Session, *, token: str, now: datetime) -> None:
    """Remember that this session was used just now: its idle time starts anew."""
    _rows_changed(
        session,
        update(SignInSession)
        .where(SignInSession.token_digest == secret_digest(token), SignInSession.ended_at.is_(None), SignInSession.last_seen_at < now)
        .values(last_seen_at=now),
    )


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """End the session; one that has ended already is no error."""
    row = session.scalar(
        select(SignInSession).where(SignInSession.token_digest == secret_digest(token), SignInSession.ended_at.is_(None)),
    )
    if row is not None:
        row.ended_at = now
        record_act_on(session, Actor(id=str(row.account_id), role="account"), "signed_out", "account", row.account_id, now)


def _rows_changed(session: Session, statement: Executable) -> bool:
    result = cast("CursorResult[Any]", session.execute(statement, execution_options={"synchronize_session": False}))
    return result.rowcount == 1
