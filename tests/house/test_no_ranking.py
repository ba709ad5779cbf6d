"""Nothing ranks or compares officers: no page, file or answer names one beside a mark but the officer's own, no statement sorts by one."""

import ast
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ClauseElement
from starlette.testclient import TestClient

from services.api.app import create_app
from services.api.dependencies import ReadSession, opens_to
from stop_search.accounts.actions import make_machine_token
from stop_search.accounts.records import Account
from stop_search.accounts.rules import MACHINE_ROLES, TOKEN_ROLES, Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.records import Encounter, OfficerPresent
from stop_search.installation import Installation
from stop_search.reviews.records import Mark, Review, ReviewFlag
from stop_search.reviews.rules import MarkKind, Reading, ResponseKind, ReviewState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.ranking import Seen, ranks_officers, read_page, statements_of, walked
from tests.support.reviewed_stops import a_reviewed_stop, read_again
from tests.support.routes import doors
from tests.support.tree import parsed, python_files
from tests.support.visitors import sign_in, sign_in_as

OFFICERS = {
    "Zebedee Quill": ("Zebedee", "Quill", "ZQ771"),
    "Ottoline Frack": ("Ottoline", "Frack", "OF882"),
    "Peregrine Stave": ("Peregrine", "Stave", "PS993"),
}
AVERAGE = func.avg(Mark.level)
JOINED = select(AVERAGE).join(Review, Review.id == Mark.review_id).join(Encounter, Encounter.id == Review.encounter_id)


def by_way_of_a_subquery() -> Select[tuple[object, ...]]:
    each = select(Encounter.officer_id, Mark.level).join(Review, Review.encounter_id == Encounter.id).join(Mark).subquery()
    return select(each.c.officer_id, func.avg(each.c.level)).group_by(each.c.officer_id)  # pyright: ignore[reportReturnType]


other = aliased(Encounter)
PLANTED: dict[str, ClauseElement] = {
    "groups by the officer": JOINED.add_columns(Encounter.officer_id).group_by(Encounter.officer_id),
    "sorts by the name": JOINED.join(Account, Account.id == Encounter.officer_id).order_by(Account.name),
    "counts grades by number": select(Account.officer_number, func.count(Review.grade))
    .select_from(Review)
    .join(Encounter, Encounter.id == Review.encounter_id)
    .join(Account, Account.id == Encounter.officer_id)
    .group_by(Account.officer_number),
    "counts flags by who was present": select(func.count(ReviewFlag.flag))
    .select_from(Review)
    .join(ReviewFlag, ReviewFlag.review_id == Review.id)
    .join(OfficerPresent, OfficerPresent.encounter_id == Review.encounter_id)
    .group_by(OfficerPresent.account_id),
    "by way of a subquery": by_way_of_a_subquery(),
    "numbers the rows": JOINED.add_columns(func.rank().over(partition_by=Encounter.officer_id, order_by=Mark.level)),
    "by another name": select(AVERAGE)
    .join(Review, Review.id == Mark.review_id)
    .join(other, other.id == Review.encounter_id)
    .group_by(other.officer_id),
    "written out": text(
        "SELECT e.officer_id, avg(m.level) FROM mark m JOIN review r ON r.id = m.review_id "
        "JOIN encounter e ON e.id = r.encounter_id GROUP BY e.officer_id"
    ),
}
HARMLESS: dict[str, ClauseElement] = {
    "by criterion": JOINED.group_by(Mark.criterion).order_by(Mark.criterion),
    "own reviews alone": JOINED.where(Encounter.officer_id == a.uuid.uuid4()).order_by(Encounter.started_at),
    "names without marks": select(Account.name).order_by(Account.name),
    "loads of reviewers": select(Review.reviewer_id, func.count()).group_by(Review.reviewer_id),
}


@pytest.mark.parametrize("planted", sorted(PLANTED))
def test_a_statement_that_compares_officers_by_marks_is_caught(planted: str) -> None:
    assert ranks_officers(PLANTED[planted])


@pytest.mark.parametrize("harmless", sorted(HARMLESS))
def test_a_statement_that_does_not_is_let_pass(harmless: str) -> None:
    assert ranks_officers(HARMLESS[harmless]) is None


