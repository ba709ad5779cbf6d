"""A browser without JavaScript: opens pages, fills the forms that are really there, and sends them."""

from dataclasses import dataclass
from urllib.parse import urljoin

import httpx2
from bs4 import BeautifulSoup, Tag


class PageRefused(Exception):
    """The site answered with an error; the message has the status and the page's heading."""


@dataclass
class OpenedPage:
    """A page as it came: its address, its parsed content."""

    address: str
    soup: BeautifulSoup

    @property
    def heading(self) -> str:
        """The text of the page's first h1, or its title."""
        found = self.soup.find("h1") or self.soup.find("title")
        return found.get_text(" ", strip=True) if found else ""

    def links(self, containing: str) -> list[str]:
        """Return the targets of links whose address contains this, in order, each once."""
        targets = [str(link["href"]) for link in self.soup.find_all("a", href=True)]
        return list(dict.fromkeys(target for target in targets if containing in target))

    def form(self, action_containing: str = "") -> Tag:
        """Return the first POST form whose action contains this.

        Raises:
            PageRefused: there is none.

        """
        for form in self.soup.find_all("form", method=lambda value: (value or "").lower() == "post"):
            if action_containing in str(form.get("action") or self.address):
                return form
        message = f"{self.address} has no form for {action_containing or 'anything'}"
        raise PageRefused(message)


class Browser:
    """Keeps cookies, follows redirects, sends forms with their hidden fields, as any browser does."""

    def __init__(self, address: str) -> None:
        self._client = httpx2.Client(base_url=address, follow_redirects=True, timeout=30)

    def open(self, path: str) -> OpenedPage:
        """Open a page. Raises PageRefused."""
        return self._page(self._client.get(path))

    def send(self, page: OpenedPage, form: Tag, answers: dict[str, str | list[str]]) -> OpenedPage:
        """Send a form: what it holds already (hidden and filled fields, the first button's value) and these answers over it."""
        values: dict[str, str | list[str]] = {**_held_by(form), **answers}
        button = form.find("button")
        action = (button.get("formaction") if button else None) or form.get("action")
        target = urljoin(page.address, str(action or page.address))
        origin = str(httpx2.URL(page.address).copy_with(path="/", query=None, fragment=None)).rstrip("/")
        return self._page(self._client.post(target, data=values, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"}))

    def bytes_of(self, path: str, first: int, last: int) -> httpx2.Response:
        """Ask for a range of bytes, as a video player does."""
        return self._client.get(path, headers={"Range": f"bytes={first}-{last}", "Sec-Fetch-Site": "same-origin"})

    def close(self) -> None:
        """Forget everything."""
        self._client.close()

    def _page(self, response: httpx2.Response) -> OpenedPage:
        page = OpenedPage(address=str(response.url), soup=BeautifulSoup(response.text, "html.parser"))
        if response.status_code >= httpx2.codes.BAD_REQUEST:
            message = f"{response.request.method} {response.url.path} answered {response.status_code}: {page.heading}"
            raise PageRefused(message)
        return page


def _held_by(form: Tag) -> dict[str, str | list[str]]:
    """Return what a browser would send without anybody touching the form; a name that comes several times holds a list."""
    held: dict[str, list[str]] = {}
    for field in form.find_all(["input", "textarea", "select", "button"]):
        name = str(field.get("name") or "")
        if name and not field.has_attr("disabled") and _is_sent(field, name in held):
            held.setdefault(name, []).append(_value(field))
    return {name: values[0] if len(values) == 1 else values for name, values in held.items()}


def _value(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text()
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return str(chosen.get("value") or "") if chosen else ""
    return str(field.get("value") or "")


def _is_sent(field: Tag, is_known: bool) -> bool:  # noqa: FBT001 -- local, called once
    if field.name == "button":
        return not is_known
    kind = str(field.get("type") or "").lower()
    return field.has_attr("checked") if kind in {"radio", "checkbox"} else True
