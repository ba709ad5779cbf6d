"""A person's ticks are what counts; a second reader is blind; suggestions are ticked by nobody."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.codes.themes import codebook_version
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.feedback.erasing import erase_old_answers
from stop_search.learning.coding import agreements, code_comment, coded_count, comment_to_code
from stop_search.learning.records import CodedTheme, CommentCoding, CommentSuggestion, SuggestedTheme
from stop_search.learning.suggesting import ReadByModel, keep_suggestions
from stop_search.learning.theme_rules import CommentReading, Suggested
from tests.support.builders import NOON
from tests.support.leaving import TEXT_KEY, a_viewer, how_many
from tests.support.released import a_learner, a_released_comment

RUDE = "disrespect"


def code(session: Session, comment_id: object, viewer: Viewer, *picked: str, codebook: int | None = None) -> CommentReading:
    """Tick themes."""
    given = {"picked": picked, "codebook": codebook or codebook_version(), "viewer": viewer, "now": NOON}
    return code_comment(session, comment_id=comment_id, **given)  # type: ignore[arg-type]


def suggest(session: Session, comment_id: object, *, is_english: bool = True) -> None:
    """Keep a suggestion of one theme."""
    read = {comment_id: ReadByModel(is_english, (Suggested(RUDE, 0.9),))}
    keep_suggestions(session, read=read, codebook=codebook_version(), model="m" * 16, now=NOON)  # type: ignore[arg-type]


def test_a_released_comment_is_read_with_what_is_suggested_and_only_ticks_count(session: Session) -> None:
    reader = a_learner(session)
    comment_id = a_released_comment(session, "He swore at me.", read_twice=False)
    suggest(session, comment_id)
    work = comment_to_code(session, viewer=reader, text_key=TEXT_KEY)
    assert work is not None
    assert (work.comment.text, [each.theme for each in work.suggested], work.waiting) == ("He swore at me.", [RUDE], 1)
    assert how_many(session, CodedTheme) == 0
    assert code(session, comment_id, reader) is CommentReading.FIRST
    assert (how_many(session, CodedTheme), coded_count(session)) == (0, 1)
    assert comment_to_code(session, viewer=reader, text_key=TEXT_KEY) is None
    assert session.scalar(select(func.count()).where(AuditEntry.action == "code_comment")) == 1


def test_a_comment_that_is_read_twice_shows_no_suggestion_to_either_and_goes_to_another_person(session: Session) -> None:
    first, second, third = a_learner(session), a_learner(session), a_learner(session)
    comment_id = a_released_comment(session, read_twice=True)
    suggest(session, comment_id)
    seen = comment_to_code(session, viewer=first, text_key=TEXT_KEY)
    assert seen is not None
    assert seen.suggested == ()
    assert code(session, comment_id, first, RUDE) is CommentReading.FIRST
    with pytest.raises(Conflict):
        code(session, comment_id, first, RUDE)
    assert comment_to_code(session, viewer=second, text_key=TEXT_KEY) == seen
    assert code(session, comment_id, second, RUDE) is CommentReading.SECOND
    assert comment_to_code(session, viewer=third, text_key=TEXT_KEY) is None
    found = agreements(session, viewer=first)[RUDE]
    assert (found.n, found.both, found.one, found.alpha) == (1, 1, 0, None)


def test_a_comment_that_is_read_once_goes_to_nobody_else(session: Session) -> None:
    comment_id = a_released_comment(session, read_twice=False)
    code(session, comment_id, a_learner(session), RUDE)
    with pytest.raises(Conflict):
        code(session, comment_id, a_learner(session), RUDE)


def test_what_is_wrong_is_refused(session: Session) -> None:
    reader = a_learner(session)
    comment_id = a_released_comment(session)
    with pytest.raises(Invalid):
        code(session, comment_id, reader, "no_such_theme")
    with pytest.raises(Conflict):
        code(session, comment_id, reader, codebook=codebook_version() - 1)
    with pytest.raises(NotFound):
        code(session, reader.id, reader)
    supervisor = a_viewer(session, Role.SUPERVISOR)
    for refused in (lambda: code(session, comment_id, supervisor), lambda: comment_to_code(session, viewer=supervisor, text_key=TEXT_KEY)):
        with pytest.raises(NotAllowed):
            refused()
    assert how_many(session, CommentCoding) == 0


def test_codings_and_suggestions_go_when_the_answers_are_erased(session: Session) -> None:
    comment_id = a_released_comment(session)
    suggest(session, comment_id)
    code(session, comment_id, a_learner(session), RUDE)
    session.flush()
    erase_old_answers(session, now=NOON.replace(year=NOON.year + 3))
    session.execute(text("SELECT 1"))
    assert [how_many(session, table) for table in (CommentSuggestion, SuggestedTheme, CommentCoding, CodedTheme)] == [0, 0, 0, 0]
