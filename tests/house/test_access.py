"""Every persona at every door: who may open it does, who may not is refused in the same way everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from services.api.app import create_app
from services.api.security import CSRF_HEADER
from stop_search.accounts.actions import make_machine_token, revoke_machine_token
from stop_search.accounts.queries import machine_tokens
from stop_search.accounts.rules import MACHINE_ROLES, TOKEN_ROLES, Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.installation import Installation
from tests.conftest import NOON
from tests.support.routes import UNKNOWN_ID, Door, doors
from tests.support.visitors import csrf_for, sign_in

MATRIX = Path(__file__).with_name("access_matrix.txt")


@dataclass
class Persona:
    """Somebody who knocks: with which headers, in which roles by session, in which by token."""

    name: str
    browser: TestClient
    headers: dict[str, str]
    signed_in_as: frozenset[Role] | None = None
    token_of: frozenset[Role] | None = None

    def expected(self, door: Door) -> str:
        """Return "in", "sign in first" or "not yours"."""
        if not door.roles:
            return "in"
        roles = self.token_of if door.is_api else self.signed_in_as
        if roles is None:
            return "sign in first"
        return "in" if roles & door.roles else "not yours"

    def met_with(self, door: Door) -> tuple[str, Response]:
        """Knock, and return what came of it."""
        answer = self.browser.request(door.method, door.path, headers=self.headers)
        leads_to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
        if answer.status_code == 401 or leads_to_sign_in:
            return "sign in first", answer
        return ("not yours" if answer.status_code == 403 else "in"), answer


@contextmanager
def personas(installation: Installation) -> Iterator[list[Persona]]:
    """Give everybody a browser on one app."""
    app = create_app(installation)

    def browser() -> TestClient:
        return TestClient(app, follow_redirects=False)

    found = [Persona("nobody", browser(), {}), Persona("made-up token", browser(), {"authorization": "Bearer made-up"})]
    for name, roles in [("no role", ()), *((role, (role,)) for role in Role if role not in MACHINE_ROLES)]:
        one = Persona(name, browser(), {}, signed_in_as=frozenset(roles))
        sign_in(one.browser, installation, *roles)
        one.headers = {CSRF_HEADER: csrf_for(one.browser, installation)}
        found.append(one)
    gone = Persona("signed out", browser(), {})
    sign_in(gone.browser, installation, *[role for role in Role if role not in MACHINE_ROLES])
    cookies = dict(gone.browser.cookies)
    gone.browser.post("/sign-out")
    gone.browser.cookies.update(cookies)
    with installation.writing() as session:
        made = {role: make_machine_token(session, role=role, label=role, actor=COMMAND_LINE, now=NOON) for role in sorted(TOKEN_ROLES)}
        revoked = make_machine_token(session, role=Role.DEVICE, label="revoked", actor=COMMAND_LINE, now=NOON)
        session.flush()
        (line,) = [line for line in machine_tokens(session) if line.label == "revoked"]
        revoke_machine_token(session, token_id=line.token_id, actor=COMMAND_LINE, now=NOON)
    found += [
        Persona(f"{role} token", browser(), {"authorization": f"Bearer {token}"}, token_of=frozenset({role}))
        for role, token in made.items()
    ]
    yield [*found, gone, Persona("revoked token", browser(), {"authorization": f"Bearer {revoked}"})]


def test_every_route_has_its_row_and_every_row_its_route(installation: Installation) -> None:
    written = {" ".join(line.split()) for line in MATRIX.read_text().splitlines() if not line.startswith("#")}
    there = {f"{door} {' '.join(sorted(door.roles)) or 'everybody'}" for door in doors(create_app(installation))}
    assert there - written == set(), f"think about who may open these, then add them to {MATRIX.name}"
    assert written - there == set(), f"take these out of {MATRIX.name}, or mend the route"


def test_every_persona_is_let_in_or_refused_as_the_matrix_says(installation: Installation) -> None:
    wrong: list[str] = []
    cells = 0
    with personas(installation) as everybody:
        for door in doors(everybody[0].browser.app):  # pyright: ignore[reportArgumentType] -- it is the FastAPI app made above
            if str(door) in {"POST /sign-out", "GET /api/axis/auth/v1.0"}:
                continue  # the first would end the session that the next doors need, the second asks for a name and key of its own
            for persona in everybody:
                cells += 1
                met, answer = persona.met_with(door)
                if met != persona.expected(door) or answer.status_code == 500:
                    wrong.append(f"{persona.name} at {door}: {answer.status_code}, expected {persona.expected(door)}")
    assert cells > 700, "the doors or the personas were not found"
    assert wrong == []


@pytest.mark.parametrize(
    "forgery", ["no token", "wrong token", "another session's token", "token in the address", "cross-site", "foreign origin"]
)
def test_a_forged_form_is_refused_at_every_door_of_staff(installation: Installation, forgery: str) -> None:
    app = create_app(installation)
    let_in: list[str] = []
    staff = [door for door in doors(app) if door.changes and door.roles and not door.is_api]
    assert len(staff) >= 5, "the forms of staff were not found"
    own, other = TestClient(app, follow_redirects=False), TestClient(app, follow_redirects=False)
    everything = [role for role in Role if role not in MACHINE_ROLES]
    sign_in(own, installation, *everything)
    sign_in(other, installation, *everything)
    token = csrf_for(own, installation)
    fields, headers, query = {
        "no token": ({}, {}, ""),
        "wrong token": ({"csrf": "0" * 64}, {}, ""),
        "another session's token": ({"csrf": csrf_for(other, installation)}, {}, ""),
        "token in the address": ({}, {}, f"?csrf={token}"),
        "cross-site": ({"csrf": token}, {"sec-fetch-site": "cross-site"}, ""),
        "foreign origin": ({"csrf": token}, {"origin": "https://evil.example"}, ""),
    }[forgery]
    for door in staff:
        answer = own.request(door.method, door.path + query, data=fields, headers=headers)
        if answer.status_code != 403:
            let_in.append(f"{door}: {answer.status_code}")
        genuine = own.request(door.method, door.path, data={"csrf": token}, headers={"sec-fetch-site": "same-origin"})
        if genuine.status_code in {401, 403, 500}:
            let_in.append(f"{door} refused the genuine form: {genuine.status_code}")
    assert let_in == []


@pytest.mark.parametrize(
    ("headers", "is_refused"),
    [
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "http://testserver.evil.example"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, False),
        ({"origin": "http://testserver"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_form_from_another_site_is_refused_at_every_public_door(
    installation: Installation, headers: dict[str, str], *, is_refused: bool
) -> None:
    app = create_app(installation)
    browser = TestClient(app, follow_redirects=False)
    public = [door for door in doors(app) if door.changes and not door.roles and not door.is_api]
    assert len(public) >= 4, "the public forms were not found"
    met = {str(door): browser.request(door.method, door.path, headers=headers).status_code for door in public}
    assert {door for door, status in met.items() if status == 403} == (set(met) if is_refused else set()), met


def test_a_cookie_opens_no_door_of_the_api(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    answer = client.post("/api/v1/draws", json={}, headers={"Idempotency-Key": "k", CSRF_HEADER: csrf_for(client, installation)})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="stop-search"'
    assert UNKNOWN_ID not in answer.text
