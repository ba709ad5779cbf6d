"""What each power asks of a record: one file a power, dated, with its source; and a later file that takes over on its day."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from stop_search.codes import power_rules
from stop_search.codes.lists import BrokenCodeList, code_list
from stop_search.codes.power_rules import power_rule
from stop_search.encounters.completeness import gaps
from stop_search.encounters.entitlement import entitlement_ends_on
from stop_search.encounters.rules import NameWithheldReason
from stop_search.encounters.soundness import check_encounter
from stop_search.errors import Invalid, NotFound
from tests.support.stops import a_new_encounter, a_new_person

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
POWERS = code_list("power").keys
TWELVE_MONTHS = {"cjpoa_s60", "tact_s47a", "poa23_s11"}
RULES = [path for path in sorted(power_rules.FOLDER.glob("*.yaml")) if path != power_rules.STATEMENTS]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a copy of the rules that a test may change, read in place of the real ones."""
    copy = tmp_path / "power_rules"
    shutil.copytree(power_rules.FOLDER, copy)
    monkeypatch.setattr(power_rules, "FOLDER", copy)
    monkeypatch.setattr(power_rules, "STATEMENTS", copy / "statements.yaml")
    power_rules._rules.cache_clear()
    yield copy
    power_rules._rules.cache_clear()


def write(folder: Path, name: str, of: str, **changes: object) -> None:
    """Write a rule file: that of a power, with changes."""
    told = yaml.safe_load((folder / f"{of}.yaml").read_text(encoding="utf-8")) | changes
    (folder / name).write_text(yaml.safe_dump(told), encoding="utf-8")
    power_rules._rules.cache_clear()


def test_every_power_has_one_file_named_after_it() -> None:
    assert sorted(path.stem for path in RULES) == sorted(POWERS)
    assert len(POWERS) > 25


@pytest.mark.parametrize("power", POWERS)
def test_every_rule_has_its_source_and_names_fields_that_a_record_has(power: str) -> None:
    rule = power_rule(power, TODAY)
    assert len(rule.source) > 10
    assert len(rule.entitlement_source) > 5
    encounter = a_new_encounter()
    for statement in rule.must_state:
        assert statement.source
        whose = encounter.people[0] if statement.field.startswith("people.") else encounter
        assert hasattr(whose, statement.field.removeprefix("people."))


@pytest.mark.parametrize("power", POWERS)
def test_a_rule_begins_no_later_than_the_power(power: str) -> None:
    assert power_rule(power, TODAY).valid_from <= max(code_list("power").entry(power).valid_from, date(2015, 3, 19))


@pytest.mark.parametrize("power", POWERS)
def test_twelve_months_are_for_statements_under_three_powers_and_three_for_all_others(power: str) -> None:
    rule = power_rule(power, TODAY)
    expected = ("statement", 12) if power in TWELVE_MONTHS else ("copy", 3)
    assert (rule.entitlement_to, rule.entitlement_months) == expected
    assert entitlement_ends_on(NOW, power) == (date(2027, 11, 17) if power in TWELVE_MONTHS else date(2027, 2, 17))


@pytest.mark.parametrize("power", POWERS)
def test_the_officer_s_name_is_left_out_for_the_two_lawful_reasons_only(power: str) -> None:
    assert set(power_rule(power, TODAY).officer_name_withheld) <= set(NameWithheldReason)
    assert {str(reason) for reason in NameWithheldReason} == {"terrorism_enquiry", "reasonable_belief_of_danger"}


@pytest.mark.parametrize("power", POWERS)
def test_what_a_power_rests_on_decides_between_grounds_and_an_authorisation(power: str) -> None:
    rule = power_rule(power, TODAY)
    fields = {statement.field for statement in rule.must_state}
    assert ("grounds" in fields) is (rule.rests_on in {"suspicion", "goods_area"})
    assert ("authorisation_reference" in fields) is (rule.rests_on in {"authorisation", "order"})


