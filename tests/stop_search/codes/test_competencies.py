"""The force's competencies: the usual file is sound, a broken one is refused with where, and a force may bring its own."""

from pathlib import Path

import pytest
import yaml

from stop_search.codes.competencies import USUAL, Light, competencies
from stop_search.errors import SettingMissing
from stop_search.force import INVENTED, read_force
from stop_search.learning.maturity.evidence import FIGURES


def test_the_usual_competencies_have_a_rule_for_each_light_and_evidence_that_there_is() -> None:
    found = competencies()
    assert [one.key for one in found.of] == ["recording", "footage", "chance", "agreement", "voice", "disparity", "acting", "panel"]
    assert all(set(one.rule) == set(Light) and one.source and one.evidence for one in found.of)
    assert {key for one in found.of for key in one.evidence} == set(FIGURES)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda read: read["competencies"][0]["rule"].pop("partly"), "'partly' is a required property"),
        (lambda read: read["competencies"].append(read["competencies"][0]), "recording is there twice"),
        (lambda read: read.update(again_after_days=0), "again_after_days"),
    ],
)
def test_a_broken_file_is_refused_and_says_where(tmp_path: Path, change: object, said: str) -> None:
    read = yaml.safe_load(USUAL.read_text(encoding="utf-8"))
    change(read)  # type: ignore[operator]
    path = tmp_path / "ours.yaml"
    path.write_text(yaml.safe_dump(read), encoding="utf-8")
    with pytest.raises(SettingMissing, match=said):
        competencies(path)


def test_a_force_names_its_own_beside_its_file(tmp_path: Path) -> None:
    assert read_force(None).competencies == competencies()
    read = yaml.safe_load(USUAL.read_text(encoding="utf-8"))
    read["competencies"] = read["competencies"][:1]
    (tmp_path / "ours.yaml").write_text(yaml.safe_dump(read), encoding="utf-8")
    force = tmp_path / "force.yaml"
    force.write_text(INVENTED.read_text(encoding="utf-8") + "\ncompetencies: ours.yaml\n", encoding="utf-8")
    assert [one.key for one in read_force(force).competencies.of] == ["recording"]
