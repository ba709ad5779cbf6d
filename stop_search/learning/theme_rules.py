"""Themes in what people write: what is read twice, how far two readers agree, what looks like English, which month a week is in. Pure."""

import hashlib
import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

READ_TWICE_OF = 3  # one comment in so many goes to a second reader
FEWEST_FOR_ALPHA = 10  # comments read twice before an agreement is told: with fewer it is chance
ENOUGH, TENTATIVE = 0.8, 2 / 3  # Krippendorff (2004): firm from .800, for tentative conclusions from .667
FEWEST_WORDS = 4  # below it nothing tells the language, and the text is taken as English

# The commonest words of English, and its plain spellings: in any English text of some words at least a fifth are among these.
COMMON = frozenset(
    re.findall(
        r"\w+",
        "the a an and or of to in on at for with from by is was were be been am are i you he she it we they me my your his her its our"
        " their this that these those not no never but if so as what who why when where how which all any some one two out up off into"
        " about after before just only do did does dont didnt have had has get got would could can will wont him them us im ive like said"
        " told asked went police officer officers cop cops n u ur nowt owt me were there then than very too more because cos them nothing"
        " ok fine rude search searched stop stopped",
    )
)
ENGLISH_FROM = 0.22  # share of words among COMMON; docs/themes.md has the measurement
WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
MARKED = re.compile(r"\[[a-z ]+\]")  # what stands for something covered is ours, and English


class CommentReading(StrEnum):
    """Whose reading a coding is: the one that counts, or the second, blind one."""

    FIRST = "first"
    SECOND = "second"


class Source(StrEnum):
    """Who says it: the public in a released comment, or a supervisor in a review of the random sample."""

    COMMENTS = "comments"
    REVIEWS = "reviews"


@dataclass(frozen=True)
class Themed:
    """A text or review: its themes, the month in which it was written (a comment) or stopped (a review), the unit of the stop.

    `texts`: how many there are of just this kind; what is counted over many reviews comes in groups.
    """

    themes: frozenset[str]
    month: str
    unit: str
    texts: int = 1


@dataclass(frozen=True)
class Suggested:
    """A theme that a text may be about, by the model; `score` from 0 to 1 orders suggestions and says nothing else."""

    theme: str
    score: float


@dataclass(frozen=True)
class Agreement:
    """Two readers about one theme: in how many of `n` comments both ticked it, one of them, neither.

    `alpha`: Krippendorff's for nominal judgements, None where there are too few comments or the theme was never ticked.
    """

    n: int
    both: int
    one: int
    neither: int
    alpha: float | None

    @property
    def words(self) -> str:
        """What the figure allows."""
        if self.alpha is None:
            return "too few to say"
        return "good" if self.alpha >= ENOUGH else "tentative" if self.alpha >= TENTATIVE else "too low to lean on"


def is_read_twice(comment_id: uuid.UUID) -> bool:
    """Return whether a comment goes to a second reader: chance decides, by its random id, so that nobody picks."""
    return int.from_bytes(hashlib.sha256(b"second reading\n" + comment_id.bytes).digest(), "big") % READ_TWICE_OF == 0


def agreement(pairs: Sequence[tuple[Collection[str], Collection[str]]], theme: str) -> Agreement:
    """Return how far first and second readings of the same comments agree about one theme.

    Krippendorff's alpha for two readers, two values and nothing missing (Krippendorff 2011, "Computing Krippendorff's
    Alpha-Reliability", section B): 1 - (2n - 1) * o / (n0 * n1), where o counts the comments on which they differ.
    """
    ticks = [(theme in first, theme in second) for first, second in pairs]
    both, one = sum(a and b for a, b in ticks), sum(a != b for a, b in ticks)
    n, ones = len(ticks), 2 * both + one
    zeros = 2 * n - ones
    alpha = 1 - (2 * n - 1) * one / (ones * zeros) if n >= FEWEST_FOR_ALPHA and ones and zeros else None
    return Agreement(n, both, one, n - both - one, alpha)


def looks_english(text: str) -> bool:
    """Return whether a text may be read as English: enough of its words are the commonest ones. Short texts are taken as English.

    A person corrects it in either direction; what is not English waits for a translator and is never dropped.
    """
    words = [word.lower().replace("\u2019", "").replace("'", "") for word in WORD.findall(MARKED.sub(" ", text))]
    letters = "".join(words)
    if letters and sum(letter > "\u024f" for letter in letters) > len(letters) / 4:
        return False
    return len(words) < FEWEST_WORDS or sum(word in COMMON for word in words) / len(words) >= ENGLISH_FROM


def month_of_week(week: str) -> str:
    """Return the month ("2027-01") of an ISO week ("2027-W03"): that of its Thursday, as the week's year is.

    Raises:
        ValueError: there is no such week.

    """
    year, number = week.split("-W")
    return f"{date.fromisocalendar(int(year), int(number), 4):%Y-%m}"


def co_occurrence(coded: Iterable[Themed], keys: Sequence[str]) -> Mapping[tuple[str, str], int]:
    """Return in how many texts each pair of themes was ticked together; pairs in the order of `keys`, each once."""
    found = dict.fromkeys(combinations(keys, 2), 0)
    places = {key: place for place, key in enumerate(keys)}
    for text in coded:
        for pair in combinations(sorted(text.themes & places.keys(), key=places.__getitem__), 2):
            found[pair] += text.texts
    return found
