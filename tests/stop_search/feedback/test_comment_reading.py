"""A reader of comments takes away and never adds; what is not in English waits for a translator and is never dropped."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Invalid, NotFound
from stop_search.feedback.comment_reading import look_at_comment, release_read_comment, waiting_comments
from stop_search.feedback.comments import released_comments
from stop_search.feedback.personal_details.masking import masked, pieces, without
from stop_search.feedback.records import FeedbackText
from tests.support.builders import NOON
from tests.support.leaving import TEXT_KEY, a_viewer, somewhere

RING = "Ring 07700 900123, by the corner shop. He was rude at that Corner Shop."


@pytest.fixture
def reader(session: Session) -> Viewer:
    """Return a complaints handler."""
    return a_viewer(session, Role.COMPLAINTS_HANDLER)


def only_text(session: Session, **changes: Any) -> uuid.UUID:
    """Leave feedback with a text and return the text's id."""
    somewhere(session, **changes)
    return session.scalars(select(FeedbackText.id)).one()


def given(text_id: uuid.UUID, reader: Viewer) -> dict[str, Any]:
    """Return what reading and releasing both ask for."""
    return {"text_id": text_id, "mask": masked, "viewer": reader, "text_key": TEXT_KEY, "now": NOON}


def test_words_to_hide_are_taken_away_wherever_they_stand(session: Session, reader: Viewer) -> None:
    with_id = given(only_text(session, comment=RING), reader)
    shown = look_at_comment(session, **with_id, hidden=["corner shop"])
    assert shown.told == "Ring [phone number], by the [hidden]. He was rude at that [hidden]."
    assert release_read_comment(session, **with_id, hidden=["corner shop"]) == shown.told
    assert waiting_comments(session, viewer=reader) == ()
    with pytest.raises(NotFound):
        look_at_comment(session, **with_id)


def test_words_that_do_not_stand_there_are_refused_so_that_nothing_is_missed(session: Session, reader: Viewer) -> None:
    with pytest.raises(Invalid) as refused:
        look_at_comment(session, **given(only_text(session, comment=RING), reader), hidden=["corner house"])
    assert set(refused.value.fields) == {"hide"}


@pytest.mark.parametrize("words", ["phone", "number", "hidden", "["])
def test_what_is_covered_already_cannot_be_taken_apart(words: str) -> None:
    with pytest.raises(Invalid):
        without("Ring [phone number], [hidden].", [words])


def test_a_text_parts_into_what_is_shown_and_what_was_covered() -> None:
    assert pieces("Ring [phone number]. [sic]") == (("Ring ", False), ("[phone number]", True), (". [sic]", False))


def test_another_language_waits_for_a_translator_and_only_the_translation_is_released(session: Session, reader: Viewer) -> None:
    with_id = given(only_text(session, comment="Byli niemili. 07700 900123", language="pl"), reader)
    (line,) = waiting_comments(session, viewer=reader)
    assert (line.language, line.waits_for_translator) == ("pl", True)
    shown = look_at_comment(session, **with_id)
    assert (shown.masked, shown.told) == ("Byli niemili. [phone number]", "")
    with pytest.raises(Invalid) as refused:
        release_read_comment(session, **with_id)
    assert set(refused.value.fields) == {"translation"}
    assert waiting_comments(session, viewer=reader) == (line,)
    told = release_read_comment(session, **with_id, translation="They were not kind. 07700 900123")
    assert told == "They were not kind. [phone number]"
    learning = a_viewer(session, Role.LEARNING_TEAM)
    assert released_comments(session, viewer=learning, text_key=TEXT_KEY) == {"pl": (told,)}


def test_english_stands_first_and_nothing_tells_when_a_text_came(session: Session, reader: Viewer) -> None:
    for language in ("pl", "en", "ar", "en"):
        somewhere(session, language=language)
    lines = waiting_comments(session, viewer=reader)
    assert [line.language for line in lines] == ["en", "en", "ar", "pl"]
    assert lines[0].text_id < lines[1].text_id
