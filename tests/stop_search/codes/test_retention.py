"""Retention files: the usual one says what it should, a wrong one is refused with the place, and periods are those of the calendar."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from stop_search.codes.retention import USUAL, Period, RetentionClass, period, retention_classes
from stop_search.errors import SettingMissing
from stop_search.footage.hold_rules import PENDING
from stop_search.footage.rules import HoldReason

DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))
PERIODS = st.builds(Period, st.integers(0, 60), st.integers(0, 400))


def a_file(folder: Path, *changes: dict[str, object]) -> Path:
    """Write the usual file with further versions, each the first one with some keys changed."""
    read = yaml.safe_load(USUAL.read_text(encoding="utf-8"))
    read["versions"] += [read["versions"][0] | change for change in changes]
    path = folder / "ours.yaml"
    path.write_text(yaml.safe_dump(read), encoding="utf-8")
    return path


def test_the_usual_file_keeps_what_is_no_evidence_31_days_and_evidence_until_told() -> None:
    clocks = retention_classes().on(date(2026, 11, 18))
    assert clocks.kept == {RetentionClass.NON_EVIDENTIAL: Period(0, 31), RetentionClass.EVIDENTIAL: None}
    assert set(clocks.held_after_closing) == set(HoldReason) - PENDING
    assert clocks.held_after_closing["panel"] == Period(0, 90)


def test_a_version_counts_from_its_first_day(tmp_path: Path) -> None:
    later = {"version": 2, "starts_on": "2027-01-01", "classes": yaml.safe_load(USUAL.read_text())["versions"][0]["classes"]}
    later["classes"] |= {"non_evidential": {"kept": "P60D", "source": "invented for a test"}}
    found = retention_classes(a_file(tmp_path, later))
    assert [found.on(day).version for day in (date(2020, 1, 1), date(2026, 12, 31), date(2027, 1, 1))] == [1, 1, 2]
    assert found.on(date(2027, 1, 1)).kept[RetentionClass.NON_EVIDENTIAL] == Period(0, 60)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 3, "starts_on": "2027-01-01"},
        {"version": 2, "starts_on": "2026-01-01"},
        {"version": 2, "starts_on": "2027-01-01", "copies": "for_ever"},
        {"version": 2, "starts_on": "2027-01-01", "at_least_after_arrival": "a week"},
        {"version": 2, "starts_on": "2027-01-01", "at_least_after_arrival": "P"},
        {"version": 2, "starts_on": "2027-01-01", "classes": {}},
        {"version": 2, "starts_on": "2027-01-01", "unknown": 1},
    ],
)
def test_a_wrong_file_is_refused_and_named(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(SettingMissing, match=r"ours\.yaml"):
        retention_classes(a_file(tmp_path, change))


@pytest.mark.parametrize(("one", "words"), [(Period(3, 0), "3 months"), (Period(1, 1), "1 month and 1 day"), (Period(0, 31), "31 days")])
def test_a_period_is_told_in_words(one: Period, words: str) -> None:
    assert one.in_words() == words


@given(PERIODS)
def test_what_a_period_writes_it_reads(one: Period) -> None:
    assert period(str(one)) == one


@given(PERIODS, DAYS, DAYS)
def test_a_period_never_goes_back_and_a_later_day_never_ends_sooner(one: Period, first: date, second: date) -> None:
    early, late = sorted((first, second))
    assert one.after(early) >= early
    assert one.after(late) >= one.after(early)
    assert one.after(early) - early <= timedelta(days=31 * one.months + one.days)
