"""The codebook of themes, read from `themes.yaml`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CODEBOOK = Path(__file__).with_name("themes.yaml")


@dataclass(frozen=True)
class Theme:
    """One theme: its key never changes, its label is short, its meaning says when to pick it."""

    key: str
    label: str
    meaning: str


@cache
def themes() -> tuple[Theme, ...]:
    """Return the codebook's themes in its own order.

    Raises:
        ValueError: two themes share a key.

    """
    read: dict[str, Any] = yaml.safe_load(CODEBOOK.read_text(encoding="utf-8"))
    found = tuple(Theme(**entry) for entry in read["themes"])
    if len({theme.key for theme in found}) != len(found):
        message = f"{CODEBOOK.name}: two themes share a key"
        raise ValueError(message)
    return found


@cache
def codebook_version() -> int:
    """Return the codebook's version."""
    return int(yaml.safe_load(CODEBOOK.read_text(encoding="utf-8"))["version"])
