"""The words of the public's pages: a folder for each language, a file for each group of words, read once. Knows no page.

A word is found by its path, "landing.question". What stands in {braces} is filled in; [words](name) becomes a link to the address
given as `name`, **words** become bold, and everything else is plain text and escaped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from markupsafe import Markup, escape

from receipts.words import Words, words
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.errors import StopSearchError

FOLDER = Path(__file__).parent / "words"
ENGLISH = "en"
LINK = re.compile(r"\[([^\]]+)\]\((\w+)\)")
GROUPED = re.compile(r"\d+(?:[ \u00a0]\d+)+")
BOLD = re.compile(r"\*\*([^*]+)\*\*")


class BrokenSiteWords(Exception):  # a fault of the installation, never of a person: no StopSearchError
    """English has no such words, or a page gives less than they ask for."""


@dataclass(frozen=True)
class SiteWords:
    """One language's words for the pages. `groups`: file name to what it holds. `receipt`: the same language's words for receipts."""

    language: str
    groups: Mapping[str, Mapping[str, Any]]
    receipt: Words

    @property
    def direction(self) -> str:
        """Return "ltr" or "rtl"."""
        return self.receipt.direction

    @property
    def is_reviewed(self) -> bool:
        """True if a person who speaks the language has checked these words."""
        return self.groups["about"]["state"] != "awaiting_review"

    def say(self, path: str, **filled: object) -> Markup:
        """Return the words at `path` as HTML.

        Raises:
            BrokenSiteWords: English has none, or something that they ask for is not given.

        """
        return self._filled(path, str(self._found(path)), filled)

    def plain(self, path: str, **filled: object) -> str:
        """Return the words at `path` as plain text: for files, and for templates that escape them. Raises BrokenSiteWords."""
        return self.say(path, **filled).striptags()

    def lines(self, path: str, **filled: object) -> list[Markup]:
        """Return the list of words at `path`, each as HTML. Raises BrokenSiteWords."""
        return [self._filled(path, str(line), filled) for line in self._found(path)]

    def said(self, error: StopSearchError) -> Markup:
        """Return an error's sentence as HTML: in this language where it has its place among the words, else as it was raised."""
        return self.say(error.words, **error.filled) if error.words else escape(str(error))

    def has(self, path: str) -> bool:
        """Return whether there are words at `path`."""
        return self.looked_up(path) not in (None, "")

    def _found(self, path: str) -> Any:  # noqa: ANN401 -- a sentence or a list of them
        found = self.looked_up(path)
        if found is None and self.language != ENGLISH:
            found = site_words(ENGLISH).looked_up(path)
        if found is None:
            message = f"There are no words at {path}."
            raise BrokenSiteWords(message)
        return found

    def looked_up(self, path: str) -> Any:  # noqa: ANN401 -- a sentence or a list of them
        """Return what this language itself has at `path`, or None."""
        found: Any = self.groups
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        return found

    def _filled(self, path: str, template: str, filled: Mapping[str, object]) -> Markup:
        try:
            html = LINK.sub(lambda link: _link(link, filled), self._with_numbers_apart(str(escape(template))))
            apart = {name: escape(self._apart(value)) for name, value in filled.items()}
            return Markup(BOLD.sub(r"<strong>\1</strong>", html).format(**apart))  # noqa: S704 -- all parts are escaped above
        except (KeyError, IndexError, ValueError) as error:
            message = f"The words at {path} ask for something that the page does not give: {error}"
            raise BrokenSiteWords(message) from error

    def _with_numbers_apart(self, words: str) -> str:
        """Set numbers written in groups ("0800 1111") apart: among words from right to left their groups would change places (UAX 9)."""
        return words if self.direction == "ltr" else GROUPED.sub(lambda number: self.receipt.apart(number[0]), words)

    def _apart(self, value: object) -> object:
        if isinstance(value, date):
            return self.receipt.day(value)
        return value if isinstance(value, Markup) else self.receipt.apart(str(value))


@cache
def site_languages() -> tuple[str, ...]:
    """Return the languages that the pages can be had in, English first."""
    found = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    return tuple(sorted(found, key=lambda language: (language != ENGLISH, language)))


@cache
def site_words(language: str) -> SiteWords:
    """Return the words of a language, read once; of one that there is not, English."""
    folder = FOLDER / (language if language in site_languages() else ENGLISH)
    groups = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))}
    return SiteWords(folder.name, groups, words(folder.name, LAYOUT_VERSION))


def _link(link: re.Match[str], filled: Mapping[str, object]) -> str:
    """Return a link; its braces are doubled, for the words around it are filled in afterwards."""
    address = str(filled[link[2]])
    leaves = ' rel="noreferrer"' if "://" in address else ""
    return f'<a class="govuk-link" href="{escape(address)}"{leaves}>'.replace("{", "{{").replace("}", "}}") + f"{link[1]}</a>"
