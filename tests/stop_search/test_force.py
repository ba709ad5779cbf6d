"""The forces' own files: those that are given as examples can be used, and what cannot be is told with the file's name."""

from pathlib import Path

import pytest
import yaml

from stop_search.codes.design import Coverage
from stop_search.draws.design import design_problems
from stop_search.errors import SettingMissing
from stop_search.force import INVENTED, read_force

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
