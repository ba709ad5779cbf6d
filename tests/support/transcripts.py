"""What a reader of a review is answered, step by step, with what is chance in it masked: so that two readers' answers can be compared."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from services.api.security import CSRF_HEADER
from stop_search.installation import Installation
from stop_search.reviews.rubric import newest_rubric
from tests.support.visitors import csrf_for

UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64}|[0-9a-f]{32}")
CLOCK = re.compile(r"\b(?:\d{1,2}:\d\d(?:am|pm)?|\d{1,2}(?:am|pm)|midday|midnight)\b")
WINDOW = re.compile(r'((?:name="window" value|data-window)=")[\w-]+')
TOGETHER = re.compile(r"(Everybody together has handed in )\d+ reviews?")
FULLY = 3  # criteria whose form is also kept in two windows at once
OF_CHANCE = frozenset({"date", "x-request-id", "set-cookie"})


@dataclass(frozen=True)
class Step:
    """One answer. `headers` without those of chance; `body` with ids by the order in which they come, and times, masked."""

    asked: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass
class Reader:
    """A signed-in browser at one review; every answer is kept."""

    browser: TestClient
    installation: Installation
    review_id: uuid.UUID
    footage_id: uuid.UUID
    name: str

    def __post_init__(self) -> None:
        """Begin with nothing answered."""
        self.steps: list[Step] = []
        self._seen: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Any:
        """Open an address; `{review}` and `{footage}` stand for the ids."""
        return self._kept(f"GET {path} {headers or ''}", self.browser.get(self._filled(path), headers=headers))

    def post(self, path: str, **fields: Any) -> Any:
        """Send a form."""
        token = {CSRF_HEADER: csrf_for(self.browser, self.installation)}
        return self._kept(f"POST {path} {sorted(fields)}", self.browser.post(self._filled(path), data=fields, headers=token))

    def _filled(self, path: str) -> str:
        return path.replace("{review}", str(self.review_id)).replace("{footage}", str(self.footage_id))

    def _kept(self, asked: str, answer: Any) -> Any:
        is_text = answer.headers.get("content-type", "").startswith(("text", "application/json", "image/svg"))
        body = self._masked(answer.text) if is_text else answer.content.hex()
        told = dict(answer.headers) | ({"content-length": str(len(body))} if is_text else {})
        headers = tuple(sorted((name, self._masked(value)) for name, value in told.items() if name not in OF_CHANCE))
        self.steps.append(Step(asked, answer.status_code, headers, body))
        return answer

    def _masked(self, text: str) -> str:
        shown = UNIQUE.sub(lambda found: self._seen.setdefault(found.group(), f"id {len(self._seen)}"), text)
        shown = TOGETHER.sub(r"\1n reviews", CLOCK.sub("time", WINDOW.sub(r"\1window", shown)))
        return shown.replace(self.name, "the reader")


def revision_on(answer: Any) -> str:
    """Return which version of the answer a page knows."""
    found = re.search(r'name="revision" value="(\d+)"', answer.text)
    assert found
    return found.group(1)


def walk(reader: Reader) -> None:
    """Take every step of a review, from the queue to what stays of it."""
    review = "/reviews/{review}"
    for path in ("/reviews", review, f"{review}/C1", f"{review}/check", f"{review}/concern", f"{review}/give-back", f"{review}/refusal"):
        reader.get(path)
    reader.post(f"{review}/C1", answer="2", evidence="too early")
    for name in ("video", "copy", "poster.jpg", "sprites.vtt", "timeline.json", "timeline.svg"):
        reader.get(f"/media/footage/{{footage}}/{name}")
    reader.get("/media/footage/{footage}/video", Range="bytes=0-99")
    reader.post(f"{review}/copy/{{footage}}", back=f"/reviews/{reader.review_id}")
    reader.post(f"{review}/start")
    reader.post(f"{review}/start")
    reader.get(review)
    reader.get("/reviews")
    for number, criterion in enumerate(newest_rubric().criteria):
        items = {f"item_{item.id}": "said" for item in criterion.items}
        reader.get(f"{review}/{criterion.id}")
        if number >= FULLY:
            reader.post(f"{review}/{criterion.id}", answer="2", evidence="as the record says", **items)
            continue
        reader.post(f"{review}/{criterion.id}", answer="2")  # nothing says why
        reader.post(f"{review}/{criterion.id}/draft", answer="2", evidence="as the rec", revision="1", window="a", **items)
        reader.post(f"{review}/{criterion.id}/draft", answer="1", evidence="another", revision="1", window="b", **items)
        known = revision_on(reader.get(f"{review}/{criterion.id}"))
        reader.post(f"{review}/{criterion.id}/choose", keep="newest", revision=known)
        known = revision_on(reader.get(f"{review}/{criterion.id}"))
        reader.post(f"{review}/{criterion.id}", answer="2", evidence="as the record says", revision=known, **items)
    known = revision_on(reader.get(f"{review}/C1"))
    reader.post(f"{review}/C1", answer="2", evidence="as the record says", then="lock", revision=known)
    reader.get(f"{review}/C1")
    reader.post(f"{review}/watched", footage=str(reader.footage_id), spans="[[0, 600]]")
    reader.get(f"{review}/themes")
    reader.post(f"{review}/themes", themes="grounds", revision="0")
    reader.post(f"{review}/refusal", reason="court_order", because="I was told.")
    reader.get(f"{review}/refusal")
    reader.post(f"{review}/concern", what=" ")
    reader.get(f"{review}/concern")
    for path in ("/reviews/away", "/reviews/near", "/reviews/calibration", "/reviews/unfinished", "/reviews/footage"):
        reader.get(path)
    reader.get(f"{review}/check")
    reader.post(f"{review}/submit", summary="x" * 5000)
    reader.post(f"{review}/submit", summary="Ask first.", watched_reason="The rest shows the street.")
    reader.post(f"{review}/submit", summary="Ask first.", watched_reason="The rest shows the street.")
    for path in (review, "/reviews", f"{review}/C1", f"{review}/check", f"{review}/refusal", f"{review}/concern", f"{review}/give-back"):
        reader.get(path)
    reader.post(f"{review}/C1", answer="1", evidence="changed")
    reader.post(f"{review}/give-back", because="I know them.")
    reader.get("/media/footage/{footage}/video")
