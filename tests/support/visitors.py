"""Signing in for tests, by the same pages that people use."""

import re
import uuid

from starlette.testclient import TestClient

from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.installation import Installation
from tests.support.builders import an_account


def sign_in(client: TestClient, installation: Installation, *roles: Role, account_id: uuid.UUID | None = None) -> uuid.UUID:
    """Sign a browser in, as `account_id` or as a new account with `roles`; return the account's id."""
    from stop_search.accounts.actions import grant_role
    from tests.conftest import NOON

    with installation.writing() as session:
        if account_id is None:
            account_id = an_account(session, role=None).id
        for role in roles:
            grant_role(session, account_id=account_id, role=role, actor=COMMAND_LINE, now=NOON)
    sign_in_as(client, installation, account_id)
    return account_id


def sign_in_as(client: TestClient, installation: Installation, account_id: uuid.UUID) -> None:
    """Sign a browser in as an account that exists, by a link and its button."""
    from datetime import UTC, datetime

    with installation.writing() as session:
        token = make_sign_in_link(session, account_id=account_id, actor=COMMAND_LINE, now=datetime.now(UTC))
    answer = client.post("/sign-in/link", data={"token": token})
    assert answer.status_code == 303, answer.text


def csrf_on(client: TestClient, path: str) -> str:
    """Return the token in the first form of a page."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get(path).text)
    assert found, f"{path} has no form with a token"
    return found.group(1)


def csrf_for(client: TestClient, installation: Installation) -> str:
    """Return this browser's token without opening a page."""
    import hashlib
    import hmac

    from services.api.security import session_cookie_name

    cookie = client.cookies.get(session_cookie_name(installation)) or ""
    return hmac.new(installation.key_for("csrf/v1"), cookie.encode(), hashlib.sha256).hexdigest()
