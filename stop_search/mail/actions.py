"""Writing a message, noting that it was sent or given up, and forgetting old ones."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue
from stop_search.mail.records import Mail

KEPT = timedelta(days=90)


def write_mail(session: Session, *, account_id: uuid.UUID, subject: str, text: str, actor: Actor, now: datetime) -> uuid.UUID:
    """Write a message to an account and ask for it to be sent, in the same transaction; return its id."""
    mail = Mail(id=uuid.uuid4(), account_id=account_id, subject=subject, text=text, written_at=now, sent_at=None, failure=None)
    session.add(mail)
    session.flush()
    act = Act(Operation.DISCLOSURE, "mail_written", "account", str(account_id), Purpose.ADMINISTRATION)
    record_act(session, actor=actor, act=act, now=now)
    request_job(session, name="send_mail", arguments={"mail_id": str(mail.id)}, dedupe_key=f"send_mail:{mail.id}", queue=Queue.UPKEEP)
    return mail.id


def note_mail_sent(session: Session, *, mail_id: uuid.UUID, now: datetime) -> None:
    """Note that the mail server took a message."""
    session.get_one(Mail, mail_id).sent_at = now


def note_mail_unsent(session: Session, *, mail_id: uuid.UUID, why: str) -> None:
    """Note why a message goes to nobody."""
    session.get_one(Mail, mail_id).failure = why


def give_up_mail(session: Session, arguments: dict[str, str], reason: str, _now: datetime) -> None:
    """Keep why a message was never taken by the mail server."""
    note_mail_unsent(session, mail_id=uuid.UUID(arguments["mail_id"]), why=reason)


def forget_old_mail(session: Session, *, now: datetime) -> int:
    """Delete messages written more than KEPT ago; return how many."""
    return len(session.scalars(delete(Mail).where(Mail.written_at < now - KEPT).returning(Mail.id)).all())


def mail_to_send(session: Session, *, mail_id: uuid.UUID) -> tuple[Mail, str] | None:
    """Return a message and its address; None where it was sent before, or the account is closed."""
    mail = session.get_one(Mail, mail_id)
    account = session.get_one(Account, mail.account_id)
    return None if mail.sent_at is not None or account.closed_at is not None else (mail, account.email)
