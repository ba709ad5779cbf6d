"""The words of the public's pages: filled in, escaped, linked; every language says all that English says."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from services.api.site_words import BrokenSiteWords, SiteWords, site_languages, site_words

ENGLISH = site_words("en")
OTHERS = [language for language in site_languages() if language != "en"]
HELD_PLACES = re.compile(r"\{\w+\}|\]\(\w+\)")


def leaves(said: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every sentence with its path; the lines of a list have their number in it."""
    if isinstance(said, Mapping):
        for name, inner in said.items():
            yield from leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(said, list):
        for number, inner in enumerate(said):
            yield from leaves(inner, f"{path}.{number}")
    else:
        yield path, said


def made(**said: Any) -> SiteWords:
    return SiteWords("en", {"group": said}, ENGLISH.receipt)


def test_words_are_filled_in_escaped_linked_and_bold() -> None:
    site = made(line="Ask [{who} <b>](ask) or **{who}** & go")
    assert site.say("group.line", who="<i>us</i>", ask="/ask?a=1&b={2}") == (
        'Ask <a class="govuk-link" href="/ask?a=1&amp;b={2}">&lt;i&gt;us&lt;/i&gt; &lt;b&gt;</a>'
        " or <strong>&lt;i&gt;us&lt;/i&gt;</strong> &amp; go"
    )


def test_plain_words_have_no_html_in_them() -> None:
    site = made(line="L'avis de **{who}** & [the rest](there)")
    assert site.plain("group.line", who="<i>us</i>", there="/r") == "L'avis de <i>us</i> & the rest"


def test_a_number_in_groups_keeps_its_order_among_words_from_right_to_left() -> None:
    arabic = SiteWords("ar", {"group": {"line": "اتصل 0800 1111 الآن"}}, site_words("ar").receipt)
    assert arabic.say("group.line") == "اتصل \u20660800 1111\u2069 الآن"
    assert made(line="Call 0800 1111 now").say("group.line") == "Call 0800 1111 now"


def test_a_link_that_leads_away_sends_no_referrer() -> None:
    assert 'rel="noreferrer"' in made(line="[There](there)").say("group.line", there="https://example.org/")


def test_what_is_missing_is_said_and_never_shown_as_a_gap() -> None:
    with pytest.raises(BrokenSiteWords, match=r"no words at group\.other"):
        made(line="x").say("group.other")
    with pytest.raises(BrokenSiteWords, match="does not give"):
        made(line="{name}").say("group.line")
    with pytest.raises(BrokenSiteWords, match="does not give"):
        made(line="[here](there)").say("group.line")


def test_every_sentence_is_one() -> None:
    for path, said in leaves(ENGLISH.groups):
        assert isinstance(said, str), f"{path} is not text: put it in quotes"
        assert said.strip() == said or path.endswith("_prefix"), path


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_all_that_english_says_with_the_same_gaps_to_fill(language: str) -> None:
    english, other = dict(leaves(ENGLISH.groups)), dict(leaves(site_words(language).groups))
    assert set(other) == set(english), f"missing {sorted(set(english) - set(other))}, unknown {sorted(set(other) - set(english))}"
    for path, said in english.items():
        if path.startswith("about."):
            continue
        assert sorted(HELD_PLACES.findall(other[path])) == sorted(HELD_PLACES.findall(said)), path
        assert bool(other[path]) == bool(said) or path == "layout.translation_note", path


@pytest.mark.parametrize("language", OTHERS)
def test_a_machines_words_say_so_on_every_page(language: str) -> None:
    site = site_words(language)
    assert site.groups["about"]["state"] in {"awaiting_review", "reviewed"}
    assert site.is_reviewed == bool(site.groups["about"]["reviewed_by"])
    assert site.is_reviewed or site.groups["layout"]["translation_note"]
