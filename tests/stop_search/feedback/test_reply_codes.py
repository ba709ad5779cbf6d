"""Four words that only the person has."""

import pytest

from stop_search.errors import Invalid
from stop_search.feedback.reply_codes import make_reply_code, normalised_reply_code, reply_code_digest, words

KEY = b"k" * 32


def test_the_words_are_plain_unique_and_at_most_seven_letters() -> None:
    assert len(words()) == len(set(words())) >= 1400
    assert all(word.isascii() and word.isalpha() and word.islower() and 2 < len(word) <= 7 for word in words())


def test_the_same_form_always_gives_the_same_four_words_and_another_key_or_form_gives_others() -> None:
    code = make_reply_code(KEY, "a" * 32)
    assert code == make_reply_code(KEY, "a" * 32)
    assert len(code.split()) == 4
    assert set(code.split()) <= set(words())
    others = {make_reply_code(b"l" * 32, "a" * 32), make_reply_code(KEY, "b" * 32), make_reply_code(KEY, "a" * 32, 1)}
    assert len(others | {code}) == 4


def test_all_words_are_used() -> None:
    used = {word for number in range(4000) for word in make_reply_code(KEY, f"{number:032x}").split()}
    assert len(used) > 0.99 * len(words())


def test_a_code_is_read_however_it_is_typed() -> None:
    code = make_reply_code(KEY, "a" * 32)
    a, b, c, d = code.split()
    for typed in (code.upper(), f" {a}, {b} - {c}\n{d}. ", f"{a}-{b}-{c}-{d}", f"{a}\u00a0{b}\u3000{c}  {d}"):
        assert normalised_reply_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Type the four words"),
        ("amber", "You typed 1"),
        ("able able able able able", "You typed 5"),
        ("able able able xqzt", "has the word “xqzt”.$"),
        ("able able able aple", "Did you mean “able” / “ample” / “apple”"),
        ("x" * 100_000, "You typed 1"),
        ("\x00\ud800", "Type the four words"),
    ],
)
def test_a_mistyped_code_is_told_what_is_wrong(typed: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        normalised_reply_code(typed)


def test_every_slip_of_one_letter_is_either_another_word_or_leads_back_to_the_word() -> None:
    for meant in words()[::40]:
        for n in range(len(meant)):
            slips = {meant[:n] + meant[n + 1 :], meant[:n] + "q" + meant[n + 1 :], meant[:n] + "q" + meant[n:]}
            for slip in slips - set(words()):
                with pytest.raises(Invalid, match="Did you mean") as told:
                    normalised_reply_code(f"able able able {slip}")
                assert f"“{meant}”" in str(told.value) or str(told.value).count("“") == 4  # three others are as near


def test_of_several_mistyped_words_the_first_is_told() -> None:
    with pytest.raises(Invalid) as told:
        normalised_reply_code("able aple xqzt able")
    assert str(told.value) == "No reply code has the word “aple”. Did you mean “able” / “ample” / “apple”?"


def test_the_digest_needs_the_key() -> None:
    assert reply_code_digest(KEY, "able able able able") != reply_code_digest(b"l" * 32, "able able able able")
