"""A real SMTP server on this machine that keeps what it is given, and one that takes nothing."""

import socket
from collections.abc import Generator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """What arrived. `refuses` makes the server take nothing."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.receivers: list[str] = []
        self.refuses = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        """Take one message, or not."""
        if self.refuses:
            return "451 Try again later"
        self.messages.append(message_from_bytes(envelope.content or b"", policy=default))  # type: ignore[arg-type]
        self.receivers += [str(receiver) for receiver in envelope.rcpt_tos]
        return "250 OK"


@contextmanager
def mail_server() -> Generator[tuple[Mailbox, str]]:
    """Run a server; give its mailbox and its address for STOP_SEARCH_SMTP_URL."""
    mailbox = Mailbox()
    with socket.socket() as free:  # the controller asks its own port whether it is up, so it must know it
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
