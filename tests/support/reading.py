"""How hard English is to read: the Flesch-Kincaid grade, with a syllable counter of our own that needs no dictionary.

Kincaid, Fishburne, Rogers and Chissom 1975, Research Branch Report 8-75: 0.39 words per sentence + 11.8 syllables per word - 15.59.
Grade 6 is what a child of eleven or twelve reads in school; less is easier.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from services.api.site_words import site_words
from stop_search.feedback.forms import FOLDER, forms, newest_form

GAP = re.compile(r"\{\w+\}")
LINK = re.compile(r"\]\(\w+\)")

SENTENCE_ENDS = re.compile(r"[.!?…](?=[\s”\u2019\")]|$)")
WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)?")
VOWELS = re.compile(r"[aeiouy]+")
PARTED = re.compile(r"[aeiou](?:ing|ism|ish)\b|i(?:a(?!n\b|l\b|g\b|r\b)|o(?!n|us))|(?<=[^qg])u(?:a|ou)|eo(?!u)|[^aeiou]ier|rea(?=ct)")
SILENT_E = re.compile(
    r"[^aeiouylr]e$|(?:[bdfkmnptvw]|[^cs]h)es$|[aeiou][rl]es?$|[aeiou]le$|(?<=[^td])ed$|[a-z]{2}ely$|(?<=[vmrtc])e(?=(?:ment|ful|less)s?$)"
)
INITIALISM = re.compile(r"[A-Z]{2,}")
SPELLED = {  # what the rules below get wrong
    1: "choose says used ones does goes shoes clothes phone home hour whole while they",
    2: "police people someone sometimes something somewhere being doing science review reviewed uses every carried",
    3: "area everyone idea anyone everything",
    4: "usually everybody",
}
KNOWN = {word: syllables for syllables, words in SPELLED.items() for word in words.split()}


@dataclass(frozen=True)
class Counted:
    """What a text is made of, and the grade that follows."""

    sentences: int
    words: int
    syllables: int

    @property
    def grade(self) -> float:
        """The Flesch-Kincaid grade; a text without words has grade 0."""
        if not self.words:
            return 0.0
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


def counted(lines: Iterable[str]) -> Counted:
    """Count lines of text. A line is a sentence at least, whether or not it ends in a stop: a heading, a point, an answer."""
    sentences = words = syllables = 0
    for line in lines:
        found = WORD.findall(line)
        parts = [part for part in SENTENCE_ENDS.split(line) if WORD.search(part)]
        sentences += len(parts)
        words += len(found)
        syllables += sum(map(syllables_of, found))
    return Counted(sentences, words, syllables)


def syllables_of(word: str) -> int:
    """Return about how many syllables a word has; an abbreviation in capitals is spelled out."""
    if INITIALISM.fullmatch(word):
        return len(word) + 2 * word.count("W")
    plain = re.sub(r"['\u2019]\w+$", "", word.lower())
    if plain in KNOWN:
        return KNOWN[plain]
    found = len(VOWELS.findall(plain)) + len(PARTED.findall(plain)) - len(SILENT_E.findall(plain))
    return max(1, found)


def read_in_forms(form: Mapping[str, Any]) -> Iterator[str]:
    """Yield every sentence that a form shows: its consent, questions, hints and answers."""
    yield from [form["consent"]] if "consent" in form else []
    for question in form["questions"]:
        yield question["words"]
        yield from [question["hint"]] if "hint" in question else []
        yield from (answer["words"] for answer in question.get("answers", ()))


def read_on_pages(group: object) -> Iterator[str]:
    """Yield every sentence of a group of words, with a short word in each gap, and links without their names."""
    if isinstance(group, str):
        yield GAP.sub("Wessex", LINK.sub("", group))
    elif isinstance(group, Mapping):
        for inner in group.values():
            yield from read_on_pages(inner)
    elif isinstance(group, list):
        for inner in group:
            yield from read_on_pages(inner)


def texts_for_the_public() -> dict[str, list[str]]:
    """Return all that the public reads in English, by file: the groups of the pages' words, then the newest forms."""
    groups = site_words("en").groups
    pages = {f"words/en/{name}.yaml": list(read_on_pages(group)) for name, group in groups.items() if name != "about"}
    newest = (newest_form(name) for name in sorted({form.name for form in forms()}))
    files = [FOLDER / f"{form.name}_v{form.version}.yaml" for form in newest]
    return pages | {f"forms/{path.name}": list(read_in_forms(yaml.safe_load(path.read_text("utf-8")))) for path in files}


def longest_sentence(lines: Iterable[str]) -> str:
    """Return the sentence with the most words."""
    return max((part for line in lines for part in SENTENCE_ENDS.split(line)), key=lambda part: len(WORD.findall(part)))
