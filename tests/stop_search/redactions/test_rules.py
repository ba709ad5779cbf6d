"""What a redaction's boxes and sound ranges must be, which step follows which, and what a panel may be served."""

from dataclasses import replace

import pytest

from stop_search.errors import Conflict, Invalid
from stop_search.redactions.rules import (
    FOLLOWS,
    CoverKind,
    RedactionState,
    Served,
    SoundCover,
    SoundRange,
    Track,
    checked_sound,
    checked_track,
    manifest_digest,
    manifest_of,
    may_be_served,
    moved,
)

FRAME = [1.0, 0.1, 0.2, 0.3, 0.4]
GOOD = Served(
    state=RedactionState.RELEASED,
    version=7,
    copy_version=7,
    manifest_sha256="a",
    copy_manifest_sha256="a",
    is_verified=True,
    is_released=True,
    is_removed=False,
    is_erased=False,
)


def test_a_released_and_verified_copy_of_this_very_manifest_may_be_served() -> None:
    assert may_be_served(GOOD)


@pytest.mark.parametrize(
    "change",
    [
        *({"state": state} for state in RedactionState if state is not RedactionState.RELEASED),
        {"version": 8},
        {"manifest_sha256": "b"},
        {"is_verified": False},
        {"is_released": False},
        {"is_removed": True},
        {"is_erased": True},
    ],
)
def test_one_thing_that_is_not_as_it_must_be_closes_it(change: dict[str, object]) -> None:
    assert not may_be_served(replace(GOOD, **change))


def test_only_a_verified_copy_can_be_released_and_every_state_can_be_edited() -> None:
    assert [state for state, after in FOLLOWS.items() if RedactionState.RELEASED in after] == [RedactionState.VERIFIED]
    assert all(RedactionState.EDITED in after for after in FOLLOWS.values())
    with pytest.raises(Conflict, match="Load the page again"):
        moved(RedactionState.EDITED, RedactionState.RELEASED)


def test_a_box_is_cut_off_at_the_pictures_edge_and_rounded() -> None:
    track = checked_track("plate", [[0.12345, -0.5, 0.5, 1.0, 0.7], FRAME])
    assert track == Track(CoverKind.PLATE, ((0.123, 0.0, 0.5, 0.5, 0.5), tuple(FRAME)))


@pytest.mark.parametrize(
    ("kind", "frames"),
    [
        ("nose", [FRAME]),
        ("face", []),
        ("face", [FRAME[:4]]),
        ("face", [FRAME, FRAME]),
        ("face", [[2.0, *FRAME[1:]], FRAME]),
        ("face", [[-1.0, *FRAME[1:]]]),
        ("face", [[float("nan"), *FRAME[1:]]]),
        ("face", [[1.0, 1.1, 0.2, 0.3, 0.4]]),
        ("face", [[1.0, 0.1, 0.2, 0.0001, 0.4]]),
    ],
)
def test_what_is_no_box_is_refused_with_what_to_do(kind: str, frames: list[list[float]]) -> None:
    with pytest.raises(Invalid) as refused:
        checked_track(kind, frames)
    assert refused.value.fields


@pytest.mark.parametrize(
    ("start", "end", "cover"), [(2, 1, "mute"), (1, 1.01, "mute"), (-1, 1, "tone"), (0, 1, "bell"), (0, float("inf"), "mute")]
)
def test_what_is_no_sound_range_is_refused(start: float, end: float, cover: str) -> None:
    with pytest.raises(Invalid):
        checked_sound(start, end, cover)


def test_the_same_boxes_in_another_order_are_the_same_manifest_and_any_change_is_another() -> None:
    one, other = Track(CoverKind.FACE, (tuple(FRAME),)), Track(CoverKind.FACE, ((2.0, *FRAME[1:]),))
    sound = SoundRange(1.0, 2.0, SoundCover.MUTE)
    digest = manifest_digest(manifest_of([one, other], [sound]))
    assert digest == manifest_digest(manifest_of([other, one], [sound]))
    assert digest != manifest_digest(manifest_of([one], [sound]))
    assert digest != manifest_digest(manifest_of([one, other], [SoundRange(1.0, 2.0, SoundCover.TONE)]))
