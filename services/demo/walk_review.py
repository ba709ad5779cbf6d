"""The walk's last steps: draw the day's sample, check it from outside, score the stop blind, and see it on the learning team's page."""

import io
import re
import subprocess
import sys
import time
import uuid
import zipfile
from pathlib import Path

import httpx2

from services.demo.browser import Browser, OpenedPage
from services.demo.walk import API, StepFailed, Walk, answered, waited_for
from stop_search.accounts.rules import Role
from stop_search.audit.queries import chain_report
from stop_search.demo.people import invented_people
from stop_search.reviews.rules import Rubric
from stop_search.reviews.versions import rubric_in_force
from stop_search.wording import london

VERIFIER = Path(__file__).parents[2] / "verify" / "draw.py"
WHY_SO_LITTLE = "The walk plays one piece of the clip, by range request; nobody watches it."
NOTE = "Seen at the start of the footage; agrees with the record."


def draw(walk: Walk) -> str:
    """Draw the day's frame with given randomness, and draw it again from what is published by a script with none of our code."""
    day = london(walk.started_at).date().isoformat()
    body = {"period_start": day, "period_end": day, "seed": f"walk {uuid.uuid4().hex}"}
    team = walk.machine(Role.LEARNING_TEAM)
    made = answered(team.post(f"{API}/draws", json=body, headers={"Idempotency-Key": str(uuid.uuid4())}), httpx2.codes.CREATED)
    walk.draw_id = made["draw"]
    bundle = team.get(made["bundle"])
    folder = walk.installation.settings.data_folder / "draws"
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
        archive.extractall(folder)
    walk.draw_folder = folder / f"draw-{walk.draw_id}"
    checked = subprocess.run([sys.executable, "-I", str(VERIFIER), str(walk.draw_folder)], capture_output=True, text=True, check=False)  # noqa: S603 -- our own script
    if checked.returncode != 0:
        message = f"verify/draw.py says: {checked.stdout}{checked.stderr}"
        raise StepFailed(message)
    return f"{made['drawn']} of {made['frame_size']} drawn; verify/draw.py draws the same"


def find_reviewer(walk: Walk) -> str:
    """Find the supervisor, not of the officer's team, in whose queue the drawn stop stands."""
    waited_for("the assignment of a reviewer", lambda: _find(walk), seconds=60)
    return f"{walk.review_page} waits for {walk.reviewer_email.partition('@')[0]}; the officer's own team leader does not see it"


def score(walk: Walk) -> str:
    """Play the clip by range request as that supervisor, mark all criteria, pick a theme, and hand in."""
    reviewer = walk.signed_in(walk.reviewer_email)
    bench = reviewer.open(walk.review_page)
    played = _played(reviewer, bench)
    reviewer.send(bench, bench.form("/start"), {})
    rubric = _rubric(walk)
    for criterion in rubric.criteria:
        _mark(reviewer, f"{walk.review_page}/{criterion.id}", criterion.id)
    themes = reviewer.open(f"{walk.review_page}/themes")
    boxes = [str(box["value"]) for box in themes.soup.find_all("input", type="checkbox", attrs={"name": "theme"})]
    reviewer.send(themes, themes.form(f"{walk.review_page}/themes"), {"theme": boxes[:1]})
    check = reviewer.open(f"{walk.review_page}/check")
    done = reviewer.send(check, check.form("/submit"), {"watched_reason": WHY_SO_LITTLE})
    reviewer.close()
    return f"{played} bytes of video played; {len(rubric.criteria)} criteria marked; handed in: {done.heading}"


def learn(walk: Walk) -> str:
    """Read the learning team's page: the criteria with n and interval, the themes, and the public's answers beside them."""
    email = next(person.email for person in invented_people() if Role.LEARNING_TEAM in person.roles)
    team = walk.signed_in(email)
    page = team.open("/learning")
    text = page.soup.get_text(" ", strip=True)
    missing = [criterion.name for criterion in _rubric(walk).criteria if criterion.name not in text]
    if missing or "cannot be read as a percentage of everyone stopped" not in text:
        message = f"the page lacks {missing or 'its caveat'}"
        raise StepFailed(message)
    team.close()
    headline = page.soup.select_one("h1 ~ p, main p")
    return headline.get_text(" ", strip=True) if headline else page.heading


def audit(walk: Walk) -> str:
    """Check the chain of the audit log."""
    with walk.installation.reading() as session:
        report = chain_report(session)
    if report.problems:
        message = "; ".join(report.problems[:3])
        raise StepFailed(message)
    return f"{report.entries:,} entries, chain whole"


STEPS = (
    ("4 draw the sample", draw),
    ("4 assign a reviewer", find_reviewer),
    ("4 score the stop", score),
    ("5 learn", learn),
    ("audit log", audit),
)


def _find(walk: Walk) -> bool:
    """Look into every supervisor's queue for the review of the walk's draw: the one that was not there before."""
    for person in invented_people():
        if Role.SUPERVISOR not in person.roles:
            continue
        browser = walk.signed_in(person.email)
        found = _of_the_walk(walk, browser)
        browser.close()
        if found:
            walk.review_page, walk.reviewer_email = found, person.email
            return True
    time.sleep(0.5)
    return False


def _of_the_walk(walk: Walk, browser: Browser) -> str | None:
    queue = browser.open("/reviews")
    for link in queue.links("/reviews/"):
        if not re.fullmatch(r"/reviews/[0-9a-f-]{36}", link):
            continue
        if walk.footage_id in str(browser.open(link).soup):
            return link
    return None


def _played(browser: Browser, bench: OpenedPage) -> int:
    source = bench.soup.select_one("video[src], video source[src]")
    if source is None:
        message = "the workbench has no video"
        raise StepFailed(message)
    piece = browser.bytes_of(str(source["src"]), 0, 65535)
    if piece.status_code != httpx2.codes.PARTIAL_CONTENT:
        message = f"the video answered {piece.status_code} to a range request"
        raise StepFailed(message)
    return len(piece.content)


def _mark(browser: Browser, path: str, criterion: str) -> None:
    page = browser.open(path)
    form = page.form(path)
    answers: dict[str, str | list[str]] = {"answer": "2", "evidence": NOTE}
    answers |= {str(item["name"]): "said" for item in form.select("select[name^=item_]:not([name$=_camera])")}
    after = browser.send(page, form, answers)
    if refusal := after.soup.select_one(".govuk-error-summary"):
        message = f"{criterion} was not accepted: {refusal.get_text(' ', strip=True)}"
        raise StepFailed(message)


def _rubric(walk: Walk) -> Rubric:
    with walk.installation.reading() as session:
        return rubric_in_force(session, on=london(walk.started_at).date())
