"""`stop-search receipt render`: each form, to a file or the standard output, and what cannot be done."""

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from services.commands import receipts
from stop_search.encounters.receipt_codes import KEY_USE, pretty
from stop_search.errors import Invalid, NotFound
from stop_search.installation import Installation
from tests.support.builders import a_person, a_receipt, an_encounter, code_of

Run = Callable[..., Result]


@pytest.fixture
def run(installation: Installation, settings_in_environment: None) -> Run:
    """Return a function that runs the command line on a migrated installation."""
    app = typer.Typer()
    receipts.register(app)
    return lambda *arguments: CliRunner().invoke(app, ["receipt", *(str(a) for a in arguments)])


@pytest.fixture
def codes(installation: Installation) -> list[str]:
    """Return the codes of the two people of encounter IT-26-CARD."""
    key = installation.key_for(KEY_USE)
    with installation.writing() as session:
        encounter = an_encounter(session, reference="IT-26-CARD", people=0)
        people = [a_person(session, encounter=encounter, ordinal=number) for number in (1, 2)]
        return [code_of(a_receipt(session, person=person, key=key), key=key) for person in people]


def test_the_printed_page_is_written_and_equal_to_the_byte_the_second_time(run: Run, codes: list[str], tmp_path: Path) -> None:
    for name in ("first.pdf", "second.pdf"):
        done = run("render", "IT-26-CARD", "--out", tmp_path / name)
        assert done.exit_code == 0, done.output
        assert f"receipt {pretty(codes[0])} (a6) of person 1 of IT-26-CARD" in done.stderr
    assert (tmp_path / "first.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "second.pdf").read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*.p*")) == ["first.pdf", "second.pdf"]


@pytest.mark.parametrize(("form", "begins"), [("text", b"Wessex"), ("html", b"<!DOCTYPE html>")])
def test_the_second_person_s_receipt_goes_to_the_standard_output(run: Run, codes: list[str], form: str, begins: bytes) -> None:
    done = run("render", "it-26-card", "--form", form, "--person", 2, "--out", "-")
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes.startswith(begins)
    assert pretty(codes[1]).encode() in done.stdout_bytes
    assert pretty(codes[0]).encode() not in done.stdout_bytes


@pytest.mark.parametrize(
    ("form", "name", "begins", "noted"),
    [
        ("thermal80", "strip.png", b"\x89PNG", "thermal80"),
        ("thermal80", "strip.bin", b"\x1b@", "thermal80-escpos"),
        ("thermal58", "strip.escpos", b"\x1b@", "thermal58-escpos"),
        ("thermal58-escpos", "strip", b"\x1b@", "thermal58-escpos"),
        ("card", "card.bin", b"%PDF", "card"),
        ("sms", "message.txt", b"", "sms"),
        ("signed", "receipt.json", b"{", "signed"),
    ],
)
def test_every_form_can_be_written_and_the_file_s_ending_tells_a_picture_from_a_printer_s_bytes(
    run: Run, codes: list[str], tmp_path: Path, form: str, name: str, begins: bytes, noted: str
) -> None:
    done = run("render", "IT-26-CARD", "--form", form, "--language", "en", "--out", tmp_path / name)
    assert done.exit_code == 0, done.output
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert f"({noted})" in done.stderr


def test_a_language_that_is_not_there_is_told_with_those_that_are(run: Run, codes: list[str], tmp_path: Path) -> None:
    done = run("render", "IT-26-CARD", "--language", "xx", "--out", tmp_path / "x.pdf")
    assert isinstance(done.exception, Invalid)
    assert "There is: en" in str(done.exception)
    assert not (tmp_path / "x.pdf").exists()


def test_what_cannot_be_drawn_or_written_is_said(run: Run, codes: list[str], tmp_path: Path) -> None:
    missing = run("render", "IT-26-NONE", "--out", tmp_path / "x.pdf")
    assert isinstance(missing.exception, NotFound)
    nowhere = run("render", "IT-26-CARD", "--out", tmp_path / "no folder" / "x.pdf")
    assert isinstance(nowhere.exception, Invalid)
    assert "cannot be written: No such file or directory" in str(nowhere.exception)
    assert run("render", "IT-26-CARD", "--form", "papyrus", "--out", tmp_path / "x").exit_code == 2
    assert not (tmp_path / "x.pdf").exists()
