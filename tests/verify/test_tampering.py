"""Nobody can change what was published and have it pass: forgeries of every kind against the script and the product's own check.

Short here; as long as the goal says (500 of each kind) by STOP_SEARCH_TEST_TAMPERED=500. The table: docs/draw-tampering.md.
"""

import os

import pytest

from stop_search.draws.tickets import path_holds
from stop_search.draws.verification import draw_problems
from tests.support.bundles import a_bundle, anchors_of, seeded
from tests.support.forgeries import FORGERS, ONLY_OUTSIDE, Forged, a_truncated_path
from tests.support.outside import outside

EACH = int(os.environ.get("STOP_SEARCH_TEST_TAMPERED", "8"))
draw = outside("draw")


def verdicts(published: Forged) -> tuple[bool, bool]:
    """Return whether the script and the product's check find anything, with what is known outside."""
    return bool(script_problems(published)), bool(draw_problems(published.files, anchors=published.anchors))


def script_problems(published: Forged, *, anchored: bool = True) -> list[str]:
    """Return what the script says."""
    files = {name: content.decode("latin-1") for name, content in published.files.items()}
    return draw.verdict({"draw": draw.Published(files)}, published.anchors.decode() if anchored else None)


@pytest.mark.parametrize("kind", sorted(FORGERS))
def test_every_forgery_is_found(kind: str) -> None:
    chance = seeded(f"{kind} {EACH}")
    forged = [FORGERS[kind](chance) for _ in range(EACH)]
    assert [verdicts(one) for one in forged] == [(True, True)] * EACH
    unanchored = [bool(script_problems(one, anchored=False)) for one in forged]
    assert unanchored == [kind not in ONLY_OUTSIDE] * EACH, "which kinds only an anchor shows is told in docs/draw-tampering.md"


def test_there_are_all_the_kinds_of_forgery_that_the_goal_names() -> None:
    assert len(FORGERS) >= 37


def test_a_path_that_lacks_a_hash_leads_nowhere() -> None:
    chance = seeded(EACH)
    for _ in range(EACH):
        row, path, index, size, root = a_truncated_path(chance)
        assert (path_holds(row, path, index, size, root), outside("draw_forms").path_holds(row, path, index, size, root)) == (False, False)


@pytest.mark.parametrize("kind", ["dice", "drand"])
@pytest.mark.parametrize("stream", ["main", "cover"])
def test_honest_draws_are_confirmed(stream: str, kind: str) -> None:
    chance = seeded(f"{stream} {kind} {EACH}")
    for _ in range(EACH):
        honest = a_bundle(chance, stream=stream, kind=kind)
        assert verdicts(Forged(honest.files(), anchors_of([honest]))) == (False, False)
