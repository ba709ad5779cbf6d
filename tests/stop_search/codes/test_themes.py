"""The codebook of themes: read in its own order, keys that never clash, and words for every theme."""

import pytest

from stop_search.codes.themes import FOLDER, codebook_version, themes


def test_every_theme_has_a_key_of_its_own_a_label_and_a_meaning() -> None:
    found = themes()
    assert len({theme.key for theme in found}) == len(found) >= 13
    assert all(theme.key.replace("_", "").isalpha() and theme.label and theme.meaning.endswith(".") for theme in found)


def test_the_keys_of_version_one_keep_their_place() -> None:
    assert [theme.key for theme in themes(1)] == [
        "grounds_on_area_or_record",
        "gowisely_partial_or_late",
        "object_named_after_find",
        "search_in_public_view",
        "phone_searched",
        "history_discussed_in_street",
        "too_many_officers",
        "early_handcuffs",
        "language_barrier",
        "footage_late_or_cut",
        "officer_photographed_search",
        "identity_refused",
        "wrong_law_on_name",
        "good_explanation",
        "calm_and_care",
    ]


def test_version_two_keeps_all_of_version_one_and_adds_at_the_end() -> None:
    assert themes(2)[: len(themes(1))] == themes(1)
    assert [theme.key for theme in themes(2)[len(themes(1)) :]] == ["disrespect", "singled_out", "force_hurt", "receipt_trouble"]


def test_the_newest_version_is_meant_where_none_is_named() -> None:
    assert codebook_version() == max(int(path.stem) for path in FOLDER.glob("*.yaml"))
    assert themes() == themes(codebook_version())


def test_a_version_that_was_never_published_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        themes(99)
