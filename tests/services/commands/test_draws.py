"""`stop-search draw …`: plan, run, publish, verify and assign, on a migrated installation."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import typer
from sqlalchemy import select
from typer.testing import CliRunner, Result

from services.commands import draws, draws_checked
from stop_search.codes.design import Design, Method
from stop_search.draws.queries import draw_shown
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotFound
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.reviews.reviewers_queue import review_queue
from tests.support import builders as a
from tests.support.learned import some_reviews
from tests.support.marking import viewer_of
from tests.support.sampled import DICE

Run = Callable[..., Result]
NOW = datetime.now(UTC)
PERIOD = f"{(NOW - timedelta(days=40)).date()}..{(NOW - timedelta(days=10)).date()}"


@pytest.fixture
def run(installation: Installation, settings_in_environment: None) -> Run:
    """Return a function that runs the command line on an installation with thirty stops without footage."""
    with installation.writing() as session:
        officer = a.an_officer(session, team=a.a_team(session))
        for _ in range(30):
            a.an_encounter(session, officer=officer, started_at=NOW - timedelta(days=20))
    app = typer.Typer()
    draws.register(app)
    draws_checked.register(app)
    return lambda *arguments: CliRunner().invoke(app, ["draw", *(str(argument) for argument in arguments)])


def drawn(run: Run) -> str:
    """Draw and return the draw's id."""
    done = run("run", "--period", PERIOD, "--seed", "1 2 3")
    assert done.exit_code == 0, done.output
    return done.output.splitlines()[-1].removeprefix("draw ")


def test_a_plan_shows_the_classes_and_what_to_expect(run: Run) -> None:
    done = run("plan", "--period", PERIOD)
    assert done.exit_code == 0
    numerator, denominator = read_force(None).design.classes["high"]
    row = next(line for line in done.output.splitlines() if "high" in line)
    assert row.split()[3::2][:3] == ["30", f"{numerator}/{denominator}", f"{30 * numerator / denominator:.1f}"]


def test_a_plan_says_on_what_it_rests(run: Run, installation: Installation) -> None:
    def said(*more: str) -> str:
        return " ".join(run("plan", "--period", PERIOD, *more).output.split())

    assert "Expected is that 80% meet the standard in every class and that all can be scored." in said()
    assert "No review of the year before scored C3. Expected is that 80%" in said("--criterion", "C3")
    with installation.writing() as session:
        day = (NOW - timedelta(days=100)).date()
        some_reviews(session, draw=a.a_draw(session, period_start=day, period_end=day), marks=[{"C3": 2}] * 40, probability=(1, 1))
    assert "40 scores of C3 in the year before" in said("--criterion", "C3")
    assert isinstance(run("plan", "--period", PERIOD, "--criterion", "C99").exception, NotFound)


def test_a_plan_by_strata_says_what_the_panel_gets(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"certainty": None, "high": 9, "base": 9, "delayed": 9, "late": None}
    force = replace(read_force(None), design=Design(sizes=sizes, method=Method.STRATIFIED, panel=(1, 10)))
    monkeypatch.setattr(draws, "read_force", lambda _: force)
    said = " ".join(run("plan", "--period", PERIOD).output.split())
    assert "9 reviews by the main draws" in said
    assert "0 for the panel. By strata the panel's share of each class is rounded down: of fewer than 10 drawn" in said


def test_a_draw_is_run_published_and_verified(run: Run, tmp_path: Path) -> None:
    done = run("run", "--period", PERIOD, "--seed", "1 2 3")
    told = dict(line.split(" ", 1) for line in done.output.splitlines())
    assert told["randomness"] == "1 2 3"
    folder = tmp_path / "a new" / "folder"
    assert run("publish", told["draw"], "--out", folder).output == f"draw {folder}\n"
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt",
        "draw.json",
        "frame.csv",
        "manifest.json",
        "outcomes.csv",
        "tickets.csv",
    ]
    assert run("verify", folder, "--digest", told["manifest"]).exit_code == 0
    assert run("verify", folder, "--digest", "0" * 64).exit_code == 1
    tickets = folder / "tickets.csv"
    tickets.write_text(tickets.read_text().replace("no", "yes", 1))
    failed = run("verify", folder)
    assert failed.exit_code == 1
    assert "tickets.csv: it does not agree" in failed.stderr


def test_without_a_seed_the_computer_throws_the_dice_and_says_what_that_is_worth(run: Run) -> None:
    done = run("run", "--period", PERIOD)
    assert "nobody else can vouch for them" in done.output
    dice = next(line for line in done.output.splitlines() if line.startswith("randomness "))
    assert len(dice.split()) == 21


