"""Which pictures can be had of a damaged recording does not depend on which thread came where first."""

import random
from pathlib import Path

import pytest

from services.worker.video import takers
from services.worker.video.frames import moments, plan
from services.worker.video.probe import container_facts, picture_stream
from services.worker.video.reading import walked
from services.worker.video.row import drawings
from services.worker.video.takers import Takers
from tests.support.clips import programs
from tests.support.odd_files import odd_files

ORDERS = 12


def test_a_broken_place_decides_nothing_about_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takers, "THREADS", 1)
    recording = tmp_path / "recording"
    recording.write_bytes(odd_files()["ruined.mp4"][0])
    probed = container_facts(recording, str(programs().ffprobe))
    stream = picture_stream(probed)
    draw, _ = drawings(stream)
    timeline, _ = walked(recording, probed, stream, Takers(recording, int(stream["index"]), draw), 6, is_heard=False)
    at = moments(timeline, 6)
    step = timeline.length_seconds / len(at)
    groups = plan(timeline, at, step)
    chance = random.Random(1)  # noqa: S311 -- repeatable orders
    outcomes = set()
    for order in [chance.sample(groups, len(groups)) for _ in range(ORDERS)]:
        taking = Takers(recording, int(stream["index"]), draw)
        taking.know(timeline, step)
        found = taking.take(order)
        outcomes.add((tuple(sorted(found)), tuple(sorted(taking.undecodable))))
    assert [places for places, _ in outcomes] == [(4, 5)]
