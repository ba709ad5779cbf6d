"""What is not English waits for a translator and is never dropped; the translation is read in its place, the original kept beside it."""

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.codes.themes import codebook_version
from stop_search.errors import Conflict, Invalid, NotAllowed
from stop_search.feedback.personal_details.masking import masked
from stop_search.jobs.records import Job
from stop_search.learning.coding import code_comment, comment_to_code
from stop_search.learning.suggesting import ReadByModel, comments_without_suggestion, keep_suggestions
from stop_search.learning.translating import say_language, translate_comment, waiting_for_translator
from tests.support.builders import NOON
from tests.support.leaving import TEXT_KEY, a_viewer
from tests.support.released import a_learner, a_released_comment

POLISH = "Policjant był bardzo niegrzeczny."


def read_as_other(session: Session, comment_id: uuid.UUID) -> None:
    """Have a model find that a comment is not English."""
    read = {comment_id: ReadByModel(is_english=False, themes=())}
    keep_suggestions(session, read=read, codebook=codebook_version(), model="m1", now=NOON)


def test_what_does_not_look_english_waits_and_is_coded_once_translated(session: Session) -> None:
    reader = a_learner(session)
    comment_id = a_released_comment(session, POLISH)
    read_as_other(session, comment_id)
    assert [each.text for each in waiting_for_translator(session, viewer=reader, text_key=TEXT_KEY)] == [POLISH]
    assert comment_to_code(session, viewer=reader, text_key=TEXT_KEY) is None
    with pytest.raises(Conflict):
        code_comment(session, comment_id=comment_id, picked=(), codebook=codebook_version(), viewer=reader, now=NOON)
    given = {"mask": masked, "viewer": reader, "text_key": TEXT_KEY, "now": NOON}
    told = translate_comment(session, comment_id=comment_id, language="Polish", translation="Very rude. Call 07700 900123.", **given)
    assert told == "Very rude. Call [phone number]."
    work = comment_to_code(session, viewer=reader, text_key=TEXT_KEY)
    assert work is not None
    assert (work.comment.text, work.comment.original) == (told, POLISH)
    assert waiting_for_translator(session, viewer=reader, text_key=TEXT_KEY) == ()
    assert [each.text for each in comments_without_suggestion(session, codebook=2, model="m1", text_key=TEXT_KEY)] == [told]
    assert len(session.scalars(select(Job.id).where(Job.name == "suggest_themes")).all()) == 2
    assert b"rude" not in session.execute(text("SELECT sealed FROM comment_language")).scalar_one()
    with pytest.raises(Conflict):
        translate_comment(session, comment_id=comment_id, language="Polish", translation="Once more.", **given)


def test_a_person_has_the_last_word_on_the_language(session: Session) -> None:
    reader = a_learner(session)
    comment_id = a_released_comment(session, "Nae receipt nor nowt, lad.")
    read_as_other(session, comment_id)
    for is_english, waits in ((True, 0), (False, 1), (True, 0)):
        say_language(session, comment_id=comment_id, is_english=is_english, viewer=reader, text_key=TEXT_KEY, now=NOON)
        assert len(waiting_for_translator(session, viewer=reader, text_key=TEXT_KEY)) == waits
    code_comment(session, comment_id=comment_id, picked=(), codebook=codebook_version(), viewer=reader, now=NOON)
    with pytest.raises(Conflict):
        say_language(session, comment_id=comment_id, is_english=False, viewer=reader, text_key=TEXT_KEY, now=NOON)


@pytest.mark.parametrize(("language", "translation", "field"), [("", "Rude.", "language"), ("Polish", " ", "translation")])
def test_a_translation_names_its_language_and_says_something(session: Session, language: str, translation: str, field: str) -> None:
    comment_id = a_released_comment(session, POLISH)
    given = {"mask": masked, "viewer": a_learner(session), "text_key": TEXT_KEY, "now": NOON}
    with pytest.raises(Invalid) as refused:
        translate_comment(session, comment_id=comment_id, language=language, translation=translation, **given)
    assert list(refused.value.fields) == [field]


def test_nobody_else_sees_what_waits(session: Session) -> None:
    with pytest.raises(NotAllowed):
        waiting_for_translator(session, viewer=a_viewer(session, Role.OFFICER), text_key=TEXT_KEY)
