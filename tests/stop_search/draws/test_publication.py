"""What is published can be drawn again by anyone, names no encounter, and tells of every change."""

import json

import pytest

from stop_search.draws.publication import draw_problems, published_files
from stop_search.draws.rules import manifest_digest
from tests.support.drawn import RANDOMNESS, a_manifest, some_files, tampered


def test_an_honest_draw_agrees_with_itself() -> None:
    files = some_files()
    assert draw_problems(files) == []
    assert draw_problems(files, digest_before=manifest_digest(json.loads(files["manifest.json"])).upper()) == []


def test_the_same_draw_gives_the_same_bytes() -> None:
    assert some_files() == some_files()


def test_a_frame_without_encounters_is_published_too() -> None:
    assert draw_problems(some_files(size=0)) == []


def test_every_tampering_is_found() -> None:
    files = some_files()
    tried = list(tampered(files))
    unseen = [what for what, changed in tried if not draw_problems(changed)]
    assert len(tried) > 100
    assert unseen == []


def test_files_made_anew_together_are_found_only_by_the_digest_known_before() -> None:
    known = manifest_digest(json.loads(some_files()["manifest.json"]))
    forged = dict(published_files(a_manifest(size=23), randomness=RANDOMNESS).files)
    assert draw_problems(forged) == []
    assert draw_problems(forged, digest_before=known) == [
        "manifest.json: it is not the manifest whose digest was known before the draw",
    ]


@pytest.mark.parametrize("name", ["manifest.json", "draw.json", "tickets.csv"])
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"\xff\xfe", b'{"frame": 3}', b"NaN", b"[" * 5000])
def test_a_file_that_is_something_else_is_told_and_never_a_crash(name: str, content: bytes) -> None:
    assert draw_problems(some_files(size=3) | {name: content})


def test_a_missing_file_is_named() -> None:
    files = some_files(size=3)
    del files["tickets.csv"]
    assert draw_problems(files) == ["'tickets.csv' is missing"]
