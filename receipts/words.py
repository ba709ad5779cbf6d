"""The words of receipts and notices: one file per language and layout version, read, checked and filled in. Knows no layout."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from stop_search.codes.lists import code_list
from stop_search.errors import Invalid
from stop_search.wording import NOON, london

LAYOUTS = Path(__file__).parent / "layouts"
# Which section of a file holds which code list's plain words.
CODES = {"power": "powers", "object_of_search": "objects", "traffic_stop_reason": "traffic_stop_reasons"}
ENGLISH = "en"
LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE = "\u2066", "\u2069"
RIGHT_TO_LEFT = frozenset({"R", "AL"})


class BrokenWords(Exception):  # a fault of the installation, never of a person: no StopSearchError
    """A file of words is not as the schema says."""


@dataclass(frozen=True)
class Words:
    """One language's words in one layout version, as they stand in its file: `said["titles"]["person"]`."""

    language: str
    own_name: str
    english_name: str
    direction: str
    state: str
    made_by: str
    said: dict[str, Any]

    def text(self, *path: str, **filled: str) -> str:
        """Return the words at `path`, with what stands in braces filled in and set apart; "" where this layout version has none."""
        found: Any = self.said
        for step in path:
            found = found.get(step, "") if found else ""
        return str(found).format(**{name: self.apart(value) for name, value in filled.items()}) if filled else str(found)

    def lines(self, *path: str) -> tuple[str, ...]:
        """Return the list of words at `path`."""
        found: Any = self.said
        for step in path:
            found = found[step]
        return tuple(found)

    def apart(self, value: str) -> str:
        """Return a value to stand among words written from right to left, between isolates (UAX 9) if it is not written so itself."""
        if self.direction == "ltr" or not value or any(unicodedata.bidirectional(c) in RIGHT_TO_LEFT for c in value):
            return value
        return f"{LEFT_TO_RIGHT_ISOLATE}{value}{POP_ISOLATE}"

    def plain(self, code_name: str, key: str) -> str:
        """Return a code in plain words. English takes the code list's own; so does what a language has no words for.

        Raises:
            NotFound: the list has no such code.

        """
        entry = code_list(code_name).entry(key)
        return self.said.get(CODES[code_name], {}).get(key) or entry.plain.strip()

    def law(self, power: str) -> str:
        """Return the law that gave a power: in plain words, and by its English name. Raises NotFound."""
        name, plain = code_list("power").entry(power).label.strip(), self.plain("power", power)
        return str(self.said["law"].format(name=self.apart(name), plain=plain))

    def day(self, day: date) -> str:
        """Return a day as this language writes it in a sentence."""
        dates = self.said["dates"]
        number = dates["first_of_month"] if day.day == 1 else str(day.day)
        return dates["day"].format(day=number, month=dates["months"][day.month - 1], year=day.year)

    def moment(self, moment: datetime) -> str:
        """Return an aware moment on London's clock as this language writes it."""
        local = london(moment)
        return self.said["dates"]["moment"].format(date=self.day(local.date()), time=self._time(local.hour, local.minute))

    def _time(self, hour: int, minute: int) -> str:
        dates = self.said["dates"]
        named = {(0, 0): dates["midnight"], (NOON, 0): dates["midday"]}.get((hour, minute))
        if named:
            return str(named)
        pattern = dates["time"] if minute else dates["on_the_hour"]
        half = dates["after_noon"] if hour >= NOON else dates["before_noon"]
        return str(pattern.format(hour=hour, hour12=hour % NOON or NOON, minute=f"{minute:02}", half=half))


@cache
def languages(version: int) -> tuple[str, ...]:
    """Return the languages that a layout version can be drawn in, English first."""
    found = {path.stem for path in (LAYOUTS / f"v{version}" / "words").glob("*.yaml")}
    return tuple(sorted(found, key=lambda language: (language != ENGLISH, language)))


@cache
def words(language: str, version: int) -> Words:
    """Return the words of a language in a layout version, read once.

    Raises:
        Invalid: there is no such layout, or it has no words in this language; the message names those there are.
        BrokenWords: the file is not as the schema says; the message says where.

    """
    there = languages(version)
    if not there:
        message = f"There is no layout {version} of receipts."
        raise Invalid(message)
    if language not in there:
        message = f"There is no receipt in the language “{language}”. There is: {', '.join(there)}."
        raise Invalid(message, {"language": message})
    folder = LAYOUTS / f"v{version}"
    return read_words(folder / "words" / f"{language}.yaml", folder / "words.schema.json")


def read_words(path: Path, schema: Path) -> Words:
    """Read one file of words, and check it if there is a schema: the first layout, which never changes, has none.

    Raises:
        BrokenWords: the schema is broken, or the file is named after another language.

    """
    said: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        if schema.exists():
            jsonschema.validate(said, json.loads(schema.read_text(encoding="utf-8")))
    except jsonschema.ValidationError as error:
        message = f"{path.name}: {error.json_path}: {error.message}"
        raise BrokenWords(message) from error
    if said["language"] != path.stem:
        message = f"{path.name}: language says {said['language']}"
        raise BrokenWords(message)
    about = (said[name] for name in ("language", "own_name", "english_name", "direction", "state", "made_by"))
    return Words(*about, said=said)