def test_a_second_draw_is_refused(run: Run) -> None:
    drawn(run)
    assert isinstance(run("run", "--period", PERIOD, "--seed", "1").exception, Conflict)


def test_nothing_published_is_overwritten(run: Run, tmp_path: Path) -> None:
    draw_id = drawn(run)
    run("publish", draw_id, "--out", tmp_path / "out")
    assert isinstance(run("publish", draw_id, "--out", tmp_path / "out").exception, Conflict)
    (tmp_path / "file").write_text("mine")
    assert isinstance(run("publish", draw_id, "--out", tmp_path / "file").exception, Conflict)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("period", ["", "2026-10-01", "October", "2026-10-01..", "2026-13-01..2026-13-02"])
def test_what_is_no_period_is_told(run: Run, period: str) -> None:
    failed = run("run", "--period", period)
    assert isinstance(failed.exception, Invalid)
    assert "like 2026-10-01..2026-10-31" in str(failed.exception)


def test_a_folder_without_a_draw_is_told(run: Run, tmp_path: Path) -> None:
    assert isinstance(run("verify", tmp_path).exception, NotFound)


def test_who_became_a_supervisor_later_is_assigned_by_hand(run: Run, installation: Installation) -> None:
    draw_id = drawn(run)
    first = run("assign", draw_id).output
    assert first.startswith("0 assigned, ")
    with installation.writing() as session:
        supervisor = a.an_account(session)
    assert run("assign", draw_id).output == first.replace("0 assigned, ", "").replace(
        " without a reviewer", " assigned, 0 without a reviewer"
    )
    with installation.reading() as session:
        assert len(review_queue(session, viewer=viewer_of(supervisor))) > 0


def test_past_days_that_no_draw_covers_are_told(run: Run) -> None:
    def days(first: int, last: int) -> str:
        return f"{(NOW - timedelta(days=first)).date()}..{(NOW - timedelta(days=last)).date()}"

    assert run("list").stderr == ""
    for first, last in ((40, 30), (26, 10)):
        assert run("run", "--period", days(first, last), "--seed", "1 2 3").exit_code == 0
    told = "; ".join(days(first, last).replace("..", " to ") for first, last in ((29, 27), (9, 1)))
    assert run("list").stderr == f"No draw covers these past days: {told}.\n"


def test_a_draw_is_committed_made_known_and_run_by_dice_before_witnesses(run: Run, tmp_path: Path) -> None:
    fixed = run("commit", "--period", PERIOD, "--dice")
    assert fixed.exit_code == 0, fixed.output
    draw_id = fixed.output.splitlines()[-1].removeprefix("draw ")
    kept = run("anchor", draw_id, "--where", "E-mail to the panel's chair")
    (tmp_path / "anchors.json").write_text(kept.output)
    assert "WARNING" in run("list").stderr
    for wrong in ((), ("--dice", DICE), ("--dice", "1 2 3", "--witness", "Ada", "--witness", "Ben"), ("--signature", "00")):
        assert isinstance(run("run", draw_id, *wrong).exception, Invalid), wrong
    time.sleep(1.1)  # whoever is told writes down whole seconds, and must be told before the dice are thrown
    done = run("run", draw_id, "--dice", DICE, "--witness", "Ada Invented", "--witness", "Ben Invented")
    assert done.exit_code == 0, done.output
    assert "WARNING" not in run("list").stderr
    assert isinstance(run("run", draw_id, "--dice", DICE, "--witness", "Ada", "--witness", "Ben").exception, Conflict)
    run("publish", draw_id, "--out", tmp_path / "out")
    assert "NOT ANCHORED" in run("verify", tmp_path / "out").output
    checked = run("verify", tmp_path / "out", "--anchors", tmp_path / "anchors.json")
    assert (checked.exit_code, "NOT ANCHORED" in checked.output) == (0, False), checked.stderr


def test_by_default_the_beacon_of_tomorrow_decides_and_its_answer_is_read_from_a_file(run: Run, tmp_path: Path) -> None:
    fixed = run("commit", "--period", PERIOD)
    named = json.loads(next(line for line in fixed.output.splitlines() if line.startswith("decides ")).removeprefix("decides "))
    assert timedelta(hours=23) < datetime.fromisoformat(named["round_at"]) - NOW < timedelta(hours=25)
    draw_id = fixed.output.splitlines()[-1].removeprefix("draw ")
    answer = tmp_path / "round.json"
    answer.write_text(json.dumps({"round": named["round"], "randomness": "00", "signature": "00" * 48}))
    assert "does not exist yet" in str(run("run", draw_id, "--round-file", answer).exception)
    answer.write_text("[]")
    assert isinstance(run("run", draw_id, "--round-file", answer).exception, Invalid)


