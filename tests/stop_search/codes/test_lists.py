"""The code lists: complete, unambiguous, and to the letter as published."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from stop_search.codes.lists import FOLDER, NAMES, BrokenCodeList, CodeEntry, code_list, read_code_list
from stop_search.errors import NotFound

OBSERVED = Path(__file__).parents[4] / "shared" / "data" / "enum_values_observed.json"
COLUMNS = {
    "Gender": "gender",
    "Age range": "age_band",
    "Self-defined ethnicity": "ethnicity",
    "Officer-defined ethnicity": "perceived_ethnicity",
    "Legislation": "power",
    "Object of search": "object_of_search",
    "Outcome": "outcome",
}


@pytest.mark.parametrize("name", NAMES)
def test_every_list_reads_and_finds_each_code_by_key_and_by_string(name: str) -> None:
    codes = code_list(name)
    assert codes.keys == tuple(entry.key for entry in codes.entries)
    for entry in codes.entries:
        assert codes.entry(entry.key) is entry
        assert entry.source
        assert entry.plain
        if entry.dpuk:
            assert codes.by_dpuk(entry.dpuk) is entry


def test_every_list_has_a_file_and_every_file_a_list() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} - {"themes"} == set(NAMES)


@pytest.mark.skipif(not OBSERVED.exists(), reason="the published values are not beside the project (../shared/data)")
@pytest.mark.parametrize(("column", "name"), COLUMNS.items())
def test_every_value_published_by_44_forces_is_known_to_the_letter(column: str, name: str) -> None:
    observed = {row["value"] for row in json.loads(OBSERVED.read_text())["columns"][column]} - {""}
    ours = {entry.dpuk for entry in code_list(name).entries if entry.dpuk}
    assert ours >= observed
    assert name == "ethnicity" or ours == observed


def test_not_stated_is_of_no_group_although_its_published_label_says_other() -> None:
    entry = code_list("ethnicity").by_dpuk("Other ethnic group - Not stated")
    assert entry is not None
    assert (entry.key, entry.group) == ("NS", None)
    assert [e.key for e in code_list("ethnicity").entries if e.group == "Other"] == ["O2", "O9"]


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ("White - White British (W1)", "W1"),
        ("Black or Black British - African (B2)", "B2"),
        ("Chinese or other ethnic group - Chinese (O1)", "A4"),
        ("Not stated (NS)", "NS"),
    ],
)
def test_older_labels_with_their_code_are_read(old: str, key: str) -> None:
    entry = code_list("ethnicity").by_dpuk(old)
    assert entry is not None
    assert entry.key == key


@pytest.mark.parametrize("unknown", ["", "White", "white - irish", "White - Irish ", "Martian (Z9)", "W1"])
def test_a_label_that_nobody_published_is_not_guessed_at(unknown: str) -> None:
    assert code_list("ethnicity").by_dpuk(unknown) is None


def test_the_power_with_a_space_before_the_bracket_is_kept_so() -> None:
    assert code_list("power").entry("env_s34b").dpuk == "Environmental Protection Act 1990 (section 34B )"


def test_a_code_holds_from_its_first_day() -> None:
    protest = code_list("power").entry("poa23_s11")
    assert not protest.holds_on(date(2023, 12, 19))
    assert protest.holds_on(date(2023, 12, 20))
    assert protest not in code_list("power").on(date(2023, 6, 1))
    assert protest in code_list("power").on(date(2024, 6, 1))


def test_a_code_ends_on_its_last_day() -> None:
    entry = CodeEntry("x", "X", "x", None, "a source", date(2020, 1, 1), valid_until=date(2020, 12, 31))
    assert [entry.holds_on(day) for day in (date(2019, 12, 31), date(2020, 12, 31), date(2021, 1, 1))] == [False, True, False]


def test_an_unknown_list_or_key_is_said_to_be_unknown() -> None:
    with pytest.raises(NotFound, match="no list of codes called colours"):
        code_list("colours")
    with pytest.raises(NotFound, match="no code “X1” in the list ethnicity"):
        code_list("ethnicity").entry("X1")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"entries": []}, r"\$\.entries"),
        ({"name": "other"}, "name says other"),
        ({"valid_from": "yesterday"}, r"\$\.valid_from"),
        ({"entries": [{"key": 1718, "label": "ten", "plain": "ten"}]}, r"\$\.entries\[0\]\.key"),
        ({"entries": [{"key": "a", "label": "ten", "plain": "ten", "colour": "red"}]}, "colour"),
        ({"entries": [{"key": "a", "label": "ten", "plain": "ten"}] * 2}, "“a” stands there twice"),
        (
            {
                "entries": [
                    {"key": "a", "label": "aa", "plain": "aa", "dpuk": "A"},
                    {"key": "b", "label": "bb", "plain": "bb", "also": ["A"]},
                ]
            },
            "“A” stands there twice",
        ),
    ],
)
def test_a_broken_file_is_refused_with_the_place(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    whole = yaml.safe_load((FOLDER / "gender.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "gender.yaml"
    path.write_text(yaml.safe_dump(whole | change), encoding="utf-8")
    with pytest.raises(BrokenCodeList, match=complaint):
        read_code_list(path)
