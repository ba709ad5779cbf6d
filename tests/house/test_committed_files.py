"""What is committed speaks of no registry and no one's machine; its YAML and JSON can be read, its links lead somewhere."""

import json
import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest
import yaml

from tests.support.tree import TOP, files, python_files, read, text_files

REGISTRIES = re.compile(r"\b(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)\b")
LARGEST = 2_000_000  # bytes
MARKDOWN = sorted(name for name in files() if name.endswith(".md"))


def headings(text: str) -> set[str]:
    """Return the anchors of a Markdown text's headings, as hosting sites make them."""
    titles = re.findall(r"^#+\s+(.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_no_committed_file_names_a_package_registry() -> None:
    named = [f"{name}: {found[0]}" for name, text in text_files() if not name.endswith(".svg") and (found := REGISTRIES.search(text))]
    assert not named


def test_no_committed_file_names_a_path_of_one_machine() -> None:
    paths = {f"{TOP}/", "/work" + "/main", "/work" + "/shared", f"{Path.home()}/" if len(Path.home().parts) > 1 else f"{TOP}/"}
    named = [f"{name}: {path}" for name, text in text_files() for path in paths if path in text]
    assert not named


def test_no_committed_file_is_a_link() -> None:
    """A link leads to another place on each machine; one that stands for a folder replaces that folder wherever it is checked out."""
    listed = subprocess.run(["git", "ls-files", "--stage"], cwd=TOP, capture_output=True, text=True, check=True).stdout.splitlines()
    assert listed
    assert not [line for line in listed if line.startswith("120000 ")]


def test_no_committed_file_is_large() -> None:
    assert not [f"{name}: {size:,}" for name in files() if (size := (TOP / name).stat().st_size) > LARGEST]


def test_yaml_and_json_can_be_read() -> None:
    for name in files():
        if name.endswith((".yaml", ".yml")):
            yaml.safe_load(read(name))
        elif name.endswith(".json"):
            json.loads(read(name))


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_link_in_a_document_leads_somewhere(name: str) -> None:
    text = read(name)
    without_code = re.sub(r"```.*?```|`[^`\n]*`|<!--.*?-->", "", text, flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)[^)]*\)", without_code):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        aim = (TOP / name).parent / path if path else TOP / name
        assert aim.exists(), f"{name} links to {target}, which is not there"
        if anchor and aim.suffix == ".md":
            assert anchor in headings(aim.read_text(encoding="utf-8")), f"{name} links to {target}: no such heading"


def test_the_map_of_the_code_names_every_room() -> None:
    rooms = {str(PurePosixPath(name).parent) for name in python_files("stop_search", "receipts", "services")}
    rooms |= {PurePosixPath(name).parts[0] for name in files() if "/" in name and not name.startswith(".")}
    told = read("docs/find-your-way.md")
    missing = [room for room in sorted(rooms) if f"`{room}/`" not in told]
    assert not missing, f"docs/find-your-way.md says nothing of {missing}"
