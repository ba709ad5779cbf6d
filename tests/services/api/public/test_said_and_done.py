"""What was changed after people spoke: nothing yet, then what two people let out, in English on a page of any language."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role, Viewer
from stop_search.installation import Installation
from stop_search.learning.action_rules import ActionKind, ActionState, NewAction
from stop_search.learning.doing import drop_action, finish_action, open_action, publish_action, start_action, word_action
from stop_search.learning.doing_queries import action_shown
from stop_search.learning.records import LearningAction
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.workbench import words


def told(installation: Installation, *, published: bool = True, state: ActionState = ActionState.DONE) -> None:
    """Word an action that is as far as `state`, and let it out."""
    with installation.writing() as session:
        people = [a.an_account(session, role=Role.LEARNING_TEAM) for _ in range(2)]
        writer, other = (Viewer(id=one.id, name=one.name, roles=frozenset({Role.LEARNING_TEAM})) for one in people)
        new = NewAction("Practise explaining", ActionKind.TRAINING, "Module 3", "C4", "C4", NOON.date() + timedelta(days=30))
        action_id = open_action(session, new=new, viewer=writer, now=NOON)
        word_action(session, action_id=action_id, you_said="Nobody <b>explained</b>.", we_did="We practise it.", viewer=writer, now=NOON)
        if published:
            publish_action(session, action_id=action_id, seen=action_shown(session, action_id=action_id).words, viewer=other, now=NOON)
        if state is ActionState.UNDER_WAY:
            start_action(session, action_id=action_id, viewer=writer, now=NOON)
        if state is ActionState.DONE:
            finish_action(session, action_id=action_id, viewer=writer, now=NOON)


def test_before_anything_was_changed_the_page_says_so(client: TestClient) -> None:
    assert "Nothing is here yet." in words(client.get("/you-said-we-did"))


def test_what_waits_for_a_second_person_is_not_there(client: TestClient, installation: Installation) -> None:
    told(installation, published=False)
    assert "explained" not in client.get("/you-said-we-did").text


def test_what_was_let_out_stands_there_as_text(client: TestClient, installation: Installation) -> None:
    told(installation)
    shown = client.get("/you-said-we-did")
    assert "18 November 2026 You said Nobody <b>explained</b>. We did We practise it." in words(shown)
    assert "<b>explained" not in shown.text


@pytest.mark.parametrize("language", ["cy", "ar", "ur"])
def test_in_another_language_the_page_says_that_the_words_are_english(
    client: TestClient, installation: Installation, language: str
) -> None:
    told(installation)
    shown = client.get(f"/you-said-we-did?language={language}")
    assert shown.text.count('lang="en" dir="ltr"') >= 2
    assert "We practise it." in shown.text
    assert "The words below" not in shown.text


@pytest.mark.parametrize(
    ("state", "heading"), [(ActionState.OPENED, "We plan to do this"), (ActionState.UNDER_WAY, "We are doing this now")]
)
def test_what_is_not_done_is_not_told_as_done(client: TestClient, installation: Installation, state: ActionState, heading: str) -> None:
    told(installation, state=state)
    shown = words(client.get("/you-said-we-did"))
    assert f"{heading} We practise it." in shown
    assert "We did" not in shown


@pytest.mark.parametrize("language", ["ar", "bn", "cy", "es", "fr", "pa", "pl", "pt", "ro", "so", "ur"])
def test_how_far_it_is_stands_there_in_every_language(client: TestClient, installation: Installation, language: str) -> None:
    told(installation, state=ActionState.OPENED)
    shown = client.get(f"/you-said-we-did?language={language}").text
    assert "We practise it." in shown
    assert "We plan to do this" not in shown


def test_what_was_dropped_is_not_there_any_more(client: TestClient, installation: Installation) -> None:
    told(installation, state=ActionState.OPENED)
    with installation.writing() as session:
        viewer = Viewer(id=a.an_account(session).id, name="Somebody", roles=frozenset({Role.LEARNING_TEAM}))
        drop_action(
            session, action_id=session.scalars(select(LearningAction.id)).one(), because="Another covers it.", viewer=viewer, now=NOON
        )
    assert "Nothing is here yet." in words(client.get("/you-said-we-did"))
