"""Severity is found again where it was put in, refused where it cannot be told, and put beside the raw figure."""

import uuid

import numpy as np
import pytest

from stop_search.reviews.severity import ENOUGH_OWN, Reading, clips_read_twice, groups_of_readers, severities
from tests.support.readings import CRITERIA, a_reading, simulated_readings

NAMES = [f"C{n + 1}" for n in range(CRITERIA)]


def test_severity_is_found_again_within_0_15_logits() -> None:
    """Twelve readers, 600 clips, a quarter read twice: the root mean square error over readers, for several forces."""
    errors = []
    for seed in range(6):
        simulated = simulated_readings(seed=seed, readers=12, clips=600, twice=0.25)
        found = severities(simulated.readings, criteria=NAMES)
        assert found.refused is None
        errors.append([one.severity - simulated.severity[one.reader] for one in found.readers])
    missed = np.sqrt((np.array(errors) ** 2).mean(axis=1))
    assert missed.max() <= 0.15, missed


def test_the_standard_error_says_how_far_off_it_is() -> None:
    ratios = []
    for seed in range(8):
        simulated = simulated_readings(seed=seed, readers=12, clips=600, twice=0.25)
        found = severities(simulated.readings, criteria=NAMES).readers
        ratios += [(one.severity - simulated.severity[one.reader]) / one.error for one in found]
    assert 0.8 <= np.std(ratios) <= 1.2
    assert 0.90 <= np.mean(np.abs(ratios) < 1.96) <= 0.99


def test_a_severe_reader_is_raised_and_a_lenient_one_lowered_and_both_figures_stay() -> None:
    simulated = simulated_readings(seed=3, readers=8, clips=400, twice=0.4, severity=[1.0, -1.0, 0, 0, 0, 0, 0, 0])
    found = {one.reader: one for one in severities(simulated.readings, criteria=NAMES).readers}
    severe, lenient = (found[reader].levels for reader, size in simulated.severity.items() if abs(size) > 0.5)
    assert severe.difference > 0.2
    assert lenient.difference < -0.2
    assert severe.raw + severe.difference == pytest.approx(severe.adjusted)
    assert abs(severe.adjusted - lenient.adjusted) < abs(severe.raw - lenient.raw) / 3


def test_criteria_get_both_figures_and_one_that_nobody_scored_is_left_out() -> None:
    readings = simulated_readings(seed=5, readers=6, clips=200, twice=0.5).readings
    without = [Reading(one.clip, one.reader, (*one.levels[:-1], None)) for one in readings]
    found = severities(without, criteria=NAMES)
    assert [name for name, _ in found.criteria] == NAMES[:-1]
    assert all(0 <= levels.raw <= 3 and 0 <= levels.adjusted <= 3 for _, levels in found.criteria)


def test_readers_that_no_shared_clip_joins_are_always_refused() -> None:
    for seed in range(40):
        chance = np.random.default_rng(seed)
        one = simulated_readings(seed=seed, readers=int(chance.integers(2, 6)), clips=90, twice=0.9).readings
        other = simulated_readings(seed=1000 + seed, readers=int(chance.integers(1, 6)), clips=90, twice=0.9).readings
        refused = severities([*one, *other], criteria=NAMES).refused
        assert refused, seed
        assert "groups that share no stop" in refused


def test_one_shared_clip_joins_two_groups() -> None:
    clips, readers = [uuid.uuid4() for _ in range(3)], [uuid.uuid4() for _ in range(4)]
    apart = [
        a_reading(clips[0], readers[0]),
        a_reading(clips[0], readers[1]),
        a_reading(clips[1], readers[2]),
        a_reading(clips[1], readers[3]),
    ]
    assert [len(group) for group in groups_of_readers(apart)] == [2, 2]
    joined = [*apart, a_reading(clips[2], readers[1]), a_reading(clips[2], readers[3])]
    assert groups_of_readers(joined) == [frozenset(readers)]
    assert clips_read_twice(joined) == 3


def test_too_few_clips_read_twice_are_refused() -> None:
    found = severities(simulated_readings(seed=1, readers=3, clips=49, twice=1.0).readings, criteria=NAMES)
    assert found.refused == "Too few to say: 49 stops were read twice, 50 are needed."
    assert (found.readers, found.criteria) == ((), ())


def test_of_a_reader_with_few_clips_nothing_is_said() -> None:
    readings = simulated_readings(seed=2, readers=4, clips=120, twice=0.6).readings
    newcomer = uuid.UUID(int=7)
    few = [a_reading(clip, newcomer) for clip in sorted({one.clip for one in readings})[: ENOUGH_OWN - 1]]
    found = {one.reader: one for one in severities([*readings, *few], criteria=NAMES).readers}
    assert (found[newcomer].clips, found[newcomer].severity, found[newcomer].levels) == (ENOUGH_OWN - 1, None, None)
    assert all(one.severity is not None for reader, one in found.items() if reader != newcomer)


def test_who_gives_nothing_but_threes_is_lenient_and_not_infinitely_so() -> None:
    readings = simulated_readings(seed=4, readers=4, clips=150, twice=0.8).readings
    generous = readings[0].reader
    all_threes = [Reading(one.clip, one.reader, (3,) * CRITERIA if one.reader == generous else one.levels) for one in readings]
    found = {one.reader: one.severity for one in severities(all_threes, criteria=NAMES).readers}
    assert found[generous] == min(found.values())
    assert -8 < found[generous] < -1


def test_the_order_in_which_readings_come_changes_nothing() -> None:
    readings = simulated_readings(seed=6, readers=5, clips=150, twice=0.5).readings
    assert severities(reversed(readings), criteria=NAMES) == severities(readings, criteria=NAMES)