@pytest.mark.parametrize("content", [None, '{"round": 1}'.encode("utf-16"), b'{"":' * 20_000, b"[" * 20_000, b""])
def test_an_answer_of_the_beacon_that_cannot_be_read_is_told(run: Run, tmp_path: Path, content: bytes | None) -> None:
    draw_id = run("commit", "--period", PERIOD).output.splitlines()[-1].removeprefix("draw ")
    answer = tmp_path / "round.json"
    if content is not None:
        answer.write_bytes(content)
    failed = run("run", draw_id, "--round-file", answer)
    assert isinstance(failed.exception, Invalid), failed.exception
    assert run("list").stdout.split()[3] == "committed"


def test_anchors_that_are_not_there_are_told(run: Run, tmp_path: Path) -> None:
    run("publish", drawn(run), "--out", tmp_path / "out")
    failed = run("verify", tmp_path / "out", "--anchors", tmp_path / "anchors.json")
    assert isinstance(failed.exception, Invalid)
    assert "Give the folder of a published draw, and anchors.json" in str(failed.exception)


def test_what_could_not_be_written_is_not_noted_as_published(run: Run, tmp_path: Path) -> None:
    draw_id = drawn(run)
    (tmp_path / "file").write_text("mine")
    failed = run("publish", draw_id, "--out", tmp_path / "file" / "out")
    assert isinstance(failed.exception, Invalid)
    assert "not noted as published" in str(failed.exception)
    assert run("list").stdout.split()[3] == "run"
    assert run("publish", draw_id, "--out", tmp_path / "out").exit_code == 0
    assert run("list").stdout.split()[3] == "published"


@pytest.mark.parametrize("command", ["plan", "commit", "run"])
def test_a_period_until_the_end_of_the_calendar_is_told(run: Run, command: str) -> None:
    failed = run(command, "--period", "2026-10-01..9999-12-31")
    assert isinstance(failed.exception, Invalid)
    assert "before the year 9999" in str(failed.exception)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--round", "1000"), "lies in the future"),
        (("--round", "20000000000"), "more than 31 days ahead"),
        (("--round", "1" + "0" * 30), "more than 31 days ahead"),
        (("--at", "9999-12-31T23:59:59Z"), "more than 31 days ahead"),
        (("--at", "tomorrow"), "no moment"),
        (("--at", "2026-11-09T12:00:00"), "no moment"),
        (("--coverage", "October"), "no month"),
        (("--coverage", "2026-10"), "no coverage draw"),
    ],
)
def test_what_cannot_be_committed_is_told(run: Run, arguments: tuple[str, ...], told: str) -> None:
    period = () if "--coverage" in arguments else ("--period", PERIOD)
    failed = run("commit", *period, *arguments)
    assert isinstance(failed.exception, Invalid)
    assert told in str(failed.exception)


def test_a_drawn_stop_is_refused_and_another_is_asked_for(run: Run, installation: Installation) -> None:
    draw_id = drawn(run)
    with installation.reading() as session:
        references = sorted(session.scalars(select(a.Encounter.reference)))
    refused = run("refuse", references[0], "--reason", "court_order", "--rank", "superintendent")
    assert refused.output.startswith("outcome 1 ")
    assert isinstance(run("refuse", references[0], "--reason", "court_order", "--rank", "inspector").exception, NoLongerOpen)
    assert run("refuse", references[1], "--reason", "court_order", "--rank", "constable").exit_code == 2
    assert run("for-cause", references[1], "--cause", "complaint").output == "0 assigned, 1 without a reviewer\n"
    with installation.reading() as session:
        assert draw_shown(session, draw_id=UUID(draw_id)).outcomes["refused"] == 1


@pytest.mark.parametrize(("arguments", "records"), [((), 299), (("--omitted", "2"), 149), (("--omitted", "5", "--certainty", "95"), 59)])
def test_the_reconciliation_says_how_many_records_to_compare(run: Run, arguments: tuple[str, ...], records: int) -> None:
    assert run("reconcile", *arguments).output.splitlines()[-1] == f"records {records}"
