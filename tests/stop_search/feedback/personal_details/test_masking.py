"""What was found is replaced by the name of its kind, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.feedback.personal_details.masking import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my mate jamal rang 07700 900123", "my mate [name] rang [phone number]"),
        ("PC 4471 Marsh was rude", "PC [officer number] [name] was rude"),
        ("I live at 14 Mafeking Terrace, BS5 7QT", "I live at [address], [postcode]"),
        ("reg WX19 KLM", "reg [number plate]"),
        ("mail k.osman@example.org or @kay_17", "mail [email address] or [social media name]"),
        ("dob 14/06/2005, NI QQ 12 34 56 C", "dob [date of birth], NI [National Insurance number]"),
        ("ask José about it", "ask [name] about it"),
        ("ring ０７７００ ９００１２３", "ring [phone number]"),  # noqa: RUF001 — full-width digits
        ("ring 0\u200b7700 900\u200b123", "ring [phone number]"),
        ("The officers were polite.", "The officers were polite."),
        ("", ""),
    ],
)
def test_details_are_replaced_by_their_kind(text: str, shown: str) -> None:
    assert masked(text).text == shown


@given(st.text(max_size=100))
def test_what_is_not_a_detail_stays_as_it_was_typed(text: str) -> None:
    result = masked(text)
    rebuilt, end = "", 0
    for detail in result.details:
        rebuilt += text[end : detail.start] + f"[{detail.kind}]"
        end = detail.end
    assert result.text == rebuilt + text[end:]


def test_nothing_of_a_detail_is_left() -> None:
    shown = masked("I am Malgorzata Wisniewska, 27b Cranleigh Gardens, BS5 7QT, +44 7700 900345").text
    assert not any(part in shown for part in ("Malgorzata", "Wisniewska", "Cranleigh", "BS5", "7QT", "900345"))