@pytest.mark.parametrize("power", POWERS)
def test_custody_takes_the_record_over_only_where_the_law_says_so(power: str) -> None:
    taken = a_new_encounter(
        power=power,
        authorisation_reference="A1",
        people=(a_new_person(outcome="arrest", record_in_custody=True),),
        started_at=datetime(2026, 11, 18, 11, 20, tzinfo=UTC),
    )
    if power_rule(power, TODAY).custody_takes_over:
        check_encounter(taken, now=NOW)
        return
    assert power in {"pace_s6", "cjpoa_s60aa"}
    with pytest.raises(Invalid) as refusal:
        check_encounter(taken, now=NOW)
    assert list(refusal.value.fields) == ["people.0.record_in_custody"]


def test_a_later_file_takes_over_on_its_first_day_and_not_before(folder: Path) -> None:
    write(
        folder,
        "pace_s1_2026.yaml",
        of="pace_s1",
        valid_from="2026-11-18",
        must_state="authorisation",
        officer_name_withheld=[],
        entitlement={"to": "copy", "months": 12, "source": "an Act to come"},
    )
    before, after = power_rule("pace_s1", date(2026, 11, 17)), power_rule("pace_s1", TODAY)
    assert (before.rests_on, before.entitlement_months) == ("suspicion", 3)
    assert (after.rests_on, after.entitlement_months) == ("authorisation", 12)
    eve, day = (a_new_encounter(started_at=datetime(2026, 11, n, 11, 20, tzinfo=UTC)) for n in (17, 18))
    assert [[gap.path for gap in gaps(stop)] for stop in (eve, day)] == [[], ["authorisation_reference"]]
    assert [entitlement_ends_on(stop.started_at, "pace_s1") for stop in (eve, day)] == [date(2027, 2, 16), date(2027, 11, 17)]
    unnamed = a_new_encounter(authorisation_reference="A1", officer_name_withheld_reason=NameWithheldReason.TERRORISM_ENQUIRY)
    with pytest.raises(Invalid) as refusal:
        check_encounter(unnamed, now=NOW)
    assert list(refusal.value.fields) == ["officer_name_withheld_reason"]


def test_the_day_is_london_s(folder: Path) -> None:
    write(folder, "pace_s1_2026.yaml", of="pace_s1", valid_from="2026-07-01", must_state="authorisation")
    late_on_the_eve = a_new_encounter(started_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert [gap.path for gap in gaps(late_on_the_eve)] == ["authorisation_reference"]


def test_before_its_first_day_a_power_is_told_by_its_first_rule() -> None:
    assert power_rule("poa23_s11", date(2020, 1, 1)) == power_rule("poa23_s11", TODAY)


def test_a_power_that_there_is_none_of_has_no_rule() -> None:
    with pytest.raises(NotFound, match="no rule for a power “magic”"):
        power_rule("magic", TODAY)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"officer_name_withheld": ["no_time"]}, "no_time"),
        ({"entitlement": {"to": "copy", "months": 6, "source": "somewhere"}}, "months"),
        ({"must_state": "nothing"}, "must_state"),
        ({"power": "magic"}, "there is no power “magic”"),
        ({"power": "mda_s23"}, "not named after it"),
    ],
)
def test_a_broken_rule_stops_the_installation_and_says_where(folder: Path, changes: dict[str, object], complaint: str) -> None:
    write(folder, "pace_s1_2026.yaml", of="pace_s1", **changes)
    with pytest.raises(BrokenCodeList, match=complaint) as broken:
        power_rule("pace_s1", TODAY)
    assert "pace_s1_2026.yaml" in str(broken.value)


def test_a_power_without_a_rule_stops_the_installation(folder: Path) -> None:
    (folder / "mda_s23.yaml").unlink()
    with pytest.raises(BrokenCodeList, match="powers without a rule: mda_s23"):
        power_rule("pace_s1", TODAY)
