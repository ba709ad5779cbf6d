"""The big list of naughty strings, which lies beside the project and is no part of it."""

import json

import pytest

from tests.support.tree import TOP

CORPUS = TOP.parent / "shared" / "corpora" / "blns.json"


def naughty_strings() -> list[str]:
    """Return all of them; a test that asks for them where they are not is skipped."""
    if not CORPUS.exists():
        pytest.skip("the corpus of naughty strings is not beside the project (../shared/corpora)")
    strings: list[str] = json.loads(CORPUS.read_text(encoding="utf-8"))
    return strings
