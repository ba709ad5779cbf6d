"""Which tables the public is shown: read from YAML, everybody counted somewhere, no sum that would not fit."""

from pathlib import Path

import pytest
import yaml

from stop_search.codes.lists import code_list
from stop_search.codes.public_tables import USUAL, public_tables
from stop_search.errors import SettingMissing
from stop_search.force import INVENTED, read_force

Change = tuple[tuple[str | int, ...], object]


def changed(tmp_path: Path, *changes: Change) -> Path:
    """Write the usual tables with something changed."""
    read = yaml.safe_load(USUAL.read_text(encoding="utf-8"))
    for path, value in changes:
        inner = read
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
    file = tmp_path / "our_public_tables.yaml"
    file.write_text(yaml.safe_dump(read), encoding="utf-8")
    return file


def test_every_code_has_its_category() -> None:
    for dimension in public_tables().dimensions.values():
        if dimension.codes:
            held = {dimension.category(code) for code in code_list(dimension.codes).keys}
            assert held | {dimension.category(None)} == set(dimension.categories)


def test_who_gives_no_ethnicity_stands_apart() -> None:
    ethnicity = public_tables().dimensions["ethnicity"]
    assert [ethnicity.category(code) for code in ("W9", "B2", "O2", "NS", None)] == ["white", "black", "other", "not_said", "not_said"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((("tables", 0, "by"), ["ethnicity"]), "may stand there once only"),
        ((("tables", 0, "by"), ["object", "weather", "moon"]), "one or two dimensions"),
        ((("tables", 0, "of"), "receipts"), "cannot tell receipts apart"),
        ((("tables", 0, "by"), ["weather"]), "cannot tell people apart"),
        ((("dimensions", "object", "codes"), "weather"), "no list of codes called weather"),
        ((("dimensions", "object", "categories", "drugs", "holds"), ["sugar"]), "no such codes: sugar"),
        ((("dimensions", "object", "categories", "drugs", "holds"), ["weapons"]), "a code stands in two categories"),
        ((("dimensions", "object", "categories", "not_recorded"), {}), "exactly one category must say `blank: true`"),
    ],
)
def test_what_could_not_be_counted_is_refused(tmp_path: Path, change: Change, said: str) -> None:
    with pytest.raises(SettingMissing, match=said):
        public_tables(changed(tmp_path, change))


def test_a_force_names_its_own(tmp_path: Path) -> None:
    changed(tmp_path, (("tables",), [{"key": "object", "of": "people", "by": ["object"]}]))
    force = tmp_path / "force.yaml"
    force.write_text(INVENTED.read_text(encoding="utf-8") + "\npublic_tables: our_public_tables.yaml\n", encoding="utf-8")
    assert [table.name for table in read_force(force).public_tables.tables] == ["object"]
    assert len(read_force(None).public_tables.tables) == 6
