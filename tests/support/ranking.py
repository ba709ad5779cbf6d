"""Whether a statement or a page ranks or compares officers: what the house test of that looks with."""

import io
import re
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.sql import ClauseElement, Select, visitors
from sqlalchemy.sql.elements import ColumnElement, Over, TextClause
from starlette.testclient import TestClient

from stop_search.reviews.rubric import newest_rubric

OFFICERS = {("encounter", "officer_id"), ("officer_present", "account_id"), ("footage", "officer_id"), ("officer_response", "account_id")}
ACCOUNTS = "account"  # any column of it stands for a person
MARKS = frozenset({"mark", "mark_item", "review_flag"})
GRADE = ("review", "grade")
WRITTEN = re.compile(r"\b(?:group|order|partition)\s+by\b[^()]*\b(?:officer_id|officer_number|account)\b", re.IGNORECASE)


def ranks_officers(statement: ClauseElement) -> str | None:
    """Return why a statement compares officers by marks: it groups, sorts or numbers by an officer and reads marks; None otherwise."""
    if isinstance(statement, TextClause):
        words = statement.text
        return words if WRITTEN.search(words) and re.search(r"\b(?:mark|grade|level|review_flag)\b", words, re.IGNORECASE) else None
    if not any(_is_of_marks(column) for column in _columns(statement)):
        return None
    for clause in _orders(statement):
        if any(_is_of_an_officer(column) for column in _columns(clause)):
            return f"{clause} of {str(statement)[:400]}"
    return None


def _orders(statement: ClauseElement) -> Iterator[ClauseElement]:
    """Yield what each SELECT in a statement groups, sorts, numbers or tells apart by."""
    for found in visitors.iterate(statement):
        if isinstance(found, Select):
            yield from (*found._group_by_clauses, *found._order_by_clauses, *found._distinct_on)
        if isinstance(found, Over):
            yield from (clause for clause in (found.partition_by, found.order_by) if clause is not None)


def _columns(clause: ClauseElement) -> Iterator[ColumnElement[Any]]:
    for found in visitors.iterate(clause):
        if isinstance(found, ColumnElement):
            yield from found.base_columns


def _named(column: ColumnElement[Any]) -> tuple[str, str]:
    return (str(getattr(getattr(column, "table", None), "name", "")), str(getattr(column, "name", "")))


def _is_of_marks(column: ColumnElement[Any]) -> bool:
    return _named(column)[0] in MARKS or _named(column) == GRADE


def _is_of_an_officer(column: ColumnElement[Any]) -> bool:
    return _named(column) in OFFICERS or _named(column)[0] == ACCOUNTS


CORNER = re.compile(r'<(\w+) [^>]*class="site-header__who".*?</\1>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")
TOLD = re.compile(r'\s(?:title|aria-label|value|alt)="([^"]*)"')
LINK = re.compile(r'<a\s[^>]*?\bhref="(/[^"]*)"')


@contextmanager
def statements_of(engine: Engine) -> Generator[list[ClauseElement]]:
    """Collect every statement that is carried out meanwhile."""
    heard: list[ClauseElement] = []

    def hear(_connection: object, statement: object, *_rest: object) -> None:
        if isinstance(statement, ClauseElement):
            heard.append(statement)

    event.listen(engine, "before_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_execute", hear)


@cache
def words_of_marks() -> frozenset[str]:
    """Return the words that tell how well a stop was done: of levels and of grades, with their ids."""
    rubric = newest_rubric()
    anchors = {words for criterion in rubric.criteria for words in criterion.anchors.values()}
    return frozenset({*rubric.levels.values(), *(grade.label for grade in rubric.grades), *(grade.id for grade in rubric.grades), *anchors})


@dataclass(frozen=True)
class Seen:
    """A page, an answer or a file that somebody got, as text, without the corner that names the reader."""

    reader: str
    path: str
    text: str

    def tells_of(self, officers: dict[str, tuple[str, ...]]) -> str | None:
        """Return whose name or number stands in one text with a mark. `officers` maps a name to all that it may be known by."""
        if not any(words in self.text for words in words_of_marks()):
            return None
        named = sorted(name for name, known in officers.items() if any(word in self.text for word in known))
        return f"{self.reader} at {self.path} reads marks beside {', '.join(named)}" if named else None


def walked(client: TestClient, reader: str, starts: list[str], *, headers: dict[str, str] | None = None, at_most: int = 150) -> list[Seen]:
    """Open these addresses and everything that they lead to within the site, each path once."""
    waiting, known, seen = list(starts), set(starts), list[Seen]()
    while waiting and len(seen) < at_most:
        path = waiting.pop(0)
        answer = client.get(path, headers=headers)
        kind = answer.headers.get("content-type", "")
        if answer.status_code != 200:
            continue
        links: list[str] = []
        if "html" in kind:
            text, links = read_page(answer.text)
        else:
            text = _unpacked(answer.content) if "zip" in kind else answer.content.decode(errors="replace")
        seen.append(Seen(reader, path, text))
        new = [link for link in dict.fromkeys(links) if link not in known]
        waiting += new
        known |= set(new)
    return seen


def read_page(page: str) -> tuple[str, list[str]]:
    """Return what a page says, in texts and attributes, without its reader's corner, and where it leads.

    By patterns, for a parser takes far longer: our templates quote every attribute, and what stands between tags is escaped.
    Scripts and comments count as texts, so nothing hides in them.
    """
    shown = CORNER.sub(" ", page)
    links = [unescape(link).partition("#")[0] for link in LINK.findall(shown)]
    text = " ".join([TAG.sub(" ", shown), *TOLD.findall(shown)])
    return " ".join(unescape(text).split()), [link for link in links if link and not link.startswith(("/static", "/sign-out"))]


def _unpacked(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return " ".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