@dataclass(frozen=True)
class Walk:
    """What everybody read, and what was asked of the database meanwhile."""

    seen: list[Seen]
    statements: list[ClauseElement]

    def faults(self) -> list[str]:
        """Return every page that tells of an officer beside a mark, unless it is that officer's own; and every statement that compares."""
        told = [
            fault
            for page in self.seen
            if (fault := page.tells_of({name: known for name, known in OFFICERS.items() if name != page.reader}))
        ]
        return told + [fault for statement in each_once(self.statements) if (fault := ranks_officers(statement))]


def several_officers_reviews(installation: Installation) -> dict[str, a.uuid.UUID]:
    """Fill the installation: three officers with good and bad marks, answers, and readings that are open; return who may sign in."""
    with installation.writing() as session:
        team = a.a_team(session)
        reviewer = a.an_account(session, name="Robin Reader")
        ids = {"the reviewer": reviewer.id}
        for number, (name, known) in enumerate(OFFICERS.items()):
            officer = a.an_officer(session, name=name, number=known[2], team=team)
            ids[name] = officer.id
            for n in range(6):
                marks = {"C5": (number + n) % 4, "C7": MarkKind.NOT_OBSERVABLE}
                flags = ("de_escalated", "ignored_question") if n % 2 else ()
                review = a_reviewed_stop(session, officer=officer, reviewer=reviewer, marks=marks, flags=flags, days_ago=n + 1)
            read_again(session, review, reading=Reading.SECOND, marks={"C5": 0})
            a.a_response(session, review=review, officer=officer, kind=ResponseKind.REPLIED, text="It was raining.")
            a.a_response(session, review=review, officer=officer, kind=ResponseKind.DISPUTED, criteria=["C5"], text="I asked him.")
            a_reviewed_stop(session, officer=officer, reviewer=reviewer, state=ReviewState.STARTED)
    return ids


def walk_of_everybody(installation: Installation, app: FastAPI) -> Walk:
    """Have every role, the reviewer, each officer and every machine open all that they can.

    Each starts from the doors that open to them: that the others refuse them is proven in test_access.py, door by door. What opens to
    everybody is read as nobody. One browser serves one after the other, for a new one for each request costs more than the page.
    """
    ids, seen = several_officers_reviews(installation), list[Seen]()
    with statements_of(installation.database.engine) as statements, TestClient(app, follow_redirects=False) as browser:
        seen += walked(browser, "nobody", starts(app))
        for role in (role for role in Role if role not in MACHINE_ROLES):
            browser.cookies.clear()
            sign_in(browser, installation, role)
            seen += walked(browser, str(role), starts(app, role))
        for name, account_id in ids.items():
            browser.cookies.clear()
            sign_in_as(browser, installation, account_id)
            seen += walked(browser, name, starts(app, Role.SUPERVISOR if name == "the reviewer" else Role.OFFICER))
        browser.cookies.clear()
        with installation.writing() as session:
            tokens = {r: make_machine_token(session, role=r, label=r, actor=COMMAND_LINE, now=NOON) for r in sorted(TOKEN_ROLES)}
        for role, token in tokens.items():
            at = [path for path in starts(app, role) if path.startswith("/api/")]
            seen += walked(browser, f"{role} token", at, headers={"authorization": f"Bearer {token}"})
    return Walk(seen, statements)


def starts(app: FastAPI, *roles: Role) -> list[str]:
    """Return the addresses without an id that open to one of these roles; without roles, those that open to everybody."""
    plain = [door for door in doors(app) if door.method == "GET" and "{" not in door.pattern]
    return [door.path for door in plain if (door.roles.intersection(roles) if roles else not door.roles)]


def each_once(statements: list[ClauseElement]) -> list[ClauseElement]:
    """Return statements without those of the same build: what they group and sort by is the same, whatever their values are."""
    kept: dict[object, ClauseElement] = {}
    for statement in statements:
        key = statement._generate_cache_key()
        kept.setdefault(key.key if key else id(statement), statement)
    return list(kept.values())


def test_nobody_reads_of_an_officer_beside_a_mark_but_the_officer(installation: Installation) -> None:
    walk = walk_of_everybody(installation, create_app(installation))
    assert walk.faults() == []
    read = {(page.reader, page.path.split("/")[1] + "/" + "/".join(page.path.split("/")[2:3])) for page in walk.seen}
    assert read >= {
        ("learning_team", "learning/"), ("learning_team", "learning/officers-answers"), ("learning_team", "learning/criteria.csv"),
        ("the reviewer", "reviews/"), ("administrator", "admin/"), ("auditor", "admin/"), ("panel_member", "panels/"),
        ("supervisor", "reviews/unfinished"), ("learning_team token", "api/v1"), ("Zebedee Quill", "officer/reviews"),
    }, sorted(read)  # fmt: skip
    own = [page for page in walk.seen if page.reader == "Zebedee Quill" and page.path.startswith("/officer/reviews/")]
    assert len(own) > 6, "the officer's own reviews were not walked"
    workbench = [page for page in walk.seen if page.reader == "the reviewer" and page.path.startswith("/reviews/")]
    assert len(workbench) > 6, "the workbench was not walked"
    assert len(walk.statements) > 1000


