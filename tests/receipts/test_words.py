"""The files of words: complete, alike in every language, and dates as each language writes them."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from receipts.words import CODES, LAYOUTS, BrokenWords, languages, read_words, words
from stop_search.codes.lists import code_list
from stop_search.errors import Invalid, NotFound
from tests.support.receipt_facts import NEWEST
from tests.support.words import sentences

SCHEMA = LAYOUTS / f"v{NEWEST}" / "words.schema.json"
ENGLISH = LAYOUTS / f"v{NEWEST}" / "words" / "en.yaml"


@pytest.mark.parametrize("language", languages(NEWEST))
def test_every_language_says_the_same_things_and_fills_in_the_same_places(language: str) -> None:
    english, other = sentences(words("en", NEWEST).said), sentences(words(language, NEWEST).said)
    assert other.keys() == english.keys()
    for path, sentence in other.items():
        if not path.startswith(".dates."):
            assert sorted(re.findall(r"{(\w*)}", sentence)) == sorted(re.findall(r"{(\w*)}", english[path])), path
        assert "{" not in re.sub(r"{\w+}", "", sentence), path


@pytest.mark.parametrize("language", languages(NEWEST))
@pytest.mark.parametrize("name", CODES)
def test_every_language_has_words_of_its_own_for_every_code_and_for_no_other(language: str, name: str) -> None:
    said = words(language, NEWEST).said[CODES[name]]
    assert set(said) == (set() if language == "en" else set(code_list(name).keys))


@pytest.mark.parametrize("language", languages(NEWEST))
def test_every_language_tells_each_month_and_each_time_of_day_apart(language: str) -> None:
    spoken = words(language, NEWEST)
    assert len({spoken.day(date(2026, month, 2)) for month in range(1, 13)}) == 12
    assert spoken.day(date(2026, 3, 1)) != spoken.day(date(2026, 3, 2))
    assert len({spoken.moment(datetime(2026, 11, 21, hour, 5, tzinfo=UTC)) for hour in range(24)}) == 24
    assert len({spoken.moment(datetime(2026, 11, 21, hour, tzinfo=UTC)) for hour in range(24)}) == 24


def test_english_is_reviewed_and_writes_dates_on_london_s_clock() -> None:
    english = words("en", NEWEST)
    assert (english.state, english.direction) == ("reviewed", "ltr")
    assert english.moment(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026, 12:30am"
    assert english.moment(datetime(2026, 11, 21, 12, tzinfo=UTC)) == "21 November 2026, midday"
    assert english.moment(datetime(2026, 11, 21, 15, tzinfo=UTC)) == "21 November 2026, 3pm"


def test_english_takes_the_plain_words_of_codes_from_their_lists() -> None:
    assert words("en", NEWEST).plain("power", "cjpoa_s60aa") == "a law that lets police take off disguises"
    with pytest.raises(NotFound):
        words("en", NEWEST).plain("power", "no such law")


def test_a_language_or_layout_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Invalid, match=r"There is: en"):
        words("xx", NEWEST)
    with pytest.raises(Invalid, match="no layout 99"):
        words("en", 99)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("own_name: English", "own_name: ''"), "own_name"),
        (("sms:\n", "sms:\n  more: x\n"), "sms"),
        (('"Check words:" ', '"Słowa:" '), "check_words"),
        (("state: reviewed ", "state: awaiting_review "), "translation_note|reviewed_by"),
        (("Last day: {day}.", ""), "copy"),
        (("language: en", "language: fr"), "language says fr"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_refused(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "en.yaml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(BrokenWords, match=told):
        read_words(tmp_path / "en.yaml", SCHEMA)
