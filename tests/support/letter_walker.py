"""Walking through the forms for letters as a person does, and opening what arrived with its reader's key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from stop_search.audit.rules import COMMAND_LINE
from stop_search.installation import Installation
from stop_search.letters.keys import register_key
from stop_search.letters.records import Letter, LetterPart
from stop_search.letters.sealing import open_sealed
from tests.support.form_walker import Walker, fields_of
from tests.support.letters import key_pair


@dataclass
class LetterWalker(Walker):
    """One person in front of a form with several fields a page."""

    def fill(self, button: str = "Continue", **typed: str) -> "LetterWalker":
        """Type into fields and choose answers by their keys, where the page has them, then press a button by its words."""
        found = next(b for b in self.soup.find_all("button") if b.get_text(" ", strip=True).startswith(button))
        form = self.soup.find("form", id="answers")
        there = {str(field["name"]) for field in form.find_all(["input", "textarea"]) if field.get("type") != "hidden"}
        fields = fields_of(form) | {name: text for name, text in typed.items() if name in there}
        action = str(found.get("formaction") or form["action"])
        if action.startswith("?"):
            action = str(form["action"]).partition("?")[0] + action
        response = self.client.post(action, data=fields | {str(found["name"]): str(found["value"])}, follow_redirects=True)
        self.show(response)
        return self

    def through(self, **typed: str) -> "LetterWalker":
        """Fill page after page until the check page."""
        for _ in range(12):
            if self.heading == "Check what you wrote":
                return self
            self.fill(**typed)
            assert not self.problem, self.problem
        message = f"the form does not end: {self.heading}"
        raise AssertionError(message)

    @property
    def reference(self) -> str:
        """The reference on the page that says it was sent."""
        return self.soup.find(id="reference").get_text()


def with_a_key(installation: Installation) -> None:
    """Register the public key of the tests' pair, in force since yesterday."""
    since = datetime.now(UTC) - timedelta(days=1)
    with installation.writing() as session:
        register_key(session, public=key_pair().public, fingerprint=key_pair().fingerprint, actor=COMMAND_LINE, now=since)


def letters(installation: Installation) -> list[Letter]:
    """Return every letter."""
    with installation.reading() as session:
        found = list(session.scalars(select(Letter).order_by(Letter.id)))
        session.expunge_all()
        return found


def opened(installation: Installation, letter: Letter) -> dict[str, Any]:
    """Return what a letter says, with its reader's key."""
    with installation.reading() as session:
        part = session.scalars(select(LetterPart).where(LetterPart.letter_id == letter.id)).one()
        return open_sealed(key_pair().key_file, part.sealed, letter_id=letter.id, part_id=part.id)
