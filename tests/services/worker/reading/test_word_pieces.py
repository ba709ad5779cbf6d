"""Words are cut as the language model's own tokeniser cuts them; the numbers here were made by it (tokenizers 0.23)."""

from services.worker.reading.word_pieces import LONGEST_TEXT, pieces_of


def test_a_sentence_is_cut_into_known_pieces_between_start_and_end() -> None:
    assert pieces_of("He cuffed me, gawping.") == [101, 2002, 26450, 2098, 2033, 1010, 11721, 2860, 4691, 1012, 102]


def test_accents_go_and_chinese_signs_stand_alone() -> None:
    assert pieces_of("\u017b\u00f3\u0142\u0107 caf\u00e9 \u4e2d\u6587") == [101, 1062, 2080, 18818, 2278, 7668, 1746, 1861, 102]


def test_a_word_that_is_too_long_is_unknown_and_a_text_that_is_too_long_is_cut_off() -> None:
    assert pieces_of("a" * 120) == [101, 100, 102]
    assert len(pieces_of("word " * 400)) == LONGEST_TEXT


def test_an_empty_text_is_start_and_end_alone() -> None:
    assert pieces_of("") == [101, 102]
