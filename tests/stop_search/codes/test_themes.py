"""The codebook of themes: read in its own order, keys that never clash, and words for every theme."""

from stop_search.codes.themes import codebook_version, themes


def test_every_theme_has_a_key_of_its_own_a_label_and_a_meaning() -> None:
    found = themes()
    assert len({theme.key for theme in found}) == len(found) >= 13
    assert all(theme.key.replace("_", "").isalpha() and theme.label and theme.meaning.endswith(".") for theme in found)


def test_the_keys_of_version_one_keep_their_place() -> None:
    assert codebook_version() == 1
    assert [theme.key for theme in themes()] == [
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
