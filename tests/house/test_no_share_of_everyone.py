"""Feedback is never told as a share of the people stopped: no page, answer, schema or file does; each view of it says who answered."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from services.api.app import create_app
from services.api.reports.paper import report_pdf
from stop_search.accounts.actions import make_machine_token
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.feedback.rules import Standing
from stop_search.installation import Installation
from stop_search.learning.reports.queries import newest_snapshot
from stop_search.learning.response import HEADING
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.drawn_pages import letters_of
from tests.support.learned import some_answers, some_reviews
from tests.support.public_tables import a_quarter, a_release
from tests.support.quarters import QUARTER, an_eventful_quarter, the_report
from tests.support.ranking import Seen, walked
from tests.support.visitors import sign_in

ROOT = Path(__file__).parents[2]
EVERYBODY = r"(?:everyone|everybody|all (?:the )?people|people|those|persons?) (?:who (?:was|were) )?(?:stopped|searched)"
SAID = r"(?:said|answered|felt|thought|told|reported|were (?:un)?happy|(?:dis)?satisf\w+|(?:dis)?agreed)"
NUMBER = r"(?:\d+(?:\.\d+)? ?(?:%|per ?cent)|\d+ (?:of|in|out of) (?:every )?100|share|percentage|proportion)"
FAULTS = (
    re.compile(rf"{NUMBER} of (?:the )?{EVERYBODY}[^.]{{0,60}}\b{SAID}", re.IGNORECASE),
    re.compile(rf"\b{SAID}[^.]{{0,60}}\b{NUMBER} of (?:the )?{EVERYBODY}", re.IGNORECASE),
    re.compile(rf"\b{SAID}\b[^.]{{0,40}}\bby \d+(?:\.\d+)? ?% of (?:the )?{EVERYBODY}", re.IGNORECASE),
)
DENIED = re.compile(r"(?:cannot|can not|never|not) (?:be )?(?:read|told|taken|said)?[^.]{0,40}$", re.IGNORECASE)
TELLS_OF_ANSWERS = {  # a view of the public's answers: what must stand in it
    "/learning": "What the others would have said is not known.",
    "/learning/public": "What the others would have said is not known.",
    "/learning/together": "What the others would have said is not known.",
    "/learning/themes": "What the others would have said is not known.",
    "/learning/answers.csv": HEADING[-1],
    "/learning/together/table.csv": HEADING[-1],
    "/learning/themes/counts.csv?source=comments": HEADING[-1],
    "/transparency/2026Q3": "The people who answer are not like those who do not.",
}
UNDER_ITS_HEADING = "What people answered This cannot be read as a percentage of everyone stopped: people chose."
PLANTED = (
    "62% of people stopped said that they were treated fairly.",
    "Treated with respect, said 40 of 100 of those searched.",
    "The share of everyone stopped who answered yes",
    "dissatisfied: 12.5 per cent of all people who were stopped",
)


def shares_of_everyone(text: str) -> list[str]:
    """Return every place at which feedback is told as a share of the people stopped, but where that is said to be wrong."""
    found = [match for pattern in FAULTS for match in pattern.finditer(text)]
    return [match[0] for match in found if not DENIED.search(text[: match.start()][-60:]) and "cannot be read as" not in match[0]]


@pytest.mark.parametrize("planted", PLANTED)
def test_a_share_of_everyone_is_caught(planted: str) -> None:
    assert shares_of_everyone(f"Before. {planted} After.")


@pytest.mark.parametrize(
    "harmless",
    ["This cannot be read as a percentage of everyone stopped.", "81 of 100 stops met it.", "18 of 40 receipts", UNDER_ITS_HEADING],
)
def test_what_is_no_such_share_is_let_pass(harmless: str) -> None:
    assert shares_of_everyone(harmless) == []


def as_one_line(path: Path) -> str:
    """Return a file's text as one line."""
    return " ".join(path.read_text(encoding="utf-8").split())


@pytest.fixture
def learned(installation: Installation) -> Installation:
    """Fill an installation with reviews, answers, and tables that are out."""
    with installation.writing() as session:
        some_reviews(session, draw=a.a_draw(session), marks=[{"C1": 2}, {"C1": 1}] * 20, not_drawn=20)
        some_answers(session, question="told_why", criterion="C1", answers={"yes_fully": 12, "not_sure": 6}, issued_at=datetime.now(UTC))
        some_answers(
            session, question="told_why", criterion="C1", answers={"no": 2}, standing=Standing.SECONDARY, issued_at=datetime.now(UTC)
        )
        a_quarter(session)
        a_release(session)
    return installation