def test_the_quick_reader_of_pages_reads_all_that_a_parser_reads(installation: Installation) -> None:
    several_officers_reviews(installation)
    with TestClient(create_app(installation), follow_redirects=False) as browser:
        sign_in(browser, installation, Role.LEARNING_TEAM, Role.SUPERVISOR)
        for path in ("/learning", "/learning/agreement", "/learning/late-reviews", "/reviews", "/learning/units", "/learning/draws"):
            page = browser.get(path).text
            parsed_page = BeautifulSoup(page, "html.parser")
            leads_to = {str(link["href"]).partition("#")[0] for link in parsed_page.select("a[href^='/']")}
            parsed_page.select_one(".site-header__who").decompose()  # pyright: ignore[reportOptionalMemberAccess] -- on every page of staff
            attributes = [str(tag[name]) for name in ("title", "aria-label", "value", "alt") for tag in parsed_page.select(f"[{name}]")]
            text, links = read_page(page)
            assert len(leads_to) > 5
            assert {link for link in leads_to if not link.startswith(("/static", "/sign-out"))} == set(links)
            pieces = [piece for words in (*parsed_page.stripped_strings, *attributes) if (piece := " ".join(words.split()))]
            assert [piece for piece in pieces if piece not in text] == []


def test_a_league_table_would_be_caught_as_a_page_and_as_a_statement(installation: Installation) -> None:
    app = create_app(installation)

    @app.get("/learning/league", dependencies=[opens_to(Role.LEARNING_TEAM)])
    def league(session: ReadSession) -> dict[str, str]:
        rows = session.execute(
            select(Account.name, func.avg(Mark.level))
            .select_from(Mark)
            .join(Review, Review.id == Mark.review_id)
            .join(Encounter, Encounter.id == Review.encounter_id)
            .join(Account, Account.id == Encounter.officer_id)
            .group_by(Account.name)
            .order_by(func.avg(Mark.level).desc())
        )
        return {name: "Good practice" for name, _ in rows}

    several_officers_reviews(installation)
    with statements_of(installation.database.engine) as statements, TestClient(app, follow_redirects=False) as browser:
        sign_in(browser, installation, Role.LEARNING_TEAM)
        faults = Walk(walked(browser, "learning_team", starts(app, Role.LEARNING_TEAM)), statements).faults()
    assert "learning_team at /learning/league reads marks beside Ottoline Frack, Peregrine Stave, Zebedee Quill" in faults
    assert any("account.name" in fault for fault in faults)


@pytest.mark.parametrize("folder", ["draws", "learning", "panels", "reviews"])
def test_no_statement_in_the_source_groups_or_sorts_by_an_officer(folder: str) -> None:
    """What no page asks for is caught here: by the words in the call, for these rooms have no reason to put officers in any order."""
    assert [fault for name in python_files(f"stop_search/{folder}") for fault in sorts_by_officer(parsed(name), name)] == []


def test_such_a_call_would_be_found() -> None:
    planted = (
        "select(Mark).group_by(Encounter.officer_id)\nselect(Mark).order_by(desc(Account.name))\nover(partition_by=Encounter.officer_id)"
    )
    assert len(sorts_by_officer(ast.parse(planted), "x")) == 3
    assert sorts_by_officer(ast.parse("select(Mark).where(Encounter.officer_id == x).order_by(Mark.criterion)"), "x") == []


def sorts_by_officer(tree: ast.Module, name: str) -> list[str]:
    """Return each call that groups, sorts or parts by a column that stands for an officer."""
    found: list[str] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        asked = list(node.args) if called in {"group_by", "order_by", "distinct"} else []
        asked += [word.value for word in node.keywords if word.arg in {"partition_by", "order_by", "group_by"}]
        words = {ast.unparse(part) for one in asked for part in ast.walk(one) if isinstance(part, ast.Attribute)}
        if any(word.startswith("Account.") or word.endswith((".officer_id", ".officer_number")) for word in words):
            found.append(f"{name}:{node.lineno}")
    return found
