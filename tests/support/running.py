"""The whole system as it runs in earnest: the site, the workers and the queue as processes of their own, on a folder of their own."""

import secrets
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.demo.processes import RunningSite, free_port
from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.migrating import migrate
from stop_search.installation import Installation, open_installation
from stop_search.jobs.embedded_queue import ensure_embedded_queue, stop_embedded_queue
from stop_search.settings import PREFIX, Settings, with_environment
from tests.support.builders import an_account


@dataclass(frozen=True)
class WholeSite:
    """Where it answers, and the same installation opened in this process, to prepare what a test needs and to see what came of it."""

    address: str
    installation: Installation


@contextmanager
def whole_site(folder: Path, *, database_url: str = "") -> Generator[WholeSite]:
    """Start everything on the embedded queue, and on SQLite below `folder` or the database given; on leaving, none of it runs any more."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    values = {"data_folder": str(folder), "public_url": address, "secret_key": secrets.token_urlsafe(48), "demo": "true"}
    values |= {"database_url": database_url} if database_url else {}
    installation = open_installation(Settings(**values))  # pyright: ignore[reportArgumentType, reportCallIssue] -- words, as from the environment
    migrate(installation.database)
    ensure_embedded_queue(folder)
    surroundings = {name: value for name, value in with_environment(**values).items() if _is_wanted(name, values)}
    try:
        with RunningSite(address=address, port=port, data_folder=folder, environment=surroundings):
            yield WholeSite(address, installation)
    finally:
        stop_embedded_queue(folder)
        installation.database.engine.dispose()


def _is_wanted(name: str, values: dict[str, str]) -> bool:
    """Keep settings of whoever runs the tests away from the processes; a choice of sandbox is about the machine and may pass."""
    return not name.startswith(PREFIX) or name.removeprefix(PREFIX).lower() in values or name == f"{PREFIX}SANDBOX"


def signed_in_page(
    context: Any, site: str, installation: Installation, role: Role | None = None, *, account_id: uuid.UUID | None = None
) -> Any:
    """Open a page of an account, or of a new one with this role, signed in by a link and its button; return the page (playwright)."""
    with installation.writing() as session:
        signed_in = account_id or an_account(session, role=role).id
        token = make_sign_in_link(session, account_id=signed_in, actor=COMMAND_LINE, now=datetime.now(UTC))
    page = context.new_page()
    page.goto(f"{site}/sign-in/link/{token}")
    page.click("main button")
    return page