def everything_read(installation: Installation) -> list[Seen]:
    """Return what the learning team, an officer and the public read of figures, by walking from the pages that tell of answers."""
    app = create_app(installation)
    staff = TestClient(app, follow_redirects=False)
    sign_in(staff, installation, Role.LEARNING_TEAM, Role.OFFICER)
    return [
        *walked(
            TestClient(app), "the public", ["/transparency", "/transparency/2026Q3", "/about-the-numbers", "/you-said-we-did"], at_most=6
        ),
        *walked(staff, "the learning team", [*TELLS_OF_ANSWERS, "/officer/feedback"], at_most=17),
        *of_the_api(app, installation),
    ]


def of_the_api(app: FastAPI, installation: Installation) -> list[Seen]:
    """Return the measures and the schema of the API."""
    with installation.writing() as session:
        token = make_machine_token(session, role=Role.LEARNING_TEAM, label="figures", actor=COMMAND_LINE, now=NOON)
    headers = {"authorization": f"Bearer {token}"}
    paths = ["/api/v1/measures/criteria", "/api/v1/measures/themes", "/api/v1/openapi.json"]
    return walked(TestClient(app), "a program", paths, headers=headers)


def test_a_report_and_its_files_tell_it_neither_and_say_who_answered(installation: Installation) -> None:
    """Of 26 receipts of the quarter all were answered, in any of its forms."""
    with installation.writing() as session:
        an_eventful_quarter(session)
        report = the_report(session)
    app = create_app(installation)
    staff = TestClient(app, follow_redirects=False)
    sign_in(staff, installation, Role.LEARNING_TEAM)
    with installation.reading() as session:
        address = f"/learning/reports/{newest_snapshot(session, quarter=QUARTER)}"
    tells = ["answers", "together", "panels", "themes", "unit_themes"]
    ends = ["", "/report.html", "/all.zip", "/codebook.csv", "/snapshot.json", *(f"/{name}.csv" for name in tells)]
    seen = {page.path.removeprefix(address): page.text for page in walked(staff, "", [address + end for end in ends], at_most=len(ends))}
    assert set(seen) == set(ends)
    assert {path: wrong for path, text in seen.items() if (wrong := shares_of_everyone(text))} == {}
    for place in ("", "/report.html", "/snapshot.json"):
        assert seen[place].count("What the others would have said is not known.") == 1 + len(tells)
    assert "Whatthe otherswouldhavesaidisnotknown.".replace(" ", "") in letters_of(report_pdf(report))
    for name in tells:
        assert "receipts,receipts_answered,half_at_least,half_at_most" in seen[f"/{name}.csv"]
    assert all(line.endswith(",26,26,0.5,0.5") for line in seen["/answers.csv"].splitlines()[1:])


def test_no_template_word_or_sentence_of_the_program_tells_it() -> None:
    """What every page, message and file may say, whether or not a test reaches it."""
    found = [path for folder in ("services", "stop_search", "receipts") for path in (ROOT / folder).rglob("*")]
    texts = [path for path in found if path.suffix in {".html", ".yaml", ".py", ".typ"} and "lists" not in path.parts]
    assert len(texts) > 600
    faults = {str(path.relative_to(ROOT)): wrong for path in texts if (wrong := shares_of_everyone(as_one_line(path)))}
    assert faults == {}


def test_no_page_answer_schema_or_file_tells_feedback_as_a_share_of_everyone(learned: Installation) -> None:
    seen = everything_read(learned)
    paths = {page.path for page in seen}
    assert set(TELLS_OF_ANSWERS) | {"/api/v1/measures/criteria", "/api/v1/openapi.json"} <= paths
    assert len(seen) > 20, "the pages were not found"
    assert {f"{page.reader} at {page.path}": found for page in seen if (found := shares_of_everyone(page.text))} == {}
    silent = [path for path, words in TELLS_OF_ANSWERS.items() if not any(page.path == path and words in page.text for page in seen)]
    assert silent == [], "who answered, and what is not known, does not stand there"
    (measures,) = [page.text for page in seen if page.path == "/api/v1/measures/criteria"]
    assert all(name in measures for name in ("response_rate", "half_at_least", "half_at_most"))
