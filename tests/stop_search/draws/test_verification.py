"""What is published can be drawn again by anyone, and every change of it is told."""

import json

import pytest

from stop_search.draws.anchoring import anchor_line, anchors_document
from stop_search.draws.publication import published_files
from stop_search.draws.rules import Stream
from stop_search.draws.verification import draw_problems
from tests.support.sampled import COMMITTED_AT, a_run, hexed, some_files, tampered

STREAMS = pytest.mark.parametrize("stream", Stream)


@STREAMS
@pytest.mark.parametrize("size", [0, 1, 2, 3, 24])
def test_an_honest_draw_agrees_with_itself(stream: Stream, size: int) -> None:
    assert draw_problems(some_files(size, stream)) == []


@STREAMS
def test_every_tampering_is_found(stream: Stream) -> None:
    tried = list(tampered(some_files(60, stream)))
    unseen = [what for what, changed in tried if not draw_problems(changed)]
    assert len(tried) > 150
    assert unseen == [f"draw.json ('randomness', 'witnesses', {n}) a letter" for n in (0, 1)]  # nothing fixes who saw it: ask them


def test_files_made_anew_together_are_found_only_by_what_was_kept_outside() -> None:
    honest, forged = a_run(24), a_run(23)
    known = anchors_document([anchor_line(honest.manifest, anchored_at=COMMITTED_AT, where="the panel's chair")])
    kept = json.dumps(known).encode()
    assert draw_problems(some_files(24), anchors=kept) == []
    assert draw_problems(some_files(23)) == []
    told = draw_problems(dict(published_files(forged).files), anchors=kept)
    assert "anchors.json: it does not know this manifest" in told


def test_an_outcome_that_was_known_cannot_be_changed_or_taken_out_again() -> None:
    run = a_run(60)
    anchor = anchor_line(run.manifest, anchored_at=COMMITTED_AT, where="x")
    last = run.outcomes[-1]
    kept = anchors_document([anchor], [{"draw": run.manifest["draw"], "n": last.n, "hash": last.hash}])
    assert draw_problems(some_files(60), anchors=json.dumps(kept).encode()) == []
    shorter = some_files(60, outcomes=2)
    assert draw_problems(shorter) == []
    assert draw_problems(shorter, anchors=json.dumps(kept).encode()) == [f"outcomes.csv: line {last.n} was another when it was made known"]


def test_a_second_draw_of_a_period_and_a_gap_are_told_by_anchors() -> None:
    run = a_run()
    ours = anchor_line(run.manifest, anchored_at=COMMITTED_AT, where="x")
    second = ours | {"manifest_sha256": hexed("another"), "sequence": 3}
    later = ours | {"manifest_sha256": hexed("later"), "sequence": 5, "period_start": "2026-11-01", "period_end": "2026-11-30"}
    told = draw_problems(some_files(), anchors=json.dumps(anchors_document([ours, second, later])).encode())
    assert told == ["anchors.json: there are two draws of one period", "anchors.json: draw 4 of 'force' is missing"]


@pytest.mark.parametrize("name", ["manifest.json", "draw.json", "tickets.csv", "frame.csv", "outcomes.csv"])
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"\xff\xfe", b'{"frame": 3}', b"NaN", b"[" * 5000])
def test_a_file_that_is_something_else_is_told_and_never_a_crash(name: str, content: bytes) -> None:
    assert draw_problems(some_files(3) | {name: content})


def test_a_missing_file_is_named() -> None:
    files = some_files(3)
    del files["tickets.csv"]
    assert draw_problems(files) == ["'tickets.csv' is missing"]
