"""Somebody who goes through the public's pages in a browser, page by page, and notes what is wrong with each of them."""

from collections.abc import Iterator
from typing import Any

from tests.support.chromium import until
from tests.support.page_checks import problems_of

TYPED = {
    "what_happened": "They laughed at me.",
    "email": "ann@mail.example",
    "name": "Ann Invented",
    "address": "1 Invented Street",
    "place": "Park",
    "day": "Monday",
    "time": "3pm",
    "remembered": "a red coat",
    "phone": "01632 960 001",
}
CHOSEN = {"about_whom": "me", "asked_by": "searched", "how": "post", "offered": "lost", "wanted": "both", "age": "adult"}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
MARK, ANOTHER = "document.body.dataset.read = 1", "() => document.body && !document.body.dataset.read && document.readyState !== 'loading'"
COMMENT = "Kind.\nAnd quick."


class PageReader:
    """One tab. `broken`: what was found so far. `axe`: hold each page against the rules of accessibility too, a kind of page once."""

    def __init__(self, page: Any, site: str, *, language: str = "en", axe: bool = False) -> None:
        self.page, self.site, self.language, self.axe = page, site, language, axe
        self.broken: list[str] = []
        self.seen: set[str] = set()

    def go(self, path: str) -> None:
        """Open a page in the language, and look at it."""
        self.open(path)
        self.look(path)

    def open(self, path: str) -> None:
        """Open a page in the language."""
        before, mark, fragment = path.partition("#")
        self.page.goto(f"{self.site}{before}{'&' if '?' in before else '?'}language={self.language}{mark}{fragment}")

    def look(self, where: str, *, kind: str = "") -> None:
        """Note what is wrong with the page that is open. `kind`: pages that are alike, of which axe looks at one."""
        self.broken.extend(f"{where}: {found}" for found in problems_of(self.page, language=self.language))
        if self.axe and (kind or where) not in self.seen:
            self.seen.add(kind or where)
            self.broken.extend(f"{where}: {found}" for found in rules_broken(self.page))

    @property
    def place(self) -> str:
        """Which page of a form is open: a question's id, or "set", "about", "check"; nothing on other pages."""
        found = self.page.locator("input[name=at]")
        return str(found.first.input_value()) if found.count() else ""

    def press(self, selector: str) -> None:
        """Press a button of a form, and wait until another page is there: the script puts its body into this one."""
        self.page.evaluate(MARK)
        self.page.locator(selector).first.click()
        until(self.page, ANOTHER)

    def answers(self, code: str, *, version: str) -> Iterator[str]:
        """Answer the form of a receipt in a version; each page is yielded before it is answered, "check" last."""
        self.open(f"/r/{code}/feedback")
        while (place := self.place) != "check":
            yield place
            if place == "set":
                self.page.check(f"input[name=set][value={version}]")
            elif self.page.locator("textarea").count():
                self.page.fill("textarea", COMMENT)
            elif self.page.locator("#agree").count():
                self.page.check("#agree")
            else:
                self.page.locator("main input[type=radio]").first.check()
            self.press("main button.govuk-button[value=continue]")
        yield place

    def send(self) -> str:
        """Send from the check page, and return the four words."""
        self.press("main button[formaction]")
        return str(self.page.inner_text("#reply-code"))

    def keep(self) -> None:
        """Say that the words are kept."""
        self.press("main button[name=kept]")

    def come_back(self, words: str) -> None:
        """Open one's own answers by the four words."""
        self.open("/reply")
        self.look("/reply")
        self.page.fill("#reply_code", words)
        self.press("main form button")

    def fill(self) -> None:
        """Type into what a page of a letter asks."""
        for name, text in TYPED.items():
            if (box := self.page.locator(f"main #{name}")).count():
                box.fill(text)
        for name, key in CHOSEN.items():
            if (radio := self.page.locator(f"input[type=radio][name={name}][value={key}]")).count():
                radio.check()

    def write_letter(self, path: str) -> None:
        """Go through a form for a letter, first pressing Continue on its empty first page, and look at every page of it."""
        self.go(path)
        self.press("main button[value=continue]")
        self.look(f"{path}, with an error")
        for _ in range(20):
            if self.page.locator("#reference").count():
                self.look(f"{path}, sent")
                return
            if self.page.locator("button[value=send]").count():
                self.look(f"{path}, check page")
                self.press("main button[value=send]")
                continue
            self.fill()
            self.press("main button[value=continue]")
            self.look(f"{path}, {self.page.inner_text('h1')}")
        self.broken.append(f"{path}: the form does not end")


def rules_broken(page: Any) -> list[str]:
    """Return what an accessibility checker finds wrong with the page that is open."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found]
