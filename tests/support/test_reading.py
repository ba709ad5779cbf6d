"""The syllable counter and the grade, against words and sentences counted by hand."""

import pytest

from tests.support.reading import Counted, counted, longest_sentence, syllables_of

SPOKEN = {
    1: "search searched stopped clothes seen don\u2019t",
    2: "police receipt reason complaint ethnic section handcuffs people jacket treated",
    3: "officer camera addresses area violence understood",
    4: "usually appropriate regulations IOPC",
    5: "disability",
}
BY_HAND = [(word, syllables) for syllables, words in SPOKEN.items() for word in words.split()]


@pytest.mark.parametrize(("word", "syllables"), BY_HAND)
def test_syllables_are_counted_as_they_are_spoken(word: str, syllables: int) -> None:
    assert syllables_of(word) == syllables


def test_the_grade_is_the_formula_of_kincaid() -> None:
    assert counted(["The officer must tell you why.", "You can ask"]) == Counted(sentences=2, words=9, syllables=11)
    assert Counted(1, 10, 15).grade == pytest.approx(0.39 * 10 + 11.8 * 1.5 - 15.59)
    assert counted(["…"]).grade == 0


def test_hard_words_in_long_sentences_have_a_high_grade() -> None:
    law = "A constable may not search a person without reasonable grounds for suspecting that prohibited articles will be found."
    assert counted([law]).grade > 11


def test_the_longest_sentence_is_found_within_a_line() -> None:
    assert longest_sentence(["Stop. Then say who you are. Go.", "One two"]) == " Then say who you are"
