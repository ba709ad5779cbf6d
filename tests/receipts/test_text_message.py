"""One text message: 160 septets of the GSM alphabet, whatever is put into it."""

from itertools import product

import pytest

from receipts.text_message import ALPHABET, EXTENSION, septets, text_message
from receipts.words import languages
from stop_search.encounters.rules import EncounterKind
from stop_search.errors import Invalid
from tests.support.receipt_facts import LONG_NAME, NEWEST, some_content

LONG_SITE = "https://stops.wessex-demonstration.police.uk"


def test_a_message_says_what_and_when_and_where_to_read_on() -> None:
    assert text_message(some_content()) == (
        "Police searched you 21/11/2026. Ref IT-2026-4711. Rights, copy, how was it: "
        "https://stops.force.example/r/7K3M9QX2TD4F Check words: amber otter"
    )


def test_the_force_signs_where_there_is_room() -> None:
    assert text_message(some_content(force_name="Wessex Police")).startswith("Wessex Police: Police searched you 21/11/2026.")
    assert text_message(some_content(force_name="Heddlu Gwŷr")).startswith("Police searched you")


@pytest.mark.parametrize("language", languages(NEWEST))
@pytest.mark.parametrize("site", ["https://stops.force.example", LONG_SITE])
def test_in_every_language_and_for_every_kind_it_is_one_message_with_all_that_it_must_hold(language: str, site: str) -> None:
    for kind, carried_out in product(EncounterKind, (True, False)):
        content = some_content(
            kind=kind, search_carried_out=carried_out, spoken=language, public_url=site, check_words="marvellous cormorant"
        )
        message = text_message(content)
        assert septets(message) <= 160
        for must in ("21/11/2026", content.reference, content.url, content.check_words):
            assert must in message, must
        assert message.split("21/11/2026")[0].strip()


def test_long_names_of_places_forces_and_officers_change_nothing() -> None:
    for changes in ({"place": LONG_NAME * 9}, {"force_name": LONG_NAME * 3}, {"officer_name": LONG_NAME}):
        assert septets(text_message(some_content(**changes))) <= 160


def test_the_summer_day_is_london_s() -> None:
    from datetime import UTC, datetime

    assert "01/07/2026" in text_message(some_content(started_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC)))


def test_a_site_with_too_long_an_address_is_refused_and_told_what_to_change() -> None:
    with pytest.raises(Invalid, match="STOP_SEARCH_PUBLIC_URL"):
        text_message(some_content(public_url=f"https://{'a' * 60}.{'b' * 40}.example"))


def test_the_alphabet_is_the_standard_s_and_its_extension_counts_twice() -> None:
    assert len(ALPHABET) == 127  # 128 places, one of which is the escape
    assert septets("à€ñ{}") == 1 + 2 + 1 + 2 + 2
    assert EXTENSION.isdisjoint(ALPHABET)
    with pytest.raises(ValueError, match="ł"):
        septets("ł")
