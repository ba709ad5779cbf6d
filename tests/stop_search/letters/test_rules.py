"""What a letter must hold, when it is answered, and what closing asks for."""

from datetime import date

import pytest

from stop_search.codes.lists import code_list
from stop_search.errors import Invalid
from stop_search.letters.rules import (
    LONGEST_TEXT,
    LetterKind,
    ReviewTold,
    answer_due_on,
    checked_body,
    checked_closing,
    dispositions,
    refuse_wrong_envelope,
)
from tests.support.letters import BODIES

DAY = date(2026, 11, 18)


def faults(kind: LetterKind, body: dict[str, object]) -> set[str]:
    """Return the fields that are wrong."""
    with pytest.raises(Invalid) as refused:
        checked_body(kind, body)
    assert all(sentence.endswith(".") for sentence in refused.value.fields.values())
    return set(refused.value.fields)


def test_the_kinds_and_the_list_of_kinds_are_the_same() -> None:
    assert code_list("letter_kind").keys == tuple(LetterKind)
    assert all(entry.answer_within_days for entry in code_list("letter_kind").entries)


@pytest.mark.parametrize(("kind", "due"), [("complaint", date(2026, 12, 16)), ("stop_without_receipt", date(2026, 12, 2))])
def test_a_letter_is_due_the_days_of_its_kind_after_it_came(kind: str, due: date) -> None:
    assert answer_due_on(LetterKind(kind), DAY) == due


@pytest.mark.parametrize("kind", LetterKind)
def test_what_a_person_would_write_is_taken_for_every_kind(kind: LetterKind) -> None:
    assert checked_body(kind, BODIES[kind]) == BODIES[kind]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (LetterKind.COMPLAINT, {"what_happened"}),
        (LetterKind.COPY_OF_RECORD, {"email"}),
        (LetterKind.STOP_WITHOUT_RECEIPT, {"place", "day"}),
        (LetterKind.PANEL_INTEREST, {"name", "email"}),
    ],
)
def test_an_empty_letter_says_what_it_needs(kind: LetterKind, missing: set[str]) -> None:
    assert faults(kind, {}) == missing
    assert faults(kind, dict.fromkeys(BODIES[kind], "  \r\n ")) == missing


def test_a_copy_may_be_fetched_at_a_station() -> None:
    assert checked_body(LetterKind.COPY_OF_RECORD, {"station": "Harbour Road"}) == {"station": "Harbour Road"}


def test_a_complaint_needs_no_name_and_no_way_to_answer() -> None:
    assert checked_body(LetterKind.COMPLAINT, {"what_happened": " They\r\nshouted. "}) == {"what_happened": "They\nshouted."}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("what_happened", "x" * (LONGEST_TEXT + 1)),
        ("name", "a\0b"),
        ("Name", "Kim"),
        ("more", {"deep": 1}),
        ("more", [1]),
        ("more", ["a\0b"]),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(field: str, value: object) -> None:
    assert faults(LetterKind.COMPLAINT, {"what_happened": "They shouted."} | {field: value}) == {field}


def test_a_letter_that_is_too_long_altogether_is_refused() -> None:
    assert faults(LetterKind.COMPLAINT, {f"part_{n}": "x" * 9000 for n in range(3)} | {"what_happened": "x"}) == {"what_happened"}
    assert faults(LetterKind.COMPLAINT, {f"part_{n}": "x" for n in range(41)} | {"what_happened": "x"}) == {"what_happened"}


@pytest.mark.parametrize(("submission_id", "language"), [("", "en"), ("z" * 32, "en"), ("0" * 31, "en"), ("0" * 32, ""), ("0" * 32, "<b>")])
def test_an_envelope_that_no_page_made_is_refused(submission_id: str, language: str) -> None:
    with pytest.raises(Invalid):
        refuse_wrong_envelope(submission_id, language)


def test_a_complaint_is_closed_by_a_decision_and_a_word_on_the_review() -> None:
    checked_closing(LetterKind.COMPLAINT, "resolved", ReviewTold.TOLD, DAY)
    with pytest.raises(Invalid) as refused:
        checked_closing(LetterKind.COMPLAINT, "", None, DAY)
    assert set(refused.value.fields) == {"disposition", "review_told"}


@pytest.mark.parametrize("kind", [kind for kind in LetterKind if kind != LetterKind.COMPLAINT])
def test_other_letters_are_closed_by_one_of_their_own_decisions(kind: LetterKind) -> None:
    assert len(dispositions(kind, DAY)) >= 5
    for entry in dispositions(kind, DAY):
        checked_closing(kind, entry.key, None, DAY)
    with pytest.raises(Invalid):
        checked_closing(kind, "service_acceptable", None, DAY)
