"""Walking through the public form as a person does: by the forms that are really on the pages."""

from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.encounters.records import Receipt
from stop_search.installation import Installation
from tests.support.builders import a_person, a_receipt, an_encounter, code_of


def issued_receipt(installation: Installation, **columns: Any) -> tuple[Receipt, str]:
    """Add an encounter with one person of today's key, and return the receipt and its code."""
    key = installation.key_for(KEY_USE)
    with installation.writing() as session:
        person = a_person(session, encounter=an_encounter(session, people=0))
        receipt = a_receipt(session, person=person, key=key, **columns)
    return receipt, code_of(receipt, key=key)


@dataclass
class Walker:
    """One person in front of the pages. `soup` is the page that is open now, `pages` every page's text so far."""

    client: TestClient
    status: int = 0
    soup: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "html.parser"))
    pages: list[str] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The page's one h1."""
        (found,) = self.soup.find_all("h1")
        return found.get_text(" ", strip=True)

    @property
    def words(self) -> str:
        """All words on the page."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def problem(self) -> str:
        """What the error summary says, or nothing."""
        found = self.soup.select_one(".govuk-error-summary__list")
        return found.get_text(" ", strip=True) if found else ""

    def open(self, path: str) -> "Walker":
        """Open a page, following redirects."""
        return self.show(self.client.get(path, follow_redirects=True))

    def follow(self, words: str) -> "Walker":
        """Follow the link with these words."""
        link = next(a for a in self.soup.find_all("a") if words in a.get_text(" ", strip=True))
        return self.open(str(link["href"]))

    def press(self, words: str = "Continue", *, choose: str | None = None, typed: str | None = None) -> "Walker":
        """Choose an answer by its words or type into the page's one text field, then press a button by its words."""
        button = next(b for b in self.soup.find_all("button") if b.get_text(" ", strip=True).startswith(words))
        form = self.soup.find("form", id=button["form"]) if button.get("form") else button.find_parent("form")
        fields = fields_of(form)
        if choose is not None:
            label = next(found for found in form.find_all("label") if found.get_text(" ", strip=True) == choose)
            radio = form.find("input", id=label["for"])
            fields[str(radio["name"])] = str(radio["value"])
        if typed is not None:
            box = form.find("textarea") or form.find("input", type="text")
            fields[str(box["name"])] = typed
        if button.get("name"):
            fields[str(button["name"])] = str(button["value"])
        return self.show(self.client.post(str(button.get("formaction") or form["action"]), data=fields, follow_redirects=True))

    def past_the_sets(self) -> "Walker":
        """Take the usual questions, where a choice of sets is asked first."""
        return self.press("Skip") if self.heading == "Which questions do you want?" else self

    def to_check_page(self, *, answer: int | None = 0, text: str = "") -> "Walker":
        """Answer every question with its answer number `answer` (None skips), until the check page."""
        while self.heading != "Check your answers":
            labels = [label.get_text(" ", strip=True) for label in self.soup.select(".govuk-radios__label")]
            if self.heading in {"Which questions do you want?", "About you"}:
                self.press("Skip")
            elif not labels:
                self.press(typed=text)
            elif answer is None:
                self.press("Skip")
            else:
                self.press(choose=labels[min(answer, len(labels) - 1)])
        return self

    def show(self, response: Any) -> "Walker":
        """Look at an answer of the site."""
        self.status = response.status_code
        self.soup = BeautifulSoup(response.text, "html.parser")
        self.pages.append(response.text)
        return self


def fields_of(form: Tag) -> dict[str, str]:
    """Return what a browser would send of a form before anybody touches it."""
    fields = {str(f["name"]): str(f.get("value", "")) for f in form.find_all("input") if f.get("type") not in {"radio", "checkbox"}}
    fields |= {str(f["name"]): str(f["value"]) for f in form.find_all("input", type="radio") if f.has_attr("checked")}
    return fields | {str(f["name"]): f.get_text().removeprefix("\n") for f in form.find_all("textarea")}
