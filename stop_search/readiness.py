"""Whether an installation can do its work just now: what was looked at, how it is, and how to mend it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from stop_search.database.migrating import pending_revision
from stop_search.database.session import database_now
from stop_search.errors import StopSearchError
from stop_search.installation import Installation
from stop_search.jobs.doorbell import answers
from stop_search.jobs.embedded_queue import embedded_queue_url
from stop_search.letters.keys import takes_letters


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `mend` says what to do and is empty where nothing need be done."""

    name: str
    ok: bool
    state: str
    mend: str = ""


def findings(installation: Installation) -> tuple[Finding, ...]:
    """Look at the database, the queue, the storage and the key of letters, in this order. Never raises."""
    return tuple(look(installation) for look in LOOKS)


def _database(installation: Installation) -> Finding:
    try:
        newest = pending_revision(installation.database)
    except SQLAlchemyError as error:
        mend = "Start the database, or set STOP_SEARCH_DATABASE_URL to where it is."
        return Finding("database", ok=False, state=f"cannot be reached ({type(error).__name__})", mend=mend)
    if newest:
        return Finding("database", ok=False, state="has not the newest tables", mend="Run: stop-search migrate")
    return Finding("database", ok=True, state="SQLite in the data folder" if installation.database.is_sqlite else "PostgreSQL")


def _queue(installation: Installation) -> Finding:
    """Report the queue server; without it everything works too, a little later."""
    settings = installation.settings
    if answers(settings.redis_url or embedded_queue_url(settings.data_folder)):
        return Finding("queue", ok=True, state="embedded server" if settings.queue_is_embedded else "server answers")
    mend = (
        "It starts with: stop-search serve, or: stop-search worker"
        if settings.queue_is_embedded
        else "Start the server, or set STOP_SEARCH_REDIS_URL to where it is."
    )
    return Finding("queue", ok=True, state="polling: no server answers, workers look for work by themselves", mend=mend)


def _storage(installation: Installation) -> Finding:
    try:
        installation.storage.probe()
    except StopSearchError as error:
        return Finding("storage", ok=False, state=str(error), mend="Make room or mend the access, or set STOP_SEARCH_STORAGE_URL.")
    return Finding("storage", ok=True, state="can be written and read")


def _letters(installation: Installation) -> Finding:
    """Report whether letters can be sealed; without a key everything else works, and none is taken."""
    try:
        with installation.reading() as session:
            has_key = takes_letters(session, now=database_now(session))
    except SQLAlchemyError:
        return Finding("letters", ok=True, state="not known: the database says nothing")
    if has_key:
        return Finding("letters", ok=True, state="sealed to a key")
    return Finding("letters", ok=True, state="none can be sent: there is no key", mend="Run: stop-search complaints key new")


LOOKS: tuple[Callable[[Installation], Finding], ...] = (_database, _queue, _storage, _letters)
