"""Suggestions are kept once for each comment, model and codebook; what cannot be read has none."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.codes.themes import codebook_version
from stop_search.jobs.records import Job
from stop_search.learning.records import CommentSuggestion, SuggestedTheme
from stop_search.learning.suggesting import ReadByModel, comments_without_suggestion, keep_suggestions
from stop_search.learning.theme_rules import Suggested
from tests.support.builders import NOON
from tests.support.leaving import TEXT_KEY, how_many
from tests.support.released import a_released_comment

READ = ReadByModel(is_english=True, themes=(Suggested("disrespect", 0.8), Suggested("force_hurt", 0.6)))


def keep(session: Session, comment_id: uuid.UUID, read: ReadByModel = READ, model: str = "m1") -> int:
    """Keep what a model read."""
    return keep_suggestions(session, read={comment_id: read}, codebook=codebook_version(), model=model, now=NOON)


def waiting(session: Session, model: str = "m1") -> list[uuid.UUID]:
    """Return what this model has not read."""
    found = comments_without_suggestion(session, codebook=codebook_version(), model=model, text_key=TEXT_KEY)
    return [each.comment_id for each in found]


def test_releasing_a_comment_asks_for_the_job_that_suggests(session: Session) -> None:
    a_released_comment(session)
    assert session.scalars(select(Job.name).where(Job.name == "suggest_themes")).all() == ["suggest_themes"]


def test_a_comment_is_read_once_by_each_model(session: Session) -> None:
    comment_id = a_released_comment(session)
    assert waiting(session) == [comment_id]
    assert [keep(session, comment_id), keep(session, comment_id)] == [1, 0]
    assert (waiting(session), waiting(session, "m2")) == ([], [comment_id])
    assert how_many(session, SuggestedTheme) == 2


def test_what_is_not_english_has_no_suggested_themes(session: Session) -> None:
    keep(session, a_released_comment(session), ReadByModel(is_english=False, themes=READ.themes))
    assert (how_many(session, CommentSuggestion), how_many(session, SuggestedTheme)) == (1, 0)


def test_a_comment_that_was_deleted_meanwhile_is_passed_over(session: Session) -> None:
    assert keep(session, uuid.uuid4()) == 0


def test_a_theme_that_is_not_in_the_codebook_is_a_fault(session: Session) -> None:
    with pytest.raises(ValueError, match="no_such_theme"):
        keep(session, a_released_comment(session), ReadByModel(is_english=True, themes=(Suggested("no_such_theme", 0.9),)))
