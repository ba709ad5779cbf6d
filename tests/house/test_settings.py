"""Every setting is explained where people look, and the environment is read in one place."""

import ast
import re

import pytest

from stop_search.settings import PREFIX, Settings
from tests.support.tree import parsed, python_files, read

NAMES = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("document", [".env.example", "docs/settings.md"])
def test_every_setting_is_explained_and_nothing_else_is(document: str) -> None:
    explained = {name for name in re.findall(rf"\b{PREFIX}[A-Z_0-9]+\b", read(document)) if not name.startswith(f"{PREFIX}TEST_")}
    assert explained >= NAMES, f"missing in {document}: {sorted(NAMES - explained)}"
    assert explained <= NAMES, f"{document} explains what is no setting: {sorted(explained - NAMES)}"


def test_every_setting_says_what_it_is_for() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]


def test_no_secret_has_a_default() -> None:
    assert Settings.model_fields["secret_key"].is_required()


def test_only_settings_reads_the_environment() -> None:
    readers = [
        f"{path}:{node.lineno}"
        for path in python_files("stop_search", "receipts", "services")
        if path != "stop_search/settings.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    ]
    assert not readers, f"ask stop_search.settings instead: {readers}"
