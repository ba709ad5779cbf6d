"""Who may import whom: the contracts stand in pyproject.toml."""

import subprocess
import sys

from tests.support.tree import TOP, files


def test_every_import_contract_holds() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_a_package_opens_with_one_sentence_and_re_exports_nothing() -> None:
    wordy = [
        name
        for name in files()
        if name.endswith("/__init__.py") and not ((TOP / name).read_text().startswith('"""') and (TOP / name).read_text().count("\n") <= 1)
    ]
    assert not wordy, f"an __init__.py is one sentence: {wordy}"


def test_tests_and_plain_data_folders_are_no_packages() -> None:
    assert not [name for name in files() if name.startswith(("tests/", "review_rubrics/")) and name.endswith("__init__.py")]
