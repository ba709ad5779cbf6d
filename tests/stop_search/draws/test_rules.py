"""The draw's words: which class a record gives a stop, and that its words are those of the code lists."""

from datetime import UTC, datetime, timedelta

import pytest

from stop_search.codes.lists import code_list
from stop_search.draws import rules
from stop_search.draws.rules import RecordFacts, RiskClass, risk_class

STOPPED_AT = datetime(2026, 10, 5, 14, 5, tzinfo=UTC)


def some_facts(**changes: object) -> RecordFacts:
    """Return an adult, no force, outer clothing at most, filmed, and recorded at once."""
    values = {
        "clothing_levels": frozenset({"outer_only"}),
        "age_bands": frozenset({"18_24"}),
        "force_used": frozenset({"none"}),
        "has_footage": True,
        "started_at": STOPPED_AT,
        "recorded_at": STOPPED_AT + timedelta(minutes=9),
    }
    return RecordFacts(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, RiskClass.BASE),
        ({"force_used": frozenset()}, RiskClass.BASE),
        ({"age_bands": frozenset()}, RiskClass.BASE),
        ({"age_bands": frozenset({"10_17"})}, RiskClass.HIGH),
        ({"age_bands": frozenset({"under_10", "over_34"})}, RiskClass.HIGH),
        ({"force_used": frozenset({"compliant_handcuffs_front"})}, RiskClass.HIGH),
        ({"force_used": frozenset({"none", "baton"})}, RiskClass.HIGH),
        ({"has_footage": False}, RiskClass.HIGH),
        ({"recorded_at": STOPPED_AT + timedelta(days=14)}, RiskClass.BASE),
        ({"recorded_at": STOPPED_AT + timedelta(days=14), "missed_its_frame": True}, RiskClass.DELAYED),
        ({"recorded_at": STOPPED_AT + timedelta(days=14, seconds=1)}, RiskClass.LATE),
        ({"recorded_at": STOPPED_AT + timedelta(days=14, seconds=1), "missed_its_frame": True}, RiskClass.LATE),
        ({"missed_its_frame": True}, RiskClass.DELAYED),
        ({"missed_every_frame": True}, RiskClass.LATE),
        ({"missed_every_frame": True, "clothing_levels": frozenset({"intimate_parts"})}, RiskClass.CERTAINTY),
        ({"missed_its_frame": True, "has_footage": False}, RiskClass.DELAYED),
        ({"clothing_levels": frozenset({"outer_only", "intimate_parts"})}, RiskClass.CERTAINTY),
        ({"clothing_levels": frozenset({"intimate_parts"}), "missed_its_frame": True}, RiskClass.CERTAINTY),
        ({"clothing_levels": frozenset({"more_than_outer"})}, RiskClass.BASE),
    ],
)
def test_the_risk_class_follows_from_the_record_alone(changes: dict[str, object], expected: RiskClass) -> None:
    assert risk_class(some_facts(**changes)) is expected


def test_every_key_that_a_risk_class_goes_by_is_in_its_code_list() -> None:
    assert set(code_list("clothing_level").keys) >= rules.INTIMATE_PARTS_EXPOSED
    assert set(code_list("age_band").keys) >= rules.UNDER_18
    assert set(code_list("force_type").keys) >= rules.NO_FORCE
