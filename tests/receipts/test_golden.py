"""Every layout that was ever issued is drawn again as it was, to the byte."""

import json
from importlib.metadata import version

import pytest

from receipts.words import languages
from tests.support.golden_receipts import golden_files, stored_files
from tests.support.receipt_facts import NEWEST

RENEW = "typst {} draws now, {} drew the golden files. Look at the pages of both, then run tools/golden_receipts.py {}."


@pytest.fixture(scope="module", params=range(1, NEWEST + 1))
def layout(request: pytest.FixtureRequest) -> int:
    """Return each layout in turn."""
    return request.param


def test_a_layout_that_was_issued_is_drawn_again_to_the_byte(layout: int) -> None:
    stored, drawn = stored_files(layout), golden_files(layout)
    before, now = (json.loads(files.pop("sums.json")) for files in (stored, drawn))
    assert before["typst"] == version("typst"), RENEW.format(version("typst"), before["typst"], layout)
    assert [name for name in stored if drawn.get(name) != stored[name]] == []
    assert [name for name, total in before["forms"].items() if now["forms"].get(name) != total] == []


def test_the_golden_files_hold_every_language_of_the_newest_layout() -> None:
    assert {name.partition("/")[0] for name in stored_files(NEWEST)} == {"sums.json", *languages(NEWEST)}
