"""Versions of the rubric for tests: the first one's text with something changed, and its way to being published."""

from datetime import date

from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.reviews.rubric import FOLDER
from stop_search.reviews.rubric_drafts import DraftText, approve_draft, as_version, ask_for_approval, open_draft, save_draft
from tests.support import builders as a
from tests.support.builders import NOON, TODAY

FIRST = (FOLDER / "stop_search_v1.yaml").read_text(encoding="utf-8")
OLD_WORDS, NEW_WORDS = "2: Clear; no sign of confusion", "2: Clear, and no sign of confusion is missed"


def changed(*changes: tuple[str, str], version: int = 2, of: str = FIRST) -> str:
    """Return a text with these pieces replaced, under this version; by default the words for level 2 of C4."""
    text = as_version(of, version, NOON.date())
    for before, after in changes or ((OLD_WORDS, NEW_WORDS),):
        assert before in text, before
        text = text.replace(before, after)
    return text


def learning_viewer(account: Account) -> Viewer:
    """Return the account as one of the learning team who is signed in."""
    return Viewer(id=account.id, name=account.name, roles=frozenset({Role.LEARNING_TEAM}))


def published(session: Session, content: str, *, starts_on: date = TODAY) -> int:
    """Have one person write a version and another publish it; return its number."""
    writer, decider = (
        learning_viewer(a.an_account(session, name=name, role=Role.LEARNING_TEAM)) for name in ("Wren Writer", "Dee Decider")
    )
    draft_id = open_draft(session, viewer=writer, now=NOON)
    save_draft(session, draft_id=draft_id, text=DraftText(content, starts_on, 1), viewer=writer, now=NOON)
    ask_for_approval(session, draft_id=draft_id, viewer=writer, now=NOON)
    return approve_draft(session, draft_id=draft_id, revision=2, viewer=decider, now=NOON)
