"""What is suggested: plain cases in several ways of speaking, nothing where nothing is said, the same every time, no network."""

import socket

import pytest

from services.worker.reading import sentences as language_model
from services.worker.reading.themes import codebook, digest, heads, sentences, suggested_themes
from stop_search.codes.themes import themes


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("They put me in handcuffs before anybody had said a word to me.", "early_handcuffs"),
        ("He went through the messages on my phone.", "phone_searched"),
        ("feds took a pic of my face on his own phone", "officer_photographed_search"),
        ("The receipt was never given to me, I asked three times.", "receipt_trouble"),
        ("I not understand nothing, no interpreter, only English.", "language_barrier"),
        ("He explained everything clearly and patiently.", "good_explanation"),
    ],
)
def test_plain_cases_are_suggested(text: str, theme: str) -> None:
    assert theme in {each.theme for each in suggested_themes([text])[0]}


def test_nothing_is_suggested_where_no_theme_is_spoken_of() -> None:
    assert suggested_themes(["It rained and I went home."]) == [()]
    assert suggested_themes([]) == []


def test_suggestions_come_in_order_of_their_scores_and_the_same_every_time() -> None:
    text = "He swore at me and threw me against the wall. My arm is bruised. Then he would not give me a receipt."
    (found,) = suggested_themes([text])
    scores = [each.score for each in found]
    assert {"force_hurt", "receipt_trouble"} <= {each.theme for each in found}
    assert scores == sorted(scores, reverse=True)
    assert suggested_themes([text]) == [found]


def test_what_is_read_together_does_not_change_what_is_suggested() -> None:
    """Texts of other lengths stand beside it, more than are read at once."""
    text = "He swore at me and threw me against the wall. My arm is bruised."
    others = [f"They stopped me {'again and again ' * number}and that was that." for number in range(2 * language_model.LOT)]
    together = suggested_themes([*others[:5], text, *others[5:]])
    assert [each.theme for each in together[5]] == [each.theme for each in suggested_themes([text])[0]]
    assert [each.score for each in together[5]] == pytest.approx([each.score for each in suggested_themes([text])[0]], abs=2e-4)
    assert len(together) == len(others) + 1


def test_a_long_text_is_read_sentence_by_sentence() -> None:
    assert sentences("One is here. Two is here! But three?") == ("One is here.", "Two is here!", "But three?")
    assert sentences("ok") == ("ok",)


def test_the_heads_are_of_the_codebook_that_they_name() -> None:
    assert [str(key) for key in heads()["themes"]] == [theme.key for theme in themes(codebook())]
    assert len(digest()) == 16


def test_no_connection_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        message = "a connection"
        raise AssertionError(message)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    language_model.model.cache_clear()
    assert suggested_themes(["They were rude to me."])[0]


def test_another_file_than_the_known_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    language_model.model.cache_clear()
    monkeypatch.setattr(language_model, "SHA256", "0" * 64)
    with pytest.raises(language_model.OtherWeights):
        language_model.model()
