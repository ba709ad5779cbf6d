"""Messages go to a real mail server once, stay unsent with the reason where it does not take them, and go nowhere without one."""

import uuid
from dataclasses import replace

from sqlalchemy import select

from services.worker.jobs import Ending, carry_out
from stop_search.audit.rules import WORKER
from stop_search.database.session import database_now
from stop_search.installation import Installation
from stop_search.jobs.records import Job
from stop_search.mail.actions import forget_old_mail, write_mail
from stop_search.mail.records import Mail
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.mail_servers import mail_server


def written(installation: Installation, *, closed: bool = False) -> tuple[uuid.UUID, uuid.UUID]:
    """Write a message to somebody; return its id and its job's."""
    with installation.writing() as session:
        person = a.an_account(session, email="ann@force.example")
        if closed:
            person.closed_at = NOON
        text = "2 reviews wait for you.\n\nDau adolygiad, £5\n"
        mail_id = write_mail(session, account_id=person.id, subject="Searches to review: 2 new", text=text, actor=WORKER, now=NOON)
        job_id = session.scalars(select(Job.id).where(Job.name == "send_mail")).one()
    return mail_id, job_id


def with_server(installation: Installation, address: str) -> Installation:
    """Return the installation with a mail server set."""
    settings = installation.settings.model_copy(update={"smtp_url": address, "mail_from": "stops@force.example"})
    return replace(installation, settings=settings)


def fate_of(installation: Installation, mail_id: uuid.UUID) -> tuple[bool, str | None]:
    """Return whether a message was sent, and why not."""
    with installation.reading() as session:
        mail = session.get_one(Mail, mail_id)
        return mail.sent_at is not None, mail.failure


def test_a_message_reaches_a_real_mail_server_once_however_often_its_job_is_carried(installation: Installation) -> None:
    mail_id, job_id = written(installation)
    with mail_server() as (mailbox, address):
        site = with_server(installation, address)
        assert carry_out(site, job_id=job_id) is Ending.DONE
        assert carry_out(site, job_id=job_id) is Ending.NOTHING
    (message,) = mailbox.messages
    assert mailbox.receivers == ["ann@force.example"]
    assert (message["From"], message["To"], message["Subject"]) == ("stops@force.example", "ann@force.example", "Searches to review: 2 new")
    assert message["Message-ID"].startswith(f"<{mail_id}@")
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Dau adolygiad, £5" in message.get_content().replace("\r\n", "\n")
    assert fate_of(installation, mail_id) == (True, None)


def test_a_server_that_takes_nothing_leaves_the_message_unsent_until_it_does(installation: Installation) -> None:
    mail_id, job_id = written(installation)
    with mail_server() as (mailbox, address):
        mailbox.refuses = True
        assert carry_out(with_server(installation, address), job_id=job_id) is Ending.FAILED
        assert fate_of(installation, mail_id) == (False, None)
        mailbox.refuses = False
        _due_now(installation, job_id)
        assert carry_out(with_server(installation, address), job_id=job_id) is Ending.DONE
        assert len(mailbox.messages) == 1


def test_a_server_that_is_not_there_is_a_failed_try_that_names_no_address(installation: Installation) -> None:
    _, job_id = written(installation)
    assert carry_out(with_server(installation, "smtp://127.0.0.1:9"), job_id=job_id) is Ending.FAILED
    with installation.reading() as session:
        failure = session.get_one(Job, job_id).last_error
    assert failure is not None
    assert "ann@" not in failure


def test_without_a_mail_server_the_message_says_so(installation: Installation) -> None:
    mail_id, job_id = written(installation)
    assert carry_out(installation, job_id=job_id) is Ending.DONE
    assert fate_of(installation, mail_id) == (False, "No mail server is set (STOP_SEARCH_SMTP_URL).")


def test_nothing_is_sent_to_an_account_that_was_closed(installation: Installation) -> None:
    _, job_id = written(installation, closed=True)
    with mail_server() as (mailbox, address):
        assert carry_out(with_server(installation, address), job_id=job_id) is Ending.DONE
    assert mailbox.messages == []


def test_old_messages_are_forgotten(installation: Installation) -> None:
    written(installation)
    with installation.writing() as session:
        assert forget_old_mail(session, now=NOON) == 0
        assert forget_old_mail(session, now=database_now(session).replace(year=2099)) == 1


def _due_now(installation: Installation, job_id: uuid.UUID) -> None:
    with installation.writing() as session:
        session.get_one(Job, job_id).run_after = NOON.replace(year=2020)
