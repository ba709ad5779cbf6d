"""Letters sent at once are stored once; and what a person wrote is nowhere but in the sealed letter."""

import io
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from services.api.app import create_app
from services.logs import JsonLines
from stop_search.installation import Installation
from tests.support.chromium import live_site
from tests.support.form_walker import issued_receipt
from tests.support.letter_walker import LetterWalker, letters, opened, with_a_key

PLANTED = {
    "name": "Zanzibar Quillfeather",
    "phone": "01632960777",
    "email": "quillfeather@zanzibar.example",
    "address": "77 Quillfeather Row",
    "what_happened": "Marzipan umbrellas were mentioned.",
    "wanted": "Marzipan justice.",
    "needs": "Marzipan print.",
    "answer_language": "Quillish",
    "place": "Quillfeather Bridge",
    "day": "Quillsday",
    "time": "half past quill",
    "remembered": "a marzipan coat",
    "about": "Marzipan evenings.",
    "station": "Quillfeather Station",
}
MARKS = re.compile("quill|marzipan|zanzibar|01632960777", re.IGNORECASE)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Collect everything that is logged, as the site writes its logs, down to the smallest."""
    collected = io.StringIO()
    stream = logging.StreamHandler(collected)
    stream.setFormatter(JsonLines())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(stream)
    root.setLevel(logging.DEBUG)
    yield collected
    root.removeHandler(stream)
    root.setLevel(before)


def kept_by_the_database(installation: Installation) -> str:
    """Return every value of every table, and of SQLite every byte of its files."""
    with installation.reading() as session:
        from stop_search.database.tables import Base

        rows = [str(row) for table in Base.metadata.sorted_tables for row in session.execute(text(f'SELECT * FROM "{table.name}"'))]  # noqa: S608
    files = [path.read_bytes().decode("latin-1") for path in installation.settings.data_folder.rglob("*") if path.is_file()]
    return "\n".join(rows + files)


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        ("/r/{code}/complain", {"about_whom": "me"}),
        ("/complain", {"about_whom": "me"}),
        ("/r/{code}/record", {"asked_by": "searched", "how": "post"}),
        ("/record", {"asked_by": "other", "how": "email"}),
        ("/no-receipt/tell", {"offered": "lost", "wanted": "both"}),
        ("/r/{code}/panel", {"age": "adult"}),
    ],
)
def test_what_is_written_stands_in_no_log_address_metric_or_row_but_the_sealed_one(
    installation_on_each: Installation, lines: io.StringIO, path: str, chosen: dict[str, str]
) -> None:
    installation = installation_on_each
    with_a_key(installation)
    _, code = issued_receipt(installation)
    visited: list[str] = []
    with TestClient(create_app(installation)) as client:
        client.event_hooks["response"].append(lambda answer: visited.append(f"{answer.request.url} {answer.headers}"))
        walker = LetterWalker(client)
        walker.open(path.format(code=code))
        walker.through(**(PLANTED | chosen))
        assert MARKS.search(walker.words), "nothing was planted"
        walker.fill(next(b for b in ("Send", "Ask for") if walker.soup.find("button", string=re.compile(f"^\\s*{b}"))))
        assert walker.reference
        for wrong in ("/complain?x=1", f"/r/{code}/nothing", "/r/7K3M9QX2TD4F/complain"):
            client.post(wrong, data=PLANTED)
        metrics = client.get("/metrics").text
    links = [str(tag.get("href") or tag.get("action")) for tag in walker.soup.find_all(["a", "form"])]
    (letter,) = letters(installation)
    assert MARKS.search(str(opened(installation, letter)))
    assert lines.getvalue(), "nothing was logged"
    for where, said in {
        "log": lines.getvalue(),
        "address or header": "\n".join(visited + links),
        "metric": metrics,
        "database": kept_by_the_database(installation),
        "queue": str(installation.doorbell.rung),
        "page with the reference": str(walker.soup),
    }.items():
        assert MARKS.search(said) is None, f"{where}: {MARKS.search(said)}"


def test_a_letter_sent_many_times_in_one_moment_is_stored_once_and_everyone_sees_its_reference(
    installation_on_each: Installation,
) -> None:
    installation = installation_on_each
    with_a_key(installation)
    _, code = issued_receipt(installation)
    typed = {"what_happened": "x", "about_whom": "me", "no_answer": "yes", "at": "check", "go": "send", "submission_id": "1" * 32}
    with live_site(installation) as site, ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: httpx2.post(f"{site}/r/{code}/complain", data=typed, timeout=60), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    (letter,) = letters(installation)
    assert all(letter.reference in answer.text for answer in answers)
