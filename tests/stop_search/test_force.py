"""The forces' own files: those that are given as examples can be used, and what cannot be is told with the file's name."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from stop_search.codes.design import Coverage
from stop_search.draws.design import design_problems
from stop_search.errors import SettingMissing
from stop_search.force import INVENTED, read_force

SAID = "dispute_within_days: 28 "
EXAMPLE = INVENTED.parent / "example_county.yaml"


@pytest.mark.parametrize("path", [INVENTED, EXAMPLE])
def test_the_examples_can_be_used(path: Path) -> None:
    assert design_problems(read_force(path).design) == []


def test_the_example_in_earnest_has_the_usual_design() -> None:
    design = read_force(EXAMPLE).design
    assert (design.classes["high"], design.classes["base"], design.classes["delayed"]) == ((7, 20), (3, 50), (7, 20))
    assert (design.second, design.panel, design.coverage) == ((1, 4), (1, 10), Coverage.MONTHLY)


@pytest.mark.parametrize("design", [None, {}, {"base": [1, 4]}, {"classes": {"base": 3}}, {"classes": {}, "method": "lucky"}])
def test_a_design_that_is_none_is_told_with_the_files_name(tmp_path: Path, design: object) -> None:
    read = yaml.safe_load(INVENTED.read_text(encoding="utf-8")) | {"design": design}
    path = tmp_path / "ours.yaml"
    path.write_text(yaml.safe_dump(read), encoding="utf-8")
    with pytest.raises(SettingMissing, match=r"ours\.yaml"):
        read_force(path)


@pytest.mark.parametrize(("line", "days"), [("# nothing said ", 28), ("dispute_within_days: 10 ", 10)])
def test_how_long_an_officer_can_dispute_is_the_forces_or_28_days(tmp_path: Path, line: str, days: int) -> None:
    text = INVENTED.read_text(encoding="utf-8")
    assert SAID in text
    own = tmp_path / "force.yaml"
    own.write_text(text.replace(SAID, line), encoding="utf-8")
    assert read_force(own).dispute_within == timedelta(days=days)


def test_a_period_that_is_no_number_is_refused_by_name(tmp_path: Path) -> None:
    own = tmp_path / "force.yaml"
    own.write_text(INVENTED.read_text(encoding="utf-8").replace(SAID, "dispute_within_days: soon "), encoding="utf-8")
    with pytest.raises(SettingMissing, match="soon"):
        read_force(own)


def a_force(folder: Path, share: str) -> Path:
    """Write the invented force with another share of footage that must be watched."""
    path = folder / "force.yaml"
    path.write_text(INVENTED.read_text(encoding="utf-8").replace("watched_share: 0.8", f"watched_share: {share}"), encoding="utf-8")
    return path


def test_a_force_says_how_much_of_the_footage_must_be_watched(tmp_path: Path) -> None:
    assert read_force(None).watched_share == 0.8
    assert read_force(a_force(tmp_path, "0.95")).watched_share == 0.95


@pytest.mark.parametrize("share", ["80", "-0.1", "most", "nan"])
def test_a_share_that_is_none_is_refused(tmp_path: Path, share: str) -> None:
    with pytest.raises(SettingMissing, match="STOP_SEARCH_FORCE"):
        read_force(a_force(tmp_path, share))
