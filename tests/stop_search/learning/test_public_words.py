"""Comments stand by language only where the language does not tell who wrote."""

from stop_search.learning.public_words import OTHERS, by_language


def test_english_stands_first_and_rare_languages_together_at_the_end() -> None:
    comments = {"ar": ("a1",), "cy": ("c",) * 5, "en": ("e",), "pl": ("b",)}
    found = by_language(comments, minimum=5)
    assert list(found.items()) == [("en", ("e",)), ("cy", ("c",) * 5), (OTHERS, ("a1", "b"))]


def test_without_comments_there_is_nothing() -> None:
    assert by_language({}, minimum=5) == {}
