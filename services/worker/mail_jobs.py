"""Handing messages to the force's mail server."""

import smtplib
import ssl
import uuid
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.errors import Unavailable
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.mail.actions import mail_to_send, note_mail_sent, note_mail_unsent
from stop_search.settings import ON_THIS_MACHINE, Settings

WAIT_SECONDS = 20
PORTS = {"smtp": 587, "smtps": 465}
NO_SERVER = "No mail server is set (STOP_SEARCH_SMTP_URL)."


def send_mail(installation: Installation, claim: Claim) -> Effect:
    """Send one message. Its Message-ID is the same on every try, so that a mailbox can tell a second copy after a crash from a first."""
    mail_id = uuid.UUID(claim.arguments["mail_id"])
    with installation.reading() as session:
        found = mail_to_send(session, mail_id=mail_id)
        message = (
            None
            if found is None
            else _message(found[0].subject, found[0].text, found[0].written_at, mail_id, found[1], installation.settings)
        )
    if message is None:
        return lambda _session, _now: None
    if not installation.settings.smtp_url:
        return lambda session, _now: note_mail_unsent(session, mail_id=mail_id, why=NO_SERVER)
    _hand_over(installation.settings, message)

    def effect(session: Session, now: datetime) -> None:
        note_mail_sent(session, mail_id=mail_id, now=now)

    return effect


def _message(subject: str, text: str, written_at: datetime, mail_id: uuid.UUID, address: str, settings: Settings) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"], message["From"], message["To"] = subject, settings.mail_from, address
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{mail_id}@{urlsplit(settings.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by machines that are away
    message.set_content(text)
    return message


def _hand_over(settings: Settings, message: EmailMessage) -> None:
    """Give a message to the server, over TLS unless it is on this machine.

    Raises:
        Unavailable: it could not be reached, or would not take it; the message says what it said.

    """
    parts = urlsplit(settings.smtp_url)
    host, port, trusted = parts.hostname or "", parts.port or PORTS[parts.scheme], ssl.create_default_context()
    try:
        server = (
            smtplib.SMTP_SSL(host, port, timeout=WAIT_SECONDS, context=trusted)
            if parts.scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=WAIT_SECONDS)
        )
        with server:
            if parts.scheme == "smtp" and host not in ON_THIS_MACHINE:
                server.starttls(context=trusted)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        words = f"The mail server did not take a message: {type(error).__name__}"  # what it says may repeat the address
        raise Unavailable(words) from error
