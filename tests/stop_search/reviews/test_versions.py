"""Versions of the folder and those published here count alike; every process sees what another published; reviews keep theirs."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from stop_search.database.session import Database
from stop_search.errors import NotFound
from stop_search.reviews import rubric as folder
from stop_search.reviews.rules import Reading, ReviewState
from stop_search.reviews.versions import (
    newest_published,
    published_versions,
    rubric_in_force,
    rubric_of,
    rubric_to_read_by,
    rubric_version,
)
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.reviewed_stops import a_reviewed_stop
from tests.support.rubrics import FIRST, OLD_WORDS, changed, published

TODAY = NOON.date()


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a folder of the test's own in place of `review_rubrics/`, with the first version in it."""
    folder.rubric_schema()  # read once, from the real one
    (tmp_path / "stop_search_v1.yaml").write_text(FIRST, encoding="utf-8")
    monkeypatch.setattr(folder, "FOLDER", tmp_path)
    return tmp_path


def test_without_a_publication_the_folder_is_all_there_is(session: Session) -> None:
    assert [(one.version, one.starts_on, one.content) for one in published_versions(session)] == [(1, None, FIRST)]
    assert rubric_in_force(session, on=TODAY) is folder.rubric_at(1)


def test_what_another_process_published_is_seen_at_once(database: Database) -> None:
    with database.reading() as before:
        assert newest_published(before).version == 1
    with database.writing() as session:
        published(session, changed())
        session.commit()
    with database.reading() as after:
        assert newest_published(after).version == 2
        assert newest_published(after) is newest_published(after), "a version is read once"


def test_a_version_in_the_folder_too_keeps_its_day_and_is_one(session: Session, own_folder: Path) -> None:
    published(session, changed(), starts_on=TODAY + timedelta(days=3))
    (own_folder / "stop_search_v2.yaml").write_text(changed(), encoding="utf-8")
    assert [(one.version, one.starts_on) for one in published_versions(session)] == [(1, None), (2, TODAY + timedelta(days=3))]
    assert rubric_in_force(session, on=TODAY).version == 1


def test_where_the_folder_brings_another_second_version_a_review_keeps_the_one_it_was_scored_by(session: Session, own_folder: Path) -> None:
    published(session, changed())
    theirs = changed((OLD_WORDS, "2: Of the folder"))
    (own_folder / "stop_search_v2.yaml").write_text(theirs, encoding="utf-8")
    digests = {words: folder.rubric_digest(text.encode()) for words, text in (("ours", changed()), ("theirs", theirs))}
    for digest in digests.values():
        review = a_reviewed_stop(session, officer=a.an_officer(session), rubric_version=2, rubric_digest=digest)
        assert rubric_of(session, review).digest == digest
    assert newest_published(session).digest == digests["ours"]


def test_a_version_of_the_folder_with_a_higher_number_counts_from_the_start(session: Session, own_folder: Path) -> None:
    (own_folder / "stop_search_v2.yaml").write_text(changed(), encoding="utf-8")
    assert rubric_in_force(session, on=TODAY).version == 2


def test_all_readings_of_one_stop_judge_by_the_same_words(session: Session) -> None:
    review = a_reviewed_stop(session, officer=a.an_officer(session))
    published(session, changed(), starts_on=TODAY)
    assert rubric_in_force(session, on=TODAY).version == 2
    assert rubric_to_read_by(session, frame_entry_id=review.frame_entry_id, on=TODAY).version == 1
    review.state, review.recused_reason, review.submitted_at, review.grade = ReviewState.RECUSED, "known", None, None
    session.flush()
    assert rubric_to_read_by(session, frame_entry_id=review.frame_entry_id, on=TODAY).version == 2
    assert review.reading == Reading.FIRST


def test_a_version_that_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        rubric_version(session, 99)
    with pytest.raises(NotFound):
        rubric_in_force(session, on=TODAY, name="another")
