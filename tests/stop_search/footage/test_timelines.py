"""Reading a stored timeline, and making its levels few."""

import json
from typing import Any

import pytest

from stop_search.errors import Invalid
from stop_search.footage.rules import picture_keys
from stop_search.footage.timelines import FLOOR_DBFS, Levels, clip_of, narrowed, timeline_told
from tests.support.builders import NOON
from tests.support.timelines import a_timeline


def read(**changed: Any) -> Any:
    """Return the timeline of the contract's form, changed, stored and read."""
    return timeline_told(json.dumps(a_timeline() | changed).encode())


def test_all_of_it_is_read() -> None:
    found = read()
    assert found.length_seconds == 600
    assert found.lane("dark").spans == ((410, 470),)
    assert found.lane("covered").spans == ()
    assert found.lane("blurred") is None
    assert found.moments == (("scene_change", 45.0), ("scene_change", 301.5))
    assert found.sound.step_seconds == 0.1
    assert read(sound=None).sound is None


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 2},
        {"length_seconds": None},
        {"length_seconds": float("nan")},
        {"length_seconds": -1},
        {"lanes": None},
        {"lanes": [{"name": "dark"}]},
        {"lanes": [{"name": "dark", "source": "x", "spans": [[1]]}]},
        {"moments": [1]},
        {"lanes": [{"name": "dark", "source": "x", "spans": [[590, 700]]}]},
        {"lanes": [{"name": "dark", "source": "x", "spans": [[5, 5]]}]},
        {"sound": {"step_seconds": 0.1, "rms_dbfs": [1.0], "peak_dbfs": []}},
    ],
)
def test_what_our_examination_does_not_write_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="Examine the recording again"):
        read(**changed)


def test_few_columns_keep_the_loudest_peak_and_the_mean_power() -> None:
    levels = Levels(0.1, (-20.0, -20.0, -90.0, -20.0), (-10.0, -3.0, -90.0, -9.0))
    small = narrowed(levels, 2)
    assert small.peak_dbfs == (-3, -9)
    assert small.rms_dbfs == pytest.approx((-20, -23.01), abs=0.01)
    assert small.step_seconds == pytest.approx(0.2)
    assert narrowed(levels, 10) is levels
    assert narrowed(Levels(0.1, (FLOOR_DBFS,) * 7, (FLOOR_DBFS,) * 7), 3).rms_dbfs == pytest.approx((FLOOR_DBFS,) * 3)


def test_a_clip_is_made_of_what_is_known_and_of_less() -> None:
    facts = {"length_seconds": 600.0, "silent_lead_in_seconds": 30.0, "has_sound": True}
    clip = clip_of(facts, started_at=NOON, timeline=read(), clock_ahead_seconds=4.0)
    assert (clip.silent_lead_in_seconds, clip.muted, clip.clock_ahead_seconds) == (30, ((200, 215),), 4)
    older = clip_of({"length_seconds": 600.0}, started_at=NOON, timeline=None)
    assert (older.silent_lead_in_seconds, older.muted, older.has_sound) == (None, (), True)
    assert clip_of({"length_seconds": 600.0}, started_at=None, timeline=None) is None
    assert clip_of({}, started_at=NOON, timeline=None) is None


def test_a_timeline_is_erased_with_the_pictures() -> None:
    assert picture_keys({"poster": "a/poster.jpg", "timeline": "a/timeline.json"}) == ["a/poster.jpg", "a/timeline.json"]
