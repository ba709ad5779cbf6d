"""An opened installation: settings, database, storage and doorbell, as the API, the worker and the command line share them."""

import hashlib
import hmac
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from stop_search.database.session import Database, open_database
from stop_search.jobs.doorbell import Doorbell, RqDoorbell
from stop_search.jobs.embedded_queue import embedded_queue_url
from stop_search.settings import Settings
from stop_search.storage import Storage, open_storage
from stop_search.unit_of_work import reading, unit_of_work


@dataclass(frozen=True)
class Installation:
    """What a process works with. Opening it starts nothing and migrates nothing."""

    settings: Settings
    database: Database
    storage: Storage
    doorbell: Doorbell

    @contextmanager
    def writing(self) -> Generator[Session]:
        """Yield the session of one unit of work: commit, then the doorbell."""
        with unit_of_work(self.database, self.doorbell) as session:
            yield session

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Yield a session that only reads."""
        with reading(self.database) as session:
            yield session

    def key_for(self, use: str) -> bytes:
        """Return the 32-byte key for one use ("receipt-code/v1"), derived from the secret key: uses never share a key."""
        return hmac.new(self.settings.secret_key.get_secret_value().encode(), use.encode(), hashlib.sha256).digest()


def open_installation(settings: Settings, *, database: Database | None = None) -> Installation:
    """Open what the settings name; a database that is open already is taken as it is."""
    redis_url = settings.redis_url or embedded_queue_url(settings.data_folder)
    return Installation(
        settings=settings,
        database=database or open_database(settings.database_address),
        storage=open_storage(settings.storage_address),
        doorbell=RqDoorbell(redis_url),
    )
