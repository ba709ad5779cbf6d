"""Mutated recordings: none takes the worker along, hangs, or brings in what lies beside it or on the network.

STOP_SEARCH_TEST_MUTATIONS sets how many (`make faults` sets 2000), STOP_SEARCH_TEST_SEED which. The counts are printed with -s.
"""

import logging
import os
from pathlib import Path

import pytest

from tests.support.campaign import NEVER, campaign, told
from tests.support.trespass import watched

log = logging.getLogger(__name__)
MUTATIONS = int(os.environ.get("STOP_SEARCH_TEST_MUTATIONS", "40"))
FIRST_SEED = int(os.environ.get("STOP_SEARCH_TEST_SEED", "20261126"))


@pytest.mark.timeout(7200)
def test_mutated_recordings_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    with watched(tmp_path / "room") as watch:
        counts = campaign(range(FIRST_SEED, FIRST_SEED + MUTATIONS), place=tmp_path, watch=watch, together=os.cpu_count() or 2)
    log.warning("seeds from %d: %s", FIRST_SEED, told(counts))
    print(f"\nseeds from {FIRST_SEED}: {told(counts)}", *counts.reasons.most_common(), sep="\n")  # noqa: T201 -- shown with -s
    assert {name: getattr(counts, name) for name in NEVER} == dict.fromkeys(NEVER, 0), counts.faults
    assert counts.files == MUTATIONS
    assert counts.refused >= MUTATIONS // 20  # the damage neither always nor never matters, or the run would show nothing
    assert counts.examined >= MUTATIONS // 20
