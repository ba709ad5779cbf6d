"""What the public reads can be read by nearly everybody: grade 6 at most in each file, and no sentence that runs on."""

import pytest

from tests.support.reading import WORD, counted, longest_sentence, texts_for_the_public

TEXTS = texts_for_the_public()
HIGHEST_GRADE = 6.0
LONGEST_SENTENCE = 25


@pytest.mark.parametrize("name", TEXTS)
def test_english_is_at_most_grade_six(name: str) -> None:
    assert counted(TEXTS[name]).grade <= HIGHEST_GRADE, f"{name}: shorter sentences, shorter words; see docs/reading-grades.md"


@pytest.mark.parametrize("name", TEXTS)
def test_no_sentence_runs_on(name: str) -> None:
    longest = longest_sentence(TEXTS[name])
    assert len(WORD.findall(longest)) <= LONGEST_SENTENCE, longest


def test_nothing_is_left_unread() -> None:
    assert {"words/en/rights.yaml", "words/en/privacy.yaml", "forms/adult_v2.yaml", "forms/easy_read_v1.yaml"} <= set(TEXTS)
    assert all(TEXTS.values())
