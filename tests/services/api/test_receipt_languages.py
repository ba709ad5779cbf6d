"""A force offers receipts only in languages that have words, and officers read their names."""

import dataclasses

import pytest

from receipts.words import languages
from services.api.receipt_languages import language_name, refuse_unknown_languages
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.errors import SettingMissing
from stop_search.force import read_force


def test_the_invented_force_offers_every_language_that_has_words() -> None:
    force = read_force(None)
    refuse_unknown_languages(force)
    assert set(force.receipt_languages) == set(languages(LAYOUT_VERSION))
    assert len(force.receipt_languages) == 12


def test_a_language_without_words_stops_the_start_with_those_there_are() -> None:
    with pytest.raises(SettingMissing, match=r"receipt_languages has tlh\. Receipts can be had in: en, ar"):
        refuse_unknown_languages(dataclasses.replace(read_force(None), receipt_languages=("en", "tlh")))


def test_officers_read_a_language_in_its_own_words_and_in_english() -> None:
    assert (language_name("pl"), language_name("en")) == ("Polski (Polish)", "English")
