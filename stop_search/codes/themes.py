"""The codebook of themes, read from `theme_codebooks/`: one file for each version, and a published one is never edited."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("theme_codebooks")


@dataclass(frozen=True)
class Theme:
    """One theme: its key never changes, its label is short, its meaning says when to pick it."""

    key: str
    label: str
    meaning: str


@cache
def themes(version: int | None = None) -> tuple[Theme, ...]:
    """Return the codebook's themes in its own order; of the newest version where none is given.

    Raises:
        ValueError: two themes share a key, or the file is of another version than its name says.
        FileNotFoundError: there is no such version.

    """
    path = FOLDER / f"{version or codebook_version()}.yaml"
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = tuple(Theme(**entry) for entry in read["themes"])
    if len({theme.key for theme in found}) != len(found) or str(read["version"]) != path.stem:
        message = f"{path.name}: two themes share a key, or the version is another"
        raise ValueError(message)
    return found


@cache
def codebook_version() -> int:
    """Return the newest version of the codebook."""
    return max(int(path.stem) for path in FOLDER.glob("*.yaml"))
