"""Where an index answers, a walk over all packets says the same: of every kind of clip that we know, whole, odd and damaged."""

from pathlib import Path

import pytest
from av.error import FFmpegError

from services.worker.video.index import FORMAT, as_timeline, read_index
from services.worker.video.packets import Timeline, read_timeline
from services.worker.video.takers import only, opened
from tests.support.clips import RECIPES, TURNS, clip, folder
from tests.support.mutations import mutation
from tests.support.odd_clips import ROWS, odd_clip

PLAIN = (
    "plain.mp4",
    "sound.mp4",
    "index_last.mp4",
    "one_keyframe.mp4",
    "b_frames.mp4",
    "hevc.mp4",
    "uneven.mp4",
    "plain.mov",
    "one_frame.mp4",
)
OTHERS = ("fragmented.mp4", "plain.mkv", "plain.webm", "plain.avi", "plain.ts", "plain.mpg", "b_frames.ts")
MUTATIONS = 120


def by_index(recording: Path) -> Timeline | None:
    """Return what the index says, as far as it says anything."""
    with opened(recording, is_direct=True) as container:
        picture = container.streams.video[0]
        index = read_index(recording, container, picture)
        return None if index is None else as_timeline(index, container, picture)


def by_packets(recording: Path) -> Timeline:
    """Return what the picture's packets say."""
    with opened(recording) as container:
        picture = container.streams.video[0]
        only(container, picture)
        return read_timeline(container, picture)


def kept(name: str, content: bytes) -> Path:
    """Give bytes as a file."""
    path = folder() / "indexed" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", [*PLAIN, *(f"turned_{degrees}.mp4" for degrees in TURNS)])
def test_the_index_of_a_whole_recording_says_what_its_packets_say(name: str) -> None:
    assert by_index(clip(name)) == by_packets(clip(name))


@pytest.mark.parametrize("name", OTHERS)
def test_a_recording_without_such_an_index_is_walked_over(name: str) -> None:
    assert by_index(clip(name)) is None


def test_every_recording_of_ours_is_one_or_the_other() -> None:
    assert {*PLAIN, *OTHERS} - {"one_frame.mp4"} >= {*RECIPES} - {"one_frame.mp4", "sound_only.mkv", "few_keyframes.mp4", "stretched.mp4"}


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if Path(name).suffix in {".mp4", ".mov"}])
def test_an_odd_recording_has_an_index_that_agrees_or_none(name: str) -> None:
    recording = kept(name.strip("-"), odd_clip(name))
    told = _told(recording)
    assert told is None or told == by_packets(recording)


def test_an_index_is_not_believed_where_pictures_are_left_out_or_lie_beyond_the_end() -> None:
    for name in ("edit_cuts_start.mp4", "edit_swaps.mp4", "cut_off.mp4", "fragmented.mp4"):
        assert by_index(kept(name, odd_clip(name))) is None
    assert by_index(kept("edit_waits.mp4", odd_clip("edit_waits.mp4"))) is not None


def test_an_index_of_other_sizes_than_the_packets_at_the_end_is_not_believed() -> None:
    recording = kept("sizes.mp4", odd_clip("h264.mp4"))
    with opened(recording) as container:
        picture = container.streams.video[0]
        index = read_index(recording, container, picture)
        assert index is not None
        index.sizes[-1] += 1
        assert as_timeline(index, container, picture) is None


def test_mutated_recordings_have_an_index_that_agrees_or_none() -> None:
    """But for which are keyframes: there a damaged packet may say something else than the index, which is right."""
    agreed = 0
    for seed in range(MUTATIONS):
        name, content = mutation(seed)
        if Path(name).suffix not in {".mp4", ".mov"}:
            continue
        recording = kept(f"{seed}.mp4", content)
        told = _told(recording)
        if told is not None:
            agreed, walked = agreed + 1, by_packets(recording)
            walked.keyframes, walked.decoding = told.keyframes, told.decoding
            assert told == walked, (seed, name)
    assert agreed > 3


def _told(recording: Path) -> Timeline | None:
    try:
        with opened(recording) as container:
            if container.format.name != FORMAT or not container.streams.video:
                return None
        return by_index(recording)
    except FFmpegError:
        return None
