"""Which versions of a rubric count here: those in `review_rubrics/`, and those that two people published in this installation.

`rubric.py` knows only the folder. Whoever asks for a version asks here, with a session; a house test sees to that. Versions never
change, so each is read once per process; which there are is asked of the database every time, for another process may publish one.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from stop_search.errors import NotFound
from stop_search.reviews.comparing import asking_the_same
from stop_search.reviews.records import Review
from stop_search.reviews.rubric import STOP_SEARCH, asked_for, folder_versions, rubric_at, rubric_from
from stop_search.reviews.rubric_records import RubricVersion
from stop_search.reviews.rules import Reading, ReviewState, Rubric


@dataclass(frozen=True)
class PublishedVersion:
    """A version that counts. `starts_on`: None where it came with the installation, and was always in force."""

    rubric: Rubric
    content: str
    starts_on: date | None
    published_at: datetime | None

    @property
    def version(self) -> int:
        """Its number."""
        return self.rubric.version


def published_versions(session: Session, *, name: str = STOP_SEARCH) -> tuple[PublishedVersion, ...]:
    """Return all versions, the oldest first. One that was published here and lies in the folder too is told once, with its day.

    Raises:
        BrokenRubric: a file of the folder cannot be used.

    """
    rows = session.scalars(select(RubricVersion).where(RubricVersion.rubric == name).order_by(RubricVersion.version))
    found = {row.version: _published(row) for row in rows}
    for version, path in folder_versions(name).items():
        if version not in found:
            found[version] = PublishedVersion(rubric_at(version, name), path.read_text(encoding="utf-8"), None, None)
    return tuple(found[version] for version in sorted(found))


def rubric_in_force(session: Session, *, on: date, name: str = STOP_SEARCH) -> Rubric:
    """Return the version by which a review that is assigned `on` this day is scored: the newest that has started. Raises NotFound."""
    return _newest((one for one in published_versions(session, name=name) if one.starts_on is None or one.starts_on <= on), name)


def rubric_to_read_by(session: Session, *, frame_entry_id: uuid.UUID, on: date) -> Rubric:
    """Return the version for a reading that is assigned `on` this day: the first reading's where there is one, else the one in force.

    All readings of one encounter judge by the same words, also where a version starts between them.
    """
    first = session.scalar(
        select(Review).where(Review.frame_entry_id == frame_entry_id, Review.reading == Reading.FIRST, Review.state != ReviewState.RECUSED)
    )
    return rubric_in_force(session, on=on) if first is None else rubric_of(session, first)


def newest_published(session: Session, *, name: str = STOP_SEARCH) -> Rubric:
    """Return the version with the highest number, also where it starts on a later day. Raises NotFound."""
    return _newest(published_versions(session, name=name), name)


def newest_in_use(session: Session, *, name: str = STOP_SEARCH) -> Rubric:
    """Return the newest version that came with the installation or by which a first reading was handed in: figures are told by its words.

    Raises NotFound.
    """
    handed_in = (Review.rubric == name, Review.state == ReviewState.SUBMITTED, Review.reading == Reading.FIRST)
    for one in reversed(published_versions(session, name=name)):
        if one.starts_on is None or session.scalar(select(exists().where(*handed_in, Review.rubric_version == one.version))):
            return one.rubric
    return _newest((), name)


def asked_by(session: Session, rubric: Rubric) -> dict[str, frozenset[int]]:
    """Return, for every criterion of a rubric, which versions ask it as this one does, so that marks by them count together."""
    versions = [one.rubric for one in published_versions(session, name=rubric.name)]
    return {criterion.id: asking_the_same(criterion.id, rubric, versions) for criterion in rubric.criteria}


def rubric_of(session: Session, review: Review) -> Rubric:
    """Return the version by which a review is scored. Raises NotFound and BrokenRubric as `rubric_version`."""
    return rubric_version(session, review.rubric_version, review.rubric, digest=review.rubric_digest)


def rubrics_of(session: Session, reviews: Iterable[Review]) -> dict[uuid.UUID, Rubric]:
    """Return the same of many reviews, by review: each version is asked for once. Raises as `rubric_of`."""
    read: dict[tuple[str, int, str], Rubric] = {}
    found: dict[uuid.UUID, Rubric] = {}
    for review in reviews:
        version = (review.rubric, review.rubric_version, review.rubric_digest)
        if version not in read:
            read[version] = rubric_of(session, review)
        found[review.id] = read[version]
    return found


def asked_rubric(session: Session, review: Review) -> Rubric:
    """Return the same with only those criteria that this reading is asked for. Raises as `rubric_of`."""
    return asked_for(rubric_of(session, review), review.criteria)


def rubric_version(session: Session, version: int, name: str = STOP_SEARCH, *, digest: str | None = None) -> Rubric:
    """Return one version. Where the folder brings another file under a number that was published here, the digest says which is meant.

    Raises:
        NotFound: there is no such version.
        BrokenRubric: its file cannot be used.

    """
    row = session.get(RubricVersion, (name, version))
    if row is None:
        return rubric_at(version, name)
    if version in folder_versions(name) and digest not in {None, row.digest}:
        return rubric_at(version, name)
    return _published(row).rubric


def _published(row: RubricVersion) -> PublishedVersion:
    return PublishedVersion(_read(row.content, row.rubric, row.version), row.content, row.starts_on, row.published_at)


@lru_cache(maxsize=64)
def _read(content: str, name: str, version: int) -> Rubric:
    return rubric_from(content.encode(), source=f"{name}, version {version}, as published here")


def _newest(versions: Iterable[PublishedVersion], name: str) -> Rubric:
    found = max(versions, key=lambda one: one.version, default=None)
    if found is None:
        message = f"There is no rubric {name}."
        raise NotFound(message)
    return found.rubric
